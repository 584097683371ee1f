"""Whether the stack has the values of the file: an update keeps what a stack has.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.intrinsics import defaults
from generator.doctor.check import Check, Said, fails, fine
from generator.params.naming import RULES_ENABLED
from generator.updates.deploy_command import deploy_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    for stack in case.stacks:
        kept = [
            (name, stack.parameters[name], str(wanted))
            for name, wanted in defaults(case.planned.template).items()
            # A pause is another check's.
            if name in stack.parameters and name != RULES_ENABLED
            if _values(stack.parameters[name]) != _values(str(wanted))
        ]
        for name, value, wanted in kept:
            yield _outcome(case, stack.name, name, value, wanted)
        if not kept:
            yield fine(
                "The stack has the parameter values of the file.",
                "スタックのパラメータの値はファイルと同じです。",
            )


def _values(text: str) -> list[str]:
    return sorted(word.strip() for word in text.split(","))


def _outcome(case: Case, stack: str, name: str, value: str, wanted: str) -> Outcome:
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


CHECK = Check(
    name="parameters",
    group="deployment",
    question=Said("Does the stack have the file's values?", "スタックの値はファイルと同じですか。"),
    calls=frozenset(),
    when="after",
    run=_run,
    decisive=False,
)
