"""``--send-sample``: the only call that writes, after asking; then each stop of the finding."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commanded import Doctor
from conftest import Run
from generator.cli.doctor_sample import send
from generator.doctor.case import Case
from generator.doctor.sample import PATIENCE, NoSampleError, follow, sample_of
from healthy import (
    ACCOUNT,
    BOTH,
    BY_HAND,
    FULL,
    NOW,
    REGION,
    Place,
    account,
    answers,
    before,
    datum,
    measured,
    place,
    stack_of,
)
from stubbed import THROTTLED, Answer, Answers, Error, Request, Stubs, denied

IMPORT = "securityhub:BatchImportFindings"
METRICS = "cloudwatch:GetMetricData"
ACCEPTED: Answer = {"FailedCount": 0, "SuccessCount": 1}
NEW_ALONE = BOTH[: BOTH.index("  - name: controls")] + BOTH[BOTH.index("  - name: exposures") :]
STOPS = [
    "rule Watch",
    "state machine Watch",
    "topic Watch, NumberOfMessagesPublished",
    "topic Watch, NumberOfNotificationsDelivered",
    "topic Watch-teams, NumberOfMessagesPublished",
    "topic Watch-teams, NumberOfNotificationsDelivered",
]


class Clock:
    """A time that passes only in sleep."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("generator.cli.doctor_sample.now", clock.now)
    monkeypatch.setattr("generator.cli.doctor_sample.time.sleep", clock.sleep)
    return clock


