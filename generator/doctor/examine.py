"""Runs the checks side by side, and sums up what they found."""

from __future__ import annotations

from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from generator.cloudformation.intrinsics import defaults, resolve_resources
from generator.doctor.account import Declared
from generator.doctor.case import Case, Planned
from generator.doctor.check import Outcome, Said, all_checks, unknown
from generator.doctor.path import channel_topics, route_topics
from generator.doctor.refusals import Refusal
from generator.doctor.stacks import find_stack
from generator.doctor.traffic import traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime
    from typing import Any

    from generator.doctor.account import Account
    from generator.doctor.case import Stack
    from generator.doctor.check import Check
    from generator.params import Settings

_TICK = 0.1
"""Seconds between two looks at what is still running."""


class Found(NamedTuple):
    """What one check found: an outcome, and the check."""

    check: Check
    outcome: Outcome


class Examined(NamedTuple):
    """All that was found in an account.

    Attributes:
        case: what was examined.
        looked: whether it could be found out if there is one.
        found: what the checks found.
        arrivals: for each channel with routes, the hour in which the chat service or a mailbox
            accepted the last message, or nothing.

    """

    case: Case
    looked: bool
    found: list[Found]
    arrivals: dict[str, str]

    @property
    def last(self) -> str:
        """The hour of the last message in any channel, or nothing."""
        return max(self.arrivals.values(), default="")

    @property
    def quiet(self) -> list[str]:
        """The channels that no message arrived in."""
        return [channel for channel, last in self.arrivals.items() if not last]

    @property
    def stack(self) -> Stack | None:
        """The stack, if there is one."""
        return self.case.stack

    @property
    def failing(self) -> list[Found]:
        """What fails or will fail."""
        return [each for each in self.found if each.outcome.verdict == "fails"]

    @property
    def blind(self) -> list[Found]:
        """What could not be looked at, although the verdict depends on it."""
        return [
            each
            for each in self.found
            if each.outcome.verdict == "unknown" and each.check.decisive and each.outcome.weighs
        ]

    @property
    def sound(self) -> bool:
        """Whether nothing fails, and nothing was missed that could."""
        return self.looked and not self.failing and not self.blind


def planned(name: str, template: dict[str, Any], size: int) -> Planned:
    """Return a template whose values are not known yet."""
    return Planned(name, template, {}, size, {})


def examine(
    settings: Settings,
    template: Planned,
    aws: Account,
    now: datetime,
    watch: Callable[[Collection[str]], None] = lambda _: None,
) -> Examined:
    """Run all checks whose question arises; ``watch`` gets the names of those still running."""
    before = _placed(template, aws, {})
    found: list[Found] = []
    stack, looked = None, True
    try:
        stack = find_stack(aws, before)
    except Refusal as refusal:
        looked = False
        found = [Found(check, refused(refusal)) for check in all_checks() if check.name == "stack"]
    after = _placed(template, aws, stack.parameters if stack else {})
    case = Case(settings, after, aws, stack, now)
    asked = [check for check in all_checks() if _is_asked(check, stack, looked=looked)]
    found = [*found, *_side_by_side(case, asked, watch)]
    return Examined(case, looked, _in_order(found), _arrivals(case) if stack else {})


def _placed(template: Planned, aws: Account, given: dict[str, str]) -> Planned:
    """Return the template as CloudFormation sees it in an account, with the values given."""
    place = {"AWS::AccountId": aws.id, "AWS::Region": aws.region, "AWS::Partition": aws.partition}
    values = {**defaults(template.template), **given, **place}
    return template._replace(resources=resolve_resources(template.template, values), values=values)


def _is_asked(check: Check, stack: Stack | None, *, looked: bool) -> bool:
    if looked:
        return check.asked(deployed=stack is not None)
    # Whose a channel's configuration is can only be said of a stack that is known.
    return check.when == "always" and check.name != "channel"


def _in_order(found: list[Found]) -> list[Found]:
    names = [check.name for check in all_checks()]
    return sorted(found, key=lambda each: names.index(each.check.name))


def _side_by_side(
    case: Case, checks: list[Check], watch: Callable[[Collection[str]], None]
) -> Iterator[Found]:
    # Threads that do not keep a program alive: after Ctrl-C, nobody waits for slow answers.
    done: Queue[tuple[Check, list[Outcome]]] = Queue()
    running = {check.name: None for check in checks}
    for check in checks:
        Thread(target=lambda check=check: done.put((check, _run(case, check))), daemon=True).start()
    while running:
        watch(list(running))
        try:
            check, outcomes = done.get(timeout=_TICK)
        except Empty:
            continue
        del running[check.name]
        yield from (Found(check, outcome) for outcome in outcomes)


def _run(case: Case, check: Check) -> list[Outcome]:
    """Run one check; whatever happens, it has an outcome."""
    outcomes: list[Outcome] = []
    try:
        seen = case._replace(aws=Declared(case.aws, check.calls))
        for outcome in check.run(seen):
            outcomes.append(outcome)  # noqa: PERF402  (what came before a refusal is kept)
    except Refusal as refusal:
        outcomes.append(refused(refusal))
    except Exception as error:  # noqa: BLE001  (an answer that nobody here has seen)
        outcomes.append(_not_understood(error))
    return outcomes


def refused(refusal: Refusal) -> Outcome:
    """Say why AWS did not answer, and what would make it."""
    text = Said(
        f"{refusal.action} was refused: {refusal.code}.",
        f"{refusal.action} が拒否されました: {refusal.code}。",
    )
    if refusal.by_organization:
        remedy = Said(
            "A service control policy of the organization denies it: ask its administrators.",
            "組織のサービスコントロールポリシーで拒否されています。管理者に依頼してください。",
        )
    elif refusal.denied:
        remedy = Said(
            f"Allow {refusal.iam_action}; doctor --policy prints all that it reads.",
            f"{refusal.iam_action} を許可してください。doctor --policy で必要な権限を表示します。",
        )
    elif refusal.busy:
        remedy = Said("Run doctor again in a minute.", "1 分後にもう一度実行してください。")
    else:
        remedy = Said(refusal.message, refusal.message)
    return unknown(text, remedy, refusal.iam_action if refusal.denied else "")


def _not_understood(error: Exception) -> Outcome:
    what = f"{type(error).__name__}: {error}"
    return unknown(
        Said(f"The answer was not understood: {what}.", f"応答を解釈できませんでした: {what}。"),
        Said(
            "Please report it with what --record writes.",
            "--record の出力を添えて報告してください。",
        ),
    )


def _arrivals(case: Case) -> dict[str, str]:
    """Return the hour of the last message of a route for each channel, as far as it can be read."""
    try:
        last = {topic.title: topic.delivered.last for topic in traffic(case)}
    except Refusal:
        return {}
    return {
        channel: max((last.get(title, "") for title in titles), default="")
        for channel in case.settings.used_channels
        if (titles := _titles(case, channel))
    }


def _titles(case: Case, channel: str) -> list[str]:
    """Return the logical ids of the topics of routes that a channel shows: not those of digests."""
    shown = channel_topics(case, channel)
    return [
        title
        for route in case.settings.routes
        for title, arn in route_topics(case, route).items()
        if arn in shown
    ]
