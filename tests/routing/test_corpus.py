"""The quickstart's pattern against real findings and events (read in place, never copied)."""

from __future__ import annotations

import json
from typing import Any

from conftest import QUICKSTART, Build, corpus, pattern_of
from generator.eventbridge import matcher
from generator.findings.events import wrap


def wanted(event: dict[str, Any], *, only_new: bool = True) -> bool:
    """Return what the article wants, in plain words."""
    if event.get("source") != "aws.securityhub":
        return False
    if event.get("detail-type") != "Security Hub Findings - Imported":
        return False
    return any(
        one.get("Compliance", {}).get("Status") in ("FAILED", "WARNING", "NOT_AVAILABLE")
        and one.get("RecordState") == "ACTIVE"
        and one.get("Severity", {}).get("Label") in ("HIGH", "CRITICAL")
        and (not only_new or one.get("Workflow", {}).get("Status") == "NEW")
        for one in event["detail"]["findings"]
    )


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in corpus(name).read_text("utf-8").splitlines()]


def test_every_event_that_should_match_does_and_no_other(build: Build) -> None:
    events = lines("events.ndjson") + [wrap(finding) for finding in lines("findings.ndjson")]
    matches = matcher.compile(pattern_of(build(QUICKSTART)))
    assert [matches(event) for event in events] == [wanted(event) for event in events]
    assert 0 < sum(map(wanted, events)) < len(events)


def test_before_the_second_step_findings_of_any_workflow_match(build: Build) -> None:
    events = [wrap(finding) for finding in lines("findings.ndjson")]
    matches = matcher.compile(pattern_of(build(QUICKSTART), NewFindingsOnly="false"))
    expected = [wanted(event, only_new=False) for event in events]
    assert [matches(event) for event in events] == expected
    assert sum(expected) > sum(map(wanted, events))
