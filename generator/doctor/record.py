"""Keeps what AWS answered, for a report: names, numbers and ids are replaced."""

from __future__ import annotations

import json
import re
from threading import Lock
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from generator.doctor.aws import vocabulary
from generator.doctor.mask import Mask
from generator.doctor.refusals import Refusal
from generator.params import Settings
from generator.params.schema import schema_text
from generator.system.version import version
from generator.templates import TEMPLATES, UnbuildableError, wanted
from generator.templates.launch_role_stack import grants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from generator.doctor.account import Call

_DIGEST = re.compile("(?:Email|Mention)([0-9a-f]{8})")


class Recorder:
    """Listens to calls.

    Attributes:
        time: when the examination began.

    """

    def __init__(self, settings: Settings, time: datetime) -> None:
        self.time = time
        self._settings = settings
        self._lock = Lock()
        self._calls: list[dict[str, Any]] = []

    def listening(self, ask: Callable[[Call], dict[str, Any]]) -> Callable[[Call], dict[str, Any]]:
        """Return what asks the same and keeps the answers."""

        def listened(call: Call) -> dict[str, Any]:
            try:
                answer = ask(call)
            except Refusal as refusal:
                self._keep(call, {"error": {"code": refusal.code, "message": refusal.message}})
                raise
            self._keep(call, {"answer": answer})
            return answer

        return listened

    def _keep(self, call: Call, told: dict[str, Any]) -> None:
        asked = {
            "service": call.service,
            "operation": call.operation,
            "region": call.region,
            "most": call.most,
            "request": json.loads(call.request),
        }
        with self._lock:
            self._calls.append({**asked, **told})

    def write(self, path: Path) -> None:
        """Write the recording, and the params file that it belongs to, both masked."""
        said = vocabulary({call["service"] for call in self._calls})
        words = [schema_text(), *available_timezones(), *said]
        settings = self._settings.model_dump(mode="json", by_alias=True, exclude_unset=True)
        # Nothing in a template of masked settings is the user's, so all its words may stay.
        mask = Mask([*words, *_templates(Mask(words).plain(settings))])
        params = mask.plain(settings)
        mask.rename(dict(zip(_digests(settings), _digests(params), strict=False)))
        recording = {
            "version": version(),
            "time": self.time.isoformat(),
            "params": params,
            "calls": [_masked(mask, call) for call in self._calls],
        }
        path.write_text(json.dumps(recording, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _masked(mask: Mask, call: dict[str, Any]) -> dict[str, Any]:
    """Return a call with what it says masked; its names are the API's."""
    return {
        key: mask.plain(value) if key in ("request", "answer") else _error(mask, key, value)
        for key, value in call.items()
    }


def _error(mask: Mask, key: str, value: Any) -> Any:
    return {**value, "message": mask.text(value["message"])} if key == "error" else value


def _templates(params: dict[str, Any]) -> Iterator[str]:
    """Yield what a params file renders to, and what deploying it requires."""
    try:
        settings = Settings.model_validate(params)
        for name in wanted(settings):
            template = TEMPLATES[name](settings).to_dict()
            yield json.dumps(template, ensure_ascii=False)
            yield str([*grants({resource["Type"] for resource in template["Resources"].values()})])
    except (ValueError, UnbuildableError):
        return  # then more is replaced


def _digests(params: dict[str, Any]) -> list[str]:
    """Return the digests of addresses and mentions, of which logical ids are made."""
    return [digest for text in _templates(params) for digest in _DIGEST.findall(text)]
