"""From ``match`` to filters of the new Security Hub: its statistics, findings, automation rules.

They say more than those of Security Hub CSPM (groups within groups), but know fewer fields: neither
the feature of a product, nor the second id of a resource.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_OcsfFindingFilters.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CompositeFilter.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.findings.outline import nodes
from generator.params import Not
from generator.routing.coverage import LABELS, labels, words
from generator.routing.field import ANY, Field
from generator.routing.field_values import product
from generator.routing.filters import OLD, UnsayableError, closed_set
from generator.routing.kinds import KINDS, OTHERS, kinds_of
from generator.routing.ocsf_fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.params import Match

Group = dict[str, Any]
"""A composite filter: conditions and groups, and how they are joined."""

MOST_GROUPS, MOST_VALUES = 10, 20

NAMES_OF_PRODUCTS = {
    "aws/guardduty": ("GuardDuty",),
    "aws/inspector": ("Inspector",),
    "aws/macie": ("Macie",),
    # Controls have called themselves either.
    "aws/securityhub": ("Security Hub", "Security Hub CSPM"),
}
"""What findings have as their ``metadata.product.name``, as far as samples show."""

_TYPES, _CLASS, _PRODUCT = "finding_info.types", "class_name", "metadata.product.name"
_COVERAGE, _CATEGORY = "Security Hub Coverage", "Coverage"
_CLASSES = {
    "vulnerability": "Vulnerability Finding",
    "posture": "Compliance Finding",
    "threat": "Detection Finding",
    "sensitive_data": "Data Security Finding",
}
_SEVERAL = ("standards", "resource_types", "types")
"""Keys of which a finding may have several values."""


class Consumer(NamedTuple):
    """What uses filters, and what it accepts.

    ``without`` are keys of match that it has no field for, with the reason; ``fields`` are those
    that it calls otherwise; ``nested`` says whether a group may have groups; ``most`` is how many
    groups it accepts, and ``crowded`` what to say of more.
    """

    without: Mapping[str, str]
    fields: Mapping[str, str]
    nested: bool
    most: int | None = None
    crowded: str = ""


# What is new or the oldest is asked for with one part more: the date or the severity.
STATISTICS = Consumer(
    {},
    {},
    nested=True,
    most=MOST_GROUPS - 1,
    crowded=(
        f"a filter has at most {MOST_GROUPS} parts, and a digest has one of its own: leave some"
        " keys out"
    ),
)
AUTOMATION_RULE_V2 = Consumer(
    {"workflow": "an automation rule of the new Security Hub does not know the status"},
    {"severity": "vendor_attributes.severity"},
    nested=False,
)
"""Its severity is the provider's, which rules do not change.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-securityhub-automationrulev2-ocsfstringfilter.html
"""


def ocsf_filters(match: Match, consumer: Consumer = STATISTICS) -> Group:
    """Return the filters that select the findings of a match; raise UnsayableError if none do."""
    for key, why in consumer.without.items():
        if getattr(match, key) is not None:
            raise UnsayableError(key, why)
    if match.resources is not None:
        message = (
            "filters of the new Security Hub know one of a resource's two ids: use resource_types,"
            " resource_tags or accounts"
        )
        raise UnsayableError("resources", message)
    if match.resource_types is not None and match.resource_tags is not None:
        message = "a filter cannot say that the tag and the type are those of one resource"
        raise UnsayableError("resource_tags", message)
    groups = [
        *_kinds(match, consumer),
        *(_group(key, match, consumer) for key in FIELDS if _given(key, match)),
    ]
    if match.resource_tags is not None:
        groups.append(_tag(match.resource_tags))
    groups = [group for group in groups if group]
    if consumer.most is not None and len(groups) > consumer.most:
        raise UnsayableError("", consumer.crowded)
    return {"CompositeFilters": groups, "CompositeOperator": "AND"} if groups else {}


def oldest_wanted_v2(match: Match) -> list[str]:
    """Return the severities whose oldest finding a digest names: those that it counts."""
    return [label for label in OLD if label in labels("severity", match.severity)]


def with_date(filters: Group, days: int) -> Group:
    """Return the filters of findings that were created in the last days."""
    within = {"FieldName": "finding_info.created_time_dt", "Filter": {"DateRange": _days(days)}}
    return _and(filters, {"DateFilters": [within], "Operator": "AND"})


def with_severities(filters: Group, texts: Iterable[str]) -> Group:
    """Return the filters of findings that have one of these severities, too."""
    return _and(filters, _joined("OR", [_condition("severity", "EQUALS", text) for text in texts]))


def until(filters: Group, within: Mapping[str, str]) -> Group:
    """Return the filters of findings that were modified between two instants."""
    modified = {"FieldName": "finding_info.modified_time_dt", "Filter": dict(within)}
    return _and(filters, {"DateFilters": [modified], "Operator": "AND"})


def _days(days: int) -> dict[str, Any]:
    return {"Unit": "DAYS", "Value": days}


def _and(filters: Group, group: Group) -> Group:
    return {
        "CompositeFilters": [*filters.get("CompositeFilters", ()), group],
        "CompositeOperator": "AND",
    }


def _given(key: str, match: Match) -> bool:
    return getattr(match, key) is not None


def _group(key: str, match: Match, consumer: Consumer) -> Group:
    """Return the group of a key; empty where it asks for nothing."""
    selection, field = getattr(match, key), FIELDS[key]
    listed, excluded = words(selection), isinstance(selection, Not)
    if excluded and key in _SEVERAL:
        message = (
            "a finding may have several of these, and a filter excludes it for one of them, while a"
            " route does so only if all are excluded: list what to include instead"
        )
        raise UnsayableError(key, message)
    if ANY in listed:
        if excluded or not field.required:
            raise UnsayableError(key, 'a filter cannot say whether a field is there: remove "*"')
        return {}
    texts = _texts(key, field, listed)
    if key in LABELS:
        labels, excluded = closed_set(key, selection, field.absent)
        texts = field.globs(labels)
        if field.otherwise in labels:
            texts = [text for text in field.others if text not in texts]
            excluded = not excluded
    name = _PRODUCT if key == "products" else ".".join(field.paths[0])
    name = consumer.fields.get(key, name)
    conditions = [_of_glob(key, name, text, excluded=excluded) for text in texts]
    if len(conditions) > MOST_VALUES:
        message = f"a filter has at most {MOST_VALUES} values of one field: end some with *"
        raise UnsayableError(key, message)
    return _joined("AND" if excluded else "OR", conditions)


def _texts(key: str, field: Field, listed: Iterable[str]) -> list[str]:
    if key == "products":
        return [name for word in listed for name in _product_names(word)]
    if key == "standards":
        globs = field.globs(listed)
        return [f"{begins}{glob[1:]}" for glob in globs for begins in ("standards", "ruleset")]
    return field.globs(listed)


def _product_names(word: str) -> tuple[str, ...]:
    names = NAMES_OF_PRODUCTS.get(product(word))
    if names is None:
        known = ", ".join(name.partition("/")[2] for name in NAMES_OF_PRODUCTS)
        message = (
            f"a filter knows products by their names, here {known}: use kinds or types instead"
        )
        raise UnsayableError("products", message)
    return names


def _of_glob(key: str, name: str, glob: str, *, excluded: bool) -> dict[str, Any]:
    value = glob.removesuffix("*")
    if "*" in value:
        message = f"a filter compares a whole text or its beginning: {glob!r} has a * elsewhere"
        raise UnsayableError(key, message)
    comparison = "PREFIX" if value != glob else "EQUALS"
    unequal = "PREFIX_NOT_EQUALS" if value != glob else "NOT_EQUALS"
    return _condition(name, unequal if excluded else comparison, value)


def _condition(name: str, comparison: str, value: str) -> dict[str, Any]:
    return {"FieldName": name, "Filter": {"Comparison": comparison, "Value": value}}


def _joined(operator: str, conditions: list[dict[str, Any]], key: str = "StringFilters") -> Group:
    return {key: conditions, "Operator": operator} if conditions else {}


def _tag(tags: Mapping[str, Any]) -> Group:
    """Return the group of a tag, of which the params file allows one, by its values."""
    ((name, selection),) = tags.items()
    if any("*" in word for word in selection):
        message = "a filter compares the whole value of a tag: list the values to include"
        raise UnsayableError("resource_tags", message)
    conditions = [
        {
            "FieldName": "resources.tags",
            "Filter": {"Comparison": "EQUALS", "Key": name, "Value": value},
        }
        for value in selection
    ]
    return _joined("OR", conditions, "MapFilters")


def _kinds(match: Match, consumer: Consumer) -> Iterator[Group]:
    kinds = kinds_of(match.kinds)
    if kinds == {*KINDS, OTHERS} - {"coverage"}:
        yield _joined("AND", list(_no_coverage()))
        return
    groups = [_kind(kind) for kind in (*KINDS, OTHERS) if kind in kinds]
    if len(groups) > 1 and not consumer.nested:
        message = "a rule knows one kind, or all but coverage: write an exception for each kind"
        raise UnsayableError("kinds", message)
    yield groups[0] if len(groups) == 1 else {"NestedCompositeFilters": groups, "Operator": "OR"}


def _no_coverage() -> Iterator[dict[str, Any]]:
    yield _condition(_PRODUCT, "NOT_EQUALS", _COVERAGE)
    yield _condition(_TYPES, "NOT_EQUALS", _CATEGORY)


def _kind(kind: str) -> Group:
    exposures = ("Exposure", "PREFIX", "PREFIX_NOT_EQUALS")
    sequences = ("AttackSequence:", "PREFIX", "PREFIX_NOT_EQUALS")
    if kind == OTHERS:
        unequal = [_condition(_CLASS, "NOT_EQUALS", name) for name in _CLASSES.values()]
        return _joined("AND", unequal)
    if kind == "coverage":
        product_or_type = ((_PRODUCT, _COVERAGE), (_TYPES, _CATEGORY))
        return _joined("OR", [_condition(name, "EQUALS", text) for name, text in product_or_type])
    if kind in ("exposure", "attack_sequence"):
        begins, equal, _ = exposures if kind == "exposure" else sequences
        return _joined("AND", [_condition(_TYPES, equal, begins)])
    conditions = [_condition(_CLASS, "EQUALS", _CLASSES[kind])]
    if kind == "threat":
        others = (exposures, sequences)
        conditions += [_condition(_TYPES, unequal, begins) for begins, _, unequal in others]
    if kind == "posture":
        conditions += _no_coverage()
    return _joined("AND", conditions)


def ocsf_selects(filters: Group, finding: Mapping[str, Any]) -> bool:
    """Whether filters select a finding of the new Security Hub; dates are not looked at."""
    return all(_selects(group, finding) for group in filters.get("CompositeFilters", ()))


def _selects(group: Group, finding: Mapping[str, Any]) -> bool:
    holds = [_holds(condition, finding) for condition in group.get("StringFilters", ())]
    holds += [_has_tag(condition, finding) for condition in group.get("MapFilters", ())]
    holds += [_selects(inner, finding) for inner in group.get("NestedCompositeFilters", ())]
    return all(holds) if group["Operator"] == "AND" else any(holds)


def _holds(condition: Mapping[str, Any], finding: Mapping[str, Any]) -> bool:
    asked = condition["Filter"]
    values = nodes(finding, condition["FieldName"].split("."))
    texts = [value for value in values if isinstance(value, str)]
    begins = asked["Comparison"].startswith("PREFIX")
    wanted = asked["Value"]
    found = any(text.startswith(wanted) if begins else text == wanted for text in texts)
    return found != str(asked["Comparison"]).endswith("NOT_EQUALS")


def _has_tag(condition: Mapping[str, Any], finding: Mapping[str, Any]) -> bool:
    asked = condition["Filter"]
    tags = (tag for tag in nodes(finding, ("resources", "tags")) if isinstance(tag, dict))
    return any(
        (tag.get("name"), tag.get("value")) == (asked["Key"], asked["Value"]) for tag in tags
    )
