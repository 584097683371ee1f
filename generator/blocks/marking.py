"""How a finding is marked once its message is sent, so that its updates do not notify again.

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

_UNMARKED = "{% $unmarked %}"
_STATUS: Workflow = "NOTIFIED"
_SID = "MarkNotified"


class Marking(NamedTuple):
    """The task that marks findings, in Amazon States Language.

    Attributes:
        findings: JSONata of the identifiers of the findings to mark: a list.
        action: the service's action.
        arguments: its arguments, of the identifiers in ``$unmarked``.
        unprocessed: JSONata of the identifiers that the answer says were not processed.
        names: JSONata of what names a finding of ``$unmarked`` in an error.
        marked: what a finding then is, in the product's words.
        statement: what the state machine must be allowed.

    """

    findings: str
    action: str
    arguments: dict[str, Any]
    unprocessed: str
    names: str
    marked: str
    statement: Statement


def marking(source: Source, name: str, *, first_alone: bool) -> Marking:
    """Return how the state machine of this name marks a product's findings.

    Those of the event that the message shows: ``first_alone`` says that it shows the first. AWS
    documents one finding in each event; should there be more, what somebody has settled is not
    overwritten.
    https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-types.html
    """
    findings = f"$states.input.detail.findings{'[0]' if first_alone else ''}"
    match source:
        case "security_hub_cspm":
            return _notified(findings)
        case "security_hub":
            return _in_progress(findings, name)
        case _:
            assert_never(source)


def _notified(findings: str) -> Marking:
    return Marking(
        findings=f'[{findings}[Workflow.Status = "NEW"].{{"Id": Id, "ProductArn": ProductArn}}]',
        action="aws-sdk:securityhub:batchUpdateFindings",
        arguments={"FindingIdentifiers": _UNMARKED, "Workflow": {"Status": _STATUS}},
        unprocessed="[$states.result.UnprocessedFindings.FindingIdentifier]",
        names="$unmarked.Id",
        marked=_STATUS,
        statement=may_set(source="security_hub_cspm", statuses=[_STATUS], sid=_SID),
    )


def _in_progress(findings: str, name: str) -> Marking:
    return Marking(
        findings=f'[{findings}[status = "New"].metadata.uid]',
        action="aws-sdk:securityhub:batchUpdateFindingsV2",
        arguments={
            "MetadataUids": _UNMARKED,
            "StatusId": STATUS_IDS[_STATUS],
            "Comment": f"Sent to chat by the state machine {name}",
        },
        # Whether the answer repeats how a finding was named is not documented: if not, all are
        # marked again, which changes nothing.
        unprocessed=(
            "($left := [$states.result.UnprocessedFindings.MetadataUid];"
            " $count($states.result.UnprocessedFindings) > $count($left) ? $unmarked : $left)"
        ),
        names="$unmarked",
        marked="In Progress",
        statement=may_set(source="security_hub", statuses=[_STATUS], sid=_SID, comment=True),
    )
