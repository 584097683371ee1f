"""An insight of Security Hub CSPM: a saved filter, by whose groups findings are counted.

A number of insights in an account and region is a quota (100), and they carry no tags.
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub_limits.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import securityhub

from generator.blocks.deploy_permissions import ACCOUNT, Actions, Grant
from generator.blocks.metadata import about

if TYPE_CHECKING:
    from collections.abc import Mapping

DEPLOY_GRANTS: Actions = {
    # Insights have ids that AWS makes up; the permissions are on the hub.
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html
    "AWS::SecurityHub::Insight": (
        Grant(
            (
                "securityhub:CreateInsight",
                "securityhub:DeleteInsight",
                "securityhub:GetInsights",
                "securityhub:UpdateInsight",
            ),
            (f"securityhub:*:{ACCOUNT}:hub/default",),
        ),
    ),
}


def insight(*, title: str, name: str, filters: Mapping[str, Any], by: str) -> securityhub.Insight:
    """Build the insight: findings that the filters select, grouped by one attribute."""
    return securityhub.Insight(
        title,
        Name=name,
        Filters=securityhub.AwsSecurityFindingFilters.from_dict(None, dict(filters)),
        GroupByAttribute=by,
        **about("Counts findings for the digest; its link shows them in the console."),
    )
