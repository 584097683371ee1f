"""README and the pages in docs/ cannot lie: what they show, name and explain is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel

import generated
from conftest import QUICKSTART, corpus
from generator.params import Settings, load
from generator.params.schema import schema_text
from generator.params.yaml_document import read
from params_table import rows

ROOT = Path(__file__).parents[2]
TEXTS = {
    language: {path: path.read_text("utf-8") for path in paths}
    for language, paths in generated.PAGES.items()
}
WHOLE = {language: "\n".join(texts.values()) for language, texts in TEXTS.items()}
README = {language: next(iter(texts.values())) for language, texts in TEXTS.items()}
COMMANDS = set(generated.subcommands())

both = pytest.mark.parametrize("language", list(TEXTS))


def blocks(text: str) -> list[tuple[str, str]]:
    """Return the kind and the text of each code block."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def code(text: str) -> str:
    """Return what stands in code blocks and code spans."""
    spans = re.findall(r"`([^`\n]+)`", prose(text))
    return "\n".join([*(block for _, block in blocks(text)), *spans])


def prose(text: str) -> str:
    """Return a text without its code blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def headings(text: str) -> list[str]:
    """Return the level of each heading."""
    return re.findall(r"^(#+) ", prose(text), re.MULTILINE)


def keys(model: type[BaseModel]) -> Iterator[str]:
    """Return the keys of a model and of those below it."""
    for name, field in model.model_fields.items():
        yield field.alias or name
        for inner in models(field.annotation):
            yield from keys(inner)


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models(part)


def as_params(text: str, path: Path) -> str:
    """Return an example as a whole params file: parts are put into the quickstart."""
    path.write_text(text, "utf-8")
    part = read(path).data
    if "name" in part:
        return text
    whole = yaml.safe_load(QUICKSTART)
    if "match" in part:
        whole["routes"][0]["match"] = part.pop("match")
    return json.dumps({**whole, **part})


def without_words(kind: str, text: str) -> Any:
    """Return an example without what a translation may change."""
    if kind == "yaml":
        return {key: value for key, value in yaml.safe_load(text).items() if key != "language"}
    return (
        None
        if kind == "text"
        else re.sub(r" +#.*", "", text.replace("quickstart-ja", "quickstart"))
    )


@both
def test_the_generated_parts_are_as_make_docs_would_write_them(language: str) -> None:
    for path, text in TEXTS[language].items():
        assert text == generated.expected(text, language), f"make docs renews {path.name}"


def test_the_schema_is_what_make_docs_would_write() -> None:
    text = (ROOT / "params" / "schema.json").read_text("utf-8")
    assert text == schema_text(), "make docs renews it"


@both
def test_every_part_that_can_be_generated_is_shown(language: str) -> None:
    shown = re.findall(r"<!-- generated: ([a-z ]+) -->", WHOLE[language])
    assert set(shown) == set(generated.PARTS)
    assert WHOLE[language].count("<!-- end -->") == len(shown)


@both
def test_the_pages_explain_every_key_of_the_params_format(language: str) -> None:
    named = set(re.findall(r"\w+", code(WHOLE[language])))
    assert not set(keys(Settings)) - named
    for row in rows():
        line_of_key = rf"^\| `{re.escape(row.path)}` \|.*\|$"
        (line,) = re.findall(line_of_key, WHOLE[language], re.MULTILINE)
        assert line.split(" | ")[-1].rstrip(" |"), f"{row.path} is not explained"


@both
def test_every_make_target_that_the_readme_names_exists(language: str) -> None:
    named = re.findall(r"\bmake ((?:[a-z0-9]+ ?)+)$", code(WHOLE[language]), re.MULTILINE)
    assert {"render", "check"} <= {word for words in named for word in words.split()}
    assert not {word for words in named for word in words.split()} - set(generated.targets())


@both
def test_every_command_that_the_readme_names_exists_and_none_is_left_out(language: str) -> None:
    called = re.findall(r"(?:-m generator|findings-to-slack) (\w+)", code(WHOLE[language]))
    assert not set(called) - COMMANDS
    listed = set(re.findall(r"^\| `(\w+)[ `]", WHOLE[language], re.MULTILINE))
    assert listed >= COMMANDS


@both
def test_every_file_that_a_page_links_to_or_names_exists(language: str) -> None:
    named = re.findall(
        r"\b(?:params|templates_out|generator|examples)/[\w./-]*\w", code(WHOLE[language])
    )
    assert named
    users = {"params/findings.yaml", "templates_out/findings"}
    assert not [path for path in {*named} - users if not (ROOT / path).exists()]
    for page, text in TEXTS[language].items():
        for link in re.findall(r"\]\((?!https:|#)([^)#]+)", text):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


@both
def test_every_anchor_that_a_page_links_to_is_a_heading(language: str) -> None:
    for page, text in TEXTS[language].items():
        for file, anchor in re.findall(r"\]\(([\w./-]*)#([^)]+)\)", text):
            target = page.parent / file if file else page
            assert anchor in anchors(target.read_text("utf-8")), f"{page.name}: #{anchor}"


def anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+?)(?: \{ #([\w-]+) \})?$", text, re.MULTILINE)
    return {own or re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title, own in titles}


@both
def test_the_params_examples_are_valid(language: str, tmp_path: Path) -> None:
    examples = [text for kind, text in blocks(WHOLE[language]) if kind == "yaml"]
    assert len(examples) >= 3
    for example in examples:
        path = tmp_path / "example.yaml"
        path.write_text(as_params(example, path), "utf-8")
        load(path)


@both
def test_the_readme_opens_with_one_sentence_and_a_picture(language: str) -> None:
    title, sentence, picture, *_ = README[language].split("\n\n")
    assert title.startswith("# ")
    assert len(re.findall(r"\.(?: |$)|。", sentence)) == 1
    assert picture.startswith("```text\n")


def test_the_readme_is_read_in_a_few_minutes() -> None:
    assert len(README["en"].split()) <= 1300


PAIRS = list(zip(*TEXTS.values(), strict=True))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0].stem)
def test_both_languages_have_the_same_sections_and_examples(pair: tuple[Path, Path]) -> None:
    english, japanese = TEXTS["en"][pair[0]], TEXTS["ja"][pair[1]]
    assert pair[0].name == pair[1].name or pair[1].name == "README.ja.md"
    more = {"tutorial.md": 1, "reference.md": 1}.get(pair[0].name, 0)
    assert len(headings(english)) == len(headings(japanese)) - more
    one, other = blocks(english), blocks(japanese)
    assert [kind for kind, _ in one] == [kind for kind, _ in other]
    assert [without_words(*block) for block in one] == [without_words(*block) for block in other]
    assert re.findall(r"<!-- .* -->", english) == re.findall(r"<!-- .* -->", japanese)


@both
def test_the_backtest_shown_is_of_the_public_samples(language: str) -> None:
    corpus(generated.FINDINGS.name)
    made = generated.backtest(language)
    assert made is not None
    assert made in WHOLE[language], "make docs renews it"


def test_a_backtest_stays_as_shown_where_the_samples_are_absent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(generated, "FINDINGS", tmp_path / "findings.ndjson")
    text = "<!-- generated: backtest -->\nas it was\n<!-- end -->"
    assert generated.expected(text, "en") == text


def test_a_key_without_a_text_is_told_by_name() -> None:
    with pytest.raises(SystemExit, match=r"japanese\.yaml: keys: no text for 'tags'"):
        generated.Texts({}, {"keys": {}}).of("keys", "tags", "Tags of every resource.")


def test_a_generated_part_that_nothing_makes_is_told_by_name() -> None:
    with pytest.raises(SystemExit, match="no generated part is named 'weather'"):
        generated.expected("<!-- generated: weather -->\n<!-- end -->", "en")
