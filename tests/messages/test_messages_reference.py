"""The messages as JSONata's reference implementation evaluates them: as the library here does."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from composed import SHALLOW, checked
from conftest import required
from events import as_event, as_event_v2
from generator.messages import Language, Look, Source, expression, subject_expression
from looks import LOOKS
from many_events import ODD, odd_events, public_events, source_of
from reference import answers_of
from remembered import evaluate

SOURCES: tuple[Source, ...] = get_args(Source)
LOOKS_OF = {
    source: [
        *(Look(language, source) for language in get_args(Language)),
        *(look for look in LOOKS.values() if look.source == source and look != Look(source=source)),
    ]
    for source in SOURCES
}
SUMMARIES = {expression("summary", look): look for looks in LOOKS_OF.values() for look in looks}
EXPRESSIONS = {
    source: (
        [
            expression("native", Look(source=source)),
            *(expression("summary", look) for look in looks[:2]),
            subject_expression(source),
        ],
        [expression("summary", look) for look in looks[2:]],
    )
    for source, looks in LOOKS_OF.items()
}


def answered(node: str, events: list[Any], **how: Any) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return what the reference implementation answers to each expression with each event."""
    jobs = [(text, event) for n, event in enumerate(events) for text in expressions(event, n)]
    answers = answers_of(node, [{"expression": t, "input": e, **how} for t, e in jobs])
    return [(text, event, answer) for (text, event), answer in zip(jobs, answers, strict=True)]


def expressions(event: dict[str, Any], number: int) -> list[str]:
    """Return the expressions of the plain looks, and one of the others, for each event another."""
    plain, others = EXPRESSIONS[source_of(event)]
    return [*plain, others[number % len(others)]]


def referred(node: str, events: list[Any]) -> list[tuple[Any, Any]]:
    """Return what both implementations make of each event by each expression, read as JSON."""
    return [
        (read(evaluate(text, event)), read(answer.get("value", answer)))
        for text, event, answer in answered(node, events)
    ]


def read(value: Any) -> Any:
    """Read a text as the JSON it is, and the JSON in it: the implementations escape differently.

    The library writes ``\\uXXXX`` for what is not ASCII, and all digits of a fraction. The subject
    of an e-mail is not JSON.
    """
    if not value.startswith("{"):
        return value
    message = json.loads(value, parse_float=lambda text: float(f"{float(text):.15g}"))
    return {**message, "https": read(message["https"])} if "https" in message else message


def differing(pairs: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    assert pairs
    return [pair for pair in pairs if pair[0] != pair[1]]


def test_both_implementations_agree_on_the_corpus(node: str) -> None:
    assert not differing(referred(node, public_events()))


def test_both_implementations_agree_on_odd_findings(node: str) -> None:
    assert not differing(referred(node, odd_events()))


@pytest.mark.parametrize("counts", ["as its time box does", "all"])
def test_the_reference_implementation_stays_far_from_the_depth_where_aws_stops(
    node: str, counts: str
) -> None:
    answers = answered(node, odd_events(), deepest=SHALLOW, counts=counts)
    assert not [answer for *_, answer in answers if "error" in answer]


@pytest.mark.parametrize("counts", ["as its time box does", "all"])
def test_no_finding_of_the_corpus_comes_near_the_depth_where_aws_stops(
    node: str, counts: str
) -> None:
    answers = answered(node, public_events(), deepest=SHALLOW, counts=counts)
    assert not [answer for *_, answer in answers if "error" in answer]


def test_messages_are_whole_where_an_engine_counts_utf_16_units(node: str) -> None:
    long = [{"Title": t * n, "Description": t * n} for t in ODD for n in (9, 124, 125, 126, 4000)]
    long_ocsf = [{"finding_info": {"title": one["Title"], "desc": one["Title"]}} for one in long]
    events = [*odd_events(), *map(as_event, long), *map(as_event_v2, long_ocsf)]
    counted = answered(node, events), answered(node, events, counting="units")
    for (text, _, one), (*_, other) in zip(*counted, strict=True):
        assert "error" not in other
        if one["value"] != other["value"]:
            hold(text, other["value"])
            assert "\u2026" in other["value"] or of_chat(one["value"]) == of_chat(other["value"]), (
                "a text that is not cut is the same"
            )


def of_chat(value: str) -> Any:
    """Return what chats get: a mail may say a title again that an engine counts as long."""
    return json.loads(value).get("https", value)


def hold(text: str, value: str) -> None:
    """Hold a message to what holds for every one: only `summary` cuts texts."""
    assert text in SUMMARIES
    checked(json.loads(value), SUMMARIES[text])


def test_counting_utf_16_units_is_another_way_of_counting(node: str) -> None:
    text = '$length($states.input) & $substring($states.input, 1, 2) & $substring("abc", -2)'
    ways = ("points", "units")
    answers = answers_of(
        node, [{"expression": text, "input": "a😀b", "counting": way} for way in ways]
    )
    assert [answer["value"] for answer in answers] == ["3😀bbc", "4😀bc"]


def test_the_comparison_sees_a_difference(node: str) -> None:
    """One escape that the library does not put together with the next one."""
    text = '$length("\\uD83D\\uDE00")'
    assert answers_of(node, [{"expression": text, "input": {}}])[0]["value"] == 1
    assert evaluate(text, {}) == 2


def test_what_ci_must_have_is_not_skipped_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="abacus is absent, and CI must have it"):
        required("abacus", None)
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="abacus is absent"):
        required("abacus", None)
    required("abacus", "/usr/bin/abacus")
