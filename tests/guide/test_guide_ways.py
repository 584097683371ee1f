"""There is a guide for each way to deploy, complete and in the file's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from conftest import QUICKSTART, ROOT
from generator.companions.sample_finding import sample
from generator.guide.deploy import guides
from generator.params import load
from guide_texts import guide_text

if TYPE_CHECKING:
    from pathlib import Path

PARTS = {
    "en": ("**Before you start**", "**Test it**", "**Update**", "**Remove**"),
    "ja": ("**事前準備**", "**動作確認**", "**更新**", "**削除**"),
}
FILES = ("quickstart", "organization", "every-account")
every = pytest.mark.parametrize("file", FILES)
language = pytest.mark.parametrize("language", list(PARTS))


def guide(tmp_path: Path, file: str, language: str, **more: object) -> str:
    data = yaml.safe_load((ROOT / "params" / f"{file}.yaml").read_text("utf-8"))
    path = tmp_path / "some.yaml"
    path.write_text(yaml.safe_dump(data | {"language": language} | more, sort_keys=False), "utf-8")
    settings = load(path).settings
    return guide_text(settings, sample(settings))


def ways(tmp_path: Path, file: str, language: str, **more: object) -> dict[str, str]:
    """Return the guides by file name."""
    path = tmp_path / "some.yaml"
    guide(tmp_path, file, language, **more)
    settings = load(path).settings
    return guides(settings, sample(settings))


@every
@language
def test_each_way_has_its_guide_which_says_what_it_needs_tests_updates_and_removes(
    tmp_path: Path, file: str, language: str
) -> None:
    found = ways(tmp_path, file, language)
    others = ["DEPLOY-command-line.md", "DEPLOY-stackset.md"]
    if file != "quickstart":
        others.append("DEPLOY-service-catalog.md")
    assert list(found) == ["DEPLOY.md", *others]
    for name in others:
        assert [part for part in PARTS[language] if part not in found[name]] == [], name
        assert found[name].startswith("# "), name
        assert f"]({name})" in found["DEPLOY.md"], name


@language
def test_a_reader_with_one_account_does_not_meet_stacksets(tmp_path: Path, language: str) -> None:
    text = ways(tmp_path, "quickstart", language)["DEPLOY.md"]
    assert "StackSet" not in re.sub(r"DEPLOY-stackset\.md", "", text)
    assert "HomeRegion" not in text


@every
@language
def test_steps_are_numbered_without_gaps(tmp_path: Path, file: str, language: str) -> None:
    for name, text in ways(tmp_path, file, language).items():
        for section in re.split(r"^#+ ", text, flags=re.MULTILINE):
            body = section.partition("\n")[2]
            steps = [int(one) for one in re.findall(r"^(\d+)\. ", body, re.MULTILINE)]
            assert steps == list(range(1, len(steps) + 1)), f"{name}: {section[:60]}"


@language
def test_both_languages_have_the_same_commands(tmp_path: Path, language: str) -> None:
    commands = {
        one: [
            re.sub(r"#.*", "", block)
            for block in re.findall(
                r"```\w+\n(.*?)```", guide(tmp_path, "organization", one), re.DOTALL
            )
        ][1:]
        for one in PARTS
    }
    assert commands[language] == commands["en"]


@language
def test_the_parameters_of_an_instance_are_explained(tmp_path: Path, language: str) -> None:
    text = guide(tmp_path, "organization", language)
    for name in ("HomeAccountId", "HomeRegion", "OrganizationId", "Forwarding"):
        assert f"   | `{name}` | " in text


@language
def test_a_file_for_one_account_is_told_that_every_account_is_its_own_home(
    tmp_path: Path, language: str
) -> None:
    words = {"en": "every account is its own home", "ja": "各アカウントがそれぞれのホーム"}
    path = tmp_path / "own.yaml"
    path.write_text(f"{QUICKSTART}language: {language}\n")
    settings = load(path).settings
    assert words[language] in guide_text(settings, sample(settings))


@every
@language
def test_each_way_says_how_to_pause(tmp_path: Path, file: str, language: str) -> None:
    said = r"`RulesEnabled`.{1,12}`false`|ParameterKey=RulesEnabled,ParameterValue=false"
    texts = ways(tmp_path, file, language).items()
    assert [name for name, text in texts if not re.search(said, text)] == []


@language
@pytest.mark.parametrize("queue", [True, False])
@pytest.mark.parametrize("alarms", [True, "home", False])
def test_the_guide_says_what_nobody_sees_of_a_failure_elsewhere(
    tmp_path: Path, language: str, *, queue: bool, alarms: bool | str
) -> None:
    more = {"alarms": alarms, "dead_letter_queue": queue}
    text = ways(tmp_path, "organization", language, **more)["DEPLOY-stackset.md"]
    name = "OrganizationFindings-to-home-" + ("dead-letters" if queue else "failed-invocations")
    # The name of the queue ends with -dead-letters too.
    assert (f"`{name}`" in text) == (alarms is True)
    assert ("`InvocationsFailedToBeSentToDlq`" in text) == (queue and alarms is not False)
    assert ("`alarms: home`" in text) == (alarms == "home")
    assert ("`FailedInvocations`" in text) == (alarms == "home")
