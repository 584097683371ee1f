"""Lends the emulator rules that are disabled: it matches events with these as with any other.

So does a rule with a schedule start nothing.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
"""

from collections.abc import Callable
from typing import Any

from localstack.services.events.provider import EventsProvider

_process = EventsProvider._process_rules
_job = EventsProvider._get_scheduled_rule_job_function


def lend() -> None:
    EventsProvider._process_rules = _process_if_enabled
    EventsProvider._get_scheduled_rule_job_function = _job_if_enabled


def _process_if_enabled(provider: EventsProvider, rule: Any, *event: Any) -> None:
    if rule.state != "DISABLED":
        _process(provider, rule, *event)


def _job_if_enabled(
    provider: EventsProvider, account: str, region: str, rule: Any
) -> Callable[..., None]:
    start = _job(provider, account, region, rule)

    def run(*arguments: Any, **named: Any) -> None:
        if rule.state != "DISABLED":
            start(*arguments, **named)

    return run
