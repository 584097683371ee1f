"""From ``match`` to filters of Security Hub CSPM: what insights, and other consumers, can say.

Filters are less than event patterns: a text is equal or begins alike, and what a finding has
several of cannot be excluded as patterns do. What they cannot say is refused, with the reason.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_StringFilter.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.findings.outline import nodes
from generator.params import Not
from generator.routing.asff_fields import FIELDS
from generator.routing.coverage import LABELS, words
from generator.routing.field import ANY
from generator.routing.field_values import NAMES_OF_PRODUCTS, product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from generator.params import Match

Filters = dict[str, list[dict[str, str]]]
"""By attribute of a finding: the conditions on it, as the API has them."""

MOST_VALUES, MOST_ATTRIBUTES = 20, 10
"""https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Insight.html"""


OLD = ("CRITICAL", "HIGH")
"""The severities whose oldest finding is named."""


class UnsayableError(Exception):
    """A filter cannot say what a key of ``match`` says; ``key`` is that key, or empty."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


class _Attribute(NamedTuple):
    """The attribute of a key, and where a finding has it.

    ``several`` says that a finding may have several values.
    """

    name: str
    path: tuple[str, ...]
    several: bool = False


_ATTRIBUTES = {
    "severity": _Attribute("SeverityLabel", ("Severity", "Label")),
    "compliance": _Attribute("ComplianceStatus", ("Compliance", "Status")),
    "workflow": _Attribute("WorkflowStatus", ("Workflow", "Status")),
    "record_state": _Attribute("RecordState", ("RecordState",)),
    "accounts": _Attribute("AwsAccountId", ("AwsAccountId",)),
    "account_names": _Attribute("AwsAccountName", ("AwsAccountName",)),
    "regions": _Attribute("Region", ("Region",)),
    "products": _Attribute("ProductName", ("ProductName",)),
    "generators": _Attribute("GeneratorId", ("GeneratorId",)),
    "controls": _Attribute("ComplianceSecurityControlId", ("Compliance", "SecurityControlId")),
    "standards": _Attribute(
        "ComplianceAssociatedStandardsId",
        ("Compliance", "AssociatedStandards", "StandardsId"),
        several=True,
    ),
    "resource_types": _Attribute("ResourceType", ("Resources", "Type"), several=True),
    "resources": _Attribute("ResourceId", ("Resources", "Id"), several=True),
    "types": _Attribute("Type", ("Types",), several=True),
}
_PATHS = {attribute.name: attribute.path for attribute in _ATTRIBUTES.values()}
_NOT = "NOT_EQUALS"
_OF_RESOURCES = ("resource_types", "resources", "resource_tags")


class Consumer(NamedTuple):
    """What uses filters, and what it accepts.

    ``without`` are keys of match that it has no attribute for, with the reason; ``equal_only`` are
    attributes of which it compares whole texts alone; ``most`` is how many values it accepts of an
    attribute; ``crowded`` is what to say of as many attributes as have no room for another.
    """

    without: Mapping[str, str]
    equal_only: frozenset[str]
    most: Callable[[str], int]
    crowded: str = ""


# What is new or the oldest is asked for with one attribute more: the date or the severity.
INSIGHT = Consumer(
    {},
    frozenset(),
    lambda _: MOST_VALUES,
    f"a filter has at most {MOST_ATTRIBUTES} attributes, and a digest has one of its own:"
    " leave some out",
)
_LISTED_LONG = frozenset(("AwsAccountId", "GeneratorId", "ResourceId", "Title"))
AUTOMATION_RULE = Consumer(
    {
        "account_names": "automation rules know accounts by their ids: use accounts",
        "regions": (
            "an automation rule acts in the Region in which it is: deploy exceptions.yaml only"
            " there"
        ),
    },
    frozenset(("ComplianceStatus", "ResourceType", "SeverityLabel", "WorkflowStatus")),
    lambda name: 100 if name in _LISTED_LONG else MOST_VALUES,
)
"""https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html#automation-rules-criteria"""


def filters(match: Match, consumer: Consumer = INSIGHT) -> Filters:
    """Return the filters that select the findings of a match; raise UnsayableError if none do."""
    for key, why in consumer.without.items():
        if getattr(match, key) is not None:
            raise UnsayableError(key, why)
    given = [key for key in _ATTRIBUTES if getattr(match, key) is not None]
    built = {_ATTRIBUTES[key].name: list(_conditions(key, getattr(match, key))) for key in given}
    if match.resource_tags is not None:
        built["ResourceTags"] = list(_tags(match.resource_tags))
    about_resources = [key for key in _OF_RESOURCES if getattr(match, key) is not None]
    if len(about_resources) > 1:
        message = (
            f"a filter cannot say that {' and '.join(about_resources)} are those of one resource:"
            " keep one of these keys"
        )
        raise UnsayableError(about_resources[-1], message)
    built = {name: conditions for name, conditions in built.items() if conditions}
    if consumer.crowded and len(built) >= MOST_ATTRIBUTES:
        raise UnsayableError("", consumer.crowded)
    for key in given:
        _refuse(key, built.get(_ATTRIBUTES[key].name, ()), consumer)
    return built


def _refuse(key: str, conditions: Sequence[Mapping[str, str]], consumer: Consumer) -> None:
    """Raise UnsayableError for conditions that the consumer does not accept."""
    name = _ATTRIBUTES[key].name
    most = consumer.most(name)
    if len(conditions) > most:
        whole = name in consumer.equal_only
        remedy = "split it into several" if whole else "end some with *, or split it into several"
        message = f"a filter has at most {most} values of one attribute: {remedy}"
        raise UnsayableError(key, message)
    if name in consumer.equal_only and any("PREFIX" in c["Comparison"] for c in conditions):
        raise UnsayableError(key, "an automation rule compares these as a whole: remove the *")


