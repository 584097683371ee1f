"""Expressions that are too long are shortened as far as needed, and mean the same."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from events import as_event, as_event_v2
from generator.messages import Language, Look, Source, evaluate, expression
from generator.messages.shorten import shorten
from samples import CONTROL
from samples_ocsf import EVERYTHING

TEXT = r"""(
$long := function($value, $label) { $value = "a = b" or ($length($value) < - 1) ? $label & $label };
$longer := "$l : " & $replace("x / y", / = "|[/ ] +/, " - ");
$long($longer, "c ? d") & $string($states.input.`a  b`) & $count([1, 2])
)"""


def test_what_is_short_enough_stays_as_it_is() -> None:
    assert shorten(TEXT, len(TEXT)) == TEXT


def test_first_the_spaces_around_signs_go() -> None:
    assert shorten(TEXT, len(TEXT) - 1).splitlines() == [
        "(",
        '$long:=function($value,$label){$value="a = b" or ($length($value)< -1)?$label&$label};',
        '$longer:="$l : "&$replace("x / y", / = "|[/ ] +/," - ");',
        '$long($longer,"c ? d")&$string($states.input.`a  b`)&$count([1,2])',
        ")",
    ]


NAMED = [
    "(",
    '$lon:=function($v,$l){$v="a = b" or ($length($v)< -1)?$l&$l};',
    '$lo:="$l : "&$replace("x / y", / = "|[/ ] +/," - ");',
    '$lon($lo,"c ? d")&$string($states.input.`a  b`)&$count([1,2])',
    ")",
]


def test_then_variables_get_shorter_names_and_functions_do_not() -> None:
    assert shorten(TEXT, len("\n".join(NAMED))).splitlines() == NAMED


def test_then_the_newlines_go() -> None:
    assert shorten(TEXT, len("".join(NAMED))) == "".join(NAMED)


def test_at_last_variables_get_the_shortest_names_the_most_used_first() -> None:
    assert shorten(TEXT, 0) == (
        '($d:=function($b,$a){$b="a = b" or ($length($b)< -1)?$a&$a};'
        '$c:="$l : "&$replace("x / y", / = "|[/ ] +/," - ");'
        '$d($c,"c ? d")&$string($states.input.`a  b`)&$count([1,2]))'
    )


def test_a_newline_that_separates_words_or_signs_stays() -> None:
    text = "(\n$a := true\nand\nfalse or\n1 <\n-1;\n[$a\n-\n1]\n)"
    assert shorten(text, 0) == "($a:=true\nand\nfalse or\n1<\n-1;[$a-1])"


def test_more_variables_than_letters_all_have_names_of_their_own() -> None:
    names = [f"variable{n}" for n in range(60)]
    text = "(" + "; ".join(f"${name} := {n}" for n, name in enumerate(names))
    text += "; [" + ", ".join(f"${name}" for name in names) + "])"
    assert evaluate(shorten(text, 0), {}) == evaluate(text, {}) == list(range(60))
    assert len(shorten(text, 0)) < len(text) / 2


def test_no_more_names_are_shortened_than_needed() -> None:
    spaces = shorten(TEXT, len(TEXT) - 1)
    renamed = shorten(TEXT, len(spaces) - 1)
    assert "$long(" in renamed
    assert "$label" not in renamed


def test_no_variable_gets_the_name_of_another_or_of_a_function() -> None:
    text = "($su := 1; $summary := 2; $statesman := 3; $su + $summary + $statesman + $sum([4]))"
    named = "($su:=1;$summ:=2;$s:=3;$su+$summ+$s+$sum([4]))"
    assert shorten(text, len(named)) == named
    assert evaluate(named, {}) == evaluate(shorten(text, 0), {}) == evaluate(text, {}) == 10


def test_a_value_of_the_text_is_not_changed() -> None:
    event = {"a  b": 1}
    assert evaluate(shorten(TEXT, 0), event) == evaluate(TEXT, event)


@pytest.mark.parametrize("source", get_args(Source))
@pytest.mark.parametrize("language", get_args(Language))
def test_messages_say_the_same_with_the_shortest_expression(
    language: Language, source: Source
) -> None:
    text = expression("summary", Look(language, source))
    events: list[Any] = [as_event(CONTROL), as_event_v2(EVERYTHING), {}]
    for event in events:
        assert evaluate(shorten(text, 0), event) == evaluate(text, event)
