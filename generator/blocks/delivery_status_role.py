"""The role with which SNS logs deliveries to CloudWatch Logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import logs
from awacs.aws import Allow, Statement
from troposphere import Sub, iam

from generator.blocks.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Mapping

# SNS names its log groups itself, and each topic has two: successes and failures.
_LOG_GROUPS = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:sns/*"


def delivery_log_role(*, path: str, tags: Mapping[str, str]) -> iam.Role:
    """Build the role; its permissions are those that SNS's guide lists, on SNS's log groups.

    https://docs.aws.amazon.com/sns/latest/dg/topics-attrib-prereq.html
    """
    write = Statement(
        Effect=Allow,
        Action=[logs.CreateLogGroup, logs.CreateLogStream, logs.PutLogEvents],
        Resource=[Sub(_LOG_GROUPS)],
    )
    return service_role(
        title="DeliveryLogRole",
        service="sns.amazonaws.com",
        path=path,
        policy="DeliveryLogs",
        statements=[write],
        why="Allows SNS to log each delivery.",
        tags=tags,
    )
