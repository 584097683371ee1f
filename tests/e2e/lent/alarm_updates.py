"""Lends the emulator the update of AWS::CloudWatch::Alarm.

Its resource provider has none: a stack update would report success and change nothing.
"""

from typing import Any

from localstack.services.cloudwatch.resource_providers.aws_cloudwatch_alarm import (
    CloudWatchAlarmProvider,
)


def lend() -> None:
    CloudWatchAlarmProvider.update = _update


def _update(provider: CloudWatchAlarmProvider, request: Any) -> Any:
    # PutMetricAlarm, which create calls, replaces what has the same name.
    return provider.create(request)