def _conditions(key: str, selection: Any) -> Iterator[dict[str, str]]:
    if key in LABELS:
        yield from _labels(key, selection)
        return
    excluded = isinstance(selection, Not)
    if excluded and _ATTRIBUTES[key].several:
        message = (
            "a finding may have several of these, and a filter excludes it for one of them, while a"
            " route does so only if all are excluded: list what to include instead"
        )
        raise UnsayableError(key, message)
    listed = words(selection)
    if ANY in listed:
        if excluded or not FIELDS[key].required:
            raise UnsayableError(key, 'a filter cannot say whether a field is there: remove "*"')
        return
    for text in _texts(key, listed):
        yield _condition(key, text, excluded=excluded)


def _labels(key: str, selection: Any) -> Iterator[dict[str, str]]:
    labels, unequal = closed_set(key, selection, FIELDS[key].absent)
    for label in labels:
        yield {"Comparison": _NOT if unequal else "EQUALS", "Value": label}


def closed_set(key: str, selection: Any, absent: str | None) -> tuple[list[str], bool]:
    """Return the labels that a field of a closed set must be one of, or, if true, none of.

    What is missing is what is not any of the others. That NOT_EQUALS selects findings without the
    field is not documented.
    """
    named, excluded = words(selection), isinstance(selection, Not)
    without = absent is not None and (absent in named) != excluded
    wanted = [label for label in LABELS[key] if label != absent and (label in named) != excluded]
    others = [label for label in LABELS[key] if label not in (absent, *wanted)]
    if not wanted and not without:
        raise UnsayableError(key, "all values are excluded: nothing would be selected")
    unequal = without if absent else excluded
    return (others, True) if unequal else (wanted, False)


def _texts(key: str, listed: Sequence[str]) -> list[str]:
    if key == "products":
        return [name for word in listed for name in _product_names(word)]
    if key == "standards":
        return [text for glob in FIELDS[key].globs(listed) for text in _standard_texts(glob)]
    if key == "controls" and any(word.removeprefix("CIS.")[:1].isdigit() for word in listed):
        raise UnsayableError(key, "a filter knows ids such as EC2.2, not numbers of CIS 1.2")
    return FIELDS[key].globs(listed)


def _product_names(word: str) -> tuple[str, ...]:
    """Return the names of a product: its ARN differs by region, and is compared whole."""
    names = NAMES_OF_PRODUCTS.get(product(word))
    if names is None:
        message = (
            f"a filter knows products by their names, and {word!r} is none of AWS's by its id, such"
            " as guardduty: use generators or types instead"
        )
        raise UnsayableError("products", message)
    return names


def _standard_texts(glob: str) -> list[str]:
    """Return the ids of a standard, of which some begin with another word."""
    return [f"{begins}{glob.removeprefix('*')}" for begins in ("standards", "ruleset")]


def _condition(key: str, glob: str, *, excluded: bool) -> dict[str, str]:
    begins = glob.endswith("*")
    value = glob.removesuffix("*")
    if "*" in value:
        message = f"a filter compares a whole text or its beginning: {glob!r} has a * elsewhere"
        raise UnsayableError(key, message)
    comparison = "PREFIX" if begins else "EQUALS"
    unequal = "PREFIX_NOT_EQUALS" if begins else "NOT_EQUALS"
    return {"Comparison": unequal if excluded else comparison, "Value": value}


def _tags(tags: dict[str, Any]) -> Iterator[dict[str, str]]:
    if len(tags) > 1:
        raise UnsayableError("resource_tags", "a filter joins tags by or: keep one")
    for tag, selection in tags.items():
        if isinstance(selection, Not) or any("*" in word for word in selection):
            message = "a filter compares the whole value of a tag: list the values to include"
            raise UnsayableError("resource_tags", message)
        for value in selection:
            yield {"Comparison": "EQUALS", "Key": tag, "Value": value}


def selects(conditions: Filters, finding: Mapping[str, Any]) -> bool:
    """Whether filters select a finding.

    Attributes are joined by and; of one attribute, what it must be by or, what not by and.
    """
    return all(_selects(name, listed, finding) for name, listed in conditions.items())


def _selects(name: str, listed: list[dict[str, str]], finding: Mapping[str, Any]) -> bool:
    wanted = [condition for condition in listed if not condition["Comparison"].endswith(_NOT)]
    unwanted = [condition for condition in listed if condition not in wanted]
    return (
        not wanted or any(_holds(name, condition, finding) for condition in wanted)
    ) and not any(_holds(name, condition, finding) for condition in unwanted)


def _holds(name: str, condition: Mapping[str, str], finding: Mapping[str, Any]) -> bool:
    """Whether a value of the finding is, or begins, as a condition says or denies."""
    begins = condition["Comparison"].startswith("PREFIX")
    path = ("Resources", "Tags", condition["Key"]) if "Key" in condition else _PATHS[name]
    texts = (value for value in nodes(finding, path) if isinstance(value, str))
    wanted = condition["Value"]
    return any(text.startswith(wanted) if begins else text == wanted for text in texts)


def oldest_wanted(conditions: Filters) -> list[str]:
    """Return the severities whose oldest finding a digest names: those that it counts."""
    return [label for label in OLD if _may_be(label, conditions.get("SeverityLabel", []))]


def _may_be(label: str, conditions: list[dict[str, str]]) -> bool:
    equal = [c["Value"] for c in conditions if c["Comparison"] == "EQUALS"]
    unequal = [c["Value"] for c in conditions if c["Comparison"] == "NOT_EQUALS"]
    return (not equal or label in equal) and label not in unequal
