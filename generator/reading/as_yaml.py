"""Findings as YAML: what ``aws securityhub get-findings --output yaml`` prints."""

from __future__ import annotations

import re
from typing import Any

import yaml

_HEAD = re.compile(rb"(?:Findings|findings):\s*$|- +[A-Za-z][A-Za-z0-9]*:(?: |$)")
_TIME = "tag:yaml.org,2002:timestamp"


def is_yaml(head: bytes) -> bool:
    """Whether a file that begins with this line is YAML and no JSON."""
    return _HEAD.match(head.rstrip()) is not None


def load(text: bytes) -> Any:
    """Return the value of a YAML text, its times as texts; raise ValueError where it is none."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506  (a safe loader without times)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None


class _Loader(yaml.CSafeLoader):
    """Leaves times as they are written, as JSON has them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIME]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
