"""What AWS's own model of an API says of a request: members, types, enums and ranges.

https://github.com/boto/botocore/blob/develop/botocore/data/securityhub/2018-10-26/service-2.json.gz
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

_TYPES = {
    "string": str,
    "integer": int,
    "double": (int, float),
    "float": (int, float),
    "boolean": bool,
}


@cache
def service(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"))


def refusals(value: Any, shape: Any, at: str = "") -> Iterator[str]:
    """Yield what is wrong with a value, each with its place."""
    match shape.type_name:
        case "structure":
            yield from _of_structure(value, shape, at)
        case "list":
            yield from _of_list(value, shape, at)
        case kind if not isinstance(value, _TYPES[kind]) or isinstance(value, bool) > (
            kind == "boolean"
        ):
            yield f"{at}: {value!r} must be a {kind}"
        case kind:
            yield from _of_scalar(value, shape, at)


def _of_structure(value: Any, shape: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: {value!r} must be a structure"
        return
    for name in sorted(set(shape.required_members) - value.keys()):
        yield f"{at}: {name} is missing"
    for name, member in value.items():
        if name in shape.members:
            yield from refusals(member, shape.members[name], f"{at}.{name}")
        else:
            yield f"{at}: unknown member {name}"


def _of_list(value: Any, shape: Any, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{at}: {value!r} must be a list"
        return
    for number, member in enumerate(value):
        yield from refusals(member, shape.member, f"{at}[{number}]")


def _of_scalar(value: Any, shape: Any, at: str) -> Iterator[str]:
    bounds, measure = shape.metadata, len(value) if isinstance(value, str) else value
    if "enum" in bounds and value not in bounds["enum"]:
        yield f"{at}: {value!r} is none of the values"
    if "pattern" in bounds and not re.fullmatch(bounds["pattern"], value, re.DOTALL):
        yield f"{at}: {value!r} has not the form"
    if not bounds.get("min", measure) <= measure <= bounds.get("max", measure):
        yield f"{at}: {value!r} is out of range"
