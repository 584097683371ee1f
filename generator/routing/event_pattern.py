"""From ``match`` to an EventBridge event pattern.

Template, backtest and preview all call ``event_pattern``, so what is tried is what is deployed.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from generator.eventbridge.algebra import Pattern, any_of, both, nest
from generator.findings.events import SOURCE, detail_type
from generator.params import Match, Not
from generator.routing.asff_fields import ACTION
from generator.routing.field import ANY, Field
from generator.routing.fields import Format, fields_of, format_of
from generator.routing.kinds import kind_clause

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.params import Route
    from generator.params.choices import On, Source

_MISSING = {"exists": False}
_ONE_RESOURCE = {"Resources": {"Id": [{"exists": True}]}}
"""Every resource has an Id, and EventBridge settles fields in the order of their names: so this
picks a resource first, and a tag that is missing is then missing in that resource. Without it,
a tag would only be missing where no resource of the finding has it.
https://github.com/aws/event-ruler (ACFinder.java: array consistency, exists false)
"""
_TUNABLE = ("severity", "compliance")


def event_pattern(
    match: Match,
    tuned: Mapping[str, Any] | None = None,
    on: On = "imported",
    source: Source = "security_hub_cspm",
) -> Pattern:
    """Return the pattern that matches what ``match`` describes, of the events of one kind.

    ``tuned`` replaces, by key of ``match``, the list that the file gives: by another list, or
    in a template by a reference to a list parameter.
    """
    pattern: Pattern = {"source": [SOURCE], "detail-type": [detail_type(source, on)]}
    kinds = kind_clause(match.kinds) if source == "security_hub" else {}
    findings = both(kinds, finding_pattern(match, tuned, source))
    action = {} if match.actions is None else _clause(ACTION, match.actions)
    if findings or action:
        pattern["detail"] = {**action, **({"findings": findings} if findings else {})}
    return pattern


def finding_pattern(
    match: Match, tuned: Mapping[str, Any] | None = None, source: Source = "security_hub_cspm"
) -> Pattern:
    """Return what a pattern asks of the finding, apart from its kind."""
    clauses = _clauses(match, tuned or {}, format_of(source))
    return reduce(both, clauses, {})


def default_pattern(route: Route) -> Pattern:
    """Return the pattern that a stack has whose parameters were left at the file's values."""
    lists = {key: list(texts) for key, texts in tunable(route.match, route.source).items()}
    return event_pattern(route.match, lists, route.on, route.source)


def tunable(match: Match, source: Source = "security_hub_cspm") -> dict[str, tuple[str, ...]]:
    """Return the lists that are in a stack parameter after deployment, in the format's texts."""
    fields = fields_of(source)
    given = {key: getattr(match, key) for key in _TUNABLE}
    lists = {
        key: tuple(fields[key].globs(values))
        for key, values in given.items()
        if isinstance(values, tuple)
    }
    return {key: values for key, values in lists.items() if values}


def only_new(route: Route) -> bool:
    """Whether a route matches NEW findings alone as long as ``NewFindingsOnly`` says so.

    With ``notify: once`` it always does: it would otherwise notify of its own marks.
    """
    workflow = route.match.workflow
    return not route.notifies_once and isinstance(workflow, tuple) and set(workflow) == {"NEW"}


def _clauses(match: Match, tuned: Mapping[str, Any], format_: Format) -> Iterator[Pattern]:
    for key, field in format_.fields.items():
        selection = getattr(match, key)
        if key in tuned:
            yield _tune(field, selection, tuned[key])
        elif selection is not None:
            yield _clause(field, selection)
    tags = match.resource_tags or {}
    for tag, selection in tags.items():
        yield _clause(format_.tag(tag), selection)
    # A selection of resources asks for the Id in any case.
    if match.resources is None and any(isinstance(selection, Not) for selection in tags.values()):
        yield _ONE_RESOURCE


def _clause(field: Field, selection: Sequence[str] | Not[str]) -> Pattern:
    if isinstance(selection, Not):
        leaf = _none_of(field, selection.values)
        return reduce(both, (nest(path, leaf) for path in field.paths_of(selection.values)))
    leaf = _one_of(field, selection)
    found = any_of([nest(path, leaf) for path in field.paths_of(selection)])
    return reduce(both, (nest(path, [text]) for path, text in field.alongside), found)


def _tune(field: Field, selection: object, values: Any) -> Pattern:
    alternatives = [nest(path, values) for path in field.paths]
    if isinstance(selection, tuple) and field.absent in selection:
        # A list parameter cannot contain an object next to its texts.
        alternatives += [nest(path, [_MISSING]) for path in field.paths]
    return any_of(alternatives)


def _one_of(field: Field, words: Sequence[str]) -> list[Any]:
    if ANY in words:
        return [{"exists": True}]
    globs = field.globs(words)
    if field.otherwise in words:
        return _all_but([text for text in field.others if text not in globs])
    missing = [_MISSING] if field.absent in words else []
    return [text if kind == "exact" else {kind: text} for kind, text in map(_kind, globs)] + missing


def _all_but(texts: Sequence[str]) -> list[Any]:
    return [{"anything-but": list(texts)}] if texts else [{"exists": True}]


def _none_of(field: Field, words: Sequence[str]) -> list[Any]:
    """Return a leaf that matches all but the words; anything-but never matches a missing field."""
    missing = [] if field.required or field.absent in words else [_MISSING]
    globs = field.globs(words)
    if field.otherwise in words:
        return [text for text in field.others if text not in globs] or [_MISSING]
    if ANY in words or not globs:
        return [_MISSING if ANY in words else {"exists": True}]
    kinds = {kind for kind, _ in map(_kind, globs)}
    texts = [text for _, text in map(_kind, globs)]
    if kinds == {"exact"}:
        return [{"anything-but": texts}, *missing]
    # Forms cannot be mixed: two anything-but in one list would each take what the other refuses.
    if len(kinds) > 1 or kinds == {"wildcard"}:
        return [{"anything-but": {"wildcard": [_escape(glob) for glob in globs]}}, *missing]
    return [{"anything-but": {kinds.pop(): texts}}, *missing]


def _kind(glob: str) -> tuple[str, str]:
    """Return the operator that says what a glob says, and the operator's text."""
    if "*" not in glob:
        return "exact", glob
    if "*" not in glob[:-1]:
        return "prefix", glob[:-1]
    if "*" not in glob[1:]:
        return "suffix", glob[1:]
    return "wildcard", _escape(glob)


def _escape(glob: str) -> str:
    return glob.replace("\\", "\\\\")
