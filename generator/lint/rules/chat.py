"""Chat configurations of Amazon Q Developer in chat applications (AWS Chatbot)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.lint.rules import base

if TYPE_CHECKING:
    from collections.abc import Iterator


class NoGuardrails(base.ResourceRule):
    """Configurations whose channel members may do what an administrator may."""

    id = "E9730"
    shortdesc = "A chat configuration has guardrail policies"
    description = (
        "Without GuardrailPolicies, AWS applies AdministratorAccess: the only limit of what channel"
        " members can do is then their role"
    )
    source_url = (
        "https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html"
    )
    types = (
        "AWS::Chatbot::SlackChannelConfiguration",
        "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
    )

    def check(self, properties: dict[str, Any], _: dict[str, Any]) -> Iterator[base.Wrong]:
        """Yield a configuration without guardrails."""
        if not properties.get("GuardrailPolicies"):
            yield [], "no GuardrailPolicies: AWS then applies AdministratorAccess"
