"""Where a rule sends events."""

from __future__ import annotations

from typing import Any

from troposphere import events


def target(*, title: str, arn: Any, role: Any = None) -> events.Target:
    """Build a target; ``role`` is what EventBridge takes on where no resource policy admits it."""
    optional: dict[str, Any] = {} if role is None else {"RoleArn": role}
    return events.Target(Id=title, Arn=arn, **optional)
