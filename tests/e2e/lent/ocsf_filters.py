"""What filters of the new Security Hub accept and select, as their reference documents it.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_OcsfFindingFilters.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CompositeFilter.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingsV2.html
A second reading: it shares nothing with the generator. Names and types are checked against AWS's
own model elsewhere. What no template uses is refused, and what can be read in two ways.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

MOST_COMPOSITES, MOST_FILTERS = 10, 20

_NESTED = "NestedCompositeFilters"
_POSITIVE, _NEGATIVE = {"EQUALS", "PREFIX"}, {"NOT_EQUALS", "PREFIX_NOT_EQUALS"}


def refusals(filters: dict[str, Any]) -> Iterator[str]:
    """Yield why filters that fit AWS's model are refused all the same."""
    composites = filters.get("CompositeFilters", [])
    if not 1 <= len(composites) <= MOST_COMPOSITES:
        yield f"{len(composites)} composite filters, not 1 to {MOST_COMPOSITES}"
    if "CompositeOperator" not in filters:
        yield "no CompositeOperator"
    for composite in composites:
        yield from _of_composite(composite, nested=False)


def _of_composite(composite: dict[str, Any], *, nested: bool) -> Iterator[str]:
    kinds = composite.keys() - {"Operator"}
    known = _MEETS.keys() | (set() if nested else {_NESTED})
    if not kinds or "Operator" not in composite:
        yield f"a composite filter without filters or Operator: {composite}"
    if unknown := kinds - known:
        yield f"{sorted(unknown)} are not known here, or not within nested filters"
    for kind in kinds:
        if not 1 <= len(composite[kind]) <= MOST_FILTERS:
            yield f"{len(composite[kind])} {kind}, not 1 to {MOST_FILTERS}"
    for inner in composite.get(_NESTED, []):
        yield from _of_composite(inner, nested=True)
    for kind in kinds & _MEETS.keys():
        for condition in composite[kind]:
            yield from _of_condition(kind, condition)
    yield from _of_mixtures(composite)


def _of_condition(kind: str, condition: dict[str, Any]) -> Iterator[str]:
    asked = condition.get("Filter", {})
    if kind == "DateFilters" and asked.keys() == {"Start", "End"}:
        if when(asked["Start"]) > when(asked["End"]):
            yield f"{kind}: {condition}"
    elif "FieldName" not in condition or asked.keys() != _ASKED[kind]:
        yield f"{kind}: {condition}"
    elif kind == "DateFilters":
        days = asked["DateRange"]
        if days.keys() != {"Value", "Unit"} or days["Value"] < 1:
            yield f"{kind}: {condition}"
    elif asked["Comparison"] not in _COMPARISONS[kind]:
        yield f"{kind}: {asked['Comparison']} cannot be used here"


def _of_mixtures(composite: dict[str, Any]) -> Iterator[str]:
    """Refuse what AWS does of one field, and what its pages say in two ways.

    By the page of StringFilter, positive conditions on one field are joined by or, negative ones
    by and; by that of CompositeFilter, all are joined by the operator.
    """
    by_field: dict[str, list[str]] = {}
    for condition in composite.get("StringFilters", []):
        comparison = condition.get("Filter", {}).get("Comparison", "")
        by_field.setdefault(condition.get("FieldName", ""), []).append(comparison)
    doubtful = _POSITIVE if composite.get("Operator") == "AND" else _NEGATIVE
    for field, comparisons in by_field.items():
        if "EQUALS" in comparisons and _NEGATIVE & set(comparisons):
            yield f"{field} has EQUALS together with its contrary"
        if sum(comparison in doubtful for comparison in comparisons) > 1:
            yield f"{field} has several conditions, and it is not clear what joins them"


def selects(filters: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Whether filters that are not refused select a finding; none select all."""
    composites = filters.get("CompositeFilters", [])
    if not composites:
        return True
    return _joined(filters["CompositeOperator"], [_selects(each, finding) for each in composites])


def _selects(composite: dict[str, Any], finding: dict[str, Any]) -> bool:
    met = [
        meets(_at(finding, condition["FieldName"]), condition["Filter"])
        for kind, meets in _MEETS.items()
        for condition in composite.get(kind, [])
    ]
    met += [_selects(inner, finding) for inner in composite.get(_NESTED, [])]
    return _joined(composite["Operator"], met)


def _joined(operator: str, met: list[bool]) -> bool:
    return {"AND": all, "OR": any}[operator](met)


def _meets_text(held: Iterator[Any], asked: dict[str, str]) -> bool:
    """Whether one of the values is, or begins with, the text; or else whether none does."""
    value, comparison = asked["Value"], asked["Comparison"]
    begins = comparison in {"PREFIX", "PREFIX_NOT_EQUALS"}
    positive = any(str(text).startswith(value) if begins else text == value for text in held)
    return positive is (comparison in _POSITIVE)


def _meets_date(held: Iterator[Any], asked: dict[str, Any]) -> bool:
    if "Start" in asked:
        return any(when(asked["Start"]) <= when(written) <= when(asked["End"]) for written in held)
    since = datetime.now(UTC) - timedelta(asked["DateRange"]["Value"])
    return any(when(written) >= since for written in held)


def _meets_map(held: Iterator[Any], asked: dict[str, str]) -> bool:
    wanted = {"name": asked["Key"], "value": asked["Value"]}
    return any({key: tag.get(key) for key in wanted} == wanted for tag in held)


_MEETS: dict[str, Callable[[Iterator[Any], dict[str, Any]], bool]] = {
    "StringFilters": _meets_text,
    "DateFilters": _meets_date,
    "MapFilters": _meets_map,
}
_ASKED = {
    "StringFilters": {"Comparison", "Value"},
    "DateFilters": {"DateRange"},
    "MapFilters": {"Comparison", "Key", "Value"},
}
_COMPARISONS = {"StringFilters": _POSITIVE | _NEGATIVE, "MapFilters": {"EQUALS"}}


def when(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def values(field: str, finding: dict[str, Any]) -> list[str]:
    """Return the texts that a finding has in a field, each once."""
    return list(dict.fromkeys(_at(finding, field)))


def _at(value: Any, field: str) -> Iterator[Any]:
    """Yield what is in a field, of each element where there are several."""
    if isinstance(value, list):
        for each in value:
            yield from _at(each, field)
    elif not field:
        yield value
    elif isinstance(value, dict):
        first, _, rest = field.partition(".")
        if value.get(first) is not None:
            yield from _at(value[first], rest)
