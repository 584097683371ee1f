"""What a check is: a name, a question, the calls that it makes, and what it finds with remedies."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from generator.doctor import checks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.doctor.case import Case
    from generator.params.choices import Language

Verdict = Literal["fine", "fails", "twice", "unknown"]
"""Fine; it will fail or fails; it will notify twice; or the check could not look."""

Group = Literal["account", "findings", "deployment", "path", "chat", "alarms"]
"""What a check is of; lines are printed in this order."""

When = Literal["before", "after", "always"]
"""Before the stack exists, after, or both."""


class Said(NamedTuple):
    """A text in both languages."""

    en: str
    ja: str

    def of(self, language: Language) -> str:
        """Return the text of one language."""
        return self.ja if language == "ja" else self.en


NOTHING = Said("", "")


def sentence(text: str) -> str:
    """Return the words of a service as the end of a sentence of ours."""
    return " ".join(text.split()).rstrip(".。 ")


class Outcome(NamedTuple):
    """One thing that a check found.

    Attributes:
        verdict: how it is.
        text: what was found.
        remedy: what to do.
        permission: the call that was denied, if one was.
        weighs: whether there can be no verdict on everything without this, where it is unknown.

    """

    verdict: Verdict
    text: Said
    remedy: Said = NOTHING
    permission: str = ""
    weighs: bool = True


class Check(NamedTuple):
    """One thing to look at in an account: a file in ``checks``, found by its name there.

    Attributes:
        name: the name of its line, such as ``security-hub``.
        group: what it is of.
        question: what it asks.
        calls: the calls that it makes, such as ``sns:GetTopicAttributes``; no other is possible.
        when: whether there must be a stack.
        run: looks, and yields what it finds; nothing, where the question does not arise. It may
            let a Refusal pass: the check then could not look.
        decisive: whether the verdict on everything depends on it.

    """

    name: str
    group: Group
    question: Said
    calls: frozenset[str]
    when: When
    run: Callable[[Case], Iterable[Outcome]]
    decisive: bool = True

    def asked(self, *, deployed: bool) -> bool:
        """Whether the question arises before, or after the stack is deployed."""
        return self.when in ("always", "after" if deployed else "before")


def fine(en: str, ja: str) -> Outcome:
    """Say that all is well."""
    return Outcome("fine", Said(en, ja))


def fails(text: Said, remedy: Said) -> Outcome:
    """Say what fails or will fail, and what to do."""
    return Outcome("fails", text, remedy)


def twice(text: Said, remedy: Said) -> Outcome:
    """Say what will notify twice, and what to do."""
    return Outcome("twice", text, remedy)


def unknown(text: Said, remedy: Said, permission: str = "", *, weighs: bool = True) -> Outcome:
    """Say what could not be looked at, and how it could be."""
    return Outcome("unknown", text, remedy, permission, weighs)


def all_checks() -> list[Check]:
    """Return all checks, in the order in which their lines are printed."""
    found: list[Check] = [
        import_module(f"{checks.__name__}.{module.name}").CHECK
        for module in iter_modules(checks.__path__)
    ]
    groups = get_args(Group)
    return sorted(found, key=lambda check: (groups.index(check.group), check.name))
