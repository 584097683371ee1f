"""Every aws command of the guides and READMEs exists, with its options: held against botocore."""

import re
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from rendered import ROOT

_ALL = sorted(
    [
        *(ROOT / "templates_out").glob("*/DEPLOY*.md"),
        *ROOT.glob("README*.md"),
        *(ROOT / "docs").glob("[ej][na]/*.md"),
        *(ROOT / "examples").glob("*/*.md"),
    ]
)
_COMMAND = re.compile(r"(?<![\w/.-])aws ([a-z0-9-]+) ([a-z0-9-]+)((?:[^\n;|&)`]|\\\n)*)")
DOCUMENTS = [path for path in _ALL if _COMMAND.search(path.read_text("utf-8"))]
# The command line's own: options of every command, and commands that are no operation of a service.
EVERYWHERE = {"region", "profile", "query", "output", "cli-input-json", "endpoint-url"}
CUSTOM = {
    ("cloudformation", "deploy"): {
        "template-file",
        "stack-name",
        "s3-bucket",
        "parameter-overrides",
        "capabilities",
        "no-execute-changeset",
    },
    ("cloudformation", "wait"): None,
    ("s3", "cp"): {"recursive"},
    ("configure", "get"): set(),
    ("logs", "tail"): {"format", "since"},
}


@cache
def operations(service: str) -> dict[str, set[str]]:
    """Return the options of each command of a service."""
    name = "s3" if service == "s3api" else service
    model = botocore.session.get_session().get_service_model(name)
    found = {}
    for operation in model.operation_names:
        given = model.operation_model(operation).input_shape
        members = given.members if given else ()
        found[xform_name(operation, "-")] = {xform_name(one, "-") for one in members}
    return found


def commands(path: Path) -> list[tuple[str, str, set[str]]]:
    text = path.read_text("utf-8")
    blocks = re.findall(r"^ *```(?:bash|sh)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    inline = re.findall(r"`(aws [^`]+)`", text)
    found = []
    for block in [*blocks, *inline]:
        for service, command, rest in _COMMAND.findall(block.replace("\\\n", " ")):
            found.append((service, command, set(re.findall(r"(?<!\S)--([a-z0-9-]+)", rest))))
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_aws_command_of_a_document_exists_with_its_options(path: Path) -> None:
    found = commands(path)
    assert found
    for service, command, options in found:
        if (service, command) in CUSTOM:
            known = CUSTOM[service, command]
            assert known is None or options <= known | EVERYWHERE, (service, command)
            continue
        assert command in operations(service), (service, command)
        unknown = options - operations(service)[command] - EVERYWHERE
        # A flag is written with or without no-; an option of a list is in the plural.
        unknown = {one for one in unknown if one.removeprefix("no-") not in options}
        assert not unknown, (service, command, unknown)


def test_a_command_that_does_not_exist_is_found() -> None:
    assert "list-findings" not in operations("securityhub")
    assert "template-bodies" not in operations("cloudformation")["create-stack"]
