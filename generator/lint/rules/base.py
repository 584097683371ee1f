"""What the rules share: a rule looks at the resources of some types and says where it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Wrong = tuple["Sequence[str | int]", str]
"""Where below a resource's Properties, and the message."""


class Rule(CloudFormationLintRule):  # type: ignore[misc]  # cfn-lint has no types
    """A rule of cfn-lint."""


class ResourceRule(Rule):
    """A rule about resources of some types, one at a time."""

    types: ClassVar[tuple[str, ...]] = ()
    tags: ClassVar[list[str]] = ["resources"]

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Return what is wrong in a template; cfn-lint calls this."""
        return [
            RuleMatch(["Resources", title, "Properties", *path], f"{title}: {message}")
            for title, properties in of_types(cfn.template, *self.types)
            for path, message in self.check(properties, cfn.template)
        ]

    def check(self, properties: dict[str, Any], template: dict[str, Any]) -> Iterator[Wrong]:
        """Yield what is wrong with one resource."""
        raise NotImplementedError


def of_types(template: dict[str, Any], *types: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield logical id and properties of the resources of some types."""
    for title, resource in (template.get("Resources") or {}).items():
        if isinstance(resource, dict) and resource.get("Type") in types:
            properties = resource.get("Properties")
            if isinstance(properties, dict):
                yield title, properties


def as_list(value: Any) -> list[Any]:
    """Return a list: of a value, or of what may be written as one value."""
    return value if isinstance(value, list) else [] if value is None else [value]
