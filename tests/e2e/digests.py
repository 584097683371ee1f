"""What digests say, written down a second time from numbers, and findings for them to count."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import quote

from rendered import findings
from stack import Stack

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


def title(counted: dict[str, Any], language: str) -> str:
    """Return the title of a digest of which ``backtest`` reports these counts."""
    words, number = WORDS[language], counted["open"]
    said = words["open"].format(number) if number else words["nothing"]
    return f"{counted['digest']}: {said}"


def description(counted: dict[str, Any], language: str, stack: Stack) -> str:
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
            _block(by, rows, words, _insight(stack, counted["digest"], by))
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


def _block(by: str, rows: dict[str, int], words: dict[str, str], insight: str) -> str:
    """Return a group: its five largest, and how many there are beyond these."""
    region = insight.split(":")[3]
    console = f"https://{region}.console.aws.amazon.com/securityhub/home?region={region}"
    link = f"<{console}#/insights/{quote(insight, safe='')}|{words['link']}>"
    lines = [f"*{words[by]}* {link}"]
    for value, number in islice(rows.items(), 5):
        assert len(value) <= LONGEST_RESOURCE, "a longer one would be cut"
        lines.append(f"• `{value}`: {number}" if by == "resource" else f"• {value}: {number}")
    if len(rows) > 5:
        lines.append(words["more"].format(len(rows) - 5))
    return "\n".join(lines)


def _insight(stack: Stack, digest: str, by: str) -> str:
    title = f"{digest.capitalize()}{by.title().replace('_', '')}Insight"
    return str(stack.resources[title]["PhysicalResourceId"])


def _dots(parts: Iterator[str]) -> str:
    return " · ".join(parts)
