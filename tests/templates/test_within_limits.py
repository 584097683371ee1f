"""Only AWS's own limits bound a params file; what exceeds them is refused with what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import QUICKSTART, Run
from generator.params import BadInput, load
from generator.templates import UnbuildableError
from generator.templates.within_limits import refuse_too_large

if TYPE_CHECKING:
    from pathlib import Path

WITHIN: dict[str, Any] = {
    "Resources": dict.fromkeys(map(str, range(500))),
    "Outputs": dict.fromkeys(map(str, range(200))),
    "Parameters": dict.fromkeys(map(str, range(200))),
    "Mappings": {str(n): dict.fromkeys(map(str, range(200))) for n in range(200)},
}


def beyond() -> list[tuple[dict[str, Any], int, str]]:
    """Return templates that are one too large in one way."""
    more = [
        ({**WITHIN, part: {**WITHIN[part], "more": {}}}, 1, part.lower())
        for part in ("Resources", "Outputs", "Parameters", "Mappings")
    ]
    wide = {**WITHIN, "Mappings": {"Words": dict.fromkeys(map(str, range(201)))}}
    return [*more, (wide, 1, "keys in the mapping Words"), (WITHIN, 1_000_001, "bytes")]


def test_a_template_as_large_as_aws_accepts_is_fine() -> None:
    refuse_too_large("standalone.yaml", WITHIN, 1_000_000)


@pytest.mark.parametrize(("template", "size", "what"), beyond(), ids=lambda value: str(value)[:9])
def test_one_more_is_refused_with_the_page_that_says_so(
    template: dict[str, Any], size: int, what: str
) -> None:
    with pytest.raises(UnbuildableError, match=f"would have [0-9,]+ {what}, and .*limits.html"):
        refuse_too_large("standalone.yaml", template, size)


def test_a_large_template_is_refused_by_render_at_the_routes(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.templates.within_limits.MOST_PARAMETERS", 5)
    (project / "params" / "some.yaml").write_text(QUICKSTART)
    ran = run("render")
    assert ran.code == 2
    assert ran.err.startswith(
        "params/some.yaml:7:3: routes: standalone.yaml would have 6 parameters, and CloudFormation"
        " accepts 5 (https://docs.aws.amazon.com/"
    )


def many(**parts: int) -> str:
    """Return a file with many channels, routes and so on, all of one kind."""
    names = [f"c{n}" for n in range(parts["channels"])]
    data = {
        **yaml.safe_load(QUICKSTART),
        "channels": {name: {} for name in names},
        "routes": [{"name": f"r{n}", "channel": names[0]} for n in range(parts.get("routes", 1))],
        "digests": [
            {"name": f"d{n}", "channel": names[0], "schedule": "rate(1 day)", "by": ["severity"]}
            for n in range(parts.get("digests", 0))
        ],
    }
    return yaml.safe_dump(data)


def test_a_file_may_have_more_channels_routes_and_digests_than_any_team_needs(
    tmp_path: Path,
) -> None:
    (tmp_path / "some.yaml").write_text(many(channels=100, routes=100, digests=50))
    settings = load(tmp_path / "some.yaml").settings
    assert [len(settings.channels), len(settings.routes), len(settings.digests)] == [100, 100, 50]


def test_more_insights_than_security_hub_accepts_are_refused(tmp_path: Path) -> None:
    (tmp_path / "some.yaml").write_text(many(channels=1, digests=51))
    with pytest.raises(BadInput, match="102 custom insights, and Security Hub accepts 100"):
        load(tmp_path / "some.yaml")


def test_backtest_counts_each_of_many_routes(project: Path, run: Run) -> None:
    accounts = [f"{n:012}" for n in range(150)]
    data = {**yaml.safe_load(QUICKSTART), "channels": {"security": {}}}
    data["routes"] = [
        {"name": f"r{n}", "channel": "security", "match": {"accounts": [account]}}
        for n, account in enumerate(accounts)
    ]
    (project / "params" / "a.yaml").write_text(json.dumps(data))
    found = [
        {
            "SchemaVersion": "2018-10-08",
            "Id": f"{n}",
            "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/securityhub",
            "AwsAccountId": account,
            "Severity": {"Label": "HIGH"},
        }
        for n, account in enumerate([*accounts, *accounts[100:]])
    ]
    (project / "findings").write_text("".join(json.dumps(each) + "\n" for each in found))
    ran = run("backtest", "params/a.yaml", "findings", "--json")
    report = json.loads(ran.out)
    counts = [route["findings"] for route in report["export"]["routes"]]
    assert counts == [1] * 100 + [2] * 50
    assert report["export"]["taken"] == 200
