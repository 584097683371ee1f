"""``sample-finding.json``: a finding to import, so that nobody waits a day for the first message.

Its account, region and time are placeholders that the guide's command fills in. It goes through
the account's default product, the only one that an account may import into by itself.
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from generator.eventbridge import matcher
from generator.findings.events import wrap
from generator.params import Not
from generator.params import choices as c
from generator.routing.asff_fields import FIELDS, tag_field
from generator.routing.event_pattern import event_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.params import Route, Settings
    from generator.routing.field import Field

ACCOUNT, REGION, TIME = "<ACCOUNT_ID>", "<REGION>", "<TIME>"
_TEXTS = {
    "en": (
        "Sample finding: notifications from Security Hub{} work",
        "Imported by hand to test the notification. There is nothing to fix.",
    ),
    "ja": (
        "サンプルの検出結果: Security Hub から{}の通知は正常です",
        "通知を試すために手動でインポートした検出結果です。対応は不要です。",
    ),
}
_TO_SLACK = {"en": " to Slack", "ja": " Slack へ"}
_LABELS: dict[str, Any] = {"severity": c.Severity, "compliance": c.Compliance}


class Sample(NamedTuple):
    """A finding, the route that matches it, and the routes that no import can reach.

    There is none where all routes are of the new Security Hub, which has no import.
    """

    finding: dict[str, Any] | None
    route: Route | None
    unreachable: tuple[str, ...]


def sample(settings: Settings) -> Sample:
    """Return a finding that matches the first route that an import can reach."""
    findings = [
        (route, _finding(settings, route))
        for route in settings.routes
        if route.source == "security_hub_cspm"
    ]
    if not findings:
        return Sample(None, None, ())
    reached = [(route, finding) for route, finding in findings if _taken(route, finding)]
    route, finding = reached[0] if reached else (None, findings[0][1])
    names = {route.name for route, _ in reached}
    imported = [route for route, _ in findings if route.on == "imported"]
    missed = tuple(route.name for route in imported if route.name not in names)
    return Sample(finding, route, missed)


def sample_text(finding: dict[str, Any]) -> str:
    """Return the file."""
    return json.dumps(finding, indent=2) + "\n"


def _finding(settings: Settings, route: Route) -> dict[str, Any]:
    title, description = _TEXTS[settings.language]
    title = title.format(_TO_SLACK[settings.language] if settings.kinds == {"slack"} else "")
    finding: dict[str, Any] = {
        "SchemaVersion": "2018-10-08",
        "Id": f"{settings.name}/sample/{TIME}",
        "ProductArn": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default",
        "GeneratorId": f"{settings.name}-sample",
        "AwsAccountId": ACCOUNT,
        "CreatedAt": TIME,
        "UpdatedAt": TIME,
        "Title": title,
        "Description": description,
        "Severity": {"Label": "INFORMATIONAL"},
        "Types": ["Software and Configuration Checks"],
        "Resources": [{"Type": "Other", "Id": f"{settings.name}-sample"}],
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
    }
    for field, value in _wanted(route):
        _set(finding, field.paths[-1], value)
    return finding


def _wanted(route: Route) -> Iterator[tuple[Field, str]]:
    """Yield a value that the route matches for each field that an import may set."""
    selections = {key: (field, getattr(route.match, key)) for key, field in FIELDS.items()}
    for key in ("accounts", "regions", "products", "workflow"):
        del selections[key]
    for tag, selection in (route.match.resource_tags or {}).items():
        selections[tag] = (tag_field(tag), selection)
    for key, (field, selection) in selections.items():
        words = _words(key, field, selection)
        if words:
            yield field, field.globs(words)[0].replace("*", "1")


def _words(key: str, field: Field, selection: Any) -> list[str]:
    """Return values that a selection matches, as far as they can be named."""
    if isinstance(selection, Not):
        known = get_args(_LABELS[key]) if key in _LABELS else ()
        return [word for word in known if word not in (*selection.values, field.absent)]
    return [word for word in selection or () if word != field.absent]


def _set(finding: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    *parents, last = path
    node: Any = finding
    for step in parents:
        node = node.setdefault(step, {})
        node = node[0] if isinstance(node, list) else node
    node[last] = [value] if isinstance(node.get(last), list) else value


def _taken(route: Route, finding: dict[str, Any]) -> bool:
    """Whether the route matches the finding once an account and region that fit are filled in."""
    matches = matcher.compile(event_pattern(route.match, on=route.on))
    return any(
        matches(wrap(_fill(finding, account, region)))
        for account in _candidates(route.match.accounts, ("111122223333", "444455556666"))
        for region in _candidates(route.match.regions, ("us-east-1", "eu-west-1"))
    )


def _candidates(selection: Any, usual: tuple[str, ...]) -> Sequence[str]:
    """Return values to try: what is listed, or, where only some are excluded, a few others."""
    if isinstance(selection, tuple):
        return [word.replace("*", "1") for word in selection]
    excluded = selection.values if isinstance(selection, Not) else ()
    return [*usual, *(f"{excluded[0][:-1]}{digit}" for digit in "0123456789" if excluded)]


def _fill(finding: dict[str, Any], account: str, region: str) -> dict[str, Any]:
    text = json.dumps(finding).replace(ACCOUNT, account).replace(REGION, region)
    return {"Region": region, **json.loads(text)}