@pytest.fixture
def doctor(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(run, project, monkeypatch)


def written(project: Path, answer: Answer = ACCEPTED) -> Answers:
    """Return an answer to the import that keeps what was imported in a file."""

    def accept(request: Request) -> Answer:
        (project / "imported.json").write_text(json.dumps(request))
        return answer

    return {IMPORT: accept, "securityhub:GetFindings": notified("NOTIFIED")}


def notified(status: str) -> Answer:
    finding = {
        **dict.fromkeys(("SchemaVersion", "Id", "ProductArn", "GeneratorId", "Title"), "x"),
        **dict.fromkeys(("AwsAccountId", "CreatedAt", "UpdatedAt", "Description"), "x"),
        "Resources": [],
        "Workflow": {"Status": status},
    }
    return {"Findings": [finding]}


def counting(*silent: str, after: int = 0) -> Answer:
    """Return metrics in which all stops but some count, from a number of seconds on."""

    def answer(request: Request) -> Answer:
        (query, *others) = request["MetricDataQueries"]
        if others or query["MetricStat"]["Period"] != 60:
            return measured()(request)
        metric = query["MetricStat"]["Metric"]
        named = f"{metric['MetricName']} {metric['Dimensions'][0]['Value'].rpartition(':')[2]}"
        late = datetime.fromisoformat(request["EndTime"]) < NOW + timedelta(seconds=60 + after)
        return {"MetricDataResults": [datum("m0", 0 if late or named in silent else 1)]}

    return answer


def case_of(there: Place, changes: Answers | None = None) -> Case:
    stubs = Stubs({**answers(there), **(changes or {})})
    return Case(there.settings, there.placed, account(stubs), stack_of(there, stubs), NOW)


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_it_asks_first_and_imports_nothing_unless_told_so(
    doctor: Doctor, project: Path, answer: str
) -> None:
    ran = doctor("--send-sample", changes=written(project), input=answer)

    assert ran.code == 0
    assert f"account {ACCOUNT}, {REGION}? [y/N]" in ran.err
    assert "Import" not in ran.out
    assert not (project / "imported.json").exists()


def test_without_an_answer_nothing_is_imported(doctor: Doctor, project: Path) -> None:
    ran = doctor("--send-sample", changes=written(project))

    assert ran.code == 1
    assert not (project / "imported.json").exists()


def test_without_the_option_nothing_is_asked_or_imported(doctor: Doctor, project: Path) -> None:
    ran = doctor(changes=written(project), input="y\n")

    assert (ran.code, ran.err) == (0, "")
    assert not (project / "imported.json").exists()


@pytest.mark.usefixtures("clock")
def test_the_sample_that_is_imported_is_complete_and_followed(
    doctor: Doctor, project: Path
) -> None:
    changes = {**written(project), METRICS: counting(after=100)}
    ran = doctor("--send-sample", changes=changes, input="y\n")
    text = (project / "imported.json").read_text()
    (finding,) = json.loads(text)["Findings"]

    assert ran.code == 0
    assert "<" not in text
    assert finding["AwsAccountId"] == ACCOUNT
    assert finding["ProductArn"] == (
        f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default"
    )
    assert finding["CreatedAt"] == finding["UpdatedAt"] == "2026-11-23T21:20:09Z"
    assert f"Imported {finding['Id']}." in ran.err
    said = [line.removeprefix("passed: ") for line in ran.err.splitlines() if "passed: " in line]
    assert said == [*STOPS, f"finding {finding['Id']} is NOTIFIED"]
    assert "look at the channel" in ran.err.splitlines()[-1]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("number", range(len(STOPS)))
def test_the_stop_that_it_did_not_pass_is_named(doctor: Doctor, project: Path, number: int) -> None:
    silent = [
        "TriggeredRules Watch",
        "ExecutionsSucceeded Watch",
        *(" ".join(reversed(stop.removeprefix("topic ").split(", "))) for stop in STOPS[2:]),
    ]
    changes = {**written(project), METRICS: counting(silent[number])}
    ran = doctor("--send-sample", changes=changes, input="y\n")

    assert ran.code == 1
    assert ran.err.count("passed: ") == number
    assert ran.err.splitlines()[-1].startswith(f"stopped: {STOPS[number]} counted nothing in 8 min")


@pytest.mark.usefixtures("clock")
def test_a_sample_that_was_not_marked_stopped_there(doctor: Doctor, project: Path) -> None:
    changes = {
        **written(project),
        METRICS: counting(),
        "securityhub:GetFindings": notified("NEW"),
    }
    ran = doctor("--send-sample", changes=changes, input="y\n")

    assert ran.code == 1
    assert "is NOTIFIED counted nothing" in ran.err.splitlines()[-1]


def test_nothing_is_sent_where_there_is_no_stack(doctor: Doctor, project: Path) -> None:
    ran = doctor("--send-sample", there=before(), changes=written(project), input="y\n")

    assert ran.code == 1
    assert ran.err == "No sample was sent: there is no stack of this file here.\n"
    assert not (project / "imported.json").exists()


@pytest.mark.parametrize("text", [BY_HAND, NEW_ALONE])
def test_nothing_is_sent_where_no_route_can_be_tried(
    doctor: Doctor, project: Path, text: str
) -> None:
    ran = doctor("--send-sample", text=text, changes=written(project), input="y\n")

    assert ran.code == 1
    assert "no route here matches a finding that can be imported" in ran.err
    assert not (project / "imported.json").exists()
    with pytest.raises(NoSampleError):
        sample_of(case_of(place(text)), NOW)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (denied(IMPORT), "AccessDeniedException: User: "),
        (
            {
                "FailedCount": 1,
                "SuccessCount": 0,
                "FailedFindings": [
                    {"Id": "x", "ErrorCode": "InvalidInput", "ErrorMessage": "no such product"}
                ],
            },
            "InvalidInput: no such product",
        ),
    ],
)
def test_a_sample_that_is_refused_is_not_followed(
    doctor: Doctor, project: Path, answer: Answer, why: str
) -> None:
    ran = doctor("--send-sample", changes=written(project, answer), input="y\n")

    assert ran.code == 1
    assert f"Security Hub did not accept the sample: {why}" in ran.err
    assert "Imported" not in ran.err


