"""Whether the stack has the values of the file: an update keeps what a stack has.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.intrinsics import defaults
from generator.doctor.check import Check, Said, fails, fine
from generator.params.naming import RULES_ENABLED
from generator.templates.stack_instances import groups
from generator.updates.deploy_command import deploy_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_INSTANCE = "StackSet-"
"""Begins the names of the stacks that StackSets create.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
"""


def _run(case: Case) -> Iterator[Outcome]:
    for stack in case.stacks:
        kept = [
            (name, stack.parameters[name], str(wanted[0]))
            for name, wanted in _wanted(case, stack.name).items()
            # A pause is another check's.
            if name in stack.parameters and name != RULES_ENABLED
            if _values(stack.parameters[name]) not in map(_values, wanted)
        ]
        for name, value, wanted in kept:
            yield _outcome(case, stack.name, name, value, wanted)
        if not kept:
            yield fine(
                "The stack has the parameter values of the file.",
                "スタックのパラメータの値はファイルと同じです。",
            )


def _wanted(case: Case, stack: str) -> dict[str, list[str]]:
    """Return the values that each parameter may have: the default, and those of overrides.

    In which unit an account is, cannot be read here: the values of any unit are right.
    """
    wanted = {name: [str(value)] for name, value in defaults(case.planned.template).items()}
    stackset = case.settings.deployment.stackset
    if stackset is None or not stack.startswith(_INSTANCE):
        return wanted
    for group in groups(stackset):
        if case.here in group.regions and (
            stackset.organizational_units or case.aws.id in group.targets
        ):
            for name, value in group.values:
                wanted.setdefault(name, []).append(value)
    return wanted


def _values(text: str) -> list[str]:
    return sorted(word.strip() for word in text.split(","))


def _outcome(case: Case, stack: str, name: str, value: str, wanted: str) -> Outcome:
    if stack.startswith(_INSTANCE):
        return _of_stackset(case, name, value, wanted)
    command = deploy_command(
        stack=stack,
        file=case.planned.name,
        template=case.planned.template,
        size=case.planned.size,
        values={name: wanted},
    )
    return fails(
        Said(
            f"Parameter {name} is {value} in the stack, and {wanted} in the file.",
            f"パラメータ {name} はスタックでは {value}、ファイルでは {wanted} です。",
        ),
        Said(
            f"Change the file; or the stack, in the console or by: {command}",
            "ファイルを変更するか、コンソールまたは次のコマンドでスタックを"
            f"変更してください: {command}",
        ),
    )


def _of_stackset(case: Case, name: str, value: str, wanted: str) -> Outcome:
    return fails(
        Said(
            f"Parameter {name} is {value} in this instance, and {wanted} in the file.",
            f"パラメータ {name} はこのインスタンスでは {value}、ファイルでは {wanted} です。",
        ),
        Said(
            f"Change the file; or the StackSet {case.settings.name}: Edit StackSet details,"
            " Parameters.",
            f"ファイルを変更するか、StackSet {case.settings.name} の [StackSet の詳細を編集] で"
            "パラメータを変更してください。",
        ),
    )


CHECK = Check(
    name="parameters",
    group="deployment",
    question=Said("Does the stack have the file's values?", "スタックの値はファイルと同じですか。"),
    calls=frozenset(),
    when="after",
    run=_run,
    decisive=False,
)
