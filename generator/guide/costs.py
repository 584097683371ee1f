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


def costs(settings: Settings, templates: Mapping[str, Template]) -> Costs:
    """Return what the templates of a params file cost: a home, and each place that forwards."""
    where = places(settings)
    home = _count(templates["standalone.yaml"])
    elsewhere = _count(templates["stackset.yaml"], but=IS_HOME)
    alarms, keys = home["AWS::CloudWatch::Alarm"], home["AWS::KMS::Key"]
    machines = home["EXPRESS"]
    digests = home["STANDARD"]
    away = elsewhere["AWS::CloudWatch::Alarm"]
    return Costs(
        alarms=alarms,
        alarms_elsewhere=away,
        keys=keys,
        month=f"{alarms * ALARM + keys * KEY:.2f}",
        month_elsewhere=f"{away * ALARM:.2f}",
        places=where,
        month_places=f"{where.forwarding * away * ALARM:,.2f}",
        month_homes=f"{where.homes * (alarms * ALARM + keys * KEY):,.2f}",
        message=f"{PUBLISHED + DELIVERED:.2f}",
        machine=f"{STARTED:.2f}",
        second=f"{MILLION_SECONDS:.2f}",
        forwarded=f"{FORWARDED:.2f}",
        direct=home["AWS::Events::Rule"] > machines,
        machines=bool(machines),
        digests=digests,
        digest=f"{_STEPS * TRANSITION:.4f}",
    )


def _count(template: Template, but: str = "") -> Counter[str]:
    """Count the resources by type, state machines by theirs, but for those of one condition."""
    return Counter(
        resource.get("Properties", {}).get("StateMachineType", resource["Type"])
        for resource in template["Resources"].values()
        if not but or resource.get("Condition") not in {but, "ReceivesFindings"}
    )
