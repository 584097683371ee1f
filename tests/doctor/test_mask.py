"""What recordings say in place of names: equal for equal, different for different."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.doctor.mask import _ESCAPE, _LETTERS, Mask
from generator.doctor.record import Recorder
from generator.params import Settings
from generator.params.schema import schema_text
from healthy import NOW, place

NAMES = st.one_of(
    st.from_regex(r"[a-z]{4,9}[0-9]{0,3}", fullmatch=True),
    st.from_regex(r"[A-Z]{4,9}[0-9]{0,2}", fullmatch=True),
    st.from_regex(r"[A-Z][a-z]{3,8}", fullmatch=True),
    st.from_regex(r"[\u4e00-\u4e20]{1,4}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{11}", fullmatch=True),
    st.from_regex(r"[CT][0-9A-Z]{6}[0-9]{2}", fullmatch=True),
    st.from_regex(r"[a-z]{4,8}@[a-z]{4,8}\.com", fullmatch=True),
    st.from_regex(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", fullmatch=True),
    st.from_regex(r"o-[a-z0-9]{10}", fullmatch=True),
    st.from_regex(r"AROA[A-Z0-9]{16}", fullmatch=True),
)
AROUND = st.sampled_from(["", " ", "/", ":", "%3A", "%20", "\n", '"', "\\u0022", "-", "の、"])


def private(name: str, mask: Mask) -> bool:
    """Whether a name is not made of words that stay anywhere."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+", name)
    return all(len(word) > 2 or not word.isascii() for word in words) and not any(
        word.casefold() in mask._public for word in words
    )


@given(st.lists(NAMES, min_size=2, max_size=8))
@example(["alfa1", *(f"bravo{letter * 4}" for letter in "cdefghijk"), "golf", "alfa"])
@example(["田", "中", "田中"])
def test_equal_names_stay_equal_and_different_ones_different(names: list[str]) -> None:
    mask = MASK()
    names = [name for name in names if private(name, mask)]

    masked = [mask.text(name) for name in names]

    assert masked == [mask.text(name) for name in names]
    folded = {name: name.casefold() for name in names}
    for name, said in zip(names, masked, strict=True):
        for other, also in zip(names, masked, strict=True):
            assert (said.casefold() == also.casefold()) == (folded[name] == folded[other])
        assert name not in said


@given(AROUND, st.from_regex(r"[1-9][0-9]{11}", fullmatch=True), AROUND)
@example("%20", "123456789012", "")
@example("%", "123456789012", "")
@example("%2", "", "")
@example("arn%3Aaws%3Aiam%3A%3A", "123456789012", "%3Aroot")
@example('{"Resource": "arn:aws:iam::', "123456789012", ':root"}')
def test_no_account_number_is_left(begin: str, number: str, end: str) -> None:
    masked = MASK().text(f"{begin}{number}{end}")

    assert not number or number not in masked


@given(NAMES, AROUND, AROUND)
def test_a_name_is_replaced_inside_of_other_text_as_alone(name: str, begin: str, end: str) -> None:
    mask = MASK()
    if not private(name, mask) or "@" in name:
        return
    alone = mask.text(name)

    if name[0].isdecimal() or name.islower() or name.isupper():
        assert alone in mask.text(f"{begin or ' '}{name}{end or ' '}")


def MASK() -> Mask:  # noqa: N802  (a fresh one each time, without reading the sources again)
    mask = Mask.__new__(Mask)
    mask._public = set(PUBLIC)
    mask._seen = {}
    mask._renamed = {}
    mask._apart = re.compile(f"({_ESCAPE}|{_LETTERS})")
    return mask


PUBLIC = frozenset(Mask()._public)


def test_a_substitute_has_the_form_of_what_it_replaces() -> None:
    mask = MASK()
    for text, form in (
        ("123456789012", r"\d{12}"),
        ("0a1b2c3d-0001-4000-8000-0123456789ab", r"0{8}-0000-4000-8000-\d{12}"),
        ("C0123ABCD", r"C\d{8}"),
        ("T0123ABCD", r"T\d{8}"),
        ("ann@example.org", r"name\d+@example\.com"),
        ("o-abc1234567", r"o-\d{10}"),
        ("ou-ab12-11111111", r"ou-\d{4}-\d{8}"),
        ("AROAEXAMPLEEXAMPLE01", r"AROA\d{16}"),
        ("10.31.2.3", r"192\.0\.2\.\d+"),
        ("zebrafish", r"name[a-z]+"),
        ("Zebrafish", r"Name[a-z]+"),
        ("ZEBRAFISH", r"NAME[A-Z]+"),
    ):
        assert re.fullmatch(form, mask.text(text)), text


@pytest.mark.parametrize(
    "text",
    ["田中", "鈴木一郎", json.dumps("田中"), "zebrafish", "19%3ab6ef35dc342d56ba5654e6fc%40"],
)
def test_what_a_name_is_made_of_is_gone(text: str) -> None:
    masked = MASK().text(text)

    for piece in ("田", "\\u7530", "鈴", "zebra", "b6ef35dc"):
        assert piece not in masked


def test_a_name_in_json_of_ascii_is_the_same_name() -> None:
    mask = MASK()

    assert mask.text('"\\u7530\\u4e2d"') == mask.text('"田中"')
    assert mask.text("\\\\u7530\\\\u4e2d") == mask.text("田中")
    mask.keep("\\u7530\\u4e2d")
    assert mask.text("\\u7530\\u4e2d") == "\\u7530\\u4e2d"
    assert mask.text("\\u200b") == "\\u200b"
    assert mask.text("\\u003czebrafish") == f"\\u003c{mask.text('zebrafish')}"
    assert mask.text("\\ud83d") == "\\ud83d"


def test_keys_lists_and_numbers_are_masked_where_they_are_texts() -> None:
    masked = MASK().plain({"zebrafish": ["zebrafish", 7, None, True, {"a": "zebrafish"}]})

    (name,) = {*masked} - {"a"}
    assert masked == {name: [name, 7, None, True, {"a": name}]}


@pytest.mark.parametrize("text", ["FULL", "BOTH", "ORGANIZATION", "EXCEPTIONS"])
def test_params_that_are_masked_are_still_valid(text: str) -> None:
    import healthy  # noqa: PLC0415

    settings = place(getattr(healthy, text)).settings
    given = settings.model_dump(mode="json", by_alias=True, exclude_unset=True)

    Settings.model_validate(Mask([schema_text(), "Asia/Tokyo"]).plain(given))
    assert Recorder(settings, NOW).time == NOW
