"""What the messages say of findings of the new Security Hub, and that nothing breaks them."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composed import composed, content_of_v2
from conftest import corpus
from events import as_event_v2
from generator.messages import Language, Look, expression
from odd_values import like
from remembered import evaluate
from samples import EMPTY
from samples_ocsf import (
    COVERAGE,
    EVERYTHING,
    EXPOSURE,
    KINDS,
    POSTURE,
    SENSITIVE,
    SEQUENCE,
    VULNERABILITY,
)

LANGUAGES: tuple[Language, ...] = get_args(Language)


def lines(finding: Any, language: Language = "en", **rest: Any) -> list[str]:
    """Return the lines of the description, without the spaces that only separate marks."""
    description = content_of_v2(finding, language, **rest)["description"]
    return [line.replace("\u200b", "") for line in description.splitlines()]


def info(finding: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return a finding with other fields in its `finding_info`."""
    return {**finding, "finding_info": {**finding["finding_info"], **changed}}


def test_a_control_finding_reads_like_this() -> None:
    content = content_of_v2(POSTURE)
    assert content["title"] == "🟠 HIGH: S3.8 S3 buckets should block public access"
    where, links, *rest = lines(POSTURE)
    assert where == "shop-prod (444455556666) · eu-west-1 · AWS::S3::Bucket `shop-logs`"
    assert [link.partition("|")[2] for link in links.split(" · ")] == [
        "How to fix it>",
        "Open in Security Hub>",
    ]
    assert rest == [
        "",
        "This control checks whether a bucket blocks public access.",
        "",
        "*Failed assessment:* The bucket is public.",
        "",
        "*Resource:* `arn:aws:s3:::shop-logs`",
        "*First seen:* 2026-11-23 21:20 UTC",
        "*Standards:* aws-foundational-security-best-practices v1.0.0",
    ]
    assert content["nextSteps"] == content["keywords"] == []


def test_a_vulnerability_reads_like_this_in_japanese() -> None:
    where, _, *rest = lines(VULNERABILITY, "ja")
    assert where == "shop-prod (444455556666) · eu-west-1 · AWS::EC2::Instance `i-0a1b2c3d`"
    assert rest == [
        "",
        "*脆弱性:* CVE-2026-1   *CVSS:* 9.8 (3.1)   *EPSS:* 0.42   *エクスプロイト:* あり",
        "*パッケージ:* `libx 1:2.3-4` (ほか 1 件)   *修正バージョン:* `1:2.3-5`",
        "",
        "*初回検出:* 2026-11-24 06:20 JST",
        "*製品:* Inspector",
    ]


def test_an_exposure_shows_impact_likelihood_and_what_contributes() -> None:
    where, _, _, rating, contributing, *_ = lines(EXPOSURE)
    assert where.endswith("AWS::S3::Bucket `shop-logs` (+1 more)")
    assert rating == "*Impact:* High   *Likelihood:* Very High"
    assert contributing == (
        "*Contributing findings (4):* A bucket is public · A bucket has card numbers"
        " · A bucket has no access log (+1 more)"
    )


def test_an_exposure_of_before_the_feature_was_named_is_one_too() -> None:
    older = info(EXPOSURE, types=["Exposure/Potential Impact/Resource Hijacking"])
    older["metadata"] = {"uid": "1", "product": {}}
    assert "/exposure?" in lines(older)[1]
    assert lines(older)[4].startswith("*Contributing findings (4):*")


def test_an_attack_sequence_shows_how_many_signals_it_has_and_the_first() -> None:
    assert "*Signals (7):* An odd address · A new binary (+4 more)" in lines(SEQUENCE)
    counted = info(SEQUENCE, related_events_count=None)
    assert "*Signals (2):* An odd address · A new binary" in lines(counted)


def test_sensitive_data_and_coverage_findings_have_a_message() -> None:
    assert content_of_v2(SENSITIVE)["title"] == "🟠 HIGH: An object has card numbers"
    content = content_of_v2({**COVERAGE, "severity": "Informational"})
    assert content["title"] == "⚪ INFORMATIONAL: GuardDuty covers this account"
    assert lines(COVERAGE)[-1] == "*Compliance status:* Pass"


@pytest.mark.parametrize(
    ("severity", "title"),
    [
        ("Fatal", "🔴 FATAL: t"),
        ("Critical", "🔴 CRITICAL: t"),
        ("High", "🟠 HIGH: t"),
        ("Medium", "🟡 MEDIUM: t"),
        ("Low", "🔵 LOW: t"),
        ("Informational", "⚪ INFORMATIONAL: t"),
        ("Unknown", "UNKNOWN: t"),
        (None, "t"),
    ],
)
def test_severities_are_written_as_in_the_other_messages(severity: Any, title: str) -> None:
    finding = {"severity": severity, "finding_info": {"title": "t"}}
    assert content_of_v2(finding)["title"] == title


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("posture", "postureManagement"),
        ("exposure", "exposure"),
        ("attack sequence", "threats"),
        ("vulnerability", "vulnerabilities"),
        ("sensitive data", "findings"),
        ("coverage", "findings"),
        ("other", "threats"),
    ],
)
def test_the_console_link_opens_the_page_of_the_kind_in_the_region_of_the_event(
    kind: str, page: str
) -> None:
    finding = {**KINDS.get(kind, {"class_uid": 2004}), "metadata": {"uid": "0a1b"}}
    finding["metadata"]["product"] = KINDS.get(kind, SEQUENCE)["metadata"]["product"]
    *_, link = lines(finding, region="us-east-1")[1 if kind in KINDS else 0].split(" · ")
    home = "https://console.aws.amazon.com/securityhub/v2/home?region=us-east-1"
    assert link == f"<{home}#/{page}?findingDetailId=0a1b|Open in Security Hub>"


