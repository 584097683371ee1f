"""Lends the emulator rules that are disabled: it matches events with these as with any other.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
"""

from typing import Any

from localstack.services.events.provider import EventsProvider

_process = EventsProvider._process_rules


def lend() -> None:
    EventsProvider._process_rules = _process_if_enabled


def _process_if_enabled(provider: EventsProvider, rule: Any, *event: Any) -> None:
    if rule.state != "DISABLED":
        _process(provider, rule, *event)
