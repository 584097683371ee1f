"""What an input looks like in which nothing could be read, and what to do about it."""

from __future__ import annotations

import re

_JSON = (
    "export with: aws securityhub get-findings --output json (of the new Security Hub:"
    " get-findings-v2)"
)
_LOOKS = (
    (r"\Z", f"it is empty; did the command before it fail? To {_JSON}"),
    (r"[-+=]{3,}|\|", f"it looks like --output table; {_JSON}"),
    (r"[^\t]*\t", f"it looks like --output text; {_JSON}"),
    (
        r'"?[\w@. ]+"?(?:,"?[\w@. ]+"?)+\Z',
        f"it looks like CSV, which lacks the fields that rules read; {_JSON}",
    ),
    (
        r"[{\[]",
        (
            "it is JSON without findings, which have Id, ProductArn and AwsAccountId, or"
            " finding_info, metadata and cloud (a --query may have left them out);"
            f" {_JSON}"
        ),
    ),
    (r"", f"it is not JSON; {_JSON}"),
)
"""How the first line of a file begins, and what that says."""


def looks_like(line: str | None) -> str:
    """Return what the first line of an input that could not be read says about it, if known."""
    if line is None:
        return _JSON
    return next(what for pattern, what in _LOOKS if re.match(pattern, line.strip()))
