"""Whether the stack was deployed from the template that the file renders to now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.doctor.check import Check, Said, fails, fine
from generator.updates.template_text import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_SHOWN = 10


def _run(case: Case) -> Iterator[Outcome]:
    for stack in case.stacks:
        answer = case.aws.answer("cloudformation", "GetTemplate", StackName=stack.name)
        there = _plain(answer["TemplateBody"])
        differing = [*_differing(there, case.planned.template)]
        if not differing:
            yield fine(
                "The stack was deployed from this template.",
                "スタックはこのテンプレートからデプロイされています。",
            )
            continue
        names = ", ".join(differing[:_SHOWN]) + (", ..." if len(differing) > _SHOWN else "")
        yield fails(
            Said(
                f"The stack was deployed from another template: an update would change {names}.",
                "スタックは別のテンプレートからデプロイされています。"
                f"更新すると次のものが変わります: {names}。",
            ),
            Said(
                f"Update the stack with {case.planned.name}, or change the file.",
                f"{case.planned.name} でスタックを更新するか、ファイルを変更してください。",
            ),
        )


def _plain(body: Any) -> dict[str, Any]:
    """Return the template; the answer has a JSON template as data, and others as their text."""
    return parse(body) if isinstance(body, str) else dict(body)


def _differing(there: dict[str, Any], wanted: dict[str, Any]) -> Iterator[str]:
    for part in ("Parameters", "Conditions", "Mappings", "Resources"):
        old, new = there.get(part, {}), wanted.get(part, {})
        for name in dict.fromkeys((*new, *old)):
            if _behaviour(old.get(name)) != _behaviour(new.get(name)):
                yield name


def _behaviour(part: Any) -> Any:
    """Return a part of a template without what explains it to people."""
    if not isinstance(part, dict):
        return part
    return {key: value for key, value in part.items() if key not in ("Metadata", "Description")}


CHECK = Check(
    name="template",
    group="deployment",
    question=Said("Is the stack as the file says?", "スタックはファイルのとおりですか。"),
    calls=frozenset({"cloudformation:GetTemplate"}),
    when="after",
    run=_run,
    decisive=False,
)
