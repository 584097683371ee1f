"""What the messages say of a finding, and that nothing in a finding breaks them."""

from __future__ import annotations

import json
import string
from typing import Any, get_args
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composed import composed, content_of
from conftest import ROOT, corpus
from events import as_event
from generator.messages import Language, Look, Message, Source, expression
from odd_values import like
from remembered import evaluate
from samples import CONTROL, EMPTY, STANDARDS, THREAT

LANGUAGES: tuple[Language, ...] = get_args(Language)


def test_a_control_finding_reads_like_this() -> None:
    content = content_of(CONTROL)
    assert content["title"] == "🟠 HIGH: S3.8 S3 general purpose buckets should block public access"
    where, links, *rest = content["description"].splitlines()
    assert where == "shop-prod (111122223333) · eu-west-1 · AwsS3Bucket `shop_logs_2026`"
    assert labels(links) == ["How to fix it", "Open in Security Hub"]
    assert rest == [
        "",
        "This control checks whether a bucket blocks public access.",
        "",
        "*Resource:* `arn:aws:s3:::shop_logs_2026`",
        "*First seen:* 2026-11-23 21:20 UTC",
        f"*Standards:* {', '.join(STANDARDS)}",
    ]
    assert content["nextSteps"] == content["keywords"] == []


def test_a_threat_without_compliance_label_and_region_reads_like_this_in_japanese() -> None:
    content = content_of(THREAT, "ja")
    assert content["title"] == "🔴 CRITICAL: A role was used from an address on a threat list."
    where, links, *rest = content["description"].splitlines()
    assert where == "111122223333 · AwsIamAccessKey `k1` (ほか 1 件)"
    assert labels(links) == ["検出元で開く", "Security Hub で開く"]
    assert rest == ["", "*初回検出:* 2026-11-23 21:20 JST", "*製品:* guardduty"]


def labels(line: str) -> list[str]:
    """Return what the links of a line say."""
    return [one.removesuffix(">").partition("|")[2] for one in line.split(" · ")]


def links_of(finding: Any) -> list[str]:
    """Return the links of a finding of which nothing else is known."""
    (line,) = content_of(finding)["description"].splitlines()
    return [] if "<" not in line else [str(one) for one in line.split(" · ")]


@pytest.mark.parametrize("source", get_args(Source))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_expressions_are_fit_for_a_definition_in_a_template(
    language: Language, source: Source
) -> None:
    for message in get_args(Message):
        text = expression(message, Look(language, source))
        assert text.isascii()
        assert text == text.strip()
        assert not [no for no in ("${", "{%", "%}", "{{", "{#", "\t", " \n") if no in text]
        assert not [no for no in ("$eval", "$now", "$random", "$$", "(?") if no in text]
        assert len("{% " + text + " %}") <= 8192


def test_native_is_the_untouched_event() -> None:
    event = as_event(CONTROL | {"Confidence": 42, "Note": None, "Criticality": 0.5}, time="now")
    assert json.loads(evaluate(expression("native", Look()), event)) == event


@pytest.mark.parametrize(
    ("score", "title"),
    [
        (100, "🔴 CRITICAL: t"),
        (90, "🔴 CRITICAL: t"),
        (89, "🟠 HIGH: t"),
        (70, "🟠 HIGH: t"),
        (69, "🟡 MEDIUM: t"),
        (40, "🟡 MEDIUM: t"),
        (39, "🔵 LOW: t"),
        (1, "🔵 LOW: t"),
        (0, "⚪ INFORMATIONAL: t"),
        ("90", "t"),
        (None, "t"),
    ],
)
def test_severity_without_a_label_is_that_of_its_number(score: Any, title: str) -> None:
    assert content_of({"Title": "t", "Severity": {"Normalized": score}})["title"] == title


def test_the_label_goes_before_the_number_and_an_unknown_one_has_no_sign() -> None:
    for label, title in (("LOW", "🔵 LOW: t"), ("constructor", "constructor: t")):
        severity = {"Label": label, "Normalized": 90}
        assert content_of({"Title": "t", "Severity": severity})["title"] == title


