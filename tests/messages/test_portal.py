"""Links to the console through IAM Identity Center."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from composed import looked
from events import as_event, as_event_v2
from generator.messages import Look, Portal
from looks import PORTAL
from many_events import public_events, source_of
from samples import CONTROL
from samples_ocsf import POSTURE

START = "https://d-1234567890.awsapps.com/start/#/console?"
MEMBER = {**CONTROL, "AwsAccountId": "444455556666", "Region": "us-east-1"}


def console(event: Any, look: Look | None = None) -> tuple[str, str]:
    """Return address and label of the link to the console."""
    look = look or Look(source=source_of(event), portal=PORTAL)
    line = looked(event, look)["content"]["description"].split("\n")[1]
    url, _, label = line.split(" · ")[-1].strip("<>").partition("|")
    return url.replace("&amp;", "&"), label


def led(url: str) -> tuple[str, str, str]:
    """Return the account, the role and the page that a link through the portal leads to."""
    start, _, query = url.partition("?")
    assert f"{start}?" == START
    (account,), (role,), (page,) = parse_qs(query, strict_parsing=True).values()
    return account, role, page


def test_the_link_leads_to_the_finding_in_its_own_account_and_region() -> None:
    url, label = console(as_event(MEMBER))
    account, role, page = led(url)
    assert (account, role) == ("444455556666", "SecurityReadOnlyAccess")
    host, _, search = page.partition("#/findings?search=")
    assert host == "https://us-east-1.console.aws.amazon.com/securityhub/home?region=us-east-1"
    assert unquote(unquote(search)) == rf"Id=\operator\:EQUALS\:{CONTROL['Id']}"
    assert label == "Open in Security Hub"


def test_the_page_is_the_one_of_the_ordinary_link() -> None:
    for event in (as_event(CONTROL), as_event_v2(POSTURE)):
        ordinary, _ = console(event, Look(source=source_of(event)))
        assert led(console(event)[0])[2] == ordinary


def test_a_finding_of_the_new_security_hub_is_opened_in_its_own_account_and_region() -> None:
    cloud = {**POSTURE["cloud"], "region": "us-east-1"}
    account, _, page = led(console(as_event_v2({**POSTURE, "cloud": cloud}))[0])
    assert account == "444455556666"
    assert page.startswith("https://console.aws.amazon.com/securityhub/v2/home?region=us-east-1#/")


@pytest.mark.parametrize(
    "odd",
    [
        *({"AwsAccountId": account} for account in ("1234", "", "44445555666&x", "4444555566667")),
        *({"Region": region} for region in ("e.com/", "global", "", None, "eu-west-1.e.com")),
    ],
)
def test_what_is_not_an_account_and_a_region_gets_the_ordinary_link(odd: dict[str, Any]) -> None:
    event = as_event({**MEMBER, **odd})
    assert console(event) == console(event, Look())


@pytest.mark.parametrize("role", ["SecurityAudit", "read+only=a,b@c.d_e-f"])
def test_the_permission_set_is_written_as_a_link_has_it(role: str) -> None:
    look = Look(portal=Portal(PORTAL.start_url, role))
    assert led(console(as_event(MEMBER), look)[0])[1] == role


def test_a_long_way_that_fits_is_shown() -> None:
    finding = {**MEMBER, "Id": "arn:aws:x/" * 25}
    assert len(console(as_event(finding))[0]) > 800
    longest = looked(as_event({**MEMBER, "Id": "é:" * 250}), Look(portal=PORTAL))
    assert "console?" not in longest["content"]["description"]


def test_teams_leads_through_the_portal_too() -> None:
    look = Look(chat="teams", portal=PORTAL)
    line = looked(as_event({**MEMBER, "Id": "a(b)[c]"}), look)["content"]["description"]
    url = line.split("\n\n")[1].rpartition("](")[2].removesuffix(")")
    assert unquote(unquote(led(url)[2])).endswith("a(b)[c]")


def test_the_host_of_a_link_is_shown_unless_it_is_awss_or_the_portal() -> None:
    for host, shown in (
        ("e.example", " (e.example)"),
        ("docs.aws.amazon.com.e.example", " (docs.aws.amazon.com.e.example)"),
        ("d-1234567890.awsapps.com.e.example", " (d-1234567890.awsapps.com.e.example)"),
        ("d-1234567890xawsapps.com", " (d-1234567890xawsapps.com)"),
        ("docs.aws.amazon.com", ""),
    ):
        finding = {"SourceUrl": f"https://{host}/x"}
        description = looked(as_event(finding), Look(portal=PORTAL))["content"]["description"]
        assert description == f"<https://{host}/x|Open where it was found{shown}>"


def test_every_finding_of_the_corpus_that_has_an_account_is_opened_there() -> None:
    opened = 0
    for event in public_events():
        message = looked(event, Look(source=source_of(event), portal=PORTAL))
        opened += START in message["content"]["description"]
    assert opened > 150
