"""Inputs that people reported or published: each is read, or named with what to do.

They are read in place and not kept here; the project's own tests cover each idea without them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import QUICKSTART, ROOT, Run, with_route

CASES = ROOT.parent / "shared" / "cases"

READ = {
    "exports/get-findings-shell-loop.json": (3, 0),
    "exports/get-findings.yaml": (3, 0),
    "exports/jq-arrays.json": (3, 0),
    "exports/jq-dot-findings-c.ndjson": (3, 0),
    "exports/jq-map-findings.json": (3, 0),
    "exports/metadata-findings.json": (3, 0),
    "exports/prowler-running.json": (3, 0),
    "exports/wazuh.ndjson": (3, 0),
    "exports/with-warning-first.json": (3, 0),
    "exports/crlf.ndjson": (3, 0),
    "products/all.ndjson": (15, 0),
    "products/same-resource-three-standards.ndjson": (3, 0),
    "firehose/events-lines.json": (0, 4),
    "firehose/events-one-line.json": (0, 4),
    "logs/filter-log-events.json": (0, 4),
    "logs/insights-text.json": (0, 4),
    "logs/jq-messages.ndjson": (0, 4),
    "logs/tail-short.txt": (0, 4),
    "sns/envelopes.ndjson": (0, 4),
    "sqs/receive-message.json": (0, 4),
    "events/imported.ndjson": (0, 4),
    "events/replay.json": (0, 1),
    "paths/with space ünï/events 日本.ndjson": (0, 4),
}
"""Findings and events in each input."""

NAMED = {
    "exports/query-titles.json": "a --query may have left them out",
    "exports/cloudtrail.json": "it is JSON without findings",
    "exports/not-asff-inspector2.json": "it is JSON without findings",
}

PATTERNS = {
    "cfn-property.yaml": "4 of 4 events match.",
    "crlf-bom.json": "4 of 4 events match.",
    "custom-action.json": "detail-type: no event has such a value",
    "describe-rule.json": "4 of 4 events match.",
    "detail-type-without-imported.json": "they have 'Security Hub Findings - Imported'",
    "detail_type-underscore.json": "(did you mean detail-type?)",
    "double-escaped.json": "4 of 4 events match.",
    "fpf-severity.json": "no event has the field detail.findings.FindingProviderFields",
    "generator-excluded.json": "4 of 4 events match.",
    "generator-prefix.json": "4 of 4 events match.",
    "lower-case-fields.json": "(did you mean Severity?)",
    "normalized.json": "4 of 4 events match.",
    "old-severity-label.json": "no event has the field detail.findings.ProductFields",
    "resource-id-wildcard.json": "detail.findings.Resources.Type: no event has such a value",
    "title-anything-but.json": "4 of 4 events match.",
    "trailing-comma.json": "must be valid JSON",
    "v2.json": "detail-type: no event has such a value",
    "with-comment.json": "must be valid JSON",
}

PARAMS = {
    "alias-key.yaml": (2, "alias/aws/sns does not let EventBridge publish"),
    "all.yaml": (0, ""),
    "bare-products.yaml": (0, "write prowler/* for a company"),
    "bom.yaml": (0, ""),
    "cis-rule.yaml": (0, ""),
    "crlf.yaml": (0, "drops all findings without Compliance"),
    "custom-action.yaml": (2, "unknown key 'events'"),
    "generators.yaml": (0, ""),
    "long-names.yaml": (2, "at most 64"),
    "not-bare-product.yaml": (0, "it excludes nothing"),
    "notcontrols-150.yaml": (2, "a not: list has to be in one rule"),
    "once.yaml": (0, ""),
    "one-channel-40.yaml": (0, ""),
    "quick.yaml": (0, ""),
    "routes-200-one-channel.yaml": (0, ""),
    "routes-40.yaml": (0, ""),
    "routes-40-plain.yaml": (0, ""),
    "severity-lower.yaml": (2, "(did you mean CRITICAL?)"),
    "two-accounts-500.yaml": (0, ""),
    "types.yaml": (0, ""),
    "utf16.yaml": (2, "UTF-16, as PowerShell writes it: save it as UTF-8"),
}


def case(name: str) -> Path:
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{path} is absent: this test reads real inputs from there")
    return path


@pytest.fixture
def quickstart(project: Path) -> str:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    return "params/a.yaml"


@pytest.mark.parametrize(("name", "expected"), READ.items(), ids=READ)
def test_an_input_is_read(quickstart: str, run: Run, name: str, expected: tuple[int, int]) -> None:
    report = json.loads(run("backtest", quickstart, str(case(name)), "--json").out)
    assert (report["read"]["findings"], report["read"]["events"]) == expected


@pytest.mark.parametrize(("name", "says"), NAMED.items(), ids=NAMED)
def test_what_cannot_be_read_is_named(quickstart: str, run: Run, name: str, says: str) -> None:
    ran = run("backtest", quickstart, str(case(name)))
    assert (ran.code, says in ran.err) == (2, True)


def test_the_new_security_hubs_events_are_named(quickstart: str, run: Run) -> None:
    ran = run("backtest", quickstart, str(case("ocsf/events-v2.ndjson")))
    assert "3 records of type 'Findings Imported V2', which no rule matches" in ran.out


@pytest.mark.parametrize(("name", "says"), PATTERNS.items(), ids=PATTERNS)
def test_a_pattern_matches_or_is_told_why_not(run: Run, name: str, says: str) -> None:
    ran = run("match", str(case(f"patterns/{name}")), str(case("events/imported.ndjson")))
    assert says in ran.err


@pytest.mark.parametrize(("name", "expected"), PARAMS.items(), ids=PARAMS)
def test_a_params_file_is_rendered_or_refused_with_the_reason(
    project: Path, run: Run, name: str, expected: tuple[int, str]
) -> None:
    shutil.copy(case(f"params/{name}"), project / "params" / name)
    ran = run("render", f"params/{name}")
    assert (ran.code, expected[1] in ran.err) == (expected[0], True)
    assert bool(ran.err) == bool(expected[1])


@pytest.mark.parametrize(
    ("product", "match", "sent"),
    [
        ("cis-1.2-rule-id.json", {"controls": ["2.9"]}, 1),
        ("cis-1.2-rule-id.json", {"controls": ["CIS.2.9"]}, 1),
        ("jfrog.json", {"severity": ["CRITICAL", "HIGH", "MEDIUM", "LOW"]}, 1),
        ("patch.json", {"types": ["Software and Configuration Checks/*"]}, 1),
        ("detective.json", {"products": ["detective"]}, 1),
        ("fms.json", {"products": ["Firewall Manager"]}, 1),
        ("inspector2.json", {"products": ["inspector"]}, 1),
        ("macie-lambda.json", {"products": ["macie"]}, 1),
    ],
    ids=str,
)
def test_a_finding_of_a_product_is_matched(
    project: Path, run: Run, product: str, match: dict[str, list[str]], sent: int
) -> None:
    (project / "params" / "a.yaml").write_text(with_route(**match))
    ran = run("backtest", "params/a.yaml", str(case(f"products/{product}")), "--json")
    assert json.loads(ran.out)["export"]["routes"][0]["sent_now"] == sent


SCRIPTS = {
    "ascii-output.sh": ["", "0"],
    "dumb-terminal.sh": [],
    "one-export-twice.sh": ["Read 6 findings and 0 events.", "findings  security         3"],
    "outside-params.sh": ["All outputs are as they would be rendered."],
    "pipe-large.sh": ["Read 3,000 findings and 0 events."],
    "pipe.sh": ["Read 0 findings and 4 events.", "Read 0 findings and 4 events."],
    "same-form-two-sizes.sh": ["Read 3,000 findings", "Read 6,000 findings"],
    "upper-case.sh": ["2 templates from 1 params files", "4 templates from 2 params files"],
}
"""Lines that the output has, in this order; the line that ends it is one of them."""


@pytest.mark.parametrize(("name", "lines"), SCRIPTS.items(), ids=SCRIPTS)
def test_a_script_of_a_user_gives_what_is_right(project: Path, name: str, lines: list[str]) -> None:
    script = case(f"env/{name}")
    shutil.copytree(ROOT / "params", project / "params", dirs_exist_ok=True)
    shutil.copytree(ROOT / "templates_out", project / "templates_out")
    if name == "upper-case.sh":
        shutil.rmtree(project / "params")
        shutil.rmtree(project / "templates_out")
    (project / ".venv").symlink_to(ROOT / ".venv")
    done = subprocess.run(
        ["bash", str(script)],
        cwd=project,
        env={**os.environ, "C": str(CASES), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "removed" not in done.stdout
    assert "Traceback" not in done.stderr
    found = iter(done.stdout.splitlines())
    for line in lines:
        assert any(line in one for one in found), done.stdout
    if not lines:
        assert done.stdout == ""