@pytest.mark.parametrize(
    ("finding", "control"),
    [
        ({"ProductFields": {"ControlId": "EC2.8"}}, "EC2.8"),
        ({"ProductFields": {"RuleId": "2.9"}}, "2.9"),
        ({"GeneratorId": "security-control/S3.1"}, "S3.1"),
        ({"GeneratorId": "pci-dss/v/3.2.1/PCI.S3.1"}, "PCI.S3.1"),
        ({"GeneratorId": "arn:aws:securityhub:::ruleset/cis/v/1.2.0/rule/1.14"}, "1.14"),
        ({"GeneratorId": "prowler-iam/root"}, ""),
    ],
)
def test_older_findings_name_their_control_elsewhere(finding: Any, control: str) -> None:
    title = content_of({"Id": "i", "Title": "t", **finding})["title"]
    assert title == (f"{control} t" if control else "t")


def test_a_title_that_has_the_number_of_its_control_does_not_get_it_twice() -> None:
    finding = {"Title": "2.9 Ensure VPC flow logging", "ProductFields": {"RuleId": "2.9"}}
    assert content_of(finding)["title"] == "2.9 Ensure VPC flow logging"


def test_older_findings_name_their_standard_elsewhere() -> None:
    for key in ("StandardsArn", "StandardsGuideArn"):
        fields = {key: "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0"}
        description = content_of({"ProductFields": fields})["description"]
        assert description == "*Standards:* cis-aws-foundations-benchmark v1.2.0"


def test_what_is_more_is_counted() -> None:
    standards = [{"StandardsId": f"standards/s{i}/v/1"} for i in range(9)]
    finding = {
        "Resources": [{"Id": f"r{i}"} for i in range(300)],
        "Compliance": {"AssociatedStandards": standards},
    }
    message = composed(as_event(finding, {}, {}))
    assert message["content"]["description"].splitlines() == [
        "`r0` (+299 more)",
        "",
        "*Standards:* s0 v1, s1 v1 (+7 more)",
        "(+2 more findings in this event)",
    ]
    assert message["metadata"]["relatedResources"] == [f"r{i}" for i in range(10)]


def test_one_resource_that_is_no_list_is_a_resource() -> None:
    message = composed(as_event({"Resources": {"Type": "AwsS3Bucket", "Id": "b"}}))
    assert message["content"]["description"] == "AwsS3Bucket `b`"
    assert message["metadata"]["relatedResources"] == ["b"]


def test_states_are_said_where_they_are_unusual() -> None:
    usual = {"Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE"}
    unusual = {"Workflow": {"Status": "SUPPRESSED"}, "RecordState": "ARCHIVED"}
    assert content_of({"Title": "t", **usual})["description"] == "t"
    said = "*Workflow status:* SUPPRESSED   *Record state:* ARCHIVED"
    assert content_of({"Title": "t", **unusual})["description"] == said


@pytest.mark.parametrize(
    ("company", "said"),
    [("AWS", "X"), ("Amazon", "X"), ("X", "X"), ("Example Corp", "X (Example Corp)"), ("", "X")],
)
def test_the_company_is_named_where_it_adds_something(company: str, said: str) -> None:
    finding = {"ProductName": "X", "CompanyName": company}
    assert content_of(finding)["description"] == f"*Product:* {said}"


def test_a_product_without_a_name_is_that_of_its_arn() -> None:
    arn = "arn:aws:securityhub:eu-west-1::product/prowler/prowler"
    assert content_of({"ProductArn": arn})["description"] == "*Product:* prowler/prowler"


def test_a_finding_without_a_region_is_in_that_of_its_resource() -> None:
    resources = [{"Id": "b", "Region": "us-east-1"}]
    assert content_of({"Resources": resources})["description"] == "us-east-1 · `b`"
    both = content_of({"Resources": resources, "Region": "eu-west-1"})["description"]
    assert both == "eu-west-1 · `b`"


def test_nothing_is_said_twice_and_no_advice_is_no_step() -> None:
    recommended = {"Recommendation": {"Text": "None Provided"}}
    finding = {"Title": "t", "Description": " t", "Region": "r", "Remediation": recommended}
    content = content_of(finding)
    assert content["description"] == "r"
    assert content["nextSteps"] == []


def test_what_is_as_expected_is_left_out_and_said_where_it_differs() -> None:
    for status, said in (("FAILED", "t"), ("WARNING", "*Compliance status:* WARNING")):
        assert content_of({"Title": "t", "Compliance": {"Status": status}})["description"] == said
    arn = "arn:aws:securityhub:eu-west-1::product/aws/securityhub"
    own = {"Title": "t", "ProductArn": arn, "ProductName": "Security Hub", "CompanyName": "AWS"}
    assert content_of(own)["description"] == "t"


