"""The kinds of findings of the new Security Hub, as event patterns.

Classes are those of OCSF (https://schema.ocsf.io/1.6.0/categories/findings); what distinguishes
exposures and coverage is in Security Hub's own samples:
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-ocsf-findings.html
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, get_args

from generator.eventbridge.algebra import Pattern, any_of, both, nest
from generator.params import Not
from generator.params import choices as c

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = get_args(c.Kind)
OTHERS = "others"
"""Findings of classes that no kind names."""

_VULNERABILITY, _POSTURE, _THREAT, _DATA = 2002, 2003, 2004, 2006
_EXPOSURE, _COVERAGE = "security-hub/Exposure", "security-hub/Coverage"
_MISSING = {"exists": False}
_CLASS = ("class_uid",)
_FEATURE = ("metadata", "product", "feature")
_TYPES = ("finding_info", "types")
_EXPOSURES, _SEQUENCES, _CATEGORY = "Exposure", "AttackSequence:", "Threats"


def kinds_of(selection: Sequence[c.Kind] | Not[c.Kind] | None) -> set[str]:
    """Return the kinds that a selection matches; left out, all but coverage."""
    if selection is None:
        return {*KINDS, OTHERS} - {"coverage"}
    if isinstance(selection, Not):
        return {*KINDS, OTHERS} - set(selection.values)
    return set(selection)


def kind_clause(selection: Sequence[c.Kind] | Not[c.Kind] | None) -> Pattern:
    """Return what a pattern asks of a finding to be of one of the kinds."""
    kinds = kinds_of(selection)
    if kinds == {*KINDS, OTHERS}:
        return {}
    if kinds == {*KINDS, OTHERS} - {"coverage"}:
        return _other_feature(_COVERAGE)
    classes: list[Any] = [number for kind, number in _CLASSES.items() if kind in kinds]
    if {"exposure", "attack_sequence", "threat"} <= kinds:
        # What a threat must not be is asked for as well: then the class is enough.
        classes.append(_THREAT)
        kinds -= {"threat"}
    if OTHERS in kinds:
        classes.append({"anything-but": [_VULNERABILITY, _POSTURE, _THREAT, _DATA]})
    clauses = [clause for kind in KINDS if kind in kinds for clause in _CLAUSES.get(kind, ())]
    return any_of([*clauses, *([nest(_CLASS, classes)] if classes else [])])


def _threat() -> Pattern:
    """Return what detections have in common that are neither exposures nor attack sequences.

    ``anything-but`` matches a list of types if any of them is another one. GuardDuty lists a
    category and the type itself, ``["Threats", "AttackSequence:EC2/..."]``: so a type of its
    threats is neither. Other products list what they like, or nothing, and no attack sequences.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pattern-matching-arrays.html
    """
    guardduty = both(
        nest(_TYPES, _not_beginning(_SEQUENCES, _EXPOSURES, _CATEGORY)),
        nest((*_FEATURE, "name"), [_MISSING, {"anything-but": "Correlation"}]),
    )
    others = both(
        nest(_TYPES, [_MISSING, *_not_beginning(_SEQUENCES, _EXPOSURES)]),
        nest(("metadata", "product", "name"), [_MISSING, {"anything-but": "GuardDuty"}]),
    )
    detected = nest(_CLASS, [_THREAT])
    return reduce(both, [detected, _other_feature(_EXPOSURE), any_of([guardduty, others])])


def _not_beginning(*prefixes: str) -> list[Any]:
    return [{"anything-but": {"prefix": list(prefixes)}}]


def _feature(uid: str) -> Pattern:
    return nest((*_FEATURE, "uid"), [uid])


def _other_feature(uid: str) -> Pattern:
    return nest((*_FEATURE, "uid"), [_MISSING, {"anything-but": uid}])


_CLASSES: dict[c.Kind, int] = {"vulnerability": _VULNERABILITY, "sensitive_data": _DATA}
"""Kinds that are a class."""

_CLAUSES: dict[c.Kind, tuple[Pattern, ...]] = {
    "exposure": (_feature(_EXPOSURE), nest(_TYPES, [{"prefix": _EXPOSURES}])),
    "attack_sequence": (nest(_TYPES, [{"prefix": _SEQUENCES}]),),
    "threat": (_threat(),),
    "posture": (both(nest(_CLASS, [_POSTURE]), _other_feature(_COVERAGE)),),
    "coverage": (_feature(_COVERAGE),),
}
"""Other kinds: any of these patterns."""