@pytest.mark.parametrize(
    ("region", "host"),
    [("cn-north-1", "amazonaws.cn"), ("us-gov-west-1", "amazonaws-us-gov.com")],
)
def test_other_partitions_have_consoles_of_their_own(region: str, host: str) -> None:
    assert lines(POSTURE, region=region)[1].split(" · ")[1].startswith(f"<https://console.{host}/")


def test_without_its_id_a_finding_has_no_console_link() -> None:
    assert lines({"finding_info": {"title": "t"}, "cloud": {"region": "r"}}) == ["r"]


def test_account_and_region_are_those_of_the_finding_and_not_of_the_event() -> None:
    message = composed(
        as_event_v2(POSTURE, account="777788889999", region="us-east-1"), "en", "security_hub"
    )
    assert message["metadata"]["additionalContext"] == {
        "findingId": POSTURE["finding_info"]["uid"],
        "metadataUid": "0a1b2c3d4e5f",
        "account": "444455556666",
    }
    assert "777788889999" not in json.dumps(message)
    assert message["metadata"]["summary"].endswith("shop-prod (444455556666) · eu-west-1")
    elsewhere = {**POSTURE, "cloud": {}}
    assert lines(elsewhere)[0] == "eu-west-1 · AWS::S3::Bucket `shop-logs`"


def test_an_arn_goes_before_the_name_of_a_resource() -> None:
    resources = [{"uid": "a", "uid_alt": "arn:aws:s3:::a"}, {"uid": "b"}, {"uid": "c"}]
    message = composed(as_event_v2({"resources": resources}), "en", "security_hub")
    assert message["metadata"]["relatedResources"] == ["arn:aws:s3:::a", "b", "c"]
    assert message["content"]["description"].startswith("`a` (+2 more)")


def test_states_are_said_where_they_are_unusual() -> None:
    usual = {**POSTURE, "finding_info": {"title": "t"}, "cloud": {}, "resources": []}
    unusual = {"compliance": {"status": "Warning"}, "status": "In Progress"}
    said = "*Compliance status:* Warning   *Status:* In Progress   *Activity:* Close"
    assert not [line for line in lines(usual) if "tatus:" in line or "Activity:" in line]
    assert said in lines({**usual, **unusual, "activity_name": "Close"})


@pytest.mark.parametrize(
    ("assessment", "said"),
    [
        ({"name": "N", "desc": "D", "meets_criteria": False}, ["*Failed assessment:* D"]),
        ({"name": "N", "meets_criteria": False}, ["*Failed assessment:* N"]),
        ({"name": "N", "desc": "D", "meets_criteria": True}, ["Security Hub finding"]),
        ({"name": "N", "desc": "D"}, ["Security Hub finding"]),
    ],
)
def test_what_a_control_failed_is_said(assessment: Any, said: list[str]) -> None:
    assert lines({"compliance": {"assessments": [assessment]}}) == said


def test_products_other_than_security_hub_are_named() -> None:
    own = {"uid": "arn:aws:securityhub:eu-west-1::productv2/aws/securityhub", "name": "Security"}
    other = {"uid": "arn:aws:securityhub:eu-west-1::productv2/my/own", "vendor_name": "Example"}
    assert lines({"metadata": {"product": own}}) == ["Security Hub finding"]
    assert lines({"metadata": {"product": other}}) == ["*Product:* my/own (Example)"]


@pytest.mark.parametrize("finding", [POSTURE, SEQUENCE, VULNERABILITY])
def test_advice_that_only_points_elsewhere_is_no_step(finding: Any) -> None:
    assert content_of_v2(finding)["nextSteps"] == []
    advice = {**finding, "remediation": {"desc": "Close port 22."}}
    assert content_of_v2(advice)["nextSteps"] == ["Close port 22."]


def test_updates_of_a_finding_share_a_thread_and_other_findings_do_not() -> None:
    def thread(finding: Any) -> Any:
        event = as_event_v2(finding)
        return composed(event, "en", "security_hub")["metadata"]["threadId"]

    same = thread(POSTURE)
    closed = {**POSTURE, "activity_name": "Close", "severity": "Low", "time": 2}
    assert thread(closed) == same
    others = [
        thread(info(POSTURE, uid="other")),
        thread({**POSTURE, "metadata": {"product": {"uid": "other"}}}),
    ]
    assert len({same, *others}) == 3


