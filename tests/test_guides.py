"""DEPLOY.md is Markdown that reads as it was meant, whatever the settings."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
import yaml

from conftest import QUICKSTART, ROOT
from generator.guide.deploy import deploy_text
from generator.guide.sample import sample
from generator.settings import Settings

VARIANTS = [
    {"language": language, "encryption": encryption, **more}
    for language, encryption, more in product(
        ("en", "ja"),
        ("none", "customer_key", "arn:aws:kms:eu-west-1:111122223333:key/0123abcd"),
        ({}, {"topic": {"delivery_policy": {"http": {}}, "delivery_status_logging": True}}),
    )
]


def guides() -> dict[str, str]:
    """Return the shipped guides and those of every variant of the quickstart."""
    paths = sorted((ROOT / "templates_out").glob("*/DEPLOY.md"))
    shipped = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}
    data = yaml.safe_load(QUICKSTART)
    settings = {str(variant): Settings.model_validate(data | variant) for variant in VARIANTS}
    made = {name: deploy_text(one, sample(one)) for name, one in settings.items()}
    return shipped | made


@pytest.mark.parametrize("name", guides(), ids=str)
def test_every_step_of_a_guide_begins_its_own_line(name: str) -> None:
    text = guides()[name]
    assert not re.findall(r"\S\d+\. \*\*", text)
    assert not re.findall(r"[^\s#]#{2,} ", text)


@pytest.mark.parametrize("name", guides())
def test_the_steps_of_a_guide_are_numbered_one_after_the_other(name: str) -> None:
    for section in guides()[name].split("\n## ")[1:]:
        for part in section.partition("\n")[2].split("\n### "):
            steps = [int(number) for number in re.findall(r"^(\d+)\. ", part, re.MULTILINE)]
            assert steps == list(range(1, len(steps) + 1)), section[:60]


def test_every_variable_a_guide_names_is_filled_in() -> None:
    for name, text in guides().items():
        assert "{{" not in text, name
        assert "{%" not in text, name
        assert "None" not in text, name


def test_guides_come_in_pairs_of_languages() -> None:
    folder = Path(ROOT / "generator" / "guide")
    english = {path.name.replace(".en.", ".") for path in folder.glob("*.en.md.j2")}
    japanese = {path.name.replace(".ja.", ".") for path in folder.glob("*.ja.md.j2")}
    assert english == japanese
