"""DEPLOY.md is Markdown that reads as it was meant, whatever the settings."""

from __future__ import annotations

import re
import subprocess
from itertools import product
from pathlib import Path

import pytest
import yaml

from conftest import QUICKSTART, ROOT, read_template
from generator.companions.sample_finding import sample
from generator.params import Settings
from guide_texts import guide_text, shipped_guide

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
    made = {name: guide_text(one, sample(one)) for name, one in settings.items()}
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


SHIPPED = sorted(path.parent for path in (ROOT / "templates_out").glob("*/DEPLOY.md"))
shipped = pytest.mark.parametrize("folder", SHIPPED, ids=lambda one: one.name)


def steps_with(folder: Path, file: str) -> str:
    """Return the sections of a guide whose first steps are about uploading a template."""
    text = shipped_guide(folder)
    sections = re.split(r"^## ", text, flags=re.MULTILINE)
    upload = {
        "en": f"*Upload a template file* → `{file}`",
        "ja": f"で、このフォルダの `{file}` を選択し",
    }
    return "".join(one for one in sections if any(words in one for words in upload.values()))


@shipped
@pytest.mark.parametrize(
    "file", ["standalone.yaml", "stackset.yaml", "organization.yaml", "service-catalog.yaml"]
)
def test_only_templates_with_roles_have_something_to_acknowledge(folder: Path, file: str) -> None:
    """The console shows the check box where a template has IAM resources, and nowhere else."""
    section = steps_with(folder, file)
    if not section:
        return
    resources = read_template(folder / file)["Resources"].values()
    roles = any(one["Type"].startswith("AWS::IAM::") for one in resources)
    acknowledged = re.search(
        "acknowledge|IAM リソースが作成される場合がある", section, re.IGNORECASE
    )
    assert bool(acknowledged) == roles


@shipped
def test_every_version_of_a_product_is_uploaded_before_it_is_needed(folder: Path) -> None:
    """A stack whose product names a file that is not there fails."""
    path = folder / "service-catalog.yaml"
    if not path.exists():
        return
    product = read_template(path)["Resources"]["Product"]["Properties"]
    needed = [
        one["Info"]["LoadTemplateFromURL"]["Fn::Sub"].partition("/")[2]
        for one in product["ProvisioningArtifactParameters"]
    ]
    text = shipped_guide(folder)
    (versions,) = re.findall(r"for VERSION in ([0-9. ]+); do", text)
    (key,) = re.findall(r"aws s3 cp \S+ s3://\$BUCKET/[^/]+/(\S+)", text)
    assert [key.replace("$VERSION", one) for one in versions.split()] == needed


@pytest.mark.parametrize("name", guides())
def test_every_command_of_a_guide_is_shell(name: str) -> None:
    for block in re.findall(r"^ *```bash\n(.*?)^ *```", guides()[name], re.DOTALL | re.MULTILINE):
        done = subprocess.run(
            ["bash", "-n"], input=block, capture_output=True, encoding="utf-8", check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), block