@pytest.mark.usefixtures("clock")
def test_in_japanese_the_question_and_the_stops_are_too(doctor: Doctor, project: Path) -> None:
    changes = {**written(project), METRICS: counting("ExecutionsSucceeded Watch")}
    ran = doctor("--send-sample", text=f"language: ja\n{FULL}", changes=changes, input="y\n")

    assert ran.code == 1
    assert "サンプルの検出結果をインポートしますか? [y/N]" in ran.err
    assert "通過: rule Watch" in ran.err
    assert "停止: state machine Watch" in ran.err


def test_json_on_standard_output_is_not_mixed_with_the_question(
    doctor: Doctor, project: Path
) -> None:
    ran = doctor("--send-sample", "--json", changes=written(project), input="n\n")

    assert json.loads(ran.out)["sound"] is True


def test_the_time_of_the_sample_is_that_of_the_import_and_not_of_the_question(
    clock: Clock, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def think(*_: object, **__: object) -> bool:
        clock.sleep(600)
        return True

    monkeypatch.setattr("generator.cli.doctor_sample.typer.confirm", think)
    case = case_of(place(), {**written(project), METRICS: counting(after=600)})

    assert send(case)
    (finding,) = json.loads((project / "imported.json").read_text())["Findings"]
    assert finding["CreatedAt"] == "2026-11-23T21:30:09Z"


def refusing(error: Error, times: int) -> Answer:
    left = [error] * times

    def answer(request: Request) -> Answer:
        if request["MetricDataQueries"][0]["MetricStat"]["Period"] != 60:
            return measured()(request)
        return left.pop() if left else counting_now(request)

    return answer


def counting_now(request: Request) -> Answer:
    answer = counting()
    assert callable(answer)
    return answer(request)


@pytest.mark.usefixtures("clock")
def test_a_look_that_is_throttled_is_made_again(doctor: Doctor, project: Path) -> None:
    changes = {**written(project), METRICS: refusing(THROTTLED, 3)}
    ran = doctor("--send-sample", changes=changes, input="y\n")

    assert ran.code == 0


@pytest.mark.usefixtures("clock")
def test_a_stop_that_cannot_be_read_is_one_line(doctor: Doctor, project: Path) -> None:
    changes = {**written(project), METRICS: refusing(denied(METRICS), 1)}
    ran = doctor("--send-sample", changes=changes, input="y\n")

    assert ran.code == 1
    last = ran.err.splitlines()[-1]
    assert last.startswith("The sample was imported, but where it is could not be read")
    assert "cloudwatch:GetMetricData: AccessDenied" in last


def test_each_stop_is_waited_for_as_long_and_no_longer() -> None:
    clock = Clock()
    case = case_of(place(), {METRICS: counting("ExecutionsSucceeded Watch", after=300)})
    _, stops = sample_of(case, NOW)
    passed = [(stop.name, good) for stop, good in follow(stops, NOW, clock.now, clock.sleep)]

    assert passed == [("rule Watch", True), ("state machine Watch", False)]
    assert clock.time == NOW + timedelta(seconds=300) + PATIENCE


def test_the_rule_that_is_followed_is_the_one_that_matches() -> None:
    accounts = [str(int(ACCOUNT) - number) for number in reversed(range(400))]
    text = FULL.replace(
        "severity: [CRITICAL, HIGH]", f"severity: [CRITICAL]\n      accounts: {accounts}"
    ).replace('"', "'")
    there = place(text)
    case = case_of(there)
    finding, stops = sample_of(case, NOW)
    rules: dict[str, Any] = there.placed.of_type("AWS::Events::Rule")

    assert finding["AwsAccountId"] == ACCOUNT
    several = [each["Name"] for title, each in rules.items() if title.startswith("FindingsRule")]
    with_account = [
        each["Name"] for each in rules.values() if ACCOUNT in json.dumps(each.get("EventPattern"))
    ]
    assert len(several) > 1
    assert [stops[0].name] == [f"rule {name}" for name in with_account]
    assert with_account != several[:1]
