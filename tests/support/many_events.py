"""Events to try messages with: those of the public corpus, and odd ones."""

from __future__ import annotations

import json
from typing import Any

from conftest import corpus
from events import as_event, as_event_v2
from generator.messages import Source
from samples import CONTROL, EMPTY, THREAT
from samples_ocsf import EVERYTHING, KINDS

V2 = "Findings Imported V2"
FLAW = {
    "Id": "CVE-2026-1",
    "Cvss": [{"Version": "2.0", "BaseScore": 5}, {"Version": "3.1", "BaseScore": 9.8}],
    "EpssScore": 0.00043,
    "ExploitAvailable": "YES",
    "FixAvailable": "PARTIAL",
    "VulnerablePackages": [{"Name": "libx", "Version": "1", "FixedInVersion": "2"}, {"Name": "y"}],
}
ODD = [
    "&<>*_~`@:a :b: _c_ ",
    "😀",
    "日本",
    "https://e.com/a|b>c d&e=é😀",
    '"\\\u2028\u0001',
    "a_b_c@d",
    "a😀",
    "日😀",
]


def source_of(event: dict[str, Any]) -> Source:
    """Return whose event it is."""
    return "security_hub" if event.get("detail-type") == V2 else "security_hub_cspm"


def public_events() -> list[Any]:
    findings = corpus("findings.ndjson").read_text("utf-8").splitlines()
    events = corpus("events.ndjson").read_text("utf-8").splitlines()
    ocsf = corpus("events-v2.ndjson").read_text("utf-8").splitlines()
    return [*map(as_event, map(json.loads, findings)), *map(json.loads, [*events, *ocsf])]


def odd_events() -> list[Any]:
    """Return events that are empty, odd, or long: our own, for where the corpus is absent."""
    emptied = [dict.fromkeys(CONTROL, empty) for empty in EMPTY]
    odd = [{**THREAT, **dict.fromkeys(CONTROL, text)} for text in [*ODD, 1, True, 0.1, 1e21]]
    long = [
        {**CONTROL, "Resources": [{"Id": t, "Type": t}], "Title": t * 99, "Id": t * 99} for t in ODD
    ]
    flaws = [{**CONTROL, "Vulnerabilities": many} for many in ([FLAW], [FLAW] * 5, FLAW)]
    asff = [*emptied, *odd, *long, *flaws, CONTROL, THREAT]
    return [*map(as_event, asff), {}, as_event(), *odd_events_v2()]


def odd_events_v2() -> list[Any]:
    """Return as odd events of the new Security Hub."""
    values = [*EMPTY, *ODD, 1, True, 0.1, 1e21, *(text * 40 for text in ODD)]
    odd = [dict.fromkeys(EVERYTHING, value) for value in values]
    deep = [_filled(EVERYTHING, value) for value in values]
    return [*map(as_event_v2, [*odd, *deep, *KINDS.values(), EVERYTHING]), as_event_v2()]


def _filled(example: Any, value: Any) -> Any:
    if isinstance(example, dict):
        return {key: _filled(inner, value) for key, inner in example.items()}
    if isinstance(example, list):
        return [_filled(inner, value) for inner in example]
    return value
