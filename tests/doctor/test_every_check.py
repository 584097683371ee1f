"""What holds for every check: whatever AWS answers, it comes out as a line."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, NamedTuple

import botocore.session
import pytest

from generator.doctor import examine
from generator.doctor.account import UndeclaredCallError
from generator.doctor.check import Check, Said, all_checks, fine
from generator.doctor.iam_names import iam_action
from healthy import (
    ACCOUNT,
    BOTH,
    BY_HAND,
    CALLER,
    CHECKS,
    EXCEPTIONS,
    FORWARDS,
    FULL,
    LONG,
    NOW,
    ORGANIZATION,
    SHARED,
    Place,
    account,
    aggregated,
    answers,
    before,
    look,
    look_with,
    measured,
    place,
    stack,
)
from stubbed import (
    THROTTLED,
    Answer,
    Answers,
    Error,
    Pages,
    Request,
    Stubs,
    Unchecked,
    absent,
    denied,
    empty_page,
    result_keys,
)

CALLS = [(check.name, call) for check in all_checks() for call in sorted(check.calls)]
SERVICES = botocore.session.get_session()
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Team/ann"
BUCKET = f"""\
{EXCEPTIONS}
deployment:
  service_catalog: {{template_base_url: "https://our.s3.eu-west-1.amazonaws.com/a"}}
"""


BUTTONS = """\
name: Buttons
channels: {security: {channel_id: C0123ABCD, buttons: [suppress]}}
routes:
  - name: findings
    channel: security
    match: {severity: [CRITICAL], workflow: [NEW]}
    message: summary
"""
CATALOG = f"""\
{EXCEPTIONS}
deployment:
  service_catalog: {{principals: ["arn:aws:iam::{ACCOUNT}:role/Team"]}}
