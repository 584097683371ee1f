"""Follows one finding through its events: what is sent, what `notify: once` keeps back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.preview.timeline import Noted
    from generator.preview.verdicts import Routes, State


class Step(NamedTuple):
    """What becomes of an event.

    Attributes:
        noted: the event.
        routes: those that send it; none where it is not sent.
        again: of these, those that sent the finding before, of an export, which has it once.
        kept_back: the routes that would send it if the finding were not NOTIFIED.
        marked: whether it is NOTIFIED by then.

    """

    noted: Noted
    routes: Routes
    again: Routes = ()
    kept_back: Routes = ()
    marked: bool = False


def follow(events: Iterable[Noted], once: frozenset[int]) -> Iterator[Step]:
    """Yield what becomes of the events of a finding, which are in the order of time.

    ``once`` are the routes that notify once.
    """
    notified: State | None = None
    exported: set[int] = set()
    for noted in events:
        step, notified = _step(noted, once, exported, notified)
        if noted.verdict.exported:
            step = step._replace(again=tuple(r for r in step.routes if r in exported))
            exported.update(step.routes)
        yield step


def _step(
    noted: Noted, once: frozenset[int], exported: set[int], notified: State | None
) -> tuple[Step, State | None]:
    """Return what becomes of an event, and the state of the finding if it is NOTIFIED then."""
    verdict = noted.verdict
    if verdict.exported and verdict.matched and not once.isdisjoint(exported):
        return Step(noted, verdict.matched), notified
    if notified is not None and not notified.new_again(verdict.state):
        if verdict.state.workflow != "NEW":
            return Step(noted, verdict.matched), verdict.state
        back = tuple(route for route in verdict.matched if route not in verdict.marked)
        return Step(noted, verdict.marked, kept_back=back, marked=True), verdict.state
    marks = not once.isdisjoint(verdict.matched)
    return Step(noted, verdict.matched), verdict.state if marks else None
