"""A template as the YAML that people read: in reading order, with short-form functions.

CloudFormation's functions are YAML tags (``!Ref``), which no general YAML dumper knows;
troposphere's own writer sorts all keys, which puts a stack's outputs before its parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEMPLATE = (
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Resources",
    "Outputs",
)
_RESOURCE = ("Type", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")


class _Short(NamedTuple):
    """A function in short form: its tag and its argument."""

    tag: str
    argument: Any


class _Block(NamedTuple):
    """A text of several lines, which stay lines."""

    text: str


class _Dumper(yaml.CSafeDumper):
    """PyYAML's fast writer, without the anchors that CloudFormation does not take."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _represent(dumper: yaml.CSafeDumper, short: _Short) -> yaml.Node:
    if isinstance(short.argument, str):
        return dumper.represent_scalar(short.tag, short.argument)
    return dumper.represent_sequence(short.tag, short.argument)


def _represent_block(dumper: yaml.CSafeDumper, block: _Block) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", block.text, style="|")


_Dumper.add_representer(_Short, _represent)
_Dumper.add_representer(_Block, _represent_block)


def yaml_text(template: Mapping[str, Any]) -> str:
    """Return the YAML of a template given as plain data, the same bytes on every machine."""
    ordered = _in_order(template, _TEMPLATE)
    ordered["Resources"] = {
        title: _in_order(resource, _RESOURCE) for title, resource in ordered["Resources"].items()
    }
    return yaml.dump(
        _shorten(ordered), Dumper=_Dumper, sort_keys=False, width=100, allow_unicode=False
    )


def _in_order(mapping: Mapping[str, Any], order: tuple[str, ...]) -> dict[str, Any]:
    keys = [key for key in order if key in mapping]
    return {key: mapping[key] for key in [*keys, *(key for key in mapping if key not in order)]}


def _shorten(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1:
            (key, argument), *_ = value.items()
            if key == "Ref" or key.startswith("Fn::"):
                return _function(key, argument)
        return {key: _shorten(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shorten(inner) for inner in value]
    return _Block(value) if isinstance(value, str) and "\n" in value else value


def _function(key: str, argument: Any) -> Any:
    if key == "Fn::GetAtt":
        return _Short("!GetAtt", ".".join(argument))
    if isinstance(argument, str | list):
        return _Short(f"!{key.removeprefix('Fn::')}", _shorten(argument))
    # YAML has no tag before a tag: a function of a function stays long.
    return {key: _shorten(argument)}
