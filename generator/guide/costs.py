"""What a deployment costs a month: prices, and what of the templates they apply to.

List prices of us-east-1 in US dollars, without free tiers, as the pages said in November 2026 or as
they are quoted since; other regions differ by some per cent.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.guide.places import Places, places
from generator.templates.home_location import IS_HOME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.params import Settings

    Template = dict[str, Any]

ALARM = 0.10
"""A month, of a standard alarm. https://aws.amazon.com/cloudwatch/pricing/"""
KEY = 1.00
"""A month, of a customer managed key. https://aws.amazon.com/kms/pricing/"""
KEY_USED = 3.00
"""A million requests to a key (the same page)."""
QUEUED = 0.40
"""A million requests to a queue. https://aws.amazon.com/sqs/pricing/"""
PUBLISHED, DELIVERED = 0.50, 0.60
"""A million messages to a topic, and a million HTTPS deliveries. https://aws.amazon.com/sns/pricing/"""
FORWARDED = 1.00
"""A million events sent to another account or region. https://aws.amazon.com/eventbridge/pricing/"""
STARTED = 1.00
"""A million Express executions. https://aws.amazon.com/step-functions/pricing/"""
GIGABYTE_HOUR = 0.06
"""Of an Express execution, billed in steps of 64 MB, of which ours needs one (the same page)."""

TRANSITION = 0.000025
"""From state to state in a standard execution (the same page)."""
_STEPS = 10
"""Of a digest, at most; retries are more."""

_MILLION = 1_000_000
MILLION_SECONDS = _MILLION * 64 / 1024 / 3600 * GIGABYTE_HOUR
"""A million executions of one second."""


_MARKER = "marker"
MARKER = 60 * 24 * 365 / 12 / _MILLION * (STARTED + 1.1 * MILLION_SECONDS + QUEUED)
"""A month of starting the state machine that marks findings each minute, and of one request to its
queue, which it waits a second for.
"""


class Costs(NamedTuple):
    """Numbers of what costs, and US dollars: a month, and a million findings that notify."""

    alarms: int
    alarms_elsewhere: int
    keys: int
    month: str
    month_elsewhere: str
    places: Places
    month_places: str
    """In all places that forward."""
    month_homes: str
    """In all homes, where each account is its own."""
    message: str
    machine: str
    second: str
    forwarded: str
    direct: bool
    machines: bool
    digests: int
    digest: str
    markers: int
    marker: str
    """Of what marks findings, a month in which it finds nothing."""


def costs(settings: Settings, templates: Mapping[str, Template]) -> Costs:
    """Return what the templates of a params file cost: a home, and each place that forwards."""
    where = places(settings)
    home = _count(templates["standalone.yaml"])
    elsewhere = _count(templates["stackset.yaml"], but=IS_HOME)
    alarms, keys = home["AWS::CloudWatch::Alarm"], home["AWS::KMS::Key"]
    away = elsewhere["AWS::CloudWatch::Alarm"]
    markers = home[_MARKER]
    month = alarms * ALARM + keys * KEY + markers * MARKER
    return Costs(
        alarms=alarms,
        alarms_elsewhere=away,
        keys=keys,
        month=f"{month:.2f}",
        month_elsewhere=f"{away * ALARM:.2f}",
        places=where,
        month_places=f"{where.forwarding * away * ALARM:,.2f}",
        month_homes=f"{where.homes * month:,.2f}",
        message=f"{PUBLISHED + DELIVERED:.2f}",
        machine=f"{STARTED:.2f}",
        second=f"{MILLION_SECONDS:.2f}",
        forwarded=f"{FORWARDED:.2f}",
        direct=not all(route.has_state_machine for route in settings.routes),
        machines=bool(home["EXPRESS"]),
        digests=home["STANDARD"],
        digest=f"{_STEPS * TRANSITION:.4f}",
        markers=markers,
        marker=f"{MARKER:.2f}",
    )


def _count(template: Template, but: str = "") -> Counter[str]:
    """Count what costs, but for that of one condition: alarms by their metrics."""
    counted: Counter[str] = Counter()
    for resource in template["Resources"].values():
        if not but or resource.get("Condition") not in {but, "ReceivesFindings"}:
            kind, number = _kind(resource)
            counted[kind] += number
    return counted


def _kind(resource: dict[str, Any]) -> tuple[str, int]:
    """Return as what a resource is paid, and how many times."""
    properties = resource.get("Properties", {})
    if "ScheduleExpression" in properties and resource["Type"] == "AWS::Events::Rule":
        return _MARKER, 1
    # Of an alarm on a sum, each metric is charged.
    summands = sum("MetricStat" in metric for metric in properties.get("Metrics", ()))
    return properties.get("StateMachineType", resource["Type"]), summands or 1
