"""Schedules of EventBridge Scheduler: refused where AWS would, and how far apart their days are."""

from __future__ import annotations

import pytest

from generator.params.schedule import gaps_differ, longest_gap, refusal, timezone_refusal


@pytest.mark.parametrize(
    ("schedule", "days", "uneven"),
    [
        ("rate(1 day)", 1, False),
        ("rate(12 hours)", 1, False),
        ("rate(36 hours)", 2, False),
        ("rate(7 days)", 7, False),
        ("cron(0 9 ? * MON *)", 7, False),
        ("cron(0 9 ? * 2 *)", 7, False),
        ("cron(0 9 ? * MON-FRI *)", 3, True),
        ("cron(0 9 ? * FRI-MON *)", 4, True),
        ("cron(0 9 ? * MON,THU *)", 4, True),
        ("cron(0/30 9-17 * * ? *)", 1, False),
        ("cron(0 9 1 * ? *)", 31, False),
        ("cron(0 9 L * ? *)", 31, False),
        ("cron(0 9 1W * ? *)", 33, True),
        ("cron(0 9 ? * 2#1 *)", 35, True),
        ("cron(0 9 ? * 6L *)", 35, True),
        ("cron(0 9 1 JAN,JUL ? *)", 184, True),
        ("cron(0 9 29 2 ? *)", 1461, False),
    ],
)
def test_what_is_new_is_counted_over_the_longest_gap(
    schedule: str, days: int, uneven: object
) -> None:
    assert refusal(schedule) == ""
    assert (longest_gap(schedule), gaps_differ(schedule)) == (days, uneven)


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("weekly", "is not a schedule"),
        ("0 9 * * MON", "is not a schedule"),
        ("rate(0 days)", "a rate is at least 1"),
        ("rate(1 week)", "is not a schedule"),
        ("at(2027-01-01T09:00:00)", "happens once"),
        ("cron(0 9 * * MON)", "six parts"),
        ("cron(0 9 * * * *)", "a ? for the day of the month or for the day of the week"),
        ("cron(0 9 ? * ? *)", "a ? for the day of the month or for the day of the week"),
        ("cron(60 9 ? * MON *)", "'60' cannot be the minutes"),
        ("cron(0 24 ? * MON *)", "'24' cannot be the hours"),
        ("cron(0 9 ? * 0 *)", "expected 1 to 7, or SUN to SAT"),
        ("cron(0 9 ? * Mon *)", "'Mon' cannot be the day of the week"),
        ("cron(0/x 9 ? * MON *)", "/ is followed by a number"),
        ("cron(0 9 31 2 ? *)", "there is no such day"),
        ("cron(0 9 ? * MON 1969)", "'1969' cannot be the year"),
        ("cron(0 9 \uff11 * ? *)", "cannot be the day of the month"),
    ],
)
def test_a_schedule_that_aws_refuses_is_refused_with_the_reason(schedule: str, why: str) -> None:
    assert why in refusal(schedule)


def test_a_time_zone_is_one_of_ianas() -> None:
    assert timezone_refusal("Asia/Tokyo") == ""
    assert timezone_refusal("UTC") == ""
    assert timezone_refusal("Asia/Tokio").endswith("(did you mean Asia/Tokyo?)")
    assert "is not a time zone" in timezone_refusal("JST+9")
