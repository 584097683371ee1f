"""The tables of the guide: what a route matches, in words, and what a deployment costs."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given

from conftest import QUICKSTART, ROOT, of_type, read_template
from findings import MATCHES
from generator.blocks import alarm_metrics
from generator.companions.sample_finding import sample
from generator.guide.match_in_words import WORDS, match_in_words
from generator.messages import Language
from generator.params import Match, Route, Settings, load
from guide_texts import guide_text, shipped_guide

SHIPPED = sorted(path.parent for path in (ROOT / "templates_out").glob("*/DEPLOY.md"))
TIMES = "\u00d7"
SUFFIXES = [
    one.suffix for one in vars(alarm_metrics).values() if isinstance(one, alarm_metrics.Metric)
]
languages = pytest.mark.parametrize("language", get_args(Language))


def guide(**more: Any) -> str:
    settings = Settings.model_validate(yaml.safe_load(QUICKSTART) | more)
    return guide_text(settings, sample(settings))


def rows(text: str) -> list[list[str]]:
    """Return the cells of every table row."""
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("|")]
    return [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in lines]


def cell(match: dict[str, Any], language: str = "en", **more: str) -> str:
    route = {"name": "some", "channel": "security", "match": match, **more}
    return match_in_words(Route.model_validate(route), language)


@languages
def test_every_key_of_match_has_its_words(language: Language) -> None:
    assert set(WORDS[language].keys) == set(Match.model_fields)


@languages
@given(match=MATCHES)
def test_every_value_of_a_match_is_named(match: dict[str, Any], language: Language) -> None:
    text = cell(match, language)
    for key, selection in match.items():
        assert WORDS[language].keys[key] in text
        for values in selection.values() if key == "resource_tags" else [selection]:
            for value in values["not"] if isinstance(values, dict) else values:
                words = {"*": WORDS[language].any, "ABSENT": WORDS[language].absent}
                assert words.get(value, f"`{value}`") in text
    assert "\n" not in text


def test_a_match_reads_like_this() -> None:
    match = {
        "severity": ["CRITICAL", "HIGH"],
        "compliance": ["FAILED", "ABSENT"],
        "accounts": {"not": ["111122223333", "4444*"]},
        "resource_tags": {"Env": ["prod"], "Team": ["*"]},
    }
    assert cell(match) == (
        "severity `CRITICAL` or `HIGH`; compliance `FAILED` or none at all;"
        " account not `111122223333` or `4444*`; resource tag `Env` `prod`; resource tag `Team` any"
    )
    assert cell({}) == "all findings"
    assert cell({}, "ja") == "すべての検出結果"


def test_a_stroke_in_a_value_does_not_end_the_cell() -> None:
    routes = [{"name": "findings", "channel": "security", "match": {"types": ["a|b"]}}]
    table = rows(guide(routes=routes))
    (row,) = [one for one in table if one[0] == "findings"]
    assert row[1] == "type `a\\|b`"
    assert len(row) == 5


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda one: one.name)
def test_each_route_of_a_shipped_file_is_in_the_table(folder: Any) -> None:
    settings = load(ROOT / "params" / f"{folder.name}.yaml").settings
    table = {row[0]: row for row in rows(shipped_guide(folder))}
    for route in settings.routes:
        assert table[route.name][1] == match_in_words(route, settings.language)


def test_a_match_of_the_new_security_hub_is_in_its_own_words() -> None:
    match = {
        "severity": ["CRITICAL"],
        "compliance": {"not": ["PASSED", "ABSENT"]},
        "workflow": ["NEW", "NOTIFIED"],
        "kinds": ["exposure"],
    }
    assert cell(match, source="security_hub") == (
        "severity `Critical` or `Fatal`; compliance not `Pass` or none at all; status `New` or"
        " `In Progress`; kind `exposure`"
    )


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda one: one.name)
def test_the_costs_are_those_of_the_rendered_template(folder: Any) -> None:
    template = read_template(folder / "standalone.yaml")
    kinds = [one["Type"] for one in template["Resources"].values()]
    # Of an alarm on a sum, each metric is charged.
    alarmed = sum(
        max(1, len(one["Properties"].get("Metrics", [])) - 1)
        for one in of_type(template, "AWS::CloudWatch::Alarm").values()
    )
    keys = kinds.count("AWS::KMS::Key")
    markers = sum(title.startswith("Marker") for title in of_type(template, "AWS::Events::Rule"))
    text = shipped_guide(folder)
    assert (f"| {alarmed} {TIMES} 0.10 | {alarmed * 0.1:.2f} |" in text) == bool(alarmed)
    assert (f"| {keys} {TIMES} 1.00" in text) == bool(keys)
    assert (f"| {markers} {TIMES} 0.11" in text) == bool(markers)
    assert f"**{alarmed * 0.1 + keys + markers * 0.11:.2f}**" in text
    assert ("step-functions/pricing" in text) == ("AWS::StepFunctions::StateMachine" in kinds)


def test_each_place_that_forwards_costs_its_alarms() -> None:
    folder = ROOT / "templates_out" / "organization"
    template = read_template(folder / "stackset.yaml")
    away = [
        one
        for one in template["Resources"].values()
        if one["Type"] == "AWS::CloudWatch::Alarm" and one["Condition"] == "ForwardsFindings"
    ]
    text = shipped_guide(folder)
    assert f"| {len(away)} alarm {TIMES} 0.10; " in text
    assert f"| {len(away) * 0.1:.2f} and findings |" in text


def test_the_alarms_of_units_are_priced_for_an_example() -> None:
    text = shipped_guide(ROOT / "templates_out" / "organization")
    (row,) = [row for row in text.splitlines() if "Example: 1,000 accounts" in row]
    assert f"{TIMES} 20 regions, of which 19,999 forward | 19,999 {TIMES} 0.10;" in row
    assert row.endswith("| 1,999.90 and findings |")


def test_the_alarms_of_listed_accounts_are_priced_for_all_of_them() -> None:
    # Three homes, each with an account's own channel, and the other region of each account.
    text = shipped_guide(ROOT / "templates_out" / "every-account")
    assert f"| All 3 homes | 3 {TIMES} 0.50 | 1.50 and messages |" in text
    assert f"| All: 3 accounts {TIMES} 2 regions, of which 3 forward | 3 {TIMES} 0.10;" in text
    assert "| 0.30 and findings |" in text


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda one: one.name)
def test_the_guide_explains_exactly_the_alarms_of_its_template(folder: Any) -> None:
    found = of_type(read_template(folder / "standalone.yaml"), "AWS::CloudWatch::Alarm")
    made = {title: one["Properties"]["AlarmName"] for title, one in found.items()}
    text = shipped_guide(folder)
    explained = {
        suffix
        for row in rows(text)
        for suffix in re.findall(r"`([a-z-]+)`", row[0])
        if re.match(r"(`[a-z-]+`(, |、)?)+$", row[0]) and suffix in SUFFIXES
    }
    assert explained == {suffix for suffix in SUFFIXES if _ends(made.values(), suffix)}
    assert all(any(_ends([name], suffix) for suffix in SUFFIXES) for name in made.values())


def _ends(names: Any, suffix: str) -> bool:
    return any(re.search(rf"-{suffix}(-\d+|-teams|-slack)?$", name) for name in names)