@pytest.mark.parametrize("place", ["title", "desc", "signal", "impact", "package", "assessment"])
def test_markup_in_a_text_arrives_as_text(place: str) -> None:
    text = "<!here> *b* `c` @channel <https://e.com|x>"
    fields: dict[str, Any] = {
        "title": {"finding_info": {"title": text}},
        "desc": {"finding_info": {"desc": text}},
        "signal": {"finding_info": {"related_events": [{"title": text}]}},
        "impact": {"impact": text},
        "package": {"vulnerabilities": [{"affected_packages": [{"name": text}]}]},
        "assessment": {"compliance": {"assessments": [{"desc": text, "meets_criteria": False}]}},
    }
    content = content_of_v2(fields[place])
    assert "&lt;!here" in content["title"] + content["description"]


@pytest.mark.parametrize("empty", EMPTY, ids=repr)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_empty_leaves_no_trace(empty: Any, language: Language) -> None:
    emptied = dict.fromkeys(EVERYTHING, empty)
    bare = composed(as_event_v2({}), language, "security_hub")
    assert composed(as_event_v2(emptied), language, "security_hub") == bare
    below = {
        key: dict.fromkeys(value, empty) if isinstance(value, dict) else [{"uid": empty}]
        for key, value in EVERYTHING.items()
        if isinstance(value, dict | list)
    }
    assert composed(as_event_v2(below), language, "security_hub") == bare


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(finding=like(EVERYTHING), language=st.sampled_from(LANGUAGES))
def test_no_finding_breaks_a_message(finding: Any, language: Language) -> None:
    composed(as_event_v2(finding), language, "security_hub")


@pytest.mark.parametrize("missing", sorted(EVERYTHING))
def test_a_message_does_not_need_any_field(missing: str) -> None:
    finding = {key: value for key, value in EVERYTHING.items() if key != missing}
    content_of_v2(finding)
    odd: list[Any] = [None, "text", 7, True, [], [["text"]], {"uid": {"uid": []}}]
    for value in odd:
        content_of_v2({**finding, missing: value})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_of_the_corpus_is_named_with_its_place(language: Language) -> None:
    events = corpus("events-v2.ndjson").read_text("utf-8").splitlines()
    assert len(events) > 70
    for event in map(json.loads, events):
        (finding,) = event["detail"]["findings"]
        content = composed(event, language, "security_hub")["content"]
        title, where = _plain(content["title"]), _plain(content["description"].splitlines()[0])
        assert title.partition(" ")[2].startswith(f"{finding['severity'].upper()}: ")
        assert _plain(finding["finding_info"]["title"])[:150] in title
        assert finding["cloud"]["account"]["uid"] in where
        assert finding["cloud"]["region"] in where
        resource = finding["resources"][0]
        assert resource["type"] in where
        assert resource.get("uid_alt", resource["uid"]) in content["description"]


def _plain(text: str) -> str:
    quotation = (("&#34;", '"'), ("&quot;", '"'), ("&#39;", "'"))
    for entity, character in (*quotation, ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return " ".join(text.replace("\u200b", "").split())


def test_every_ocsf_finding_of_the_corpus_has_a_message() -> None:
    for line in corpus("ocsf.ndjson").read_text("utf-8").splitlines():
        content_of_v2(json.loads(line))


def test_native_is_the_untouched_event() -> None:
    event = as_event_v2(EVERYTHING, time="now")
    assert json.loads(evaluate(expression("native", Look("en", "security_hub")), event)) == event


def test_native_is_shortened_where_the_event_is_too_large() -> None:
    long = [{"title": "x" * 1000, "observables": ["y" * 100]}] * 300
    first = EVERYTHING["resources"][0]
    resources = [{**first, "data": long, "tags": long}, *[{"uid": "a", "data": long}] * 8]
    large = info({**EVERYTHING, "evidences": long, "resources": resources}, related_events=long)
    event = as_event_v2(large)
    text = evaluate(expression("native", Look("en", "security_hub")), event)
    assert len(text) < 10_000
    sent = json.loads(text)
    (finding,) = sent["detail"]["findings"]
    assert {**sent, "detail": {}} == {**event, "detail": {}}
    assert finding["resources"] == [first, *[{"uid": "a"}] * 4]
    assert {"vulnerabilities", "evidences"}.isdisjoint(finding)
    dropped = {"resources", "finding_info", "vulnerabilities"}
    kept = {key: value for key, value in EVERYTHING.items() if key not in dropped}
    assert {key: value for key, value in finding.items() if key not in dropped} == kept
    about = {**EVERYTHING["finding_info"]}
    del about["related_events"]
    assert finding["finding_info"] == about


@pytest.mark.parametrize("odd", ["text", None, 7, [], ["text"]])
def test_native_survives_a_finding_info_of_another_form(odd: Any) -> None:
    event = as_event_v2({**POSTURE, "finding_info": odd, "evidences": "x" * 300_000})
    sent = json.loads(evaluate(expression("native", Look("en", "security_hub")), event))
    assert sent["detail"]["findings"][0]["severity"] == "High"
