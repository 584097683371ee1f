"""sample-finding.json: what a person imports so that nobody waits a day."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT, pattern_of, read_template, with_route
from generator.companions.sample_finding import sample
from generator.eventbridge import matcher
from generator.findings.events import wrap
from generator.params import Settings, load
from guide_texts import guide_text

SHIPPED = sorted((ROOT / "params").glob("*.yaml"))


def settings(text: str) -> Settings:
    return Settings.model_validate(yaml.safe_load(text))


def imported(finding: dict[str, Any], account: str, region: str) -> dict[str, Any]:
    """Return a finding as Security Hub sends it after an import."""
    text = json.dumps(finding).replace("<ACCOUNT_ID>", account).replace("<REGION>", region)
    return wrap({"Region": region, **json.loads(text.replace("<TIME>", "2026-01-01T00:00:00Z"))})


@pytest.mark.parametrize("params", SHIPPED, ids=lambda path: path.stem)
def test_the_deployed_rule_takes_the_shipped_sample(params: Path) -> None:
    folder = ROOT / "templates_out" / params.stem
    tried = sample(load(params).settings)
    assert (folder / "sample-finding.json").exists() == (tried.finding is not None)
    route = tried.route
    if route is None:
        # Sent by hand, AWS's own product, or the new Security Hub, which has no import.
        assert params.stem in ("by-hand", "both-hubs", "security-hub")
        return
    finding = json.loads((folder / "sample-finding.json").read_text("utf-8"))
    template = read_template(folder / "standalone.yaml")
    rule = "".join(part.capitalize() for part in route.name.split("-")) + "Rule"
    matches = matcher.compile(pattern_of(template, rule))
    assert matches(imported(finding, "123456789012", "us-east-1"))


@pytest.mark.parametrize(
    "match",
    [
        {},
        {"severity": {"not": ["CRITICAL", "HIGH"]}},
        {"compliance": ["ABSENT"]},
        {"compliance": {"not": ["ABSENT", "PASSED"]}},
        {"controls": ["S3.*"], "standards": ["cis-aws-foundations-benchmark"]},
        {"resource_types": ["AwsS3*"], "resource_tags": {"Team": ["*"], "Env": {"not": ["dev"]}}},
        {"accounts": ["999999999999"], "regions": ["eu-*"], "types": ["TTPs/*"]},
        {"accounts": {"not": ["999999999999"]}, "products": {"not": ["guardduty"]}},
        {"products": ["999999999999/default", "guardduty"], "accounts": ["999999999999"]},
        {"record_state": ["ARCHIVED"]},
    ],
    ids=str,
)
def test_whatever_the_match_a_sample_is_found_that_it_takes(match: dict[str, Any]) -> None:
    assert sample(settings(with_route(**match))).route is not None


@pytest.mark.parametrize(
    "match", [{"products": ["guardduty"]}, {"workflow": ["NOTIFIED"]}], ids=str
)
def test_where_no_import_can_reach_a_route_the_guide_says_so(match: dict[str, Any]) -> None:
    unreachable = settings(with_route(**match))
    assert sample(unreachable).route is None
    guide = guide_text(unreachable, sample(unreachable))
    assert "**Not testable by import**: `findings`" in guide
    assert "batch-import-findings" not in guide


def test_the_guides_command_fills_in_account_region_and_time(tmp_path: Path) -> None:
    tried = settings(with_route(severity=["HIGH"]))
    guide = guide_text(tried, sample(tried))
    command, *_ = re.findall(r"```bash\n(.*?)```", guide, re.DOTALL)
    (tmp_path / "aws").write_text(
        '#!/bin/sh\ncase "$1" in sts) echo 210987654321;; *) shift 3; printf %s "$1";; esac\n'
    )
    (tmp_path / "aws").chmod(0o755)
    shipped = ROOT / "templates_out" / "quickstart" / "sample-finding.json"
    (tmp_path / "sample-finding.json").write_bytes(shipped.read_bytes())
    done = subprocess.run(
        ["bash", "-ec", command],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "AWS_REGION": "eu-west-1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    (finding,) = json.loads(done.stdout)
    assert finding["AwsAccountId"] == "210987654321"
    assert finding["ProductArn"] == (
        "arn:aws:securityhub:eu-west-1:210987654321:product/210987654321/default"
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", finding["UpdatedAt"])
    assert "<" not in done.stdout


def test_the_sample_speaks_the_files_language() -> None:
    text = with_route(severity=["HIGH"])
    titles = [
        str((sample(settings(f"{text}language: {language}\n")).finding or {})["Title"])
        for language in ("en", "ja")
    ]
    assert titles[0].isascii()
    assert not titles[1].isascii()
