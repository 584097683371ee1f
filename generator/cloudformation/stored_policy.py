"""How long a resource policy is as AWS stores it, which may be longer than it was given.

IAM stores the id of an account as the ARN of its root. EventBridge's API has returned both forms:
the policy of a bus counts as the longer one, so that it fits in either case.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://github.com/hashicorp/terraform-provider-aws/pull/16319
"""

from __future__ import annotations

import json
import re
from typing import Any


def stored_length(statement: Any, name: Any) -> int:
    """Return the characters of a policy that has one statement with a name (its Sid)."""
    given = statement if isinstance(statement, dict) else {}
    principal = given.get("Principal")
    if isinstance(principal, dict):
        principal = {kind: _as_stored(who) for kind, who in principal.items()}
    stored = {"Sid": name, **given, "Principal": principal}
    policy = {"Version": "2012-10-17", "Statement": [stored]}
    return len(json.dumps(policy, separators=(",", ":")))


def _as_stored(who: Any) -> Any:
    if isinstance(who, list):
        return [_as_stored(each) for each in who]
    is_account = isinstance(who, str) and re.fullmatch("[0-9]{12}", who)
    return f"arn:aws:iam::{who}:root" if is_account else who
