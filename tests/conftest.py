"""What the tests share: params files written on the spot, the command line, the templates."""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import yaml

import reference
import remembered
import short_forms
from forked import Ran, called, forked, started
from generator.cloudformation.intrinsics import defaults, resolve
from generator.params import load
from generator.templates import TEMPLATES

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"

QUICKSTART = """\
name: SecurityHubFindingToSlack
dead_letter_queue: false
alarms: false
channels:
  security: {}
routes:
  - name: findings
    channel: security
    match:
      severity: [HIGH, CRITICAL]
      compliance: [FAILED, WARNING, NOT_AVAILABLE]  # without ABSENT
      workflow: [NEW]
      record_state: [ACTIVE]
"""

# No example has a deadline: a busy machine is not a fault. In CI a property test tries the same
# examples every time: a red run says what the change did.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("repeatable" if os.environ.get("CI") else "unhurried")

# What modules and tests make as they are loaded stays to the end: looking through it for garbage,
# at Python's usual pace, took a tenth of the time.
gc.set_threshold(200_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # The processes of pytest-xdist inherit what it sets.
        remembered.prepare()


LONG = (
    "templates/test_combinations.py",
    "messages/test_looks.py",
    "messages/test_messages_reference.py",
    "messages/test_shorten.py",
    "templates/test_state_machines.py",
    "messages/test_messages.py",
    "preview/test_preview_browser.py",
    "cli/test_public_cases.py",
    "messages/test_messages_ocsf.py",
    "preview/test_preview.py",
    "outputs/test_filled.py",
    "routing/test_pattern.py",
    "routing/test_warnings.py",
)
"""The files that take longest: they begin first, so that no process ends long after the others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {str(ROOT / "tests" / name): number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(str(item.path), len(LONG)))


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


Run = Callable[..., Ran]
Build = Callable[[str], dict[str, Any]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project folder with a params/ folder in it."""
    (tmp_path / "params").mkdir()
    return tmp_path


@pytest.fixture
def run(project: Path) -> Run:
    """Run ``python -m generator`` in the project folder."""

    def run(*arguments: str, **options: Any) -> Ran:
        environment = {"PATH": "/usr/bin:/bin", **options.pop("env", {})}
        # What Python itself reads when it starts needs a new Python; limits of a process need one.
        new = any(name.startswith("PYTHON") for name in environment)
        start = started if new else forked if {"preexec_fn", "timeout"} & set(options) else called
        ran = start(project, arguments, environment, **options)
        assert "Traceback" not in ran.err, ran.err
        return ran

    return run


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build the standalone template of a params text, as plain data."""

    def build(text: str) -> dict[str, Any]:
        path = tmp_path / "some.yaml"
        path.write_text(text, "utf-8")
        template: dict[str, Any] = TEMPLATES["standalone.yaml"](load(path).settings).to_dict()
        return template

    return build


def read_template(path: Path) -> dict[str, Any]:
    """Read a rendered template, its short-form functions made long."""
    template: dict[str, Any] = json.loads(short_forms.as_json(path.read_text("utf-8")))
    return template


def with_route(**match: Any) -> str:
    """Return the quickstart with another match."""
    data = yaml.safe_load(QUICKSTART)
    data["routes"][0]["match"] = match
    return str(yaml.safe_dump(data))


def pattern_of(template: dict[str, Any], rule: str = "FindingsRule", **parameters: str) -> Any:
    """Return a rule's event pattern as CloudFormation would resolve it."""
    pattern = template["Resources"][rule]["Properties"]["EventPattern"]
    return resolve(pattern, template, {**defaults(template), **parameters})


def of_type(template: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the resources of a type, by logical id."""
    return {
        title: resource
        for title, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def corpus(name: str) -> Path:
    """Return a file of the public corpus; skip the test where it is absent."""
    path = CORPUS / name
    if not path.exists():
        pytest.skip(f"{path} is absent: this test reads real findings from there")
    return path


@pytest.fixture(scope="session")
def node() -> str:
    """Node.js, with JSONata's reference implementation installed."""
    required("node", shutil.which("node"))
    required("npm", shutil.which("npm"))
    return reference.prepare()


def required(name: str, present: object) -> None:
    """Skip the test where a program is absent; fail there if this is CI, which must have it."""
    if present:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{name} is absent, and CI must have it")
    pytest.skip(f"{name} is absent: this test needs it")
