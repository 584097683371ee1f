"""The names that IAM has for calls: an API's calls and IAM's actions differ in places.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

_PREFIXES = {"stepfunctions": "states", "service-quotas": "servicequotas"}
"""The services that IAM calls something else than botocore does."""

_ACTIONS = {
    "s3:ListObjectsV2": "s3:ListBucket",
    # https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingsV2.html
    "securityhub:GetFindingsV2": "securityhub:GetFindings",
}
"""The calls that IAM calls something else than the API does."""


def iam_action(call: str) -> str:
    """Return the IAM action that allows a call."""
    service, _, operation = call.partition(":")
    return _ACTIONS.get(call, f"{_PREFIXES.get(service, service)}:{operation}")
