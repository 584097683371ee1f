"""Findings of ours as the new Security Hub sends them, one of each kind."""

from __future__ import annotations

from typing import Any

_CLASSES = {
    2002: "Vulnerability Finding",
    2003: "Compliance Finding",
    2004: "Detection Finding",
    2006: "Data Security Finding",
}
_PRODUCTS = "arn:aws:securityhub:eu-west-1::productv2/"


def _finding(class_uid: int, *, product: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": _CLASSES[class_uid],
        "class_uid": class_uid,
        "cloud": {
            "account": {"uid": "444455556666", "name": "shop-prod"},
            "provider": "AWS",
            "region": "eu-west-1",
        },
        "metadata": {
            "product": {"vendor_name": "AWS", **product},
            "uid": "0a1b2c3d4e5f",
            "version": "1.9.0",
        },
        "severity": "High",
        "severity_id": 4,
        "status": "New",
        "status_id": 1,
        "type_uid": class_uid * 100 + 1,
        **fields,
    }


def _info(uid: str, title: str, *types: str, **fields: Any) -> dict[str, Any]:
    return {
        "uid": f"arn:aws:{uid}",
        "title": title,
        "types": list(types),
        "created_time_dt": "2026-11-24T08:00:00.000Z",
        "first_seen_time_dt": "2026-11-23T21:20:09.123456789Z",
        **fields,
    }


_BUCKET = {
    "type": "AWS::S3::Bucket",
    "uid": "shop-logs",
    "uid_alt": "arn:aws:s3:::shop-logs",
    "region": "eu-west-1",
    "cloud_partition": "aws",
}
_INSTANCE = {"type": "AWS::EC2::Instance", "uid": "i-0a1b2c3d", "region": "eu-west-1"}

POSTURE = _finding(
    2003,
    product={"name": "Security Hub", "uid": f"{_PRODUCTS}aws/securityhub"},
    finding_info=_info(
        "securityhub:eu-west-1:444455556666:security-control/S3.8/finding/1",
        "S3 buckets should block public access",
        "Posture Management",
        desc="This control checks whether a bucket blocks public access.",
    ),
    compliance={
        "assessments": [
            {"name": "HAS_POLICY", "desc": "The bucket has a policy.", "meets_criteria": True},
            {"name": "IS_PUBLIC", "desc": "The bucket is public.", "meets_criteria": False},
        ],
        "control": "S3.8",
        "standards": ["standards/aws-foundational-security-best-practices/v/1.0.0"],
        "status": "Fail",
    },
    remediation={
        "desc": "For how to fix this, consult the controls documentation.",
        "references": ["https://docs.aws.amazon.com/console/securityhub/S3.8/remediation"],
    },
    resources=[_BUCKET],
)
EXPOSURE = _finding(
    2004,
    product={
        "name": "Security Hub Exposure Detection",
        "uid": f"{_PRODUCTS}aws/securityhub-risk",
        "feature": {"uid": "security-hub/Exposure"},
    },
    finding_info=_info(
        "securityhub:eu-west-1:444455556666:risk:1",
        "A public bucket has sensitive data",
        "Potential Impact",
        related_events=[
            {"title": "A bucket is public", "uid": "a"},
            {"title": "A bucket has card numbers", "uid": "b"},
            {"title": "A bucket has no access log", "uid": "c"},
            {"title": "A bucket is not encrypted", "uid": "d"},
        ],
    ),
    impact="High",
    likelihood="Very High",
    resources=[_BUCKET, _INSTANCE],
)
SEQUENCE = _finding(
    2004,
    product={
        "name": "GuardDuty",
        "uid": f"{_PRODUCTS}aws/guardduty",
        "feature": {"name": "Correlation"},
    },
    finding_info=_info(
        "guardduty:eu-west-1:444455556666:detector/aa/finding/bb",
        "Several steps of an attack on an instance",
        "Threats",
        "AttackSequence:EC2/CompromisedInstanceGroup",
        related_events_count=7,
        related_events=[{"title": "An odd address"}, {"title": "A new binary"}],
        src_url="https://eu-west-1.console.aws.amazon.com/guardduty/home?region=eu-west-1#/x",
    ),
    remediation={
        "desc": "Please review the remediation guidance provided in the referenced documentation",
        "references": ["https://docs.aws.amazon.com/guardduty/latest/ug/x.html"],
    },
    resources=[_INSTANCE],
)
VULNERABILITY = _finding(
    2002,
    product={"name": "Inspector", "uid": f"{_PRODUCTS}aws/inspector", "vendor_name": "Amazon"},
    finding_info=_info("inspector2:eu-west-1:444455556666:finding/1", "CVE-2026-1 - libx"),
    vulnerabilities=[
        {
            "cve": {
                "uid": "CVE-2026-1",
                "cvss": [
                    {"base_score": 5, "version": "2.0"},
                    {"base_score": 9.8, "version": "3.1"},
                ],
                "epss": {"score": "0.42"},
            },
            "is_exploit_available": True,
            "is_fix_available": True,
            "affected_packages": [
                {"name": "libx", "version": "1:2.3-4", "fixed_in_version": "1:2.3-5"},
                {"name": "libx-dev", "version": "1:2.3-4", "fixed_in_version": "1:2.3-5"},
            ],
        }
    ],
    remediation={
        "desc": "Remediation is available. Please refer to the Fixed version in the section above."
    },
    resources=[_INSTANCE],
)
SENSITIVE = _finding(
    2006,
    product={"name": "Macie", "uid": f"{_PRODUCTS}aws/macie"},
    finding_info=_info("macie2:eu-west-1:444455556666:finding/1", "An object has card numbers"),
    resources=[_BUCKET],
)
COVERAGE = _finding(
    2003,
    product={
        "name": "Security Hub Coverage",
        "uid": f"{_PRODUCTS}aws/securityhub-coverage",
        "feature": {"uid": "security-hub/Coverage"},
    },
    finding_info=_info("coverage", "GuardDuty covers this account", "Coverage"),
    compliance={"assessments": [{"name": "GuardDuty", "meets_criteria": True}], "status": "Pass"},
    resources=[{"type": "AWS::::Account", "uid": "444455556666"}],
)
KINDS = {
    "posture": POSTURE,
    "exposure": EXPOSURE,
    "attack sequence": SEQUENCE,
    "vulnerability": VULNERABILITY,
    "sensitive data": SENSITIVE,
    "coverage": COVERAGE,
}
EVERYTHING: dict[str, Any] = {
    **VULNERABILITY,
    **EXPOSURE,
    **POSTURE,
    "finding_info": {**POSTURE["finding_info"], **SEQUENCE["finding_info"]},
}
"""A finding with all the fields that messages show."""
