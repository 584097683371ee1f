"""What holds for messages in every look."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composed import looked
from events import as_event, as_event_v2
from generator.cloudformation.limits import LONGEST_EXPRESSION
from generator.messages import Look, TooLongExpressionError, expression
from looks import FULLEST, LOOKS
from many_events import odd_events, public_events, source_of
from odd_values import like
from samples import CONTROL, THREAT
from samples_ocsf import EVERYTHING

each_look = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
LONG = ["&", "<>", "x ", "日", "😀", "a_b ", "*", "[", "\\", "`"]


@each_look
def test_the_expression_of_every_look_is_fit_for_a_definition_in_a_template(look: Look) -> None:
    text = expression("summary", look)
    assert text.isascii()
    assert text == text.strip()
    assert not [no for no in ("${", "{%", "%}", "{{", "{#", "\t", " \n") if no in text]
    assert not [no for no in ("$eval", "$now", "$random", "$$", "(?") if no in text]
    assert len("{% " + text + " %}") <= LONGEST_EXPRESSION


def test_an_expression_that_cannot_be_short_enough_is_refused() -> None:
    mentions = tuple(f"S0123ABCD{n}" for n in range(60))
    with pytest.raises(TooLongExpressionError, match=r"^\d,\d\d\d characters; at most 8,186$"):
        expression("summary", FULLEST._replace(source="security_hub", mentions=mentions))


@each_look
def test_every_look_has_a_message_for_odd_events(look: Look) -> None:
    for event in share(odd_events(), look, 3):
        looked(event, look)


@each_look
def test_findings_of_the_corpus_have_a_message_in_every_look(look: Look) -> None:
    for event in share(public_events(), look, 8):
        looked(event, look)


def share(events: list[Any], look: Look, parts: int) -> list[Any]:
    """Return a part of a product's events, for each look another: together they try all."""
    of_source = [event for event in events if source_of(event) == look.source]
    mine = of_source[list(LOOKS.values()).index(look) // 2 % parts :: parts]
    assert len(mine) > 5
    return mine


@settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
@given(
    finding=like({**THREAT, **CONTROL}) | like(EVERYTHING),
    look=st.sampled_from(list(LOOKS.values())),
)
def test_no_finding_breaks_a_message_in_any_look(finding: Any, look: Look) -> None:
    event = as_event_v2(finding) if look.source == "security_hub" else as_event(finding)
    looked(event, look)


@pytest.mark.parametrize("text", LONG)
@each_look
def test_the_longest_texts_leave_room_for_mentions_and_long_links(look: Look, text: str) -> None:
    asff = filled({**CONTROL, **THREAT, "SourceUrl": "", "CompanyName": ""}, text * 500)
    asff |= {"AwsAccountId": "111122223333", "Region": "eu-west-1"}
    asff |= {"Id": "a:" * 60, "SourceUrl": "https://e.com/" + "a" * 750}
    asff["Remediation"] = {"Recommendation": {"Url": "https://e.com/" + "b" * 750}}
    ocsf = filled(EVERYTHING, text * 500)
    event = as_event_v2(ocsf) if look.source == "security_hub" else as_event(asff)
    looked(event, look)


def filled(example: Any, text: str) -> Any:
    """Return an example with this text in every place, and lists of several."""
    if isinstance(example, dict):
        return {key: filled(inner, text) for key, inner in example.items()}
    if isinstance(example, list):
        return [filled(inner, text) for inner in example * 4]
    return text
