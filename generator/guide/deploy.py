"""``DEPLOY.md``: the console walk-through of one params file, in its language."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from generator.blocks.logical_ids import logical_ids
from generator.companions.sample_finding import ACCOUNT, REGION, TIME
from generator.guide.costs import costs
from generator.guide.deployment_ways import ways
from generator.guide.failures import lost
from generator.guide.match_in_words import selected
from generator.params.naming import logical_id
from generator.routing.event_pattern import only_new
from generator.system.jinja import environment
from generator.templates import TEMPLATES, wanted
from generator.templates.parameters import stack_parameters

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from jinja2 import Environment

    from generator.companions.sample_finding import Sample
    from generator.params import Settings


def deploy_text(
    settings: Settings,
    tried: Sample,
    large: Collection[str] = (),
    templates: Mapping[str, dict[str, Any]] | None = None,
) -> str:
    """Return the guide; ``tried`` is the finding that it imports.

    ``large`` are the templates that do not fit into a request; ``templates`` those of the params
    file as plain data, built again where they are not given.
    """
    templates = templates or {
        name: TEMPLATES[name](settings).to_dict() for name in wanted(settings)
    }
    return (
        _environment()
        .get_template(f"deploy.{settings.language}.md.j2")
        .render(
            settings=settings,
            parameters=stack_parameters(settings),
            sample=tried,
            large=large,
            placeholders={"account": ACCOUNT, "region": REGION, "time": TIME},
            topics={route.name: settings.route_name(route) for route in settings.routes},
            configurations={name: settings.channel_name(name) for name in settings.channels},
            processed=[one.name for one in settings.routes if one.has_state_machine],
            by_hand=_by_hand(settings),
            once=[one.name for one in settings.routes if one.notifies_once],
            repeating=_repeating(settings),
            try_any=tried.route is not None and only_new(tried.route),
            new_only=any(only_new(route) for route in settings.routes),
            delivery_policy=_delivery_policy(settings),
            costs=costs(templates),
            **ways(settings),
            **lost(settings, _environment()),
        )
    )


def _repeating(settings: Settings) -> list[str]:
    """Return the routes that notify of each update of a finding."""
    return [one.name for one in settings.routes if one.on == "imported" and not one.notifies_once]


def _by_hand(settings: Settings) -> dict[str, str]:
    """Return the custom actions to create: names, and ids that Security Hub accepts for them."""
    words = [
        word
        for route in settings.routes
        if route.on == "custom_action"
        for word in (route.match.actions if isinstance(route.match.actions, tuple) else ("*",))
    ]
    names = dict.fromkeys("Send to Slack" if "*" in word else word for word in words)
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
    made = environment(__file__, lstrip_blocks=True, keep_trailing_newline=True)
    made.filters["ids"] = lambda name: logical_ids(logical_id(name))
    made.filters["selected"] = selected
    return made
