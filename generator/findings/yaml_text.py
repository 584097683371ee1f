"""YAML without surprises: findings as ``--output yaml`` prints them, and event patterns."""

from __future__ import annotations

import re
from typing import Any

import yaml

_HEAD = re.compile(rb"(?:Findings|findings):\s*$|- +[A-Za-z][A-Za-z0-9_]*:(?: |$)")
_TIME = "tag:yaml.org,2002:timestamp"


def is_yaml(head: bytes) -> bool:
    """Whether a file that begins with this line is YAML and no JSON."""
    return _HEAD.match(head.rstrip()) is not None


def load(text: bytes) -> Any:
    """Return the value of a YAML text, its times as texts; raise ValueError where it is none."""
    return _loaded(text, _Loader)


def load_once(text: bytes) -> Any:
    """Do the same, and raise ValueError too where a key is given twice."""
    return _loaded(text, _OnceLoader)


def _loaded(text: bytes, loader: type[yaml.CSafeLoader]) -> Any:
    try:
        return yaml.load(text, loader)  # noqa: S506  (safe loaders without times)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())) from None


class _Loader(yaml.CSafeLoader):
    """Leaves times as they are written, as JSON has them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIME]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class _OnceLoader(_Loader):
    """Refuses keys that are given twice, of which YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                message = f"the key {key!r} is given twice"
                raise yaml.constructor.ConstructorError(None, None, message, node.start_mark)
        return super().construct_mapping(node, deep)