def test_advice_is_a_step_unless_it_only_points_to_the_page_of_the_link() -> None:
    page = "For directions on how to fix this issue, please consult the AWS documentation."
    url = "https://docs.aws.amazon.com/x"
    for text, linked, steps in (
        (page, url, []),
        (page, None, [page]),
        ("Close port 22.", url, ["Close port 22."]),
    ):
        recommended = {"Recommendation": {"Text": text, "Url": linked}}
        assert content_of({"Remediation": recommended})["nextSteps"] == steps


def test_a_long_arn_is_shown_short_where_it_is_and_whole_below() -> None:
    arn = "arn:aws:ec2:us-east-2:111122223333:security-group/sg-1"
    resources = [{"Id": arn, "Type": "AwsEc2SecurityGroup"}]
    description = content_of({"Resources": resources})["description"]
    assert description.splitlines() == [
        "AwsEc2SecurityGroup `security-group/sg-1`",
        "",
        f"*Resource:* `{arn}`",
    ]
    account = content_of({"Resources": [{"Id": "AWS::::Account:111122223333"}]})["description"]
    assert account.startswith("`111122223333`\n")


def test_quotation_marks_written_as_html_are_quotation_marks() -> None:
    assert content_of({"Title": "a &#34;b&quot; &#39;c&#39;"})["title"] == "a \"b\" 'c'"


def test_the_line_of_a_push_notification_has_account_and_region() -> None:
    summary = composed(as_event(CONTROL))["metadata"]["summary"]
    title = "🟠 HIGH: S3.8 S3 general purpose buckets should block public access"
    assert summary == f"{title} · shop-prod (111122223333) · eu-west-1"


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("2026-11-23T21:20:09Z", "2026-11-23 21:20 UTC"),
        ("2026-11-23T21:20:09.5+00:00", "2026-11-23 21:20 UTC"),
        ("2026-11-23T21:20:09-05:00", "2026-11-24 02:20 UTC"),
        ("2026-12-31T23:59:59.999999999-14:00", "2027-01-01 13:59 UTC"),
        ("2026-11-23T21:20-05:00", "2026-11-23T21:20-05:00"),
        ("2026-02-30T21:20:09Z", "2026-02-30T21:20:09Z"),
        ("2026-04-31T21:20:09Z", "2026-04-31T21:20:09Z"),
        ("2026-13-01T21:20:09Z", "2026-13-01T21:20:09Z"),
        ("2026-01-31T24:20:09Z", "2026-01-31T24:20:09Z"),
        ("last week", "last week"),
        ("2026-11-23", "2026-11-23"),
        (1795468809, "1795468809"),
    ],
)
def test_dates_are_readable_and_what_is_none_stays(time: Any, shown: str) -> None:
    description = content_of({"CreatedAt": time})["description"].replace("\u200b", "")
    assert description == f"*First seen:* {shown}"


def test_the_console_link_finds_the_finding_where_the_event_came_from() -> None:
    odd = 'a:b/c d+e%f%3A%2525&g|h>i"é😀'
    _, link = content_of({"Id": odd, "AwsAccountId": "444455556666"})["description"].splitlines()
    url, label = link.strip("<>").split("|")
    assert label == "Open in Security Hub (111122223333)"
    host, _, search = url.partition("#/findings?search=")
    assert host == ("https://eu-west-1.console.aws.amazon.com/securityhub/home?region=eu-west-1")
    assert unquote(unquote(search)) == rf"Id=\operator\:EQUALS\:{odd}"


