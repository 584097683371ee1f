"""How findings are marked once their messages are sent, so that their updates do not notify again.

Security Hub CSPM: the workflow becomes NOTIFIED. The new Security Hub has no such status: the
status becomes In Progress, with a comment that says who did it.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindingsV2.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

from generator.blocks.finding_status import may_set
from generator.findings.outline import STATUS_IDS

if TYPE_CHECKING:
    from awacs.aws import Statement

    from generator.params.choices import Source, Workflow

MOST_AT_ONCE = 100
"""How many findings one call marks, of either product."""

_NOW = "$left[[0..$size - 1]]"
_NAMED = f"{{% [{_NOW}] %}}"
_STATUS: Workflow = "NOTIFIED"
_SID = "MarkNotified"


class Marking(NamedTuple):
    """The task that marks findings, in Amazon States Language.

    Attributes:
        action: the service's action.
        arguments: its arguments, of the first ``$size`` identifiers in ``$left``.
        unprocessed: JSONata of the identifiers that the answer says were not processed.
        names: JSONata of what names a finding of ``$again`` in an error.
        marked: what a finding then is, in the product's words.
        statement: what the state machine must be allowed.

    """

    action: str
    arguments: dict[str, Any]
    unprocessed: str
    names: str
    marked: str
    statement: Statement


def identifiers(source: Source, *, first_alone: bool) -> str:
    """Return JSONata of what names the findings of an event to mark: a list.

    Those that the message shows: ``first_alone`` says that it shows the first. AWS documents one
    finding in each event; should there be more, what somebody has settled is not overwritten.
    https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-types.html
    """
    findings = f"$states.input.detail.findings{'[0]' if first_alone else ''}"
    match source:
        case "security_hub_cspm":
            # A call with one that lacks a name would be refused for all of them.
            new = '[Workflow.Status = "NEW" and Id and ProductArn]'
            return f'[{findings}{new}.{{"Id": Id, "ProductArn": ProductArn}}]'
        case "security_hub":
            return f'[{findings}[status = "New"].metadata.uid[$type($) = "string"]]'
        case _:
            assert_never(source)


def marking(source: Source, name: str) -> Marking:
    """Return how the state machine of this name marks a product's findings."""
    match source:
        case "security_hub_cspm":
            return _notified()
        case "security_hub":
            return _in_progress(name)
        case _:
            assert_never(source)


def _notified() -> Marking:
    return Marking(
        action="aws-sdk:securityhub:batchUpdateFindings",
        arguments={"FindingIdentifiers": _NAMED, "Workflow": {"Status": _STATUS}},
        unprocessed="$states.result.UnprocessedFindings.FindingIdentifier",
        names="$again.Id",
        marked=_STATUS,
        statement=may_set(source="security_hub_cspm", statuses=[_STATUS], sid=_SID),
    )


def _in_progress(name: str) -> Marking:
    return Marking(
        action="aws-sdk:securityhub:batchUpdateFindingsV2",
        arguments={
            "MetadataUids": _NAMED,
            "StatusId": STATUS_IDS[_STATUS],
            "Comment": f"Sent to chat by the state machine {name}",
        },
        # Whether the answer repeats how a finding was named is not documented: if not, all are
        # marked again, which changes nothing.
        unprocessed=(
            "($named := $states.result.UnprocessedFindings.MetadataUid;"
            " $count($states.result.UnprocessedFindings) > $count($named)"
            f" ? {_NOW} : $named)"
        ),
        names="$again",
        marked="In Progress",
        statement=may_set(source="security_hub", statuses=[_STATUS], sid=_SID, comment=True),
    )
