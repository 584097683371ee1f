"""What custom actions get: the finding's id where nothing in it can be more than an id."""

from __future__ import annotations

from typing import Any

import pytest

from composed import looked
from conftest import corpus
from events import as_event, as_event_v2
from generator.messages import Look
from many_events import public_events, source_of
from samples import CONTROL
from samples_ocsf import POSTURE

CSPM = Look(buttons=True)
V2 = Look(source="security_hub", buttons=True)
ID = "arn:aws:securityhub:eu-west-1:111122223333:security-control/S3.8/finding/0a1b2c3d"
ARN = "arn:aws:securityhub:eu-west-1::product/aws/securityhub"
OURS = ("hub", "finding", "region")


def metadata(event: Any, look: Look = CSPM) -> Any:
    return looked(event, look)["metadata"]


def offered(event: Any, look: Look = CSPM) -> bool:
    """Return whether a message has buttons, after checking that it has all of it or nothing."""
    found = metadata(event, look)
    keys = [key for key in OURS if key in found["additionalContext"]]
    assert keys in ([], list(OURS))
    assert found["enableCustomActions"] is bool(keys)
    return bool(keys)


def test_a_finding_of_security_hub_cspm_has_what_its_command_needs() -> None:
    assert metadata(as_event(CONTROL))["additionalContext"] == {
        "findingId": ID,
        "productArn": ARN,
        "account": "111122223333",
        "hub": "cspm",
        "finding": f"Id={ID},ProductArn={ARN}",
        "region": "eu-west-1",
    }


def test_a_finding_of_the_new_security_hub_has_what_its_command_needs() -> None:
    context = metadata(as_event_v2(POSTURE), V2)["additionalContext"]
    assert {key: context[key] for key in OURS} == {
        "hub": "v2",
        "finding": "0a1b2c3d4e5f",
        "region": "eu-west-1",
    }


@pytest.mark.parametrize(
    "attack",
    [
        "x --workflow Status=RESOLVED",
        "x,Id=y",
        "x,ProductArn=y",
        *(f"x{mark}y" for mark in " ,;'\"$\\`[](){}<>|&*?!%^~\n\t\x00\x1b"),
        *("--workflow", "-x", "=x", "@x", "/etc/passwd", ""),
        *("日本", "😀", "x\u200by", "x\u2028y"),
        "x" * 1025,
    ],
)
def test_what_could_be_more_than_an_id_in_a_command_gets_no_button(attack: str) -> None:
    assert not offered(as_event({**CONTROL, "Id": attack}))
    assert not offered(as_event({**CONTROL, "ProductArn": attack}))
    other = {**POSTURE, "metadata": {**POSTURE["metadata"], "uid": attack}}
    assert not offered(as_event_v2(other), V2)


@pytest.mark.parametrize("attack", ["file://x", "https://e.com/x", "a:b", "a=b", "a/b"])
def test_the_id_of_the_new_security_hub_is_not_read_from_elsewhere(attack: str) -> None:
    """https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html"""
    other = {**POSTURE, "metadata": {**POSTURE["metadata"], "uid": attack}}
    assert not offered(as_event_v2(other), V2)


def test_ids_of_other_forms_have_buttons() -> None:
    for form in ("prowler-aws-s3_x-111122223333-eu-west-1-a1b2", "a:b/c.d_e-f+h@i=j", "0a"):
        assert offered(as_event({**CONTROL, "Id": form})), form


def test_what_is_given_to_a_command_is_at_most_1024_characters() -> None:
    room = 1024 - len(f"Id=,ProductArn={ARN}")
    assert offered(as_event({**CONTROL, "Id": "x" * room}))
    assert not offered(as_event({**CONTROL, "Id": "x" * (room + 1)}))


@pytest.mark.parametrize(
    ("region", "offers"),
    [
        *((name, True) for name in ("us-gov-west-1", "ap-southeast-7", "eusc-de-east-1")),
        *((name, False) for name in ("", "x", "eu-west-1 --x", "eu-west", "-eu-west-1", None, 1)),
    ],
)
def test_a_region_that_does_not_look_like_one_gets_no_button(region: Any, *, offers: bool) -> None:
    assert offered(as_event(CONTROL, region=region)) == offers
    assert offered(as_event_v2(POSTURE, region=region), V2) == offers


@pytest.mark.parametrize("buttons", [False, None])
def test_a_message_without_buttons_has_none_of_their_values(*, buttons: bool | None) -> None:
    for event in (as_event(CONTROL), as_event_v2(POSTURE)):
        found = metadata(event, Look(source=source_of(event), buttons=buttons))
        assert found.get("enableCustomActions") is buttons
        assert not set(OURS) & set(found["additionalContext"])


def test_most_findings_of_the_corpus_have_buttons() -> None:
    assert corpus("findings.ndjson")
    events = public_events()
    offers = [offered(event, Look(source=source_of(event), buttons=True)) for event in events]
    assert sum(offers) > 0.85 * len(events)
