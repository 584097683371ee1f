"""Answers calls from a recording, as ``doctor --record`` writes it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from generator.doctor.account import Account, Call
from generator.doctor.examine import Examined, examine, planned
from generator.doctor.refusals import Refusal
from generator.params import Settings
from generator.templates import TEMPLATES

_TIMES = {"StartTime", "EndTime", "startTime", "Start", "End"}
"""Keys of requests that differ from run to run."""

NOT_RECORDED = "NotRecorded"
"""The code of calls that the release of a recording did not make."""


class Replay:
    """What AWS answered once."""

    def __init__(self, recording: dict[str, Any]) -> None:
        self._answers = {_asked(call): call for call in recording["calls"]}

    def __call__(self, call: Call) -> dict[str, Any]:
        asked = {**call._asdict(), "request": json.loads(call.request)}
        recorded = self._answers.get(_asked(asked))
        if recorded is None:
            raise Refusal(call.action, NOT_RECORDED, "A newer release asks for more.")
        if "error" in recorded:
            raise Refusal(call.action, **recorded["error"])
        answer: dict[str, Any] = recorded["answer"]
        return answer


def _asked(call: dict[str, Any]) -> str:
    names = ("service", "operation", "region", "most", "request")
    return json.dumps([_timeless(call[name]) for name in names], sort_keys=True)


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(inner) for key, inner in value.items() if key not in _TIMES}
    return [_timeless(inner) for inner in value] if isinstance(value, list) else value


def read(path: Path) -> dict[str, Any]:
    """Return a recording."""
    recording: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return recording


def replayed(recording: dict[str, Any]) -> Examined:
    """Examine the recorded account again."""
    settings = Settings.model_validate(recording["params"])
    central = settings.deployment.stackset is not None
    name = "stackset.yaml" if central else "standalone.yaml"
    template = TEMPLATES[name](settings)
    replay = Replay(recording)
    first = next(call for call in recording["calls"] if call["service"] == "sts")
    who = replay(Call("sts", "GetCallerIdentity", first["region"], "{}"))
    account = Account(replay, id_=who["Account"], caller=who["Arn"], region=first["region"])
    given = planned(name, template.to_dict(), len(template.to_json()))
    return examine(settings, given, account, datetime.fromisoformat(recording["time"]))


def answered(examined: Examined) -> Examined:
    """Return what was found by the calls that are in the recording."""
    known = [each for each in examined.found if NOT_RECORDED not in each.outcome.text.en]
    return examined._replace(found=known)


def verdicts(examined: Examined) -> list[str]:
    """Return a line for each thing that was found."""
    return [f"{each.check.name}: {each.outcome.verdict}" for each in examined.found]
