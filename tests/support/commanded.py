"""The command ``doctor``, with AWS as a test says that it answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Run
from forked import Ran
from healthy import FULL, REGION, Place, answers, place
from stubbed import Answers, Stubs


class Doctor:
    """Runs the command in a folder."""

    def __init__(self, run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run = run
        self.project = project
        self.monkeypatch = monkeypatch

    def __call__(
        self,
        *options: str,
        text: str = FULL,
        there: Place | None = None,
        changes: Answers | None = None,
        input: str = "",  # noqa: A002
    ) -> Ran:
        """Run it on a params text, with other answers than the healthy ones."""
        (self.project / "some.yaml").write_text(text, "utf-8")
        usual = answers(there or place(text))
        stubs = Stubs({**usual, **(changes or {})})
        self.monkeypatch.setattr(
            "generator.cli.doctor_run.session",
            lambda _, region: (stubs.aws(), region or REGION),
        )
        return self.run("doctor", "some.yaml", *options, input=input)
