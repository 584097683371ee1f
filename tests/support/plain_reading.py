"""What a ``match`` says, read as a person would, without patterns.

Written from the words of the params format alone, to hold the patterns against it.
"""

from __future__ import annotations

from typing import Any

COMPANY_OF_AWS = {
    "security hub": "securityhub",
    "security hub cspm": "securityhub",
    "iam access analyzer": "access-analyzer",
    "firewall manager": "firewall-manager",
    "systems manager patch manager": "ssm-patch-manager",
    "iot device defender": "iot-device-defender",
}


def matches(match: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Whether the match of a params file matches a finding."""
    return all(
        _KEYS[key](selection, finding)
        for key, selection in match.items()
        if key not in ("resource_types", "resources", "resource_tags")
    ) and _some_resource(match, finding)


def wildcard(text: str, value: object) -> bool:
    """Whether a text in which * stands for anything is this value."""
    if not isinstance(value, str):
        return False
    if "*" not in text:
        return text == value
    first, rest = text.split("*", 1)
    if not value.startswith(first):
        return False
    value = value[len(first) :]
    return any(wildcard(rest, value[at:]) for at in range(len(value) + 1))


def values(node: Any, *path: str) -> list[Any]:
    """Return all the single values at the end of a path, through lists."""
    if isinstance(node, list):
        return [found for element in node for found in values(element, *path)]
    if path:
        return (
            values(node[path[0]], *path[1:]) if isinstance(node, dict) and path[0] in node else []
        )
    return [] if isinstance(node, dict) else [node]


def selected(selection: Any, found: list[Any], fits: Any = wildcard) -> bool:
    """Whether a selection matches a field that has these values, none if it is missing."""
    if isinstance(selection, dict):
        unwanted = selection["not"]
        if "*" in unwanted:
            return not found
        if not found:
            return "ABSENT" not in unwanted
        return any(not any(fits(word, value) for word in unwanted) for value in found)
    if not found:
        return "ABSENT" in selection
    return "*" in selection or any(fits(word, value) for word in selection for value in found)


def _plain(*path: str) -> Any:
    return lambda selection, finding: selected(selection, values(finding, *path))


def _product(word: str, arn: object) -> bool:
    """`guardduty` and `aws/guardduty` are a product of AWS; ARNs and names are understood too."""
    word = word.rsplit(":product/", 1)[-1].removeprefix("product/")
    word = COMPANY_OF_AWS.get(word.casefold(), word)
    word = word if "/" in word else f"aws/{word.lower()}"
    return wildcard(f"*:product/{word}", arn)


def standard(word: str, name: object) -> bool:
    """A standard's name means all its versions; with /v/ in it, one."""
    word = word.rsplit("standards/", 1)[-1].rsplit("ruleset/", 1)[-1]
    return wildcard(f"*/{word}" if "/" in word else f"*/{word}/v/*", name)


def finding_type(word: str, name: object) -> bool:
    """All of a namespace is also the namespace alone, and the one of Patch Manager has an &."""
    plain = str(name).replace("Software & Conf", "Software and Conf")
    whole = word.startswith("Software and Configuration Checks")
    names = (name, plain) if whole else (name,)
    return any(
        wildcard(word, one) or (word.endswith("/*") and wildcard(word[:-2], one)) for one in names
    )


def control(word: str, name: object) -> bool:
    """The number of a recommendation is its id in findings of CIS 1.2."""
    number = word[4:] if word[:4] == "CIS." and word[4:5].isdigit() else word
    return wildcard(word, name) or wildcard(number, name)


def anywhere(fits: Any, *paths: tuple[str, ...]) -> Any:
    """Read a field that findings keep in one place or another, depending on their age."""

    def read(selection: Any, finding: dict[str, Any]) -> bool:
        places = [values(finding, *path) for path in paths]
        if isinstance(selection, dict):
            return all(selected(selection, place, fits) for place in places)
        return any(selected(selection, place, fits) for place in places)

    return read


def _some_resource(match: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Whether one and the same resource has the type and all the tags."""
    asked: list[tuple[tuple[str, ...], Any]] = [
        (("Tags", tag), selection) for tag, selection in match.get("resource_tags", {}).items()
    ]
    asked += [
        ((field,), match[key])
        for key, field in (("resource_types", "Type"), ("resources", "Id"))
        if key in match
    ]
    resources = finding.get("Resources") or [{}]
    return any(
        all(selected(selection, values(resource, *path)) for path, selection in asked)
        for resource in resources
    )


_KEYS: dict[str, Any] = {
    "severity": _plain("Severity", "Label"),
    "compliance": _plain("Compliance", "Status"),
    "workflow": _plain("Workflow", "Status"),
    "record_state": _plain("RecordState"),
    "accounts": _plain("AwsAccountId"),
    "account_names": _plain("AwsAccountName"),
    "regions": _plain("Region"),
    "generators": _plain("GeneratorId"),
    "types": anywhere(finding_type, ("Types",)),
    "products": anywhere(_product, ("ProductArn",)),
    "controls": anywhere(
        control,
        ("Compliance", "SecurityControlId"),
        ("ProductFields", "ControlId"),
        ("ProductFields", "RuleId"),
    ),
    "standards": anywhere(
        standard,
        ("Compliance", "AssociatedStandards", "StandardsId"),
        ("ProductFields", "StandardsArn"),
        ("ProductFields", "StandardsGuideArn"),
    ),
}