def test_a_console_link_of_more_than_800_characters_is_left_out() -> None:
    assert labels(links_of({"Id": "arn:aws:x/" * 25})[0]) == ["Open in Security Hub (111122223333)"]
    assert links_of({"Title": "t", "Id": "é" * 512}) == []


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (
            "https://e.com/a b|c>d<e`f",
            "https://e.com/a%20b%7Cc%3Ed%3Ce%60f",
        ),
        ("http://e.com/?a=1&b=%20", "http://e.com/?a=1&amp;b=%20"),
        ("https://e.com/日本", "https://e.com/%E6%97%A5%E6%9C%AC"),
        ("javascript:alert(1)", None),
        ("see https://e.com", None),
        ("https://e.com/" + "a" * 800, None),
        ("", None),
        (None, None),
    ],
)
def test_links_are_whole_or_left_out(url: Any, link: str | None) -> None:
    links = links_of({"Title": "t", "Remediation": {"Recommendation": {"Url": url}}})
    assert links == ([f"<{link}|How to fix it (e.com)>"] if link else [])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a & b < c > d", "a &amp; b &lt; c \u200b&gt; d"),
        ("> quoted", "\u200b&gt; quoted"),
        ("*b* _i_ ~s~ `c`", "*\u200bb*\u200b _\u200bi_\u200b ~\u200bs~\u200b `\u200bc`\u200b"),
        ("<!here> @channel", "&lt;!here\u200b&gt; @\u200bchannel"),
        (".@here a@everyone (@here)", ".@\u200bhere a@\u200beveryone (@\u200bhere)"),
        ("me@here. you@channel, x@e", "me@\u200bhere. you@\u200bchannel, x@\u200be"),
        ("first_last@mail.e.com a+b@e.com", "first_last@mail.e.com a+b@e.com"),
        (":smile: :100::x:", ":\u200bsmile: :\u200b100::\u200bx:"),
        ("snake_case_name of me@e.com: no", "snake_case_name of me@e.com: no"),
        ("see https://e.com/a_b_?c=1&d=_2_.", "see https://e.com/a_b_?c=1&amp;d=_2_."),
        ("two\n lines\tand  a tab", "two lines and a tab"),
        ("&amp; &lt;", "&amp;amp; &amp;lt;"),
        ('"quotes" \\ and 日本語 😀', '"quotes" \\ and 日本語 😀'),
    ],
)
def test_markup_in_a_text_arrives_as_text(text: str, shown: str) -> None:
    content = content_of({"Title": text, "Description": text, "Region": text})
    assert content["title"] == shown
    assert content["description"] == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://docs.aws.amazon.com/console/securityhub/S3.8/remediation", ""),
        ("https://eu-west-1.console.aws.amazon.com/guardduty/home", ""),
        ("https://aws.amazon.com:443/premiumsupport", ""),
        ("https://console.amazonaws-us-gov.com/x", ""),
        ("https://docs.amazonaws.cn/x", ""),
        ("https://avd.aquasec.com/nvd/cve-2019-1549", " (avd.aquasec.com)"),
        ("https://docs.aws.amazon.com.e.example/x", " (docs.aws.amazon.com.e.example)"),
        ("https://docs.aws.amazon.com@e.example/", " (e.example)"),
        ("https://e.example\\@docs.aws.amazon.com/", " (e.example)"),
        ("https://u:p@E.example:8443?x=/y@docs.aws.amazon.com", " (e.example)"),
        ("https://notaws.amazon.com.e/x", " (notaws.amazon.com.e)"),
        ("https://xaws.amazon.com/x", " (xaws.amazon.com)"),
        ("https://my-bucket.s3.amazonaws.com/x", " (my-bucket.s3.amazonaws.com)"),
        ("https://dоcs.aws.amazon.com/", " (d?cs.aws.amazon.com)"),  # noqa: RUF001  (Cyrillic)
        (f"https://docs.aws.amazon.com.{'x' * 60}.e.example/", None),
    ],
)
def test_a_link_shows_its_host_where_that_is_not_one_of_aws(url: str, shown: str | None) -> None:
    fix, source, _ = links_of(
        {"Id": "a", "SourceUrl": url, "Remediation": {"Recommendation": {"Url": url}}}
    )
    said = [link.partition("|")[2].removesuffix(">") for link in (fix, source)]
    if shown is None:
        assert all("…" in label and label.endswith("x.e.example)") for label in said)
    else:
        assert said == [f"How to fix it{shown}", f"Open where it was found{shown}"]


def test_nothing_in_an_id_ends_its_code_span() -> None:
    description = content_of({"Resources": [{"Id": "`a`&<b_c> *d*"}]})["description"]
    assert description == "`'a'&amp;&lt;b_c&gt; *d*`"


