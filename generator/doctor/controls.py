"""Which routes can match findings of controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.params import Not

if TYPE_CHECKING:
    from generator.params import Route, Settings
    from generator.params.choices import Source

_OF_CONTROLS = "aws/securityhub"
"""The product whose findings are those of controls."""

_CHECKED = {"PASSED", "FAILED", "WARNING", "NOT_AVAILABLE"}


def wants_controls(settings: Settings, source: Source) -> list[str]:
    """Return the routes that match nothing but findings of controls, of one product."""
    return [
        route.name
        for route in settings.routes
        if route.source == source and route.on == "imported" and _controls_alone(route)
    ]


def _controls_alone(route: Route) -> bool:
    match = route.match
    if match.controls or match.standards:
        return True
    if match.products and not isinstance(match.products, Not):
        return set(match.products) == {_OF_CONTROLS}
    compliance = match.compliance
    return isinstance(compliance, tuple) and set(compliance) <= _CHECKED
