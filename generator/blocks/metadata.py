"""What every resource says of itself, in the metadata that AWS and checkov read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Tags

if TYPE_CHECKING:
    from collections.abc import Mapping


def about(
    why: str, tags: Mapping[str, str] | None = None, unless: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what every resource carries: why it is there, and the user's tags if it accepts tags.

    ``unless`` has the checks of ``make audit`` that do not apply to it, with the reasons, in the
    form that checkov reads.
    https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
    """
    extra = {"Tags": Tags(dict(tags))} if tags else {}
    skipped = [{"id": check, "comment": reason} for check, reason in (unless or {}).items()]
    audited = {"checkov": {"skip": skipped}} if skipped else {}
    return {"Metadata": {**context(why=why), **audited}, **extra}


def context(**words: str) -> dict[str, Any]:
    """Return AWS's own metadata for what a template or resource is for.

    Readers of the template find it there; deploying ignores it.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-metadata.html
    """
    return {"com.aws.cloudformation.Context": words}
