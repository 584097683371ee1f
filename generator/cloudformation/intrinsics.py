"""Resolves the functions of a template, given parameter values: what CloudFormation would see.

Enough for event patterns and names: Ref, Fn::If, Fn::Equals, Fn::And, Fn::Or, Fn::Not, Fn::Join,
Fn::Sub without a map, Fn::Split, Fn::Select, Fn::FindInMap, Fn::GetAtt as a text, and conditions.
Pseudo parameters (AWS::AccountId) are given like parameters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Template = dict[str, Any]

_NOTHING = object()


def defaults(template: Template) -> dict[str, Any]:
    """Return the default of each parameter that has one."""
    return {
        name: parameter["Default"]
        for name, parameter in template.get("Parameters", {}).items()
        if "Default" in parameter
    }


def longest(template: Template) -> dict[str, Any]:
    """Return values that make the template largest: every allowed value of each list."""
    values = defaults(template)
    for name, parameter in template.get("Parameters", {}).items():
        if parameter.get("Type") == "CommaDelimitedList":
            words = re.match(r"\^ *\(([\w|]+)\)", parameter.get("AllowedPattern", ""))
            values[name] = ",".join(words[1].split("|")) if words else values.get(name, "")
    return values


def resolve(value: Any, template: Template, parameters: Mapping[str, Any]) -> Any:
    """Return a value of the template with its functions carried out."""
    resolved = _Resolver(template, parameters).value(value)
    return None if resolved is _NOTHING else resolved


def resolve_resources(
    template: Template, parameters: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the resources that a stack would have, by logical id, with functions resolved."""
    resolver = _Resolver(template, parameters)
    return {
        title: resolver.value({key: inner for key, inner in resource.items() if key != "Condition"})
        for title, resource in template["Resources"].items()
        if "Condition" not in resource or resolver.value({"Condition": resource["Condition"]})
    }


class _Resolver:
    def __init__(self, template: Template, parameters: Mapping[str, Any]) -> None:
        self.template = template
        self.parameters = parameters
        self.functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self._condition,
            "Fn::If": self._if,
            "Fn::Equals": lambda pair: self.value(pair[0]) == self.value(pair[1]),
            "Fn::And": lambda all_of: all(map(self.value, all_of)),
            "Fn::Or": lambda any_of: any(map(self.value, any_of)),
            "Fn::Not": lambda negated: not self.value(negated[0]),
            "Fn::GetAtt": lambda path: path if isinstance(path, str) else ".".join(path),
            "Fn::Join": lambda pair: pair[0].join(map(str, self.value(pair[1]))),
            "Fn::Sub": self._sub,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Split": lambda pair: str(self.value(pair[1])).split(pair[0]),
            "Fn::Select": lambda pair: self.value(pair[1])[int(pair[0])],
        }

    def value(self, value: Any) -> Any:
        if isinstance(value, dict):
            if len(value) == 1:
                (name, argument), *_ = value.items()
                if name in self.functions and not (
                    name == "Condition" and not isinstance(argument, str)
                ):
                    return self.functions[name](argument)
            return self._present({key: self.value(inner) for key, inner in value.items()})
        if isinstance(value, list):
            return [item for item in map(self.value, value) if item is not _NOTHING]
        return value

    def _present(self, mapping: dict[str, Any]) -> dict[str, Any]:
        return {key: inner for key, inner in mapping.items() if inner is not _NOTHING}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NOTHING
        kind = self.template.get("Parameters", {}).get(name, {}).get("Type", "")
        value = self.parameters.get(name, name)
        if kind == "CommaDelimitedList" and isinstance(value, str):
            return [word.strip() for word in value.split(",")]
        return value

    def _condition(self, name: str) -> Any:
        return self.value(self.template["Conditions"][name])

    def _if(self, arguments: list[Any]) -> Any:
        condition, then, otherwise = arguments
        return self.value(then if self._condition(condition) else otherwise)

    def _find_in_map(self, path: list[Any]) -> Any:
        mapping, top, second = map(self.value, path)
        return self.template["Mappings"][mapping][top][second]

    def _sub(self, text: Any) -> Any:
        if not isinstance(text, str):
            return text
        return re.sub(r"\$\{([^!}]+)\}", lambda reference: str(self._ref(reference[1])), text)