"""


class Scene(NamedTuple):
    """Where a check makes a call."""

    place: Callable[[], Place]
    changes: Answers = MappingProxyType({})
    caller: str = CALLER


def _failed() -> Scene:
    there = place()
    broken = stack(there, StackStatus="CREATE_FAILED")
    return Scene(place, {"cloudformation:DescribeStacks": {"Stacks": [broken]}})


AGGREGATED: dict[str, Answer] = {
    **aggregated("eu-west-1"),
    "securityhub:ListAggregatorsV2": {"AggregatorsV2": [{"AggregatorV2Arn": "arn:aws:x"}]},
}
RECORDERS = "config:DescribeConfigurationRecorderStatus"
SILENT: Answers = {"cloudwatch:GetMetricData": measured(NumberOfNotificationsDelivered=0)}
SCENES: dict[str, Scene] = {
    "aggregation": Scene(lambda: before(BOTH), AGGREGATED),
    "automation-quota": Scene(lambda: before(EXCEPTIONS, "exceptions.yaml")),
    "boundary": Scene(lambda: before(BY_HAND)),
    "bucket": Scene(lambda: before(BUCKET)),
    "custom-actions": Scene(lambda: place(BY_HAND)),
    "key": Scene(place),
    "marked": Scene(lambda: place(BOTH), SILENT),
    "pattern-quota": Scene(
        lambda: before(LONG), {"service-quotas:GetServiceQuota": {"Quota": {"Value": 4096.0}}}
    ),
    "permissions": Scene(before, {}, SESSION),
    "recorder": Scene(before, {**AGGREGATED, RECORDERS: {"ConfigurationRecordersStatus": []}}),
    "standards": Scene(
        before, {**AGGREGATED, "securityhub:GetEnabledStandards": {"StandardsSubscriptions": []}}
    ),
    "security-hub": Scene(lambda: before(BOTH)),
    "stack": _failed(),
    "stacksets": Scene(lambda: before(ORGANIZATION, "stackset.yaml")),
    "state-machines": Scene(place, {"cloudwatch:GetMetricData": measured(ExecutionsFailed=2)}),
}
"""Where a check that needs something else than the usual has something to look at."""

QUIET = {
    ("identity", "sts:GetCallerIdentity"),  # asked before any check runs
    ("pattern-quota", "service-quotas:GetServiceQuota"),  # the default counts then
    ("rule-quota", "service-quotas:GetServiceQuota"),
    ("state-machines", "logs:FilterLogEvents"),  # the failure is reported without its reason
    *(
        (name, f"securityhub:{call}")  # the new Security Hub is not asked, by the same declaration
        for name in ("recorder", "standards")
        for call in ("ListAggregatorsV2", "GetAggregatorV2")
    ),
}
"""The calls without which a check still has its answer."""

NOT_HERE = {
    *(
        (name, f"securityhub:{call}")  # then findings of others do not count
        for name in ("recorder", "standards")
        for call in ("ListFindingAggregators", "GetFindingAggregator", "ListMembers")
    ),
    ("stacksets", "cloudformation:DescribeOrganizationsAccess"),  # only the management account may
    ("stacksets", "organizations:DescribeOrganizationalUnit"),
    ("stacksets", "organizations:ListRoots"),
}
"""The calls whose denial is an answer in itself."""


NAMED_ELSEWHERE = {
    "cloudformation:DescribeStackSet": lambda: before(ORGANIZATION, "organization.yaml"),
    "iam:GetRole": lambda: before(CATALOG, "launch-role.yaml"),
    "chatbot:ListCustomActions": lambda: before(BUTTONS),
    "events:DescribeEventBus": lambda: before(ORGANIZATION, "stackset.yaml"),
}
"""The templates that have something of which names are looked up by a call."""


def scene_of(name: str, call: str = "") -> Scene:
    if (name, call) == ("names", "cloudformation:DescribeStackResources"):
        return Scene(before, {"scheduler:GetScheduleGroup": {"Name": "Watch-weekly"}})
    if name == "names" and call in NAMED_ELSEWHERE:
        return Scene(NAMED_ELSEWHERE[call])
    if (name, call) == ("automation-quota", "securityhub:ListAutomationRulesV2"):
        return Scene(lambda: before(OF_BOTH, "exceptions.yaml"))
    usual = before if CHECKS[name].asked(deployed=False) else place
    return SCENES.get(name, Scene(usual))


OF_BOTH = EXCEPTIONS.replace("channels:", "source: security_hub\nchannels:").replace(
    "{controls: [EC2.1]}", "{accounts: ['111122223333']}"
)
"""The same for the new Security Hub."""


def seen(name: str, call: str, answer: Answer) -> tuple[list[Any], Stubs]:
    scene = scene_of(name, call)
    there = scene.place()
    stubs = Stubs({**answers(there), **scene.changes, call: answer})
    return look_with(there, CHECKS[name], stubs, caller=scene.caller), stubs


@pytest.mark.parametrize("name", CHECKS)
def test_where_all_is_well_a_check_says_fine_and_nothing_else(name: str) -> None:
    scene = scene_of(name)
    changes = scene.changes if name == "pattern-quota" else {}
    outcomes = look(scene.place(), name, changes)

    assert outcomes
    assert {outcome.verdict for outcome in outcomes} == {"fine"}


@pytest.mark.parametrize("text", [FULL, SHARED, BOTH, BY_HAND, ORGANIZATION, FORWARDS])
@pytest.mark.parametrize("deployed", [False, True])
def test_a_healthy_account_gets_no_complaint(text: str, *, deployed: bool) -> None:
    name = "stackset.yaml" if text in {ORGANIZATION, FORWARDS} else "standalone.yaml"
    there = place(text, name, deployed=deployed)
    complaints = [
        outcome
        for check in all_checks()
        if check.asked(deployed=deployed)
        for outcome in look(there, check.name)
        if outcome.verdict != "fine"
    ]

    assert complaints == []


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_a_missing_permission_is_named(name: str, call: str) -> None:
    outcomes, stubs = seen(name, call, denied(call))

    if (name, call) in QUIET | NOT_HERE:
        assert not [outcome for outcome in outcomes if outcome.permission]
        return
    assert call in {asked.call for asked in stubs.asked}
    unknown = [outcome for outcome in outcomes if outcome.verdict == "unknown"]
    assert [outcome.permission for outcome in unknown] == [iam_action(call)]
    assert call in unknown[0].text.en
    assert f"Allow {iam_action(call)}" in unknown[0].remedy.en
    assert iam_action(call) in unknown[0].remedy.ja


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_a_call_that_is_throttled_asks_for_another_run(name: str, call: str) -> None:
    outcomes, _ = seen(name, call, THROTTLED)

    unknown = [each for each in outcomes if "Run doctor again" in each.remedy.en]
    if (name, call) in QUIET:
        assert not unknown
        return
    assert unknown[0].verdict == "unknown"
    assert "ThrottlingException" in unknown[0].text.en
    assert not unknown[0].permission


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_an_error_that_nobody_expects_is_shown_with_its_text(name: str, call: str) -> None:
    outcomes, _ = seen(name, call, Error("InternalException", "It broke."))

    unknown = [each for each in outcomes if each.remedy.en == "It broke."]
    if (name, call) in QUIET:
        assert not unknown
        return
    assert unknown[0].verdict == "unknown"
    assert "InternalException" in unknown[0].text.en


@pytest.mark.parametrize(("name", "call"), CALLS)
@pytest.mark.parametrize("answer", [{}, {"Unknown": [None, 7]}])
def test_an_answer_that_nobody_has_seen_is_a_line_too(
    name: str, call: str, answer: dict[str, Any]
) -> None:
    outcomes, _ = seen(name, call, Unchecked(answer))

    assert all(outcome.text.en for outcome in outcomes)


@pytest.mark.parametrize(("name", "call"), [pair for pair in CALLS if result_keys(pair[1])])
def test_an_empty_list_is_understood(name: str, call: str) -> None:
    empty = dict.fromkeys(result_keys(call), ())
    for answer in (Unchecked({}), Unchecked({key: list(value) for key, value in empty.items()})):
        outcomes, _ = seen(name, call, answer)

        assert not [each for each in outcomes if "not understood" in each.text.en]


@pytest.mark.parametrize("name", CHECKS)
def test_every_page_is_read(name: str) -> None:
    scene = scene_of(name)
    there = scene.place()
    whole = Stubs({**answers(there), **scene.changes})
    paged = Stubs({call: later(call, answer) for call, answer in whole.answers.items()})

    expected = look_with(there, CHECKS[name], whole, caller=scene.caller)

    assert look_with(there, CHECKS[name], paged, caller=scene.caller) == expected
    for call in {asked.call for asked in paged.asked}:
        count = [sum(asked.call == call for asked in stubs.asked) for stubs in (whole, paged)]
        assert count[1] == count[0] * (2 if result_keys(call) else 1)


def later(call: str, answer: Answer) -> Answer:
    """Return the same answer on the second page, after an empty one."""
    keys = result_keys(call)
    if not keys:
        return answer

    def paged(request: Request) -> Answer:
        result = answer(request) if callable(answer) else answer
        if not isinstance(result, dict):
            return result
        return Pages((empty_page(call), result))

    return paged


def test_a_call_that_a_check_does_not_declare_is_not_made() -> None:
    def run(case: Any) -> Any:
        case.aws.answer("sns", "GetTopicAttributes", TopicArn="arn:aws:sns:::x")
        yield fine("never", "なし")

    check = CHECKS["rules"]._replace(run=run)
    stubs = Stubs(answers(place()))
    outcomes = look_with(place(), check, stubs)

    assert [outcome.verdict for outcome in outcomes] == ["unknown"]
    assert UndeclaredCallError.__name__ in outcomes[0].text.en
    assert not stubs.asked


def test_a_check_that_fails_itself_is_a_line_that_asks_for_a_report() -> None:
    def run(_: Any) -> Any:
        yield fine("before", "前")
        raise KeyError("Rules")

    outcomes = look_with(place(), CHECKS["rules"]._replace(run=run), Stubs(answers(place())))

    assert [outcome.verdict for outcome in outcomes] == ["fine", "unknown"]
    assert "KeyError" in outcomes[1].text.en
    assert "--record" in outcomes[1].remedy.en
    assert "--record" in outcomes[1].remedy.ja


def test_a_denial_of_the_organization_is_not_answered_with_a_permission() -> None:
    error = Error("AccessDeniedException", "with an explicit deny in a service control policy")
    (outcome,) = look(place(), "rules", {"events:DescribeRule": error})

    assert "service control policy" in outcome.remedy.en
    assert "Allow" not in outcome.remedy.en


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.name)
def test_a_check_is_described_in_both_languages(check: Check) -> None:
    assert check.question.en.endswith("?")
    assert check.question.ja.endswith("。")
    assert check.name == check.name.lower()


def test_checks_have_names_of_their_own_and_an_order() -> None:
    names = [check.name for check in all_checks()]
    assert len(set(names)) == len(names) >= 25
    groups = [check.group for check in all_checks()]
    assert list(dict.fromkeys(groups)) == [
        "account",
        "findings",
        "deployment",
        "path",
        "chat",
        "alarms",
    ]


@pytest.mark.parametrize("call", sorted({call for _, call in CALLS}))
def test_a_declared_call_is_one_of_its_service(call: str) -> None:
    service, _, operation = call.partition(":")
    model = SERVICES.get_service_model(service)

    assert operation in model.operation_names


def test_side_by_side_gives_the_same_as_one_by_one() -> None:
    there = place()
    waiting: list[int] = []
    stubs = Stubs(answers(there))
    examined = examine.examine(
        there.settings,
        there.template,
        account(stubs),
        NOW,
        lambda names: waiting.append(len(names)),
    )

    expected = [
        (check.name, outcome)
        for check in all_checks()
        if check.asked(deployed=True)
        for outcome in look(there, check.name)
    ]
    assert [(each.check.name, each.outcome) for each in examined.found] == expected
    assert waiting == sorted(waiting, reverse=True)
    assert examined.sound
    assert examined.last == "2026-11-23T20:00:00+00:00"
    asked = [(each.call, each.region, str(each.request)) for each in stubs.asked]
    assert len(set(asked)) == len(asked), "a call was made twice"


def test_what_is_not_known_of_a_stack_is_said() -> None:
    there = place()
    call = "cloudformation:DescribeStackResources"
    stubs = Stubs({**answers(there), call: denied(call)})
    examined = examine.examine(there.settings, there.template, account(stubs), NOW)

    names = {each.check.name for each in examined.found}
    assert {CHECKS[name].when for name in names - {"stack"}} == {"always"}
    (unknown,) = [each.outcome for each in examined.found if each.outcome.verdict == "unknown"]
    assert unknown.permission == call
    assert not examined.sound


def test_a_text_is_in_the_language_that_is_asked_for() -> None:
    assert Said("a", "b").of("en") == "a"
    assert Said("a", "b").of("ja") == "b"


def test_what_is_absent_is_spelled_as_each_service_does() -> None:
    assert absent("sns:GetTopicAttributes").code == "NotFound"
    assert absent("iam:GetRole").code == "NoSuchEntity"
