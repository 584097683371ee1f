"""DEPLOY.md has a section for each way to deploy, complete and in the file's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from conftest import QUICKSTART, ROOT
from generator.companions.sample_finding import sample
from generator.guide.deploy import deploy_text
from generator.params import load

if TYPE_CHECKING:
    from pathlib import Path

PARTS = {
    "en": ("**Before you start**", "**See that it works**", "**Update**", "**Remove**"),
    "ja": ("**事前準備**", "**動作確認**", "**更新**", "**削除**"),
}
FILES = ("quickstart", "organization", "every-account")
every = pytest.mark.parametrize("file", FILES)
language = pytest.mark.parametrize("language", list(PARTS))


def guide(tmp_path: Path, file: str, language: str) -> str:
    data = yaml.safe_load((ROOT / "params" / f"{file}.yaml").read_text("utf-8"))
    path = tmp_path / "some.yaml"
    path.write_text(yaml.safe_dump({**data, "language": language}, sort_keys=False), "utf-8")
    settings = load(path).settings
    return deploy_text(settings, sample(settings))


def sections(text: str) -> dict[int, str]:
    """Return the sections by their number."""
    parts = re.split(r"^## (\d+)\. ", text, flags=re.MULTILINE)
    return {int(number): body for number, body in zip(parts[1::2], parts[2::2], strict=True)}


@every
@language
def test_each_way_says_what_it_needs_shows_updates_and_removes(
    tmp_path: Path, file: str, language: str
) -> None:
    found = sections(guide(tmp_path, file, language))
    assert list(found) == list(range(1, len(found) + 1))
    ways = [body for number, body in found.items() if number > 6]
    assert len(ways) == {"quickstart": 2, "organization": 5, "every-account": 5}[file]
    for body in ways:
        assert [part for part in PARTS[language] if part not in body] == []
        assert re.search(r"^1\. ", body, re.MULTILINE)


@every
@language
def test_steps_are_numbered_without_gaps(tmp_path: Path, file: str, language: str) -> None:
    for number, body in sections(guide(tmp_path, file, language)).items():
        steps = [int(one) for one in re.findall(r"^(\d+)\. ", body, re.MULTILINE)]
        assert steps == list(range(1, len(steps) + 1)), number


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
    assert words[language] in deploy_text(settings, sample(settings))
