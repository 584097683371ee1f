"""What is checked before a template is written, and by ``lint`` afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import QUICKSTART, ROOT, Build, Run
from generator.cloudformation.limits import LONGEST_PATTERN
from generator.cloudformation.yaml_writer import yaml_text
from generator.lint import cache, cfn, lint_all
from generator.lint.regions import regions_with
from generator.lint.run import MUCH

GOOD = (ROOT / "templates_out" / "quickstart" / "standalone.yaml").read_text("utf-8")
CHAT = "AWS::Chatbot::SlackChannelConfiguration"


def rules_found(template: dict[str, Any]) -> set[str]:
    return {finding.rule for finding in cfn.findings("t.yaml", yaml_text(template))}


def test_what_is_shipped_has_no_findings_of_any_level(run: Run) -> None:
    ran = run("lint", *map(str, sorted((ROOT / "templates_out").glob("*/standalone.yaml"))))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith(" templates, no findings.\n")


def test_a_finding_names_file_line_column_and_rule(project: Path, run: Run) -> None:
    line = GOOD.splitlines().index("      LoggingLevel: ERROR") + 1
    (project / "t.yaml").write_text(GOOD.replace("LoggingLevel: ERROR", "LogingLevel: ERROR"))
    ran = run("lint", "t.yaml")
    assert ran.code == 1
    assert f"t.yaml:{line}:7: E3002 " in ran.err


def test_a_file_that_is_no_template_is_a_finding(project: Path, run: Run) -> None:
    (project / "a.yaml").write_text("[1, 2]\n")
    (project / "b.yaml").write_text("a: [\n")
    ran = run("lint", "a.yaml", "b.yaml")
    assert ran.code == 1
    assert ran.err.splitlines()[0].startswith("a.yaml:1:1: E1001 not a CloudFormation template")
    assert ran.err.splitlines()[1].startswith("b.yaml:2:1: E0000 ")


def test_a_file_that_cannot_be_read_is_told(run: Run) -> None:
    assert run("lint", "none.yaml") == (
        2,
        "",
        "none.yaml: cannot be read: No such file or directory\n",
    )


def test_a_template_is_linted_over_every_region_that_has_its_types() -> None:
    regions = regions_with(["AWS::SNS::Topic", CHAT])
    assert "ap-northeast-1" in regions
    assert len(regions) > 30
    absent = {"cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"}
    assert set(regions_with(["AWS::SNS::Topic"])) - set(regions) == absent


def test_a_missing_guardrail_is_found(build: Build) -> None:
    template = build(QUICKSTART)
    del template["Resources"]["SecurityChannel"]["Properties"]["GuardrailPolicies"]
    assert rules_found(template) == {"E9730"}


def test_a_pattern_written_as_text_is_read(build: Build) -> None:
    template = build(QUICKSTART)
    rule = template["Resources"]["FindingsRule"]["Properties"]
    rule["EventPattern"] = '{"source": []}'
    assert "E9710" in rules_found(template)


def test_target_ids_are_checked(build: Build) -> None:
    template = build(QUICKSTART)
    rule = template["Resources"]["FindingsRule"]["Properties"]
    target = rule["Targets"][0]
    rule["Targets"] = [target, {**target}, {**target, "Id": "a" * 65}]
    assert {"E9712"} <= rules_found(template)


def test_a_description_beyond_1024_bytes_is_found(build: Build) -> None:
    template = build(QUICKSTART)
    template["Description"] = "d" * 1025
    assert "E1003" in rules_found(template)


def test_a_template_beyond_1_mb_is_found(build: Build) -> None:
    template = build(QUICKSTART)
    template["Metadata"]["Filler"] = "x" * 1_000_000
    assert "E1002" in rules_found(template)


def test_characters_beyond_ascii_are_found() -> None:
    found = cfn.findings("t.yaml", GOOD.replace("Slack channel ID", "Slack チャンネル ID"))
    assert "E9701" in {finding.rule for finding in found}


def many_accounts(count: int) -> str:
    data = yaml.safe_load(QUICKSTART)
    data["routes"][0]["match"]["accounts"] = [str(100_000_000_000 + i) for i in range(count)]
    return str(yaml.safe_dump(data))


def test_a_pattern_that_outgrows_the_quota_with_the_longest_parameter_values_is_found(
    build: Build,
) -> None:
    fits = next(
        n for n in range(100, 150) if "FindingsRule2" in build(many_accounts(n))["Resources"]
    )
    template = build(many_accounts(fits - 1))
    assert rules_found(template) == set()
    pattern = template["Resources"]["FindingsRule"]["Properties"]["EventPattern"]
    lists = len('"CRITICAL","HIGH","MEDIUM","LOW","INFORMATIONAL"')
    assert len(json.dumps(pattern)) + lists > LONGEST_PATTERN - 60
    pattern["detail"]["findings"]["AwsAccountId"] += ["111122223333"] * 4
    assert rules_found(template) == {"E9711"}


def test_a_result_is_remembered_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    bad = GOOD.replace("LoggingLevel", "LogingLevel")
    first = dict(lint_all({"a.yaml": GOOD, "b.yaml": bad}))
    monkeypatch.setattr(cfn, "findings", lambda *_: pytest.fail("linted again"))
    assert dict(lint_all({"a.yaml": GOOD, "b.yaml": bad})) == first
    ((moved, found),) = lint_all({"elsewhere.yaml": bad})
    assert {finding.file for finding in found} == {moved} == {"elsewhere.yaml"}


def test_another_text_or_another_cfn_lint_is_linted_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    cache.store(GOOD, [])
    assert cache.load("a.yaml", GOOD) == []
    assert cache.load("a.yaml", f"{GOOD}# more\n") is None
    monkeypatch.setattr(cache, "version", lambda _: "0.0.0")
    cache._checks.cache_clear()
    assert cache.load("a.yaml", GOOD) is None
    cache._checks.cache_clear()


def test_a_damaged_memory_is_linted_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    cache.store(GOOD, [])
    (entry,) = tmp_path.iterdir()
    entry.write_text("[[1")
    assert cache.load("a.yaml", GOOD) is None


def test_many_templates_are_linted_like_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    texts = {f"{i}.yaml": f"{GOOD}# {i}\n" for i in range(1 + MUCH // len(GOOD))}
    texts["bad.yaml"] = GOOD.replace("LoggingLevel", "LogingLevel")
    found = dict(lint_all(texts))
    assert {file: cfn.findings(file, text) for file, text in texts.items()} == found
    assert [file for file, findings in found.items() if findings] == ["bad.yaml"]


def refusals(template: dict[str, Any]) -> list[str]:
    found = cfn.findings("t.yaml", yaml_text(template))
    return [finding.message for finding in found if finding.rule == "E9710"]


def test_a_pattern_that_eventbridge_would_refuse_is_a_finding_with_the_reason(
    build: Build,
) -> None:
    template = build(QUICKSTART)
    rule = template["Resources"]["FindingsRule"]["Properties"]
    rule["EventPattern"]["detail"]["findings"]["RecordState"] = []
    (message,) = refusals(template)
    assert message == (
        "FindingsRule: EventBridge would refuse the event pattern:"
        " detail.findings.RecordState: an array must not be empty"
    )


def test_a_pattern_that_is_refused_for_one_value_of_a_parameter_is_told(build: Build) -> None:
    template = build(QUICKSTART)
    findings = template["Resources"]["FindingsRule"]["Properties"]["EventPattern"]["detail"]
    findings["findings"] = {"Workflow": findings["findings"]["Workflow"]}
    (message,) = refusals(template)
    assert "when NewFindingsOnly is false: detail.findings: an object must not" in message
