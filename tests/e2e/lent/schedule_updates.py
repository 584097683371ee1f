"""Lends the emulator the update of AWS::Scheduler::Schedule.

Its resource provider has none: a stack update would report success and change nothing.
"""

from typing import Any

from localstack.services.scheduler.resource_providers.aws_scheduler_schedule import (
    SchedulerScheduleProvider,
)

from lent.resources import done

_GIVEN = (
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "Name",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
    "Target",
)


def lend() -> None:
    SchedulerScheduleProvider.update = _update


def _update(_provider: SchedulerScheduleProvider, request: Any) -> Any:
    after = request.desired_state
    given = {name: after[name] for name in _GIVEN if name in after}
    answer = request.aws_client_factory.scheduler.update_schedule(**given)
    return done({**after, "Arn": answer["ScheduleArn"]})
