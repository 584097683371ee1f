"""The messages as JSONata's reference implementation evaluates them: as the library here does."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any, get_args

import pytest

from composed import as_event
from conftest import ROOT, corpus, required
from generator.messages import Language, Message, evaluate, expression
from test_messages import CONTROL, EMPTY, THREAT

REFERENCE = ROOT / "tests" / "reference"
EXPRESSIONS = {
    expression(message, language)
    for message in get_args(Message)
    for language in get_args(Language)
}
ODD = [
    "&<>*_~`@:a :b: _c_ ",
    "😀",
    "日本",
    "https://e.com/a|b>c d&e=é😀",
    '"\\\u2028\u0001',
    "a_b_c@d",
]


@pytest.fixture(scope="module")
def node() -> str:
    """Node.js, with the reference implementation installed as the lock says."""
    found = shutil.which("node")
    required("node", found)
    required("npm", shutil.which("npm"))
    installed = REFERENCE / "node_modules" / ".package-lock.json"
    lock = REFERENCE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        done = subprocess.run(
            ["npm", "ci", "--prefix", REFERENCE, "--no-audit", "--no-fund", "--silent"],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"npm ci failed in {REFERENCE}:\n{done.stdout}{done.stderr}"
    return str(found)


def referred(node: str, events: list[Any]) -> list[tuple[Any, Any]]:
    """Return what both implementations make of each event by each expression, read as JSON."""
    jobs = [(text, event) for text in sorted(EXPRESSIONS) for event in events]
    done = subprocess.run(
        [node, REFERENCE / "evaluate.mjs"],
        input="".join(json.dumps({"expression": t, "input": e}) + "\n" for t, e in jobs),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    answers = map(json.loads, done.stdout.split("\n")[:-1])  # splitlines would split texts too
    return [
        (read(evaluate(text, event)), read(answer.get("value", answer)))
        for (text, event), answer in zip(jobs, answers, strict=True)
    ]


def read(value: Any) -> Any:
    """Read a text as the JSON it must be: the implementations escape and round differently.

    The library writes ``\\uXXXX`` for what is not ASCII, and all digits of a fraction.
    """
    return json.loads(value, parse_float=lambda text: float(f"{float(text):.15g}"))


def differing(pairs: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    assert pairs
    return [pair for pair in pairs if pair[0] != pair[1]]


def test_both_implementations_agree_on_the_corpus(node: str) -> None:
    findings = corpus("findings.ndjson").read_text("utf-8").splitlines()
    events = corpus("events.ndjson").read_text("utf-8").splitlines()
    pairs = referred(node, [*map(as_event, map(json.loads, findings)), *map(json.loads, events)])
    assert not differing(pairs)


def test_both_implementations_agree_on_odd_findings(node: str) -> None:
    emptied = [dict.fromkeys(CONTROL, empty) for empty in EMPTY]
    odd = [{**THREAT, **dict.fromkeys(CONTROL, text)} for text in [*ODD, 1, True, 0.1, 1e21]]
    deep = [
        {**CONTROL, "Resources": [{"Id": t, "Type": t}], "Title": t * 99, "Id": t * 99} for t in ODD
    ]
    assert not differing(referred(node, [*map(as_event, [*emptied, *odd, *deep]), {}, as_event()]))


def test_the_comparison_sees_a_difference(node: str) -> None:
    """One escape that the library does not put together with the next one."""
    done = subprocess.run(
        [node, REFERENCE / "evaluate.mjs"],
        input=json.dumps({"expression": '$length("\\uD83D\\uDE00")', "input": {}}),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert json.loads(done.stdout) == {"value": 1}
    assert evaluate('$length("\\uD83D\\uDE00")', {}) == 2


def test_what_ci_must_have_is_not_skipped_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="abacus is absent, and CI must have it"):
        required("abacus", None)
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="abacus is absent"):
        required("abacus", None)
    required("abacus", "/usr/bin/abacus")
