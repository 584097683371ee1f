"""Strategies for matches and findings of the new Security Hub: few values, so that they meet."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from findings import ACCOUNTS, CONTROLS, IDS, NAMES, REGIONS, STANDARDS, TAGS, selections
from generator.params import choices as c

PRODUCTS = ("aws/securityhub", "aws/guardduty", "prowler/prowler", "aws/securityhub-coverage")
TYPES = (
    *("Threats", "TTPs/Discovery", "TTPs", "Execution:EC2/Suspicious", "Posture Management"),
    "Software and Configuration Checks/CIS",
)
SEQUENCE = ["Threats", "AttackSequence:EC2/CompromisedInstanceGroup"]
RESOURCES = ("AWS::S3::Bucket", "AWS::EC2::Instance", "AWS::EC2::VPC", "Other")
_EXPOSURE, _COVERAGE = "security-hub/Exposure", "security-hub/Coverage"
_OF_TYPES = ("exposure", "attack_sequence", "threat")


def _keys(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


def _apart(match: dict[str, Any]) -> dict[str, Any]:
    """Leave out types where kinds ask for types too, which is refused."""
    kinds = match.get("kinds", ())
    of_types = isinstance(kinds, dict) or any(kind in kinds for kind in _OF_TYPES)
    return {key: value for key, value in match.items() if key != "types" or not of_types}


MATCHES: st.SearchStrategy[dict[str, Any]] = _keys(
    kinds=selections(*get_args(c.Kind)),
    severity=selections(*get_args(c.Severity)),
    compliance=selections(*get_args(c.Compliance)),
    workflow=selections(*get_args(c.Workflow)),
    record_state=selections(*get_args(c.RecordState)),
    accounts=selections(*ACCOUNTS, "1111*", "*3333", "*"),
    account_names=selections(*NAMES, "prod-*", "*"),
    regions=selections(*REGIONS, "eu-*", "*"),
    products=selections(*PRODUCTS, "guardduty", "aws/*", "GuardDuty", "*"),
    controls=selections("S3.1", "S3.8", "EC2.8", "S3.*", "*.8", "*"),
    standards=selections(*STANDARDS, "pci-dss", "cis-*", "standards/pci-dss/v/3.2.1", "*"),
    resource_types=selections(*RESOURCES, "AWS::EC2::*", "*Bucket", "*"),
    resources=selections(*IDS, "arn:aws:s3:::logs-*", "*"),
    types=selections(*TYPES, "TTPs/*", "Software and Configuration Checks/*", "*a*", "*"),
    resource_tags=st.dictionaries(
        st.sampled_from(("Env", "Team")),
        st.lists(st.sampled_from((*TAGS, "pro*", "*")), min_size=1, max_size=3, unique=True),
        min_size=1,
        max_size=1,
    ),
).map(_apart)


def _info(types: list[str]) -> dict[str, Any]:
    return {"uid": "one", "title": "t", **({"types": types} if types else {})}


def _finding(parts: dict[str, Any]) -> dict[str, Any]:
    """Return a finding as the new Security Hub sends it: attack sequences are GuardDuty's."""
    product: dict[str, Any] = {
        "uid": f"arn:aws:securityhub:eu-west-1::productv2/{parts.pop('product')}"
    }
    if product["uid"].endswith("guardduty"):
        product["name"] = "GuardDuty"
    feature = parts.pop("feature", "")
    # Each feature has findings of one class.
    parts["class_uid"] = {_EXPOSURE: 2004, _COVERAGE: 2003}.get(feature, parts["class_uid"])
    types = parts.pop("types")
    if parts["class_uid"] == 2004 and product.get("name") == "GuardDuty":
        # GuardDuty always names the type itself.
        types = [*types, "Execution:EC2/Suspicious"]
        if feature == "Correlation":
            types = SEQUENCE
    if feature:
        key = "name" if feature == "Correlation" else "uid"
        product["feature"] = {key: feature}
    return {**parts, "finding_info": _info(types), "metadata": {"uid": "ab12", "product": product}}


_TAGGED = st.fixed_dictionaries(
    {"name": st.sampled_from(("Env", "Team")), "value": st.sampled_from(TAGS)}
)
_RESOURCE = st.fixed_dictionaries(
    {"uid": st.sampled_from(IDS), "type": st.sampled_from(RESOURCES)},
    optional={"uid_alt": st.sampled_from(IDS), "tags": st.lists(_TAGGED, max_size=2)},
)
_STANDARD = st.sampled_from(STANDARDS).map(lambda name: f"standards/{name}")
_CLOUD = st.fixed_dictionaries(
    {
        "account": st.fixed_dictionaries(
            {"uid": st.sampled_from(ACCOUNTS)}, optional={"name": st.sampled_from(NAMES)}
        ),
        "region": st.sampled_from(REGIONS),
    }
)

FINDINGS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "class_uid": st.sampled_from((2002, 2003, 2004, 2006, 2007)),
        "activity_name": st.sampled_from(("Create", "Update", "Close", "Other")),
        "severity": st.sampled_from(
            ("Critical", "Fatal", "High", "Medium", "Low", "Informational", "Unknown")
        ),
        "status": st.sampled_from(("New", "In Progress", "Suppressed", "Resolved", "Archived")),
        "cloud": _CLOUD,
        "product": st.sampled_from(PRODUCTS),
        "types": st.lists(st.sampled_from(TYPES), max_size=2),
        "resources": st.lists(_RESOURCE, min_size=1, max_size=3),
    },
    optional={
        "feature": st.sampled_from((_EXPOSURE, _COVERAGE, "Correlation")),
        "compliance": st.fixed_dictionaries(
            {},
            optional={
                "status": st.sampled_from(("Pass", "Fail", "Warning", "Unknown", "Other")),
                "control": st.sampled_from(CONTROLS),
                "standards": st.lists(_STANDARD, max_size=2),
            },
        ),
    },
).map(_finding)
