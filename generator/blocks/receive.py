"""Receiving at the home: who else may put events on its bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import events

from generator.blocks import about
from generator.blocks.needs import ACCOUNT, Actions, Needs

if TYPE_CHECKING:
    from collections.abc import Sequence

ACTIONS: Actions = {
    "AWS::Events::EventBusPolicy": (
        Needs(
            ("events:DescribeEventBus", "events:PutPermission", "events:RemovePermission"),
            (f"events:*:{ACCOUNT}:event-bus/default",),
        ),
    ),
}


def receive(
    *, name: str, bus: Any, organization: Any = None, accounts: Sequence[str] = ()
) -> events.EventBusPolicy:
    """Let an organization's accounts, or else the named ones, put events on the default bus.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
    """
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus}
    if organization is None:
        statement["Principal"] = {"AWS": list(accounts)}
    else:
        statement["Principal"] = "*"
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": organization}}
    return events.EventBusPolicy(
        "HomeBusPolicy",
        EventBusName="default",
        StatementId=name,
        Statement=statement,
        **about("Who may forward findings to this account and region."),
    )
