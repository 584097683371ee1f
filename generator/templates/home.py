"""What a home contains: the account and region that is connected to the channels.

The standalone template is a home; other templates contain one and something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import AWSObject, Equals, GetAtt, Output, Ref

from generator.blocks.delivery_status_role import delivery_log_role
from generator.blocks.kms_key import deploys, key, logs_use, services_use
from generator.blocks.state_machine import LOG_GROUPS
from generator.messages.texts import too_long
from generator.params.naming import NEW_FINDINGS_ONLY, launch_role_name
from generator.routing.event_pattern import only_new
from generator.templates.alarm_topics import alarm_topics
from generator.templates.boundary import (
    add_boundary,
    boundary_conditions,
    boundary_parameter,
    may_be_bound,
)
from generator.templates.channel import button_resources, channel_resources
from generator.templates.channel_parameters import channel_parameters
from generator.templates.console import outputs
from generator.templates.digest import digest_resources
from generator.templates.errors import UnbuildableError
from generator.templates.home_location import is_launched
from generator.templates.kinds import kinds
from generator.templates.parameters import filter_parameters
from generator.templates.pause import pause_conditions, pause_parameter
from generator.templates.processing import kind_resources, marker_alarms, marker_of
from generator.templates.route import ONLY_NEW, route_resources
from generator.templates.shared import Shared, role_path
from generator.templates.texts import mapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from awacs.aws import Statement

    from generator.blocks.topic import Publisher
    from generator.params import Settings
    from generator.templates.parameters import StackParameter


class Home(NamedTuple):
    """The parts of a home, in the order in which a template shows them."""

    parameters: list[StackParameter]
    mappings: dict[str, Any]
    conditions: dict[str, Any]
    resources: list[AWSObject]
    outputs: list[Output]


def home(settings: Settings, alarm_publishers: Sequence[Publisher] = ()) -> Home:
    """Build what the routes share, each route, and each channel's alarms and chat configuration.

    ``alarm_publishers`` may publish alarms in addition to CloudWatch.
    """
    if problems := list(too_long(settings)):
        raise UnbuildableError(*problems)
    resources, shared = _shared(settings, alarms_forwarded=bool(alarm_publishers))
    resources += _routes(settings, shared)
    for digest in settings.digests:
        resources += digest_resources(settings, digest, shared)
    resources += alarm_topics(settings, shared.key, also=alarm_publishers)
    resources += button_resources(settings)
    for name in settings.channels:
        resources += channel_resources(settings, name)
    if may_be_bound(settings):
        add_boundary(resources)
    return Home(
        parameters=home_parameters(settings),
        mappings=mapping(settings),
        conditions=_conditions(settings),
        resources=resources,
        outputs=outputs(settings),
    )


def _routes(settings: Settings, shared: Shared) -> list[AWSObject]:
    """Return each route's resources, then those of its kind, then what marks findings."""
    of_route = {route.name: kind for kind in kinds(settings) for route in kind.routes}
    sources = dict.fromkeys(route.source for route in settings.routes if route.notifies_once)
    markers = {source: marker_of(settings, source, shared) for source in sources}
    resources: list[AWSObject] = []
    for route in settings.routes:
        kind = of_route.get(route.name)
        resources += route_resources(settings, route, shared, kind)
        if kind and route == kind.routes[-1]:
            resources += kind_resources(settings, kind, shared, markers)
    for source, marking in markers.items():
        resources += [*marking, *marker_alarms(settings, source, marking)]
    return resources


def home_parameters(settings: Settings) -> list[StackParameter]:
    """Return all parameters of a home, in the order in which the console asks for them."""
    parameters = [
        *channel_parameters(settings),
        *filter_parameters(settings),
        pause_parameter(settings),
    ]
    if may_be_bound(settings):
        parameters.append(
            boundary_parameter(
                settings, "Permissions boundary of the roles that this stack creates."
            )
        )
    return parameters


def _conditions(settings: Settings) -> dict[str, Any]:
    conditions = pause_conditions()
    if may_be_bound(settings):
        conditions |= boundary_conditions()
    if any(only_new(route) for route in settings.routes):
        conditions[ONLY_NEW] = Equals(Ref(NEW_FINDINGS_ONLY), "true")
    return conditions


def _shared(settings: Settings, *, alarms_forwarded: bool) -> tuple[list[AWSObject], Shared]:
    """Return what all routes share, as resources and as references to them."""
    resources: list[AWSObject] = []
    shared = Shared()
    if settings.key_source == "made":
        users = key_users(settings, alarms_forwarded=alarms_forwarded)
        resources.append(key(description=settings.description, users=users, tags=settings.tags))
        shared = shared._replace(key=GetAtt(resources[-1], "Arn"))
    elif settings.key_source == "given":
        shared = shared._replace(key=settings.encryption)
    if settings.topic.delivery_status_logging:
        resources.append(delivery_log_role(path=role_path(settings), tags=settings.tags))
        shared = shared._replace(logging_role=GetAtt(resources[-1], "Arn"))
    return resources, shared


def key_users(settings: Settings, *, alarms_forwarded: bool = False) -> list[Statement]:
    """Return what lets each service on the way use the key, and no other.

    A state machine uses it by its own role. ``alarms_forwarded``: EventBridge brings alarms.
    """
    direct = not all(route.has_state_machine for route in settings.routes)
    events = direct or settings.dead_letter_queue or alarms_forwarded
    # The chat service's need of the key is disputed; granting it is harmless.
    services = {"events": events, "chatbot": settings.uses_chat, "cloudwatch": settings.alarms}
    using = [f"{name}.amazonaws.com" for name, uses in services.items() if uses]
    logging = settings.has_state_machines
    logs = [logs_use(f"{LOG_GROUPS}{settings.name}")] if logging else []
    launching = [deploys(launch_role_name(settings.name))] if is_launched(settings) else []
    services_using = [services_use(*using)] if using else []
    return [*services_using, *logs, *launching]
