"""``exceptions.yaml``: automation rules, for the Security Hub administrator in each region.

An exception that ends has two rules, since the service knows no end: the first acts on findings
that their product updates until the last day; the second, from the day after, sets NEW what still
has this exception's note. Security Hub updates findings of controls every 12 to 24 hours.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from troposphere import securityhub

from generator.blocks.automation_rule import automation_rule
from generator.params.exception_checks import NEVER
from generator.params.naming import logical_id
from generator.routing.filters import AUTOMATION_RULE, UnsayableError, filters
from generator.templates.errors import UnbuildableError
from generator.templates.skeleton import new_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troposphere import Template

    from generator.params import Settings
    from generator.params.models import AcceptedFindings
    from generator.routing.filters import Filters

ARCHITECTURE = (
    "Security Hub finding -> automation rules, in their order (set the workflow and a note) ->"
    " event to EventBridge, where routes match NEW findings alone."
)
_BEGINNING, _END = "1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"


def wanted(settings: Settings) -> bool:
    """Whether the file has exceptions."""
    return bool(settings.exceptions)


def build(settings: Settings) -> Template:
    """Build the template: a rule for each exception, two for one that ends."""
    template = new_template(
        description=f"{settings.description} (exceptions)",
        architecture=ARCHITECTURE,
        parameters=[],
    )
    order = 1
    for i, accepted in enumerate(settings.exceptions):
        for rule in _rules(settings, accepted, _criteria(accepted, i), order):
            template.add_resource(rule)
            order += 1
    return template


def _criteria(accepted: AcceptedFindings, position: int) -> Filters:
    at = ("exceptions", position, "match")
    try:
        criteria = filters(accepted.match, AUTOMATION_RULE)
    except UnsayableError as error:
        raise UnbuildableError(((*at, error.key) if error.key else at, error.message)) from None
    if not criteria:
        message = "this covers every finding: say which are accepted, such as controls: [EC2.1]"
        raise UnbuildableError((at, message))
    return criteria


def _rules(
    settings: Settings, accepted: AcceptedFindings, criteria: Filters, order: int
) -> Iterator[securityhub.AutomationRule]:
    title, name = f"{logical_id(accepted.name)}Exception", f"{settings.name}-{accepted.name}"
    last = None if accepted.until == NEVER else date.fromisoformat(accepted.until)
    yield automation_rule(
        title=title,
        name=name,
        description=f"Exception {accepted.name}, until {accepted.until}.",
        order=order,
        criteria={**criteria, **(_until(last) if last else {})},
        update=_update(accepted),
        note=accepted.note,
    )
    if last is not None:
        yield automation_rule(
            title=f"{title}End",
            name=f"{name}-end",
            description=f"Ends the exception {accepted.name} after {accepted.until}.",
            order=order + 1,
            criteria={
                "NoteText": [{"Comparison": "PREFIX", "Value": accepted.note_begins}],
                "WorkflowStatus": [{"Comparison": "EQUALS", "Value": accepted.set_to}],
                **_from(last + timedelta(1)),
            },
            update={"Workflow": securityhub.WorkflowUpdate(Status="NEW")},
            note=f"{accepted.name}: this exception ended on {accepted.until}",
        )


def _update(accepted: AcceptedFindings) -> dict[str, Any]:
    if accepted.sets_severity:
        return {"Severity": securityhub.SeverityUpdate(Label=accepted.set_to)}
    return {"Workflow": securityhub.WorkflowUpdate(Status=accepted.set_to)}


def _until(last: date) -> dict[str, Any]:
    return {"UpdatedAt": [{"Start": _BEGINNING, "End": f"{last.isoformat()}T23:59:59.999Z"}]}


def _from(first: date) -> dict[str, Any]:
    return {"UpdatedAt": [{"Start": f"{first.isoformat()}T00:00:00.000Z", "End": _END}]}
