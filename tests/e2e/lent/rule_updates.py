"""Lends the emulator the update of AWS::Events::Rule.

Its resource provider has none: the emulator logs a warning and keeps the old rule, so a stack
update that changes a pattern would report success and change nothing.
"""

from typing import Any

from localstack.services.events.resource_providers.aws_events_rule import EventsRuleProvider


def lend() -> None:
    EventsRuleProvider.update = _update


def _update(provider: EventsRuleProvider, request: Any) -> Any:
    before, after = request.previous_state, request.desired_state
    # Without a name the provider would make up another one, and so another rule.
    after["Name"] = before["Id"].rsplit("|", maxsplit=1)[-1]
    bus = {"EventBusName": after["EventBusName"]} if after.get("EventBusName") else {}
    if gone := _target_ids(before) - _target_ids(after):
        request.aws_client_factory.events.remove_targets(
            Rule=after["Name"], Ids=sorted(gone), **bus
        )
    # PutRule and PutTargets, which create calls, replace what has the same name.
    return provider.create(request)


def _target_ids(properties: dict[str, Any]) -> set[str]:
    return {target["Id"] for target in properties.get("Targets") or []}
