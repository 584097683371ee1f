"""What AWS answers in place of an answer: why a call failed, in the words that checks need."""

from __future__ import annotations

import re

from generator.doctor.iam_names import iam_action

_DENIED = (
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "UnauthorizedOperation",
    "UnauthorizedException",
    "Client.UnauthorizedOperation",
    "KMSAccessDeniedException",
    "KmsAccessDeniedException",
)
"""The names that services give a missing permission."""

_ORGANIZATION = re.compile("(service|resource) control policy")
"""Is in the message where a policy of the organization denies a call.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

_BUSY = re.compile("Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded|SlowDown")

HUB_OFF = ("InvalidAccessException", "ResourceNotFoundException")
"""What Security Hub answers where it is off: the first for an account that has not subscribed.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeSecurityHubV2.html
"""

UNREACHABLE = "Unreachable"
"""The code of what did not answer at all."""


class Refusal(Exception):  # noqa: N818  (an answer, and not a mistake of this program)
    """A call that AWS did not answer.

    Attributes:
        action: the call, such as ``sns:GetTopicAttributes``.
        code: the error's name, as the service gives it; ``Unreachable`` if nothing answered.
        message: the service's own text, in one line.

    """

    def __init__(self, action: str, code: str, message: str) -> None:
        message = " ".join(message.split())
        super().__init__(f"{action}: {code}: {message}")
        self.action = action
        self.code = code
        self.message = message

    @property
    def denied(self) -> bool:
        """Whether a permission is missing."""
        return self.code in _DENIED

    @property
    def iam_action(self) -> str:
        """The action that IAM knows the call by."""
        return iam_action(self.action)

    @property
    def by_organization(self) -> bool:
        """Whether a policy of the organization denies the call, whatever IAM allows."""
        return self.denied and bool(_ORGANIZATION.search(self.message))

    @property
    def busy(self) -> bool:
        """Whether the same call may be answered later."""
        return bool(_BUSY.search(self.code)) or self.code == UNREACHABLE
