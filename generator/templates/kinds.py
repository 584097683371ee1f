"""Which routes one state machine serves: all of a kind, or each has its own (`isolation`).

Routes are of a kind if their state machines would be the same: of one product, with the same texts,
and both marking or not. A kind is named by what it does, so that another route renames nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, assert_never

from generator.blocks.logical_ids import LogicalIds, logical_ids
from generator.messages.texts import texts_of
from generator.params.naming import SHARED, logical_id

if TYPE_CHECKING:
    from generator.params import Route, Settings
    from generator.params.choices import Source


class Kind(NamedTuple):
    """Routes that one state machine serves.

    Attributes:
        ids: logical ids of what they share.
        name: the name in AWS of what they share.
        label: what it is called in descriptions.
        routes: the routes, in the order of the file.

    """

    ids: LogicalIds
    name: str
    label: str
    routes: tuple[Route, ...]

    @property
    def source(self) -> Source:
        """The product whose findings they are about."""
        return self.routes[0].source

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that show them, the first route's first."""
        return tuple(dict.fromkeys(name for route in self.routes for name in route.channels))


def kinds(settings: Settings) -> list[Kind]:
    """Return the kinds of the routes that have a state machine, in the order of the file."""
    routes = [route for route in settings.routes if route.has_state_machine]
    match settings.isolation:
        case "route":
            return [_own(settings, route) for route in routes]
        case "kind":
            labels = {route.name: _label(settings, route) for route in routes}
            return [
                _shared(settings, label, [r for r in routes if labels[r.name] == label])
                for label in dict.fromkeys(labels.values())
            ]
        case _:
            assert_never(settings.isolation)


def kind_of(settings: Settings, route: Route) -> Kind:
    """Return the kind of a route that has a state machine."""
    return next(kind for kind in kinds(settings) if route in kind.routes)


def _own(settings: Settings, route: Route) -> Kind:
    ids, name = logical_ids(logical_id(route.name)), settings.route_name(route)
    return Kind(ids, name, f"Route {route.name}", (route,))


def _shared(settings: Settings, label: str, routes: list[Route]) -> Kind:
    name = f"{settings.name}-{label}"
    return Kind(logical_ids(logical_id(label)), name, f"Routes of {label}", tuple(routes))


def _label(settings: Settings, route: Route) -> str:
    """Return what names a kind; texts that are not the plain ones for Slack end it by a digest."""
    words = [SHARED, route.message]
    if route.source == "security_hub":
        words.append("v2")
    if route.notifies_once:
        words.append("once")
    looks = [text.look for text in texts_of(settings, route)]
    texts = [(look.chat, look.mail, bool(look.buttons), look.mentions) for look in looks]
    if texts != [("slack", False, False, ())]:
        words.append(sha256(repr(texts).encode()).hexdigest()[:8])
    return "-".join(words)
