"""Strategies for matches and findings: few values, so that they meet."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from generator.params import choices as c

PRODUCTS = ("aws/securityhub", "aws/guardduty", "prowler/prowler", "123456789012/default")
STANDARDS = ("cis-aws-foundations-benchmark/v/1.4.0", "pci-dss/v/3.2.1", "nist-800-53/v/5.0.0")
TYPES = (
    *("TTPs/Discovery", "TTPs", "Effects/Data\\Exposure", "Software and Configuration Checks"),
    *("Software and Configuration Checks/CIS", "Software & Configuration Checks/Patch"),
)
CONTROLS = ("S3.1", "S3.8", "EC2.8", "IAM.6", "CIS.2.9")
GENERATORS = ("security-control/S3.1", "prowler-s3_bucket", "prowler-iam_root")
NAMES = ("prod-shop", "prod-bank", "sandbox")
IDS = ("arn:aws:s3:::logs-a", "arn:aws:s3:::logs-b", "i-0123")
RESOURCES = ("AwsS3Bucket", "AwsEc2Instance", "AwsEc2Vpc", "Other")
ACCOUNTS = ("111122223333", "444455556666", "111199998888")
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1")
TAGS = ("prod", "test", "team-a", "pro")


def selections(*words: str) -> st.SearchStrategy[Any]:
    """A list of words, or not: and a list of words."""
    lists = st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)
    return lists | lists.map(lambda listed: {"not": listed})


MATCHES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "severity": selections(*get_args(c.Severity)),
        "compliance": selections(*get_args(c.Compliance)),
        "workflow": selections(*get_args(c.Workflow)),
        "record_state": selections(*get_args(c.RecordState)),
        "accounts": selections(*ACCOUNTS, "1111*", "*3333", "1*8888", "*"),
        "account_names": selections(*NAMES, "prod-*", "*"),
        "generators": selections(*GENERATORS, "prowler-*", "*"),
        "regions": selections(*REGIONS, "eu-*", "*-1", "*-west-*", "*"),
        "products": selections(
            *PRODUCTS,
            "guardduty",
            "Security Hub",
            "aws/*",
            "prowler/*",
            "*/default",
            "GuardDuty",
            "*",
        ),
        "controls": selections(*CONTROLS, "2.9", "2.*", "S3.*", "*.8", "*C*", "*"),
        "standards": selections(*STANDARDS, "pci-dss", "cis-*", "standards/pci-dss/v/3.2.1", "*"),
        "resource_types": selections(*RESOURCES, "AwsEc2*", "*Bucket", "Aws*", "*"),
        "resources": selections(*IDS, "arn:aws:s3:::logs-*", "*"),
        "types": selections(
            *TYPES, "TTPs/*", "Software and Configuration Checks/*", "*\\Exposure", "*a*", "*"
        ),
        "resource_tags": st.dictionaries(
            st.sampled_from(("Env", "Team")),
            selections(*TAGS, "pro*", "*a", "t*t", "*"),
            min_size=1,
        ),
    },
)


def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


_IDS = st.sampled_from(STANDARDS).map(lambda name: {"StandardsId": f"standards/{name}"})
_ARNS = st.sampled_from(STANDARDS).map(lambda name: f"arn:aws:securityhub:::standards/{name}")
_RESOURCE = st.fixed_dictionaries(
    {"Id": st.sampled_from(IDS), "Type": st.sampled_from(RESOURCES)},
    optional={"Tags": _optional(Env=st.sampled_from(TAGS), Team=st.sampled_from(TAGS))},
)

FINDINGS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "Id": st.just("one"),
        "AwsAccountId": st.sampled_from(ACCOUNTS),
        "ProductArn": st.sampled_from(PRODUCTS).map(
            lambda name: f"arn:aws:securityhub:eu-west-1::product/{name}"
        ),
        "GeneratorId": st.sampled_from(GENERATORS),
        "Resources": st.lists(_RESOURCE, min_size=1, max_size=3),
    },
    optional={
        "Severity": _optional(Label=st.sampled_from(get_args(c.Severity)), Normalized=st.just(70)),
        "Workflow": _optional(Status=st.sampled_from(get_args(c.Workflow))),
        "RecordState": st.sampled_from(get_args(c.RecordState)),
        "Region": st.sampled_from(REGIONS),
        "AwsAccountName": st.sampled_from(NAMES),
        "Types": st.lists(st.sampled_from(TYPES), max_size=2),
        "Compliance": _optional(
            Status=st.sampled_from(("PASSED", "FAILED", "WARNING", "NOT_AVAILABLE")),
            SecurityControlId=st.sampled_from(CONTROLS),
            AssociatedStandards=st.lists(_IDS, max_size=2),
        ),
        "ProductFields": _optional(
            ControlId=st.sampled_from(CONTROLS),
            RuleId=st.sampled_from(("2.9", "1.1", "3.14")),
            StandardsArn=_ARNS,
            StandardsGuideArn=_ARNS,
        ),
    },
)
