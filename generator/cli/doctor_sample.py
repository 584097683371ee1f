"""``doctor --send-sample``: imports the sample finding, after asking, and follows it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import typer

from generator.doctor.case import now
from generator.doctor.check import Said
from generator.doctor.refusals import Refusal
from generator.doctor.sample import PATIENCE, NoSampleError, follow, sample_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from generator.doctor.case import Case
    from generator.doctor.sample import Stop

_MINUTES = int(PATIENCE.total_seconds() // 60)

_NO_STACK = Said(
    "No sample was sent: there is no stack of this file here.",
    "サンプルは送信していません。このファイルのスタックがありません。",
)
_NO_SAMPLE = Said(
    "No sample was sent: no route here matches a finding that can be imported.",
    "サンプルは送信していません。インポートできる検出結果に一致するルートがここにありません。",
)
_ASK = Said(
    "Import the sample finding into Security Hub of account {account}, {region}?",
    "アカウント {account} ({region}) の Security Hub にサンプルの検出結果をインポートしますか?",
)
_IMPORTED = Said(
    f"Imported {{id}}. Metrics are a minute or two late; each stop is waited for {_MINUTES}"
    " minutes.",
    f"{{id}} をインポートしました。メトリクスは数分遅れます。各地点を最大 {_MINUTES} 分待ちます。",
)
_REFUSED = Said(
    "Security Hub did not accept the sample: {why}",
    "Security Hub がサンプルを受け付けませんでした: {why}",
)
_PASSED = Said("passed: {stop}", "通過: {stop}")
_STOPPED = Said(
    f"stopped: {{stop}} counted nothing in {_MINUTES} minutes. The lines above on it say more.",
    f"停止: {{stop}} は {_MINUTES} 分間何も数えていません。詳細は上の行を確認してください。",
)
_LOST = Said(
    "The sample was imported, but where it is could not be read: {why}",
    "サンプルはインポートしましたが、到達地点を確認できませんでした: {why}",
)
_ARRIVED = Said(
    "All stops were passed, by the sample or by another finding: look at the channel.",
    "サンプルまたは別の検出結果が、すべての地点を通過しました。チャンネルを確認してください。",
)


def send(case: Case) -> bool:
    """Import the finding if that is wanted, and say where it stopped; whether all went well."""
    if case.stack is None:
        _say(case, _NO_STACK)
        return False
    try:
        sample_of(case, now())
    except NoSampleError:
        _say(case, _NO_SAMPLE)
        return False
    if not typer.confirm(_text(case, _ASK, account=case.aws.id, region=case.here), err=True):
        return True
    begin = now()
    finding, stops = sample_of(case, begin)
    if why := _refusal(case, finding):
        _say(case, _REFUSED, why=why)
        return False
    _say(case, _IMPORTED, id=finding["Id"])
    try:
        arrived = all([*_followed(case, stops, begin)])
    except Refusal as refusal:
        _say(case, _LOST, why=f"{refusal.action}: {refusal.code}: {refusal.message}")
        return False
    if arrived:
        _say(case, _ARRIVED)
    return arrived


def _followed(case: Case, stops: list[Stop], begin: datetime) -> Iterator[bool]:
    """Say of each stop whether the sample passed it, and yield that."""
    for stop, passed in follow(stops, begin, now, time.sleep):
        _say(case, _PASSED if passed else _STOPPED, stop=stop.name)
        yield passed


def _refusal(case: Case, finding: dict[str, Any]) -> str:
    """Import the finding; return why it was not accepted, or nothing."""
    try:
        answer = case.aws.answer("securityhub", "BatchImportFindings", Findings=[finding])
    except Refusal as refusal:
        return f"{refusal.code}: {refusal.message}"
    failed = answer.get("FailedFindings", [])
    return "; ".join(f"{each['ErrorCode']}: {each['ErrorMessage']}" for each in failed)


def _say(case: Case, said: Said, **values: str) -> None:
    # Standard output is for what was found, perhaps as JSON.
    typer.echo(_text(case, said, **values), err=True)


def _text(case: Case, said: Said, **values: str) -> str:
    return said.of(case.settings.language).format(**values)
