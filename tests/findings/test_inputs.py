"""Every form of input is read, or named with what to do: by backtest, preview and match alike."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import QUICKSTART, Run
from events import as_event, as_event_v2
from generator.backtest import count_files
from generator.params import load
from inputs import WARNING, exports, recorded
from samples import CONTROL
from samples_ocsf import POSTURE

if TYPE_CHECKING:
    from collections.abc import Callable

FINDINGS = [{**CONTROL, "Id": f"{CONTROL['Id']}-{number}"} for number in range(3)]
IN_OCSF = [
    {**POSTURE, "finding_info": {**POSTURE["finding_info"], "uid": f"arn:aws:{number}"}}
    for number in range(3)
]
EVENTS = [
    as_event(one, id=str(number), time="2026-11-25T08:00:00Z")
    for number, one in enumerate(FINDINGS)
]
EVENTS_V2 = [
    as_event_v2(one, id=str(number), time="2026-11-25T08:00:00Z")
    for number, one in enumerate(IN_OCSF)
]
TEXTS = [json.dumps(one) for one in EVENTS]
EXPORTS, RECORDED = exports(FINDINGS), recorded(EVENTS)
NEW_HUB = f"source: security_hub\n{QUICKSTART}"
BATCHES = {
    f"{hub} {what}: {name}": (text, given, *counts)
    for hub, text, findings, events in (
        ("old", QUICKSTART, FINDINGS, EVENTS),
        ("new", NEW_HUB, IN_OCSF, EVENTS_V2),
    )
    for what, forms, counts in (
        ("findings", exports(findings), (3, 0)),
        ("events", recorded(events), (0, 3)),
    )
    for name, given in forms.items()
}


@pytest.fixture
def params(project: Path) -> Path:
    path = project / "params" / "a.yaml"
    path.write_text(QUICKSTART)
    return path


def read(params: Path, *paths: Path, processes: int = 1) -> tuple[int, int, int]:
    """Return how many findings and events were read, and how many records were skipped."""
    tally = count_files(load(params), paths, processes=processes)
    return tally.export.findings, tally.events.findings, tally.rejected


@pytest.mark.parametrize(("hub", "text", "findings", "events"), BATCHES.values(), ids=BATCHES)
def test_a_form_is_read_whole(
    params: Path, hub: str, text: str, findings: int, events: int
) -> None:
    path = params.with_name("input")
    params.write_text(hub)
    for ending in ("", "\n", "\r\n"):
        path.write_bytes((text + ending).encode())
        skipped = int(text.startswith(WARNING))
        assert read(params, path) == (findings, events, skipped)


@pytest.mark.parametrize(
    ("begins", "command"),
    [
        (b"\x28\xb5\x2f\xfd", "is a zstd file: unpack it first, as in zstd -dc input | ... -"),
        (b"PK\x03\x04", "is a zip file: unpack it first, as in unzip -p input | ... -"),
    ],
    ids=["zstd", "zip"],
)
def test_other_compressed_files_are_named_with_the_command_that_unpacks_them(
    params: Path, run: Run, begins: bytes, command: str
) -> None:
    (params.parents[1] / "input").write_bytes(begins + b"more")
    ran = run("backtest", "params/a.yaml", "input")
    assert (ran.code, ran.err) == (2, f"input: {command}\n")


@pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"]
)
def test_it_may_be_compressed(params: Path, pack: Callable[[bytes], bytes]) -> None:
    path = params.with_name("input")
    path.write_bytes(pack(EXPORTS["one line"].encode()))
    assert read(params, path) == (3, 0, 0)


@pytest.mark.parametrize("name", ["lines", "one line", "a page", "metadata", "a warning first"])
def test_the_three_commands_read_the_same(project: Path, run: Run, params: Path, name: str) -> None:
    (project / "input").write_text(EXPORTS[name])
    backtest = json.loads(run("backtest", str(params), "input", "--json").out)
    assert backtest["read"]["findings"] == 3
    assert "from 3 findings read" in run("preview", str(params), "input", "--out", "p.html").out
    (project / "pattern.json").write_text('{"AwsAccountId": ["111122223333"]}')
    matched = run("match", "pattern.json", "input", "--json")
    assert json.loads(matched.out)["events"] == 3


@pytest.mark.parametrize("name", RECORDED)
def test_match_opens_what_events_come_in(project: Path, run: Run, name: str) -> None:
    if name == "details alone":
        return  # a detail is no event
    (project / "input").write_text(RECORDED[name])
    (project / "pattern.json").write_text('{"source": ["aws.securityhub"]}')
    ran = run("match", "pattern.json", "input")
    assert "3 of 3 events match." in ran.err


def test_what_was_unwrapped_is_reported(project: Path, run: Run, params: Path) -> None:
    (project / "input").write_text(RECORDED["SQS from SNS"])
    out = run("backtest", str(params), "input").out
    assert "Unwrapped 3 records from SQS.\nUnwrapped 3 records from SNS.\n" in out


@pytest.mark.parametrize("size", [1, 500, 3000])
def test_values_that_go_on_behind_the_end_of_a_part_are_read_by_one_process(
    params: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("generator.findings.chunks.PART", 1 << 12)
    path = params.with_name("input")
    path.write_text("\n".join(EXPORTS["lines, then a page"] for _ in range(size)))
    assert read(params, path, processes=2) == (3 * size, 0, 0)


@pytest.mark.parametrize("command", ["backtest", "preview", "match"])
def test_a_named_pipe_is_read_from_its_beginning(
    project: Path, run: Run, params: Path, command: str
) -> None:
    pipe = project / "pipe"
    os.mkfifo(pipe)
    text = "\n".join(TEXTS * 400) + "\n"
    writer = threading.Thread(target=pipe.write_text, args=(text,))
    writer.start()
    (project / "pattern.json").write_text('{"source": ["aws.securityhub"]}')
    arguments = {
        "backtest": ("backtest", str(params), "pipe", "--json"),
        "preview": ("preview", str(params), "pipe", "--out", "p.html"),
        "match": ("match", "pattern.json", "pipe", "--json"),
    }[command]
    ran = run(*arguments)
    writer.join()
    assert ran.code == 0
    assert "1200" in ran.out.replace(",", "")


NOTHING = {
    "": "it is empty",
    "-----\n|  GetFindings  |\n": "it looks like --output table",
    "FINDINGS\t111122223333\n": "it looks like --output text",
    "Title,Severity\nx,HIGH\n": "it looks like CSV",
    '[{"Title": "x"}]': "it is JSON without findings",
    "An error occurred (AccessDenied)\n": "it is not JSON",
}


@pytest.mark.parametrize(("text", "says"), NOTHING.items(), ids=NOTHING.values())
@pytest.mark.parametrize("command", ["backtest", "preview"])
def test_a_run_in_which_nothing_could_be_read_says_what_the_input_looks_like(
    project: Path, run: Run, params: Path, command: str, text: str, says: str
) -> None:
    (project / "input").write_text(text)
    more = ("--out", "p.html") if command == "preview" else ()
    ran = run(command, str(params), "input", *more)
    assert ran.code == 2
    last = ran.err.splitlines()[-1]
    assert last.startswith(f"input: nothing here could be read: {says}")
    assert "aws securityhub get-findings --output json" in last


def test_what_a_product_gives_is_filled_in_as_security_hub_does(params: Path) -> None:
    given = {"Severity": {"Label": "HIGH"}, "Types": ["TTPs/x"]}
    finding = {key: value for key, value in CONTROL.items() if key not in given}
    path = params.with_name("input")
    path.write_text(json.dumps({**finding, "FindingProviderFields": given}))
    tally = count_files(load(params), [path])
    assert (tally.filled_in["Severity"], tally.filled_in["Types"]) == (1, 1)
    assert sum(group.messages for group in tally.export.groups.values()) == 1