@pytest.mark.parametrize("character", ["a", "&", "<", ">", "*", "日", "😀", "a&😀"])
def test_long_texts_are_cut_at_a_character_with_an_ellipsis(character: str) -> None:
    long = character * 9000
    finding = {
        "Title": long,
        "Description": long,
        "Region": long,
        "Resources": [{"Id": long, "Type": long}],
        "Remediation": {"Recommendation": {"Text": long}},
    }
    content = content_of(finding)
    where, _, described, _, resource = content["description"].split("\n")
    cut = [content["title"], described, *content["nextSteps"]]
    assert all(text.endswith("…") for text in cut)
    assert all(len(text) > 110 for text in cut)
    assert where.endswith("…`")
    assert resource.endswith("…`")
    assert len(described) <= 300


def test_a_text_that_just_fits_is_not_cut() -> None:
    for fits in ("x" * 250, "😀" * 125, "&" * 50):
        assert "…" not in content_of({"Title": fits})["title"]
        assert "…" in content_of({"Title": fits + "x"})["title"]


def test_updates_of_a_finding_share_a_thread_and_other_findings_do_not() -> None:
    def thread(**changed: Any) -> Any:
        return composed(as_event({**CONTROL, **changed}))["metadata"]["threadId"]

    same = thread()
    assert thread(Title="t", Severity={"Label": "LOW"}, UpdatedAt="later") == same
    others = [
        thread(Id=CONTROL["Id"] + "x"),
        thread(ProductArn=CONTROL["ProductArn"].replace("aws/", "my/")),
        thread(ProductArn=CONTROL["ProductArn"].replace("eu-west-1", "us-east-1")),
        thread(Id="日本"),
        thread(Id="日木"),
        thread(Id="a" * 512),
        thread(Id="a" * 511),
    ]
    assert len({same, *others}) == 1 + len(others)


BARE = {"Id": "i", "ProductArn": "a", "AwsAccountId": "1"}


@pytest.mark.parametrize("empty", EMPTY, ids=repr)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_empty_leaves_no_trace(empty: Any, language: Language) -> None:
    """The same message as without the field, at the top and one level below."""
    bare = composed(as_event(BARE), language)
    emptied = {key: empty for key in CONTROL if key not in BARE}
    assert composed(as_event({**BARE, **emptied}), language) == bare
    below = {
        key: dict.fromkeys(value, empty) if isinstance(value, dict) else [{"Id": empty}]
        for key, value in CONTROL.items()
        if isinstance(value, dict | list)
    }
    assert composed(as_event({**BARE, **below}), language) == bare


@pytest.mark.parametrize(
    "detail", [None, {}, {"findings": []}, {"findings": [None]}, {"findings": "x"}, "x"], ids=repr
)
def test_an_event_without_a_finding_still_has_a_message(detail: Any) -> None:
    content = composed(as_event(detail=detail))["content"]
    assert content["title"] == content["description"] == "Security Hub finding"
    assert content["nextSteps"] == content["keywords"] == []


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(finding=like({**THREAT, **CONTROL}), language=st.sampled_from(LANGUAGES))
def test_no_finding_breaks_a_message(finding: Any, language: Language) -> None:
    composed(as_event(finding), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_of_the_corpus_has_a_whole_message(language: Language) -> None:
    lines = corpus("findings.ndjson").read_text("utf-8").splitlines()
    events = corpus("events.ndjson").read_text("utf-8").splitlines()
    said = 0
    for event in [*map(as_event, map(json.loads, lines)), *map(json.loads, events)]:
        content = composed(event, language)["content"]
        finding = (event["detail"].get("findings") or [{}])[0]
        both = content["title"] + content["description"] + "".join(content["nextSteps"])
        said += _words(finding.get("Title", ""))[:60] in _words(content["title"])
        said += _words(finding.get("Description", ""))[:60] in _words(both)
        for odd in ("null", "undefined"):
            assert odd not in both or odd in json.dumps(finding)
    assert said == 2 * (len(lines) + len(events))


def _words(text: str) -> str:
    quotation = (("&#34;", '"'), ("&quot;", '"'), ("&#39;", "'"))
    for entity, character in (*quotation, ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return "".join(text.replace("\u200b", "").split())


def test_the_templates_have_no_word_of_a_language_in_them() -> None:
    templates = [*(ROOT / "generator" / "messages").glob("*.j2")]
    assert len(templates) == 10
    for template in templates:
        assert set(template.read_text("utf-8")) <= set(string.printable), template
