"""What ``doctor`` found, as lines and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.doctor.words import label, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.examine import Examined
    from generator.params.choices import Language


def lines(examined: Examined, language: Language) -> Iterator[str]:
    """Yield a line for each thing that was found, and the verdict."""
    deployed = examined.stack is not None
    for check, outcome in examined.found:
        text, remedy = outcome.text.of(language), outcome.remedy.of(language)
        begin = f"{label(outcome.verdict, deployed=deployed).of(language)}: {check.name}: "
        yield f"{begin}{text}{' ' if remedy and language == 'en' else ''}{remedy}"
    yield ""
    yield verdict(examined).of(language)


def plain(examined: Examined, language: Language) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "account": examined.case.aws.id,
        "region": examined.case.aws.region,
        "stack": examined.stack.name if examined.stack else None,
        "verdict": verdict(examined).of(language),
        "sound": examined.sound,
        "last_delivery": examined.last or None,
        "checks": [
            {
                "name": check.name,
                "question": check.question.of(language),
                "verdict": outcome.verdict,
                "text": outcome.text.of(language),
                "remedy": outcome.remedy.of(language) or None,
                "missing_permission": outcome.permission or None,
            }
            for check, outcome in examined.found
        ],
    }
