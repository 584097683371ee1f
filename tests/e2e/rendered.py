"""The rendered templates as committed, and what a person would type for their parameters."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus" / "findings.ndjson"
FIXTURES = ROOT / "tests" / "fixtures" / "findings.ndjson"

# The project's own matcher says what should arrive: it agrees with AWS, and is pure Python.
sys.path.append(str(ROOT))
from generator import matcher  # noqa: E402
from generator.resolve import defaults, resolve  # noqa: E402

# Two fields below an array have to match in one element of it. The emulator takes them from
# different elements; AWS does not (https://github.com/aws/event-ruler), nor does our matcher.
BEYOND = {"two resources, the type on one and the tag on the other"}

TYPED = {"SlackWorkspaceId": "T0123ABCD"}
CHANNEL = "C0123ABCD"


class Rendered(NamedTuple):
    """A template, and the parameters that have no default."""

    path: Path
    data: dict[str, Any]

    @property
    def typed(self) -> dict[str, str]:
        return {
            name: TYPED.get(name, f"{CHANNEL}{number}")
            for number, (name, parameter) in enumerate(self.data["Parameters"].items())
            if "Default" not in parameter
        }

    def rules(self, **typed: str) -> dict[str, Callable[[Any], bool]]:
        """Return what each rule takes, by the logical id of the topic that it feeds."""
        values = {**defaults(self.data), **self.typed, **typed}
        return {
            rule["Properties"]["Targets"][0]["Arn"]["Ref"]: matcher.compile(
                resolve(rule["Properties"]["EventPattern"], self.data, values)
            )
            for rule in self.data["Resources"].values()
            if rule["Type"] == "AWS::Events::Rule"
        }


def templates(name: str) -> list[Rendered]:
    """Return every rendered template of a name, in all folders."""
    return [read(path) for path in sorted((ROOT / "templates_out").glob(f"*/{name}"))]


def read(path: Path) -> Rendered:
    return Rendered(path, yaml.load(path.read_text("utf-8"), _Functions))  # noqa: S506


def findings() -> list[dict[str, Any]]:
    """Return the project's own findings, and the public ones where they are present."""
    own = [line["finding"] for line in _lines(FIXTURES) if line["name"] not in BEYOND]
    public = list(_lines(CORPUS)) if CORPUS.exists() else []
    return own + [{"Workflow": {"Status": "NEW"}, **finding} for finding in public]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


class _Functions(yaml.SafeLoader):
    """Reads CloudFormation's short forms (``!Ref``) as the functions they stand for."""


def _long_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any = (
        loader.construct_scalar(node)
        if isinstance(node, yaml.ScalarNode)
        else loader.construct_sequence(node, deep=True)
    )
    return {name if name == "Ref" else f"Fn::{name}": value}


_Functions.add_multi_constructor("!", _long_form)
