"""The guides of one params file, in its language: ``DEPLOY.md`` and those of other ways."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.blocks.automation_rule import DEPLOY_ACTIONS
from generator.blocks.logical_ids import logical_ids
from generator.cloudformation.limits import CHAT_SERVICE_EVENTS_A_MINUTE
from generator.companions.sample_finding import ACCOUNT, REGION, TIME
from generator.guide.channels import CHANGES, channels
from generator.guide.costs import costs
from generator.guide.deployment_ways import deployment_ways
from generator.guide.failures import failures
from generator.guide.match_in_words import match_in_words
from generator.params.naming import logical_id
from generator.params.schedule import gaps_differ, longest_gap
from generator.routing.event_pattern import only_new
from generator.system.jinja import environment
from generator.templates import TEMPLATES, wanted
from generator.templates.home import home_parameters
from generator.templates.kinds import kinds
from generator.templates.processing import marker_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from jinja2 import Environment

    from generator.companions.sample_finding import Sample
    from generator.params import Match, Settings
    from generator.params import choices as c
    from generator.params.digests import Digest


CONSOLE = "DEPLOY.md"
_OTHERS = {
    "DEPLOY-command-line.md": "command_line",
    "DEPLOY-stackset.md": "stackset",
    "DEPLOY-service-catalog.md": "service_catalog",
}
"""The guide of each other way to deploy, and its template."""
_WAYS = {
    "en": {
        "command_line": "the command line, Git or a link",
        "stackset": "several accounts and regions",
        "service_catalog": "a product in Service Catalog",
    },
    "ja": {
        "command_line": "コマンドライン、Git、リンク",
        "stackset": "複数のアカウントとリージョン",
        "service_catalog": "Service Catalog の製品",
    },
}


def guides(
    settings: Settings,
    tried: Sample,
    large: Collection[str] = (),
    templates: Mapping[str, dict[str, Any]] | None = None,
) -> dict[str, str]:
    """Return the guides by file name: one for the console, and one for each other way to deploy.

    ``tried`` is the finding that they import. ``large`` are the templates that do not fit into a
    request; ``templates`` those of the params file as plain data, built again where they are not
    given.
    """
    templates = templates or {
        name: TEMPLATES[name](settings).to_dict() for name in wanted(settings)
    }
    others = {
        name: kind
        for name, kind in _OTHERS.items()
        if kind != "service_catalog" or settings.deployment.service_catalog
    }
    said = _WAYS[settings.language]
    values = {
        **_values(settings, tried, large, templates),
        "others": {name: said[kind] for name, kind in others.items()},
    }
    kinds = {CONSOLE: "deploy", **others}
    return {
        name: _environment().get_template(f"{kind}.{settings.language}.md.j2").render(values)
        for name, kind in kinds.items()
    }


def _values(
    settings: Settings,
    tried: Sample,
    large: Collection[str],
    templates: Mapping[str, dict[str, Any]],
) -> dict[str, Any]:
    """Return what the guides say of a params file."""
    routes = settings.routes
    return {
        "settings": settings,
        "parameters": home_parameters(settings),
        "sample": tried,
        "large": large,
        "placeholders": {"account": ACCOUNT, "region": REGION, "time": TIME},
        "topics": {route.name: settings.route_name(route) for route in routes},
        **channels(settings, _environment()),
        "processed": [route.name for route in routes if route.has_state_machine],
        "machines": [kind.ids.state_machine for kind in kinds(settings)],
        "marker_v2": marker_ids("security_hub").state_machine,
        "by_hand": _by_hand(settings),
        "once": [route.name for route in routes if route.notifies_once],
        **_products(settings),
        "repeating": _repeating(settings),
        "events_a_second": CHAT_SERVICE_EVENTS_A_MINUTE // 60,
        "hubs": _HUBS,
        "exception_actions": _exception_actions(settings),
        "digests": [_digest(digest) for digest in settings.digests],
        "try_any": tried.route is not None and only_new(tried.route),
        "new_only": any(only_new(route) for route in routes),
        "new_only_routes": [route.name for route in routes if only_new(route)],
        "delivery_policy": _delivery_policy(settings),
        "costs": costs(settings, templates),
        **deployment_ways(settings),
        **failures(settings, _environment(), templates["standalone.yaml"]),
    }


def _exception_actions(settings: Settings) -> list[str]:
    """Return what deploying the exceptions requires."""
    sources = {accepted.source for accepted in settings.exceptions}
    return sorted({action for source in sources for action in DEPLOY_ACTIONS[source]})


_HUBS: dict[c.Source, str] = {
    "security_hub_cspm": "Security Hub CSPM",
    "security_hub": "Security Hub",
}


class _Digest(NamedTuple):
    """What the guide says of a digest."""

    name: str
    source: c.Source
    match: Match
    schedule: str
    timezone: str
    channels: tuple[str, ...]
    days: int
    uneven: bool
    hub: str
    on: c.On = "imported"


def _digest(digest: Digest) -> _Digest:
    return _Digest(
        name=digest.name,
        source=digest.source,
        match=digest.match,
        schedule=digest.schedule,
        timezone=digest.timezone,
        channels=digest.channels,
        days=longest_gap(digest.schedule),
        uneven=gaps_differ(digest.schedule),
        hub=_HUBS[digest.source],
    )


def _products(settings: Settings) -> dict[str, Any]:
    """Return which products send the findings, and which routes mark findings of which."""
    by_name = {route.name: route.source for route in settings.routes}
    names: dict[str, list[str]] = {source: [] for source in _HUBS}
    for route in settings.routes:
        if route.notifies_once:
            names[route.source].append(route.name)
    sources = [s for s in _HUBS if any(route.source == s for route in settings.routes)]
    and_ = {"en": " and ", "ja": " と "}[settings.language]
    return {
        "source_of": lambda parameter: by_name.get(parameter.owner),
        "cspm": "security_hub_cspm" in sources,
        "v2": "security_hub" in sources,
        "hub": and_.join(_HUBS[source] for source in sources),
        "once_cspm": names["security_hub_cspm"],
        "once_v2": names["security_hub"],
    }


def _repeating(settings: Settings) -> list[str]:
    """Return the routes that notify of each update of a finding."""
    return [
        route.name
        for route in settings.routes
        if route.on == "imported" and not route.notifies_once
    ]


_SENDS: dict[c.ChannelKind, str] = {
    "slack": "Send to Slack",
    "teams": "Send to Teams",
    "email": "Send by e-mail",
}
"""What a custom action of Security Hub's console may be called."""


def _by_hand(settings: Settings) -> dict[str, str]:
    """Return the custom actions to create: names, and ids that Security Hub accepts for them."""
    words = [
        word
        for route in settings.routes
        if route.on == "custom_action"
        for word in (route.match.actions if isinstance(route.match.actions, tuple) else ("*",))
    ]
    default = next(name for kind, name in _SENDS.items() if kind in settings.kinds)
    names = dict.fromkeys(default if "*" in word else word for word in words)
    return {name: re.sub(r"[^A-Za-z0-9]", "", name.title()) for name in names}


def _delivery_policy(settings: Settings) -> str:
    policy = settings.topic.delivery_policy
    return (
        json.dumps(policy.model_dump(by_alias=True, exclude_none=True), separators=(",", ":"))
        if policy
        else ""
    )


@cache
def _environment() -> Environment:
    filters: dict[str, Callable[..., Any]] = {
        "ids": lambda name: logical_ids(logical_id(name)),
        "changes": CHANGES.__getitem__,
        "selected": match_in_words,
    }
    return environment(__file__, filters=filters, lstrip_blocks=True, keep_trailing_newline=True)
