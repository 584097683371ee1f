"""The project's own findings, each with a verdict written by hand, against the quickstart."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import QUICKSTART, ROOT, Build, pattern_of
from generator.eventbridge import matcher
from generator.findings.events import wrap

LINES = (ROOT / "tests" / "fixtures" / "findings.ndjson").read_text("utf-8").splitlines()
FIXTURES = [json.loads(line) for line in LINES]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: str(fixture["name"]))
def test_the_quickstart_takes_what_it_should(build: Build, fixture: dict[str, Any]) -> None:
    matches = matcher.compile(pattern_of(build(QUICKSTART)))
    assert matches(wrap(fixture["finding"])) is fixture["quickstart"]
