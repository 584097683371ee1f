"""What ``preview`` shows was noted first and then read again: the same from every kind of input."""

from __future__ import annotations

import bz2
import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import Run
from generator.findings.kept import Kept
from generator.params import BadInput, load
from generator.preview import collect
from pages import event, finding, params
from previewed import messages, rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

ONCE = params({"name": "all", "match": {"workflow": ["NEW"]}, "notify": "once"})
LONG = "Some long text. " * 100
SOME = [
    event(finding(f"{i % 250}", 1 + i * 7 % 28, Description=LONG, Compliance={"Status": status}))
    for i, status in enumerate(["FAILED", "FAILED", "PASSED", "FAILED", "WARNING"] * 100)
]
"""Updates of 250 findings, in several batches, of which the newest are spread over the input."""


def ndjson(values: Iterable[Any]) -> bytes:
    return "\n".join(map(json.dumps, values)).encode()


def as_pages_of(values: list[Any]) -> bytes:
    """Documents of several lines each, after a line that is whole."""
    head, *others = values
    return ndjson([head]) + b"\n" + b"\n".join(json.dumps(v, indent=1).encode() for v in others)


def as_cloudwatch_csv(values: list[Any]) -> bytes:
    texts = (json.dumps(value).replace('"', '""') for value in values)
    return ("@message\n" + "\n".join(f'"{text}"' for text in texts)).encode()


FORMS: dict[str, Callable[[list[Any]], bytes]] = {
    "lines after a byte order mark": lambda values: b"\xef\xbb\xbf\n" + ndjson(values),
    "blank lines": lambda values: ndjson(values).replace(b"\n", b"\n\r\n\n") + b"\n",
    "gzip": lambda values: gzip.compress(ndjson(values)),
    "bzip2": lambda values: bz2.compress(ndjson(values)),
    "a document": lambda values: json.dumps({"events": values}).encode(),
    "a packed document": lambda values: gzip.compress(json.dumps(values, indent=1).encode()),
    "documents of several lines": as_pages_of,
    "CSV": as_cloudwatch_csv,
    "YAML": lambda values: yaml.safe_dump(values).encode(),
    "lines and then one that is cut off": lambda values: ndjson(values) + b'\n{"detail": {',
}


def shown(run: Run, project: Path, text: str, file: str, **given: Any) -> list[Any]:
    """Return the messages of the newest twenty findings."""
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    ran = run("preview", "params/a.yaml", file, "--limit", "20", "--out", "page.html", **given)
    assert ran.code == 0, ran.err
    return list(messages((project / "page.html").read_text("utf-8")))


@pytest.mark.parametrize("text", [params(), ONCE], ids=["every update", "once"])
@pytest.mark.parametrize("form", FORMS)
def test_the_same_messages_are_shown_from_every_form(
    project: Path, run: Run, form: str, text: str
) -> None:
    (project / "lines").write_bytes(ndjson(SOME))
    (project / "form").write_bytes(FORMS[form](SOME))
    expected = shown(run, project, text, "lines")
    assert len(expected) == 20
    assert shown(run, project, text, "form") == expected


@pytest.mark.parametrize("form", ["blank lines", "a document"])
def test_what_comes_through_a_pipe_is_kept(project: Path, run: Run, form: str) -> None:
    (project / "lines").write_bytes(ndjson(SOME))
    piped = FORMS[form](SOME).decode()
    assert shown(run, project, ONCE, "-", input=piped) == shown(run, project, ONCE, "lines")


def test_updates_in_several_files_are_of_the_same_finding(project: Path, run: Run) -> None:
    (project / "lines").write_bytes(ndjson(SOME))
    expected = shown(run, project, ONCE, "lines")
    (project / "params" / "a.yaml").write_text(ONCE, "utf-8")
    (project / "old").write_bytes(gzip.compress(ndjson(SOME[:200])))
    (project / "new").write_bytes(ndjson(SOME[200:]))
    files = ("old", "new", "--limit", "20", "--out", "page.html")
    assert run("preview", "params/a.yaml", *files).code == 0
    assert list(messages((project / "page.html").read_text("utf-8"))) == expected


def test_a_file_that_changes_while_it_is_read_is_an_error(project: Path) -> None:
    (project / "a.yaml").write_text(params())
    (project / "lines").write_bytes(ndjson([finding("a")]))

    def read(steps: Iterable[Any], _: int) -> Iterable[Any]:
        yield from steps
        (project / "lines").write_bytes(ndjson([finding("b")]))

    with pytest.raises(BadInput, match="changed while they were read: run the command again"):
        collect(load(project / "a.yaml"), [project / "lines"], limit=1, watch=read)


def test_a_disk_without_room_for_a_pipe_is_one_line(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Kept, "add", full)
    (project / "params" / "a.yaml").write_text(params())
    piped = json.dumps(finding("a"))
    ran = run("preview", "params/a.yaml", "-", "--out", "page.html", input=piped)
    assert ran.code == 2
    assert ran.err.endswith(
        "\ntemporary files: no room to keep what can be read only once (No space left on device);"
        " TMPDIR moves them\n"
    )


def test_what_would_be_sent_only_if_it_were_marked_is_listed_as_not_matched(
    project: Path, run: Run
) -> None:
    once = {"name": "once", "notify": "once"}
    once["match"] = {"workflow": ["NEW"], "severity": ["HIGH"]}  # type: ignore[assignment]
    seen = {"name": "seen", "match": {"workflow": ["NOTIFIED"]}}
    low = [event(finding(f"low {i}", Severity={"Label": "LOW"})) for i in range(12)]
    (project / "params" / "a.yaml").write_text(params(once, seen))
    (project / "lines").write_bytes(ndjson([*low, *low, event(finding("high"))]))
    assert run("preview", "params/a.yaml", "lines", "--out", "page.html").code == 0
    page = (project / "page.html").read_text("utf-8")
    assert [message.title for message in messages(page)] == ["high"]
    assert "Findings not matched by any route: 24 (LOW 24)" in rest(page)
    assert [f"LOW low {i}" in rest(page) for i in range(12)] == [True] * 10 + [False] * 2


def test_several_processes_compose_the_same_messages(project: Path, run: Run) -> None:
    summary = params(
        {"name": "red", "message": "summary"},
        {"name": "blue", "channel": "blue", "message": "summary"},
        {"name": "raw", "channel": "blue"},
    )
    (project / "lines").write_bytes(ndjson(SOME[:60]))
    (project / "params" / "a.yaml").write_text(summary, "utf-8")
    pages = []
    for processes in ("1", "2"):
        options = ("--processes", processes, "--out", f"{processes}.html")
        assert run("preview", "params/a.yaml", "lines", *options).code == 0
        pages.append((project / f"{processes}.html").read_text("utf-8"))
    assert pages[0] == pages[1]
    assert {message.kind for message in messages(pages[0])} == {"custom", "native"}
