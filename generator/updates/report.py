"""What render and check say of an update, template by template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.updates.compare import Changed, Comparison, compare
from generator.updates.deploy_command import deploy_command
from generator.updates.template_text import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from generator.outputs import Plan

_CATALOG = "service-catalog.yaml"


class Update(NamedTuple):
    """A template that somebody may have deployed, and the lines that say what changes for them."""

    path: str
    lines: list[str]

    def __str__(self) -> str:
        """Return the template and, indented, the lines."""
        return "\n".join([f"{self.path}, for stacks that are deployed:", *self.lines])


def updates(plan: Plan, names: Mapping[str, str], before: Path, out: Path) -> Iterator[Update]:
    """Yield each template of a plan whose update is worth a word.

    ``before`` is the folder with the earlier outputs, ``out`` the one that the plan is for;
    ``names`` gives the deployment's name of each folder.
    """
    for path, planned in plan.items():
        old = _read(before / path, planned.text) if planned.template is not None else None
        if old is None:
            continue
        # Both are read in the same way, so that nothing but content differs.
        new = parse(planned.text)
        comparison = compare(old, new)
        if comparison:
            folder, _, file = path.partition("/")
            lines = list(_lines(comparison, file, names[folder], planned.text, new))
            yield Update(str(out / path), lines)


def _read(path: Path, planned: str) -> dict[str, Any] | None:
    """Return a template as it was rendered before; None if it is the same, or is not there."""
    try:
        text = path.read_text("utf-8")
        return None if text == planned else parse(text)
    except (OSError, UnicodeDecodeError, ValueError):
        return None


def _lines(
    comparison: Comparison, file: str, name: str, text: str, template: dict[str, Any]
) -> Iterator[str]:
    for change in comparison.defaults:
        yield f"  keeps {change.name}={change.old}: the new default {change.new} is for new stacks"
    for change in comparison.refused:
        yield f"  refuses {change.name}={change.old}: stacks that have this value need another"
    if comparison.asked:
        yield f"  asks for {', '.join(comparison.asked)}: new, without a default"
    if comparison.dropped:
        yield f"  drops {', '.join(comparison.dropped)}: the parameter no longer exists"
    if comparison.replaced:
        replaced = (
            f"{title} ({', '.join(causes)})" for title, causes in comparison.replaced.items()
        )
        yield f"  replaces {', '.join(replaced)}"
    if comparison.deleted:
        yield f"  deletes {', '.join(comparison.deleted)}"
    yield from _what_is_lost(comparison)
    if comparison.collisions:
        yield from _failure(comparison)
    elif comparison.defaults:
        yield from _how_to_change(comparison.defaults, file, name, text, template)


def _what_is_lost(comparison: Comparison) -> Iterator[str]:
    gone = (*comparison.replaced, *comparison.deleted)
    if queues := ", ".join(title for title in gone if title.endswith("DeadLetters")):
        yield f"  deletes undelivered events in {queues}: send them again first (DEPLOY.md)"
    if ended := ", ".join(title for title in comparison.deleted if title.endswith("Exception")):
        yield (
            f"  leaves what {ended} has set as it is: before you remove an exception, deploy it"
            " with an `until` of yesterday (DEPLOY.md)"
        )


def _failure(comparison: Comparison) -> Iterator[str]:
    yield "  FAILS: CloudFormation deletes old resources last; until then AWS allows no second one"
    for collision in comparison.collisions:
        came = f"{collision.comes} is created while {collision.goes} still exists"
        yield f"    {collision.what}: {came}"
    yield (
        "  Keep the former names, order and channels; or delete the stack, wait a minute (SQS keeps"
        " a queue's name for 60 seconds) and create it again."
    )


def _how_to_change(
    changed: list[Changed], file: str, name: str, text: str, template: dict[str, Any]
) -> Iterator[str]:
    if file == "stackset.yaml":
        yield "  To change them: CloudFormation, StackSets, Edit StackSet details, Parameters; or"
        yield (
            f"    aws cloudformation update-stack-set --stack-set-name {name}"
            " --use-previous-template --parameters file://stackset-parameters.json"
            " --capabilities CAPABILITY_IAM"
        )
        return
    yield "  To change them: CloudFormation, Update, Use existing template, Parameters; or"
    ends = {"organization.yaml": "-organization", _CATALOG: "-catalog", "launch-role.yaml": "-role"}
    command = deploy_command(
        stack=f"{name}{ends.get(file, '')}",
        file=file,
        template=template,
        size=len(text.encode()),
        values={change.name: change.new for change in changed},
    )
    yield f"    {command}"
