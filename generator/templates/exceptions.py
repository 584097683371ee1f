"""``exceptions.yaml``: automation rules, for the Security Hub administrator in each region.

An exception that ends has two rules, since the service knows no end: the first acts on findings
that their product updates until the last day; the second, from the day after, sets NEW what still
has this exception's note. Security Hub updates findings of controls every 12 to 24 hours. Rules of
the new Security Hub see neither note nor status: there, the date ends new suppressions alone.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, get_args

from troposphere import Equals, Not, Parameter, Ref, securityhub

from generator.blocks.automation_rule import automation_rule, automation_rule_v2
from generator.findings.outline import SEVERITY_IDS, STATUS_IDS
from generator.params.choices import Source
from generator.params.naming import logical_id
from generator.params.values import NEVER
from generator.routing.criteria import criteria
from generator.routing.filters import UnsayableError
from generator.routing.ocsf_filters import until
from generator.templates.errors import UnbuildableError
from generator.templates.parameters import StackParameter
from generator.templates.skeleton import new_template

if TYPE_CHECKING:
    from troposphere import AWSObject, Template

    from generator.params import Settings
    from generator.params.exceptions import AcceptedFindings
    from generator.params.problems import Location

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
    both = len({accepted.source for accepted in settings.exceptions}) > 1
    template = new_template(
        description=f"{settings.description} (exceptions)",
        architecture=ARCHITECTURE,
        parameters=[_products()] if both else [],
        conditions=_conditions() if both else {},
    )
    orders = Counter[str]()
    for accepted, selecting in zip(settings.exceptions, _all_criteria(settings), strict=True):
        order = orders[accepted.source] + 1
        rules = [_first(settings, accepted, selecting, order)]
        if accepted.needs_end:
            rules.append(_end(settings, accepted, order + 1))
        for rule in rules:
            if both:
                rule.Condition = _MADE[accepted.source]
            template.add_resource(rule)
        orders[accepted.source] += len(rules)
    return template


_PRODUCTS = "Products"
_MADE: dict[Source, str] = {"security_hub_cspm": "RulesOfCspm", "security_hub": "RulesOfNewHub"}
"""The condition of each product's rules, in a file with exceptions of both."""


def _products() -> StackParameter:
    """Return the parameter that says whose rules a stack makes.

    Those of Security Hub CSPM act in their own Region, those of the new Security Hub in its home
    Region for the linked ones, where it refuses or ignores them.
    https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-automation-rules.html
    """
    parameter = Parameter(
        _PRODUCTS,
        Type="String",
        Description=(
            "Whose rules this stack creates: both in the home Region of the new Security Hub,"
            " security_hub_cspm in every other Region. security_hub: those of the new one alone."
        ),
        AllowedValues=["both", *get_args(Source)],
        Default="both",
        ConstraintDescription=f"must be both, {' or '.join(get_args(Source))}",
    )
    return StackParameter("other", "", "Products whose rules are created", parameter)


def _conditions() -> dict[str, Any]:
    others: dict[Source, Source] = {
        "security_hub_cspm": "security_hub",
        "security_hub": "security_hub_cspm",
    }
    return {
        condition: Not(Equals(Ref(_PRODUCTS), others[source]))
        for source, condition in _MADE.items()
    }


def _all_criteria(settings: Settings) -> list[dict[str, Any]]:
    """Return the criteria of each exception; raise UnbuildableError with all that cannot be."""
    built: list[dict[str, Any]] = []
    problems: list[tuple[Location, str]] = []
    for i, accepted in enumerate(settings.exceptions):
        try:
            built.append(_dated(accepted))
        except UnsayableError as error:
            at = ("exceptions", i, "match", *((error.key,) if error.key else ()))
            problems.append((at, error.message))
    if problems:
        raise UnbuildableError(*problems)
    return built


def _dated(accepted: AcceptedFindings) -> dict[str, Any]:
    said = criteria(accepted)
    if accepted.until == NEVER:
        return said
    within = {"Start": _BEGINNING, "End": f"{accepted.until}T23:59:59.999Z"}
    if accepted.source == "security_hub":
        return until(said, within)
    return {**said, "UpdatedAt": [within]}


def _first(
    settings: Settings, accepted: AcceptedFindings, selecting: dict[str, Any], order: int
) -> AWSObject:
    """Return the rule that sets what is accepted."""
    described: dict[str, Any] = {
        "title": f"{logical_id(accepted.name)}Exception",
        "name": f"{settings.name}-{accepted.name}",
        "description": f"Exception {accepted.name}, until {accepted.until}.",
        "order": order,
        "criteria": selecting,
        "tags": settings.tags,
    }
    if accepted.source == "security_hub":
        return automation_rule_v2(**described, update=_update_v2(accepted), comment=accepted.note)
    return automation_rule(**described, update=_update(accepted), note=accepted.note)


def _end(settings: Settings, accepted: AcceptedFindings, order: int) -> AWSObject:
    """Return the rule that sets NEW, from the day after the last, what the first has set."""
    first = date.fromisoformat(accepted.until) + timedelta(1)
    return automation_rule(
        title=f"{logical_id(accepted.name)}ExceptionEnd",
        name=f"{settings.name}-{accepted.name}-end",
        description=f"Ends the exception {accepted.name} after {accepted.until}.",
        order=order,
        criteria={
            "NoteText": [{"Comparison": "PREFIX", "Value": accepted.note_begins}],
            "WorkflowStatus": [{"Comparison": "EQUALS", "Value": accepted.set_to}],
            "UpdatedAt": [{"Start": f"{first.isoformat()}T00:00:00.000Z", "End": _END}],
        },
        update={"Workflow": securityhub.WorkflowUpdate(Status="NEW")},
        note=f"{accepted.name}: this exception ended on {accepted.until}",
        tags=settings.tags,
    )


def _update(accepted: AcceptedFindings) -> dict[str, Any]:
    if accepted.sets_severity:
        return {"Severity": securityhub.SeverityUpdate(Label=accepted.set_to)}
    return {"Workflow": securityhub.WorkflowUpdate(Status=accepted.set_to)}


def _update_v2(accepted: AcceptedFindings) -> dict[str, int]:
    ids = SEVERITY_IDS if accepted.sets_severity else STATUS_IDS
    return {"SeverityId" if accepted.sets_severity else "StatusId": ids[accepted.set_to]}
