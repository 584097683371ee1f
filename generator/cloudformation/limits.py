"""AWS's limits on templates and rules."""

from __future__ import annotations

import json
from typing import Any

TEMPLATE_QUOTAS = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
)

LARGEST_TEMPLATE = 1_000_000
"""Bytes from S3, which is also where the console uploads to. (TEMPLATE_QUOTAS)"""

MOST_RESOURCES = 500
MOST_OUTPUTS = 200
MOST_PARAMETERS = 200
MOST_MAPPINGS = 200
MOST_ATTRIBUTES = 200
"""Of a template, and the last one of a mapping, in the same place."""

LARGEST_INLINE = 51_200
"""Bytes in a request, and inside another template."""

LONGEST_DESCRIPTION = 1_024
"""Bytes of a template's Description."""

LONGEST_PATTERN = 2_048
"""Characters of an event pattern by default.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
"""

LONGEST_PATTERN_ALLOWED = 4_096
"""What the API accepts once AWS has raised the quota.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
"""

PATTERN_LENGTH = "EventPatternLength"
"""The key of a template's Metadata that says to how much the quota must have been raised."""

MOST_RULES_WITH_WILDCARDS = 30
"""Rules of a bus whose pattern has a wildcard (eb-quota); whether AWS raises it is not said."""

MOST_RULES = 300
MOST_RULES_IN = {"af-south-1": 100, "eu-south-1": 100}
"""Rules of a bus by default, also in eb-quota."""

MOST_INSIGHTS = 100
MOST_AUTOMATION_RULES = 100
"""Custom insights, and automation rules, of Security Hub in an account and Region.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub_limits.html
"""

MOST_LOG_POLICIES = 10
"""Resource policies of CloudWatch Logs in an account and Region.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
"""

MOST_ALARM_ACTIONS = 5
"""Actions of an alarm for each of its states.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

LONGEST_RULE_NAME = 64
"""Characters of an EventBridge rule's name, the tightest of the names made from ``name``."""

LONGEST_QUEUE_NAME = 80
LONGEST_ROLE_NAME = 64

LONGEST_TARGET_ID = 64

LONGEST_ACTION_NAME = 64
LONGEST_COMMAND = 100
"""Characters of a custom action's name and command, by the API. CloudFormation's schema accepts
commands of 5,000. https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateCustomAction.html
"""

LONGEST_BUTTON = 20
"""Characters of a button's text in the console; the API accepts 50.
https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-actions.html
"""

LONGEST_REGION = 15
"""Characters of a Region's name, by the Regions that cfn-lint knows (a test compares)."""

MOST_ALARM_ACTIONS = 5
"""For each state of an alarm.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

MAILS_A_MINUTE = 600
"""Ten a second to a subscription, a quota that AWS does not raise.
https://docs.aws.amazon.com/general/latest/gr/sns.html
"""

CHAT_MESSAGES_A_MINUTE = 60
CHAT_MESSAGES_AN_HOUR = 3_600
"""One a second to a channel, short bursts aside, besides a limit of the whole workspace. AWS does
not document that what Slack refuses is sent again. Teams has limits of its own, which may change.
https://api.slack.com/docs/rate-limits
https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit
"""

CHAT_SERVICE_EVENTS_A_MINUTE = 600
"""Ten a second; what is above is throttled.
https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-troubleshooting.html
"""

LONGEST_BUS_POLICY = 10_240
"""Characters of an event bus's policy, also in the quotas of EventBridge."""

LARGEST_DEFINITION = 1_048_576
"""Bytes of a state machine's definition.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

LONGEST_EXPRESSION = 8_192
"""Characters of a JSONata expression: Step Functions documents no limit, EventBridge's transformer
has this one. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""


def pattern_length(pattern: Any) -> int:
    """Return how many characters an event pattern may count as.

    It is not documented whether CloudFormation passes it on with or without spaces: counted with.
    """
    return len(json.dumps(pattern))
