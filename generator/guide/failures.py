"""What the guide says of what goes wrong: alarms, dead letters, and what a key must allow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troposphere import encode_to_dict

from generator.blocks.dead_letters import SUFFIX
from generator.blocks.rule_target import WHOLE_EVENT
from generator.cloudformation.intrinsics import resolve
from generator.templates.alarm_topics import has_many_channels
from generator.templates.forwarder import (
    alarm_names_elsewhere,
    alarm_publishers,
    queue_name_elsewhere,
)
from generator.templates.home import key_users
from generator.templates.home_location import may_forward
from generator.templates.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from generator.params import Settings

_ALARM = "AWS::CloudWatch::Alarm"
_PLACE = {"AWS::Partition": "aws", "AWS::Region": "REGION", "AWS::AccountId": "ACCOUNT_ID"}


def failures(
    settings: Settings, environment: Environment, standalone: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the words that the guide's sections on these need; ``standalone`` is the template."""
    routes = settings.routes
    resources = standalone["Resources"].values()
    return {
        "dead_letters": settings.dead_letter_queue,
        "status": _status(settings),
        "direct": sum(not route.has_state_machine for route in routes),
        "queues": _queues(settings),
        "many_channels": has_many_channels(settings),
        "shared": settings.isolation == "kind" and settings.has_state_machines,
        "alarms": {
            "home": sum(resource["Type"] == _ALARM for resource in resources),
            "elsewhere": next(iter(alarm_names_elsewhere(settings)), ""),
        },
        "resend": {
            place: resend(settings, environment, elsewhere=place == "elsewhere")
            for place in ("home", "elsewhere")
        },
        "key_statements": _key_statements(settings),
    }


def _status(settings: Settings) -> str:
    """Return what a finding is set to after its message, in the words of the products."""
    status = {"security_hub_cspm": "NOTIFIED", "security_hub": "In Progress"}
    sources = dict.fromkeys(route.source for route in settings.routes if route.notifies_once)
    or_ = {"en": " or ", "ja": " または "}[settings.language]
    return or_.join(status[source] for source in sources)


def resend(settings: Settings, environment: Environment, *, elsewhere: bool) -> str:
    """Return the command that sends dead letters again, at home or where findings come from."""
    return (
        environment.get_template("resend.sh.j2")
        .render(
            settings=settings,
            elsewhere=elsewhere,
            **_titles(settings),
            queues=_queues(settings),
            whole_event=WHOLE_EVENT,
            forwarding_queue=f"{queue_name_elsewhere(settings)}{SUFFIX}",
        )
        .rstrip("\n")
    )


def _titles(settings: Settings) -> dict[str, Any]:
    """Return which products send the findings, and where their titles are, in jq's words."""
    paths = {
        "security_hub_cspm": ".detail.findings[0].Title",
        "security_hub": ".detail.findings[0].finding_info.title",
    }
    sources = dict.fromkeys(route.source for route in settings.routes)
    return {
        "cspm": "security_hub_cspm" in sources,
        "v2": "security_hub" in sources,
        "title": " // ".join(paths[source] for source in sources),
    }


def _queues(settings: Settings) -> list[str]:
    """Return the names of the dead-letter queues."""
    direct = [
        settings.route_name(route) for route in settings.routes if not route.has_state_machine
    ]
    return [f"{name}{SUFFIX}" for name in (*direct, *(kind.name for kind in kinds(settings)))]


def _key_statements(settings: Settings) -> str:
    """Return what the policy of a key of the user must allow."""
    forwarded = bool(alarm_publishers(settings)) and may_forward(settings)
    users = encode_to_dict(key_users(settings, alarms_forwarded=forwarded))
    return json.dumps(resolve(users, {}, _PLACE), indent=2)
