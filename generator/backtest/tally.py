"""What is counted while findings stream by; two tallies add up to one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.backtest.busiest import Busiest
from generator.backtest.distinct import Distinct, bits
from generator.backtest.first_minutes import FirstMinutes
from generator.backtest.rows import PENDING
from generator.exceptions import ExceptionCounts
from generator.findings.rejects import MOST_SHOWN, Reject
from generator.findings.twins import Twins
from generator.routing.missed import Missed

if TYPE_CHECKING:
    from generator.digests import Counting

Routes = tuple[int, ...]
"""Positions of routes in the params file."""

MANY = 4
"""Resources of a control that are counted together: more than this are not an exception."""


@dataclass(slots=True)
class Group:
    """What the same routes matched of one severity: messages by day, and by what one might silence.

    ``routes`` is how entries of Distinct say which routes they are.
    ``products`` has ARNs; ``resource_types`` has all the types that one finding concerns;
    ``places`` has the resources of each control, up to MANY of them.
    """

    routes: tuple[bytes, ...]
    routes_of_controls: tuple[bytes, ...]
    messages: int = 0
    days: Counter[str] = field(default_factory=Counter)
    controls: Counter[str] = field(default_factory=Counter)
    accounts: Counter[str] = field(default_factory=Counter)
    products: Counter[str] = field(default_factory=Counter)
    resource_types: Counter[tuple[str, ...]] = field(default_factory=Counter)
    places: dict[str, set[str]] = field(default_factory=dict)

    def add(self, other: Group) -> None:
        """Add another one's counts."""
        self.messages += other.messages
        self.days.update(other.days)
        self.controls.update(other.controls)
        self.accounts.update(other.accounts)
        self.products.update(other.products)
        self.resource_types.update(other.resource_types)
        for control, resources in other.places.items():
            self.places.setdefault(control, set()).update(resources)


@dataclass(slots=True)
class Kind:
    """The counts of one kind of input: findings of an export, or findings in events.

    ``dropped`` has, by route, those that it drops only because they have no Compliance; those of
    them that no other route matches are ``lost``. ``days`` are those of all events.
    ``first_minutes`` has, by route that notifies once, the minute of each finding's first event;
    ``busiest`` has the messages of all others. ``by_standard`` are messages of controls of which
    Security Hub makes one finding for each standard.
    """

    without_compliance: int = 0
    lost: int = 0
    unmatched: Counter[str] = field(default_factory=Counter)
    dropped: Counter[int] = field(default_factory=Counter)
    days: set[str] = field(default_factory=set)
    groups: dict[tuple[Routes, str], Group] = field(default_factory=dict)
    missed: Missed = field(default_factory=Missed)
    by_standard: int = 0
    distinct: Distinct = field(default_factory=Distinct)
    first_minutes: dict[int, FirstMinutes] = field(default_factory=dict)
    busiest: Busiest = field(default_factory=Busiest)

    @property
    def findings(self) -> int:
        """How many findings there were, including those given again."""
        matched = sum(group.messages for group in self.groups.values())
        return matched + sum(self.unmatched.values())

    def group(self, routes: Routes, label: str) -> Group:
        """Return the group of these routes and severity."""
        group = self.groups.get((routes, label))
        if group is None:
            group = self.groups[routes, label] = Group(
                bits(routes, control=False), bits(routes, control=True)
            )
        return group

    def notify_once(self, route: int, finding: bytes, minute: str) -> None:
        """Note when an event came; a finding's first is when a route with ``once`` notifies."""
        minutes = self.first_minutes.get(route)
        if minutes is None:
            minutes = self.first_minutes[route] = FirstMinutes()
        minutes.note(finding, minute)

    def all_minutes(self) -> Busiest:
        """Return the messages of each minute, of all routes."""
        everything = Busiest()
        everything.merge(self.busiest)
        for route, minutes in self.first_minutes.items():
            for minute, messages in minutes.counts().items():
                everything.add((route,), minute, messages)
        return everything

    def settle(self) -> None:
        """Put away what was noted of single findings."""
        self.distinct.settle()
        self.busiest.settle()
        for minutes in self.first_minutes.values():
            minutes.settle(most=PENDING // len(self.first_minutes))

    def add(self, other: Kind) -> None:
        """Add another one's counts."""
        self.lost += other.lost
        self.by_standard += other.by_standard
        self.without_compliance += other.without_compliance
        self.unmatched.update(other.unmatched)
        self.dropped.update(other.dropped)
        self.days.update(other.days)
        self.missed.merge(other.missed)
        for key, group in other.groups.items():
            self.group(*key).add(group)
        self.distinct.add(other.distinct)
        self.busiest.merge(other.busiest)
        for route, minutes in other.first_minutes.items():
            self.first_minutes.setdefault(route, FirstMinutes()).add(minutes)


@dataclass(slots=True)
class Tally:
    """All counts. ``lines`` is how many lines were read, for those who read on from there.

    ``twins`` are the findings that both products send to the same channel; ``digests`` what each
    digest counts, ``exceptions`` what each exception matches.
    """

    export: Kind = field(default_factory=Kind)
    events: Kind = field(default_factory=Kind)
    filled_in: Counter[str] = field(default_factory=Counter)
    unwrapped: Counter[str] = field(default_factory=Counter)
    other_events: Counter[str] = field(default_factory=Counter)
    outside: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    lines: int = 0
    twins: Twins = field(default_factory=lambda: Twins({}))
    digests: list[Counting] = field(default_factory=list)
    exceptions: ExceptionCounts = field(default_factory=lambda: ExceptionCounts(()))

    @property
    def empty(self) -> bool:
        """Whether no finding and no event was read, whatever came of it."""
        read = self.export.findings + self.events.findings + self.outside
        return not read and not self.other_events

    def reject(self, file: str, line: int, why: str) -> None:
        """Count a record that is not a finding, and keep the first of them."""
        self.rejected += 1
        if len(self.rejects) < MOST_SHOWN:
            self.rejects.append(Reject(file, line, why))

    def add(self, other: Tally, *, lines_before: int = 0) -> None:
        """Add the counts of what came after; its lines were counted from where it began."""
        self.export.add(other.export)
        self.events.add(other.events)
        self.filled_in.update(other.filled_in)
        self.unwrapped.update(other.unwrapped)
        self.other_events.update(other.other_events)
        self.outside += other.outside
        self.twins.add(other.twins)
        for mine, its in zip(self.digests, other.digests, strict=True):
            mine.add_all(its)
        self.exceptions.add(other.exceptions)
        self.rejected += other.rejected
        room = MOST_SHOWN - len(self.rejects)
        self.rejects += [
            reject._replace(line=reject.line + lines_before) for reject in other.rejects[:room]
        ]
