"""Expressions that are too long are shortened as far as needed, and mean the same."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from events import as_event, as_event_v2
from generator.messages import Language, Look, Source, expression, template
from generator.messages.shorten import shorten
from looks import LOOKS
from many_events import odd_events, public_events
from remembered import evaluate
from samples import CONTROL, THREAT
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


def test_then_variables_get_the_shortest_names_one_for_several_if_that_is_safe() -> None:
    assert shorten(TEXT, 0) == (
        '($b:=function($b,$a){$b="a = b" or ($length($b)< -1)?$a&$a};'
        '$a:="$l : "&$replace("x / y", / = "|[/ ] +/," - ");'
        '$b($a,"c ? d")&$string($states.input.`a  b`)&$count([1,2]))'
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("($first := 1; $second := $first + 1; $third := $second * 2; $third)", 4),
        # A function reads a variable of the expression after its last use there.
        ("($kept := 1; $read := function() { $kept }; $later := 2; $read() + $later)", 3),
        # It may even be assigned after the function.
        ("($read := function() { $kept }; $other := 1; $kept := $other + 1; $read() + $kept)", 4),
        # Until then it has no value, which the function may meet.
        ("($f := function() { $kept }; $x := 1; $y := $x + $count([$f()]); $kept := 5; $y)", 1),
        # Parameters of two functions share a name, of one within another not.
        ("($f := function($x) { $map([1, 2], function($y) { $x + $y }) }; $sum($f(10)))", 23),
        ("($f := function($x) { $x }; $g := function($y) { $f($y + 1) * $y }; $g(2))", 6),
        # A variable within brackets is not seen outside of them.
        ("($a1 := 1; $b1 := ($c1 := $a1 + 1; $c1 * 2); $a1 + $b1)", 5),
    ],
)
def test_variables_that_share_a_name_do_not_get_into_each_others_way(text: str, value: int) -> None:
    assert evaluate(text, {}) == value
    assert evaluate(shorten(text, 0), {}) == value
    assert len(shorten(text, 0)) < len(text)


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


@pytest.mark.parametrize("source", get_args(Source))
def test_the_shortest_expression_says_the_same_of_every_finding_of_the_corpus(
    source: Source,
) -> None:
    text = expression("summary", Look(source=source))
    shortest = shorten(text, 0)
    assert len(shortest) < 0.85 * len(text)
    for event in public_events():
        assert evaluate(shortest, event) == evaluate(text, event)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_every_look_says_the_same_as_its_whole_expression(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = expression("summary", look)
    monkeypatch.setattr(template, "_LONGEST", 1_000_000)
    whole = expression.__wrapped__("summary", look)
    assert len(whole) > len(sent)
    events = [as_event(CONTROL), as_event(THREAT), as_event_v2(EVERYTHING), *odd_events()[::9]]
    for event in events:
        assert evaluate(sent, event) == evaluate(whole, event)
