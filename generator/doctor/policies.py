"""Reads resource policies as far as checks need it: whether a service may do something.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

EVENTBRIDGE = "events.amazonaws.com"
"""The service that meets no condition on the account or ARN that it acts for.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

Statement = dict[str, Any]


def statements(policy: str) -> list[Statement]:
    """Return the statements of a policy's text."""
    return [dict(each) for each in _listed(json.loads(policy).get("Statement"))]


def allows(there: list[Statement], service: str, action: str) -> bool:
    """Whether a service may do something: allowed by a statement that it meets, and not denied."""
    return any(
        statement.get("Effect") == "Allow"
        and not (statement.get("Condition") and service == EVENTBRIDGE)
        and _covers(statement, service, action)
        for statement in there
    ) and not any(denies(statement, service, action) for statement in there)


def denies(statement: Statement, service: str, action: str) -> bool:
    """Whether a statement denies something to a service, whatever the request.

    One with a condition is about some requests, such as those over plain HTTP, or not by a service.
    """
    return (
        statement.get("Effect") == "Deny"
        and not statement.get("Condition")
        and _covers(statement, service, action)
    )


def _covers(statement: Statement, service: str, action: str) -> bool:
    principal = statement.get("Principal", {})
    names = ["*"] if principal == "*" else _listed(principal.get("Service"))
    if isinstance(principal, dict) and "*" in _listed(principal.get("AWS")):
        names = [*names, "*"]
    actions = [str(each).casefold() for each in _listed(statement.get("Action"))]
    # SNS and SQS call GenerateDataKey, of all its forms.
    wanted = action.casefold().rstrip("*")
    return any(name in ("*", service) for name in names) and any(
        fnmatchcase(wanted, pattern) for pattern in actions
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
