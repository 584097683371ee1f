"""A button of a channel's messages: a custom action of Amazon Q Developer in chat applications.

A channel shows the buttons that its configuration names (``CustomizationResourceArns``).
https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-actions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from troposphere import Sub, chatbot

from generator.blocks.button_command import (
    FINDING_VARIABLE,
    HUB_VARIABLE,
    SETS,
    VARIABLES,
    command,
)
from generator.blocks.deploy_permissions import ACCOUNT, Actions, Grant
from generator.blocks.finding_status import may_set
from generator.blocks.metadata import about
from generator.findings.outline import WORKFLOWS
from generator.messages.buttons import BUTTON_TEXTS, HUBS
from generator.params.naming import action_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from awacs.aws import Statement

    from generator.params.choices import Button, Source, Workflow

DEPLOY_GRANTS: Actions = {
    "AWS::Chatbot::CustomAction": (
        # These cannot be narrowed.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awschatbot.html
        Grant(
            (
                "chatbot:CreateCustomAction",
                "chatbot:ListTagsForResource",
                "chatbot:TagResource",
                "chatbot:UntagResource",
            )
        ),
        Grant(
            (
                # A channel is associated with its actions: that requires both resources.
                "chatbot:AssociateToConfiguration",
                "chatbot:DeleteCustomAction",
                "chatbot:DisassociateFromConfiguration",
                "chatbot:GetCustomAction",
                "chatbot:UpdateCustomAction",
            ),
            (f"chatbot::{ACCOUNT}:custom-action/{{name}}-*",),
        ),
    ),
}


def custom_action(
    *, title: str, name: str, button: Button, source: Source, tags: Mapping[str, str]
) -> chatbot.CustomAction:
    """Build the button of a deployment of this name, for the findings of one product.

    Without criteria, it would be on every custom notification in the channel.
    """
    what = f"Button: sets the finding of a message to {_called(SETS[button], source)}."
    return chatbot.CustomAction(
        title,
        ActionName=Sub(action_name(name, "${AWS::Region}", button, source)),
        Definition=chatbot.CustomActionDefinition(CommandText=command(button, source)),
        Attachments=[
            chatbot.CustomActionAttachment(
                NotificationType="Custom",
                ButtonText=BUTTON_TEXTS[button],
                Variables=dict(VARIABLES),
                Criteria=[
                    chatbot.CustomActionAttachmentCriteria(
                        Operator="EQUALS", VariableName=HUB_VARIABLE, Value=HUBS[source]
                    ),
                    chatbot.CustomActionAttachmentCriteria(
                        Operator="HAS_VALUE", VariableName=FINDING_VARIABLE
                    ),
                ],
            )
        ],
        **about(what, tags),
    )


def _called(status: Workflow, source: Source) -> str:
    """Return what a product calls a status."""
    match source:
        case "security_hub_cspm":
            return status
        case "security_hub":
            return WORKFLOWS[status][0]
        case _:
            assert_never(source)


def press_permission(*, source: Source, buttons: Iterable[Button]) -> Statement:
    """Allow what pressing the buttons does to findings of a product, and nothing else.

    In every Region of the account, since the command names the event's: that is the stack's own if
    Security Hub aggregates findings there, and another if they are forwarded.
    """
    return may_set(
        source=source,
        statuses=[SETS[button] for button in buttons],
        sid=f"Press{HUBS[source].title()}",
        region="*",
    )
