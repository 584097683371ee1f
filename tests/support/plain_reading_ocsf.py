"""What a ``match`` says of findings of the new Security Hub, read as a person would.

Written from the words of the params format and OCSF's own names, to hold the patterns against it.
"""

from __future__ import annotations

from typing import Any

from plain_reading import anywhere, control, finding_type, selected, standard, values, wildcard

_SPELLED = {
    "CRITICAL": ("Critical", "Fatal"),
    "NOTIFIED": ("In Progress",),
    "PASSED": ("Pass",),
    "FAILED": ("Fail",),
    "NOT_AVAILABLE": ("Unknown", "Other"),
}


def matches(match: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Whether the match of a route of the new Security Hub matches a finding."""
    return (
        all(_KEYS[key](match[key], finding) for key in match if key in _KEYS)
        and _of_kind(match.get("kinds"), finding)
        and _some_resource(match, finding)
    )


def kinds(finding: dict[str, Any]) -> set[str]:
    """Return the kinds that a finding is; none for classes that have no word."""
    feature = finding["metadata"]["product"].get("feature", {}).get("uid")
    types = finding["finding_info"].get("types", [])
    found = {
        "exposure": feature == "security-hub/Exposure"
        or any(name.startswith("Exposure") for name in types),
        "attack_sequence": any(name.startswith("AttackSequence:") for name in types),
        "coverage": feature == "security-hub/Coverage",
    }
    found["threat"] = finding["class_uid"] == 2004 and not (
        found["exposure"] or found["attack_sequence"]
    )
    found["vulnerability"] = finding["class_uid"] == 2002
    found["posture"] = finding["class_uid"] == 2003 and not found["coverage"]
    found["sensitive_data"] = finding["class_uid"] == 2006
    return {kind for kind, is_one in found.items() if is_one}


def _of_kind(selection: Any, finding: dict[str, Any]) -> bool:
    own = kinds(finding)
    if selection is None:
        return "coverage" not in own
    if isinstance(selection, dict):
        return not own or bool(own - set(selection["not"]))
    return bool(own & set(selection))


def _spelled(word: str, text: object) -> bool:
    return text in _SPELLED.get(word, (word.capitalize(),))


def _state(selection: Any, finding: dict[str, Any]) -> bool:
    state = "ARCHIVED" if finding["activity_name"] == "Close" else "ACTIVE"
    return selected(selection, [state])


def _product(word: str, arn: object) -> bool:
    word = word.rsplit(":productv2/", 1)[-1]
    word = word if "/" in word else f"aws/{word.lower()}"
    return wildcard(f"*:productv2/{word}", arn)


def _some_resource(match: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Whether one and the same resource has the type, the id and the tag."""
    return any(
        all(_RESOURCE[key](match[key], resource) for key in match if key in _RESOURCE)
        for resource in finding.get("resources") or [{}]
    )


def _tagged(selection: dict[str, Any], resource: dict[str, Any]) -> bool:
    ((key, wanted),) = selection.items()
    return any(
        tag["name"] == key and selected(wanted, [tag["value"]]) for tag in resource.get("tags", [])
    )


def _plain(*path: str, fits: Any = wildcard) -> Any:
    return lambda selection, node: selected(selection, values(node, *path), fits)


_RESOURCE: dict[str, Any] = {
    "resource_types": _plain("type"),
    "resources": anywhere(wildcard, ("uid",), ("uid_alt",)),
    "resource_tags": _tagged,
}
_KEYS: dict[str, Any] = {
    "severity": _plain("severity", fits=_spelled),
    "compliance": _plain("compliance", "status", fits=_spelled),
    "workflow": _plain("status", fits=_spelled),
    "record_state": _state,
    "accounts": _plain("cloud", "account", "uid"),
    "account_names": _plain("cloud", "account", "name"),
    "regions": _plain("cloud", "region"),
    "products": _plain("metadata", "product", "uid", fits=_product),
    "controls": _plain("compliance", "control", fits=control),
    "standards": _plain("compliance", "standards", fits=standard),
    "types": _plain("finding_info", "types", fits=finding_type),
}
