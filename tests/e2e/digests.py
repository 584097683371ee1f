"""What digests say, written down a second time from numbers, and findings for them to count."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rendered import ROOT, findings, findings_v2, generate, named
from samples_ocsf import KINDS
from spy import Message
from stack import Stack

SCHEMA = json.loads((ROOT / "tests/fixtures/custom_notification.schema.json").read_text("utf-8"))
# A summary has more: a digest is of no finding, asks for no step, and begins no thread.
SCHEMA["properties"]["content"]["required"] = ["textType", "title", "description"]
SCHEMA["properties"]["metadata"]["required"] = ["summary", "eventType"]

SIGNS = {"CRITICAL": "🔴", "HIGH": "🟠", "MEDIUM": "🟡", "LOW": "🔵", "INFORMATIONAL": "⚪"}
WORDS = {
    "en": {
        "open": "{} open findings",
        "nothing": "nothing open",
        "new": "New in the last {} days",
        "oldest": "Oldest",
        "days": "{} days",
        "more": "and {} more",
        "link": "Open",
        "control": "Controls",
        "account": "Accounts",
        "region": "Regions",
        "product": "Products",
        "resource_type": "Resource types",
        "resource": "Resources",
    },
    "ja": {
        "open": "未対応の検出結果 {} 件",
        "nothing": "未対応の検出結果はありません",
        "new": "過去 {} 日間の新規",
        "oldest": "最も古いもの",
        "days": "{} 日前",
        "more": "ほか {} 件",
        "link": "開く",
        "control": "コントロール",
        "account": "アカウント",
        "region": "リージョン",
        "product": "製品",
        "resource_type": "リソースタイプ",
        "resource": "リソース",
    },
}
LONGEST_RESOURCE = 150
Link = Callable[[Stack, str, str], str]
"""Where a group leads: from the stack, the digest and what it counts by."""

_LABELS = ((90, "CRITICAL"), (70, "HIGH"), (40, "MEDIUM"), (1, "LOW"), (0, "INFORMATIONAL"))


def in_their_states(now: datetime) -> Iterator[dict[str, Any]]:
    """Yield findings as Security Hub sends them; some again, before or after they changed.

    Each was created some whole days and twelve hours ago, so that no count depends on when the
    tests run.
    """
    distinct = {(each["ProductArn"], each["Id"]): each for each in findings()}
    for number, finding in enumerate(distinct.values()):
        whole = _whole(finding, written(now - timedelta(days=number % 60, hours=12)))
        yield {**whole, "UpdatedAt": written(now - timedelta(hours=1))}
        if number % 9 == 0:  # sent late: what it was before
            earlier = {"Severity": {"Label": "CRITICAL"}, "Workflow": {"Status": "NEW"}}
            yield {**whole, **earlier, "UpdatedAt": written(now - timedelta(hours=2))}
        if number % 7 == 0:
            later = {"Workflow": {"Status": "RESOLVED"}, "UpdatedAt": written(now)}
            yield {**whole, **later}


def in_their_states_v2(now: datetime) -> Iterator[dict[str, Any]]:
    """Yield findings as the new Security Hub sends them, on the same terms.

    Some are closed, which leaves their status, and some in progress, which is still open.
    """
    distinct = {each["finding_info"]["uid"]: each for each in [*findings_v2(), *_of_each_kind()]}
    for number, finding in enumerate(distinct.values()):
        created = now - timedelta(days=number * 7 % 60, hours=12)
        sent = _dated(finding, created, now - timedelta(hours=1))
        if number % 10 == 3:
            sent |= {"status": "In Progress", "status_id": 2}
        yield sent
        if number % 9 == 0:  # sent late: what it was before
            earlier = _dated(finding, created, now - timedelta(hours=2))
            yield {**earlier, "severity": "Fatal", "severity_id": 6, "status": "New"}
        if number % 7 == 0:
            yield {**_dated(sent, created, now), "status": "Resolved", "status_id": 4}
        if number % 11 == 5:
            yield {**_dated(sent, created, now), "activity_name": "Close", "activity_id": 3}


def _of_each_kind() -> Iterator[dict[str, Any]]:
    """Yield findings of each kind in each severity, in several accounts."""
    severities = ("Informational", "Low", "Medium", "High", "Critical", "Fatal")
    for number, finding in enumerate(KINDS.values()):
        for severity, text in enumerate(severities, 1):
            cloud = {**finding["cloud"], "account": {"uid": f"{number * severity:012}"}}
            like = named(finding, f"{number:02x}{severity:062x}")
            tags = [{"name": "Environment", "value": ("production", "test", "")[severity % 3]}]
            about = [{**finding["resources"][0], "tags": tags}, *finding["resources"][1:]]
            like |= {"severity": text, "severity_id": severity}
            yield {**like, "cloud": cloud, "resources": about}


def _dated(finding: dict[str, Any], created: datetime, modified: datetime) -> dict[str, Any]:
    times = {"created_time": created, "modified_time": modified}
    info = dict(finding["finding_info"])
    for key, time in times.items():
        info |= {key: int(time.timestamp()) * 1000, f"{key}_dt": written(time)}
    time = {"time": info["modified_time"], "time_dt": info["modified_time_dt"]}
    return {**finding, **time, "finding_info": info}


def _whole(finding: dict[str, Any], created: str) -> dict[str, Any]:
    """Return the finding with what Security Hub fills in on import."""
    severity = finding["Severity"]
    label = next(label for least, label in _LABELS if severity.get("Normalized", 0) >= least)
    product = finding["ProductArn"].rsplit("/", maxsplit=1)[-1].capitalize()
    whole = {
        "Region": finding["ProductArn"].split(":")[3],
        "RecordState": "ACTIVE",
        "ProductName": product,
        "Workflow": {"Status": "NEW"},
        **finding,
        "Severity": {"Label": label, **severity},
        "CreatedAt": created,
    }
    fields = finding.get("ProductFields") or {}
    control = fields.get("ControlId") or fields.get("RuleId")
    if control and "Compliance" in finding:
        whole["Compliance"] = {"SecurityControlId": control, **finding["Compliance"]}
    return whole


def written(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def counts(params: Path, events: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """Return what ``backtest`` says that the digests of a params file count."""
    recorded = folder / "events.ndjson"
    recorded.write_text("".join(json.dumps(event) + "\n" for event in events))
    report = json.loads(generate("backtest", params, recorded, "--json"))
    return list(report["digests"])


def content(message: Message) -> tuple[str, str]:
    """Return title and text, without what keeps a text from being read as markup."""
    whole = message.body["content"]
    return whole["title"], whole["description"].replace("\u200b", "")


def title(counted: dict[str, Any], language: str) -> str:
    """Return the title of a digest of which ``backtest`` reports these counts."""
    words, number = WORDS[language], counted["open"]
    said = words["open"].format(number) if number else words["nothing"]
    return f"{counted['digest']}: {said}"


def description(
    counted: dict[str, Any], language: str, stack: Stack, link: Link | None = None
) -> str:
    """Return the text of the message; each group links its insight, if nothing else is given."""
    words, new = WORDS[language], counted["new"]
    levels = _dots(f"{label} {number}" for label, number in new.items())
    since, total = words["new"].format(counted["new_in_days"]), sum(new.values())
    facts = [
        _dots(f"{SIGNS[label]} {label} {number}" for label, number in counted["severity"].items()),
        f"*{since}:* {total} ({levels})" if new else f"*{since}:* 0",
    ]
    if ages := _dots(_ages(counted, words)):
        facts.append(f"*{words['oldest']}:* {ages}")
    blocks = ["\n".join(filter(None, facts))]
    if counted["open"]:
        blocks += [
            _block(by, rows, words, (link or insight_link)(stack, counted["digest"], by))
            for by, rows in counted["by"].items()
            if rows
        ]
    return "\n\n".join(blocks)


def _ages(counted: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    now = datetime.fromisoformat(counted["as_of"])
    for label, created in counted["oldest"].items():
        if created:
            days = (now - datetime.fromisoformat(created)).days
            yield f"{label} {words['days'].format(days)}"


def _block(by: str, rows: dict[str, int], words: dict[str, str], url: str) -> str:
    """Return a group: its five largest, and how many there are beyond these."""
    lines = [f"*{words[by]}* <{url}|{words['link']}>"]
    for value, number in islice(rows.items(), 5):
        assert len(value) <= LONGEST_RESOURCE, "a longer one would be cut"
        lines.append(f"• `{value}`: {number}" if by == "resource" else f"• {value}: {number}")
    if len(rows) > 5:
        lines.append(words["more"].format(len(rows) - 5))
    return "\n".join(lines)


def insight_link(stack: Stack, digest: str, by: str) -> str:
    title = f"{digest.capitalize()}{by.title().replace('_', '')}Insight"
    insight = str(stack.resources[title]["PhysicalResourceId"])
    region = insight.split(":")[3]
    console = f"https://{region}.console.aws.amazon.com/securityhub/home?region={region}"
    return f"{console}#/insights/{quote(insight, safe='')}"


def findings_link(stack: Stack, _digest: str, _by: str) -> str:
    """Return where each group of the new Security Hub leads: to all of its findings."""
    console = f"https://{stack.region}.console.aws.amazon.com/securityhub"
    return f"{console}/v2/home?region={stack.region}#/findings"


def _dots(parts: Iterator[str]) -> str:
    return " · ".join(parts)
