"""What a message says so that its buttons can act on the finding, and when it says nothing.

The chat service puts what the message says into a button's command, which is text. Ids are chosen
by the product that imports a finding, not by AWS: a message names one only if nothing in it can
become another option, value or command, and has no buttons otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.params.choices import Button, Source

FINDING, REGION, HUB = "finding", "region", "hub"
"""Keys of ``metadata.additionalContext`` in a custom notification: a map of texts.

https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
"""

HUBS: dict[Source, str] = {"security_hub_cspm": "cspm", "security_hub": "v2"}
"""The values of ``hub``: by them a button is shown only where its command fits."""

SAFE_ID = r"[A-Za-z0-9][A-Za-z0-9:/._+@=-]*"
"""All of an ``Id`` or ``ProductArn`` that may go into ``Id=...,ProductArn=...``, ASFF's identifier.

Spaces, commas, brackets, braces, quotes and backslashes mean something to the AWS CLI, and so does
an equals sign at the beginning; a number sign begins a comment for some. The names of IAM's users
and roles, which ids may have in them, are safe but for commas.
https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html

The whole text must match. Behind ``$``, the regular expressions of some languages accept a line
break: the message trims ids before it compares them.
"""

SAFE_UID = r"[A-Za-z0-9][A-Za-z0-9_-]*"
"""All of a ``metadata.uid`` that may be an option's value; AWS's own are hexadecimal.

With a colon, the AWS CLI would read ``file://`` and what comes after it.
https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html
"""

LONGEST_IDENTIFIER = 1_024
"""Characters that a message gives for a finding; a longer one has no buttons."""

BUTTON_TEXTS: dict[Button, str] = {
    "suppress": "Suppress",
    "resolve": "Resolve",
    "notified": "Mark as notified",
}
"""In English whatever the file's language: a template is ASCII, since CloudFormation returns other
characters as question marks.
"""
