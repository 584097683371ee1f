"""What a button runs: a command of the AWS CLI without ``aws``, with variables of the message.

There is no shell: the chat service replaces the variables and runs the one command.
https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-actions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from generator.findings.outline import STATUS_IDS
from generator.messages.buttons import FINDING, HUB, REGION

if TYPE_CHECKING:
    from generator.params.choices import Button, Source, Workflow

SETS: dict[Button, Workflow] = {
    "suppress": "SUPPRESSED",
    "resolve": "RESOLVED",
    "notified": "NOTIFIED",
}
"""What each button sets a finding to; the new Security Hub calls the last one In Progress."""

FINDING_VARIABLE, REGION_VARIABLE, HUB_VARIABLE = "F", "R", "H"
"""One letter each, since a command has 100 characters."""

_CONTEXT = "event.metadata.additionalContext"
VARIABLES = {
    FINDING_VARIABLE: f"{_CONTEXT}.{FINDING}",
    REGION_VARIABLE: f"{_CONTEXT}.{REGION}",
    HUB_VARIABLE: f"{_CONTEXT}.{HUB}",
}
"""Where in a custom notification the chat service finds each. The guide shows no path of one that
CloudFormation makes; these are the ones that people report to work.
https://dev.classmethod.jp/en/articles/ecs-native-blue-green-deployment-lifecycle-hooks-amazon-q-developer-slack
"""


def command(button: Button, source: Source) -> str:
    """Return the command that sets the message's finding, and nothing else of it."""
    status = SETS[button]
    match source:
        case "security_hub_cspm":
            operation = f"batch-update-findings --finding-identifiers ${FINDING_VARIABLE}"
            sets = f"--workflow Status={status}"
        case "security_hub":
            operation = f"batch-update-findings-v2 --metadata-uids ${FINDING_VARIABLE}"
            sets = f"--status-id {STATUS_IDS[status]}"
        case _:
            assert_never(source)
    return f"securityhub {operation} {sets} --region ${REGION_VARIABLE}"
