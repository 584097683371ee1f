"""The metrics that show failures on the way, and what the alarm on each says to do first."""

from __future__ import annotations

from typing import NamedTuple

from generator.blocks.dead_letters import RETENTION
from generator.blocks.logical_ids import HOME_BUS_POLICY, ROLE_TO_HOME


class Metric(NamedTuple):
    """One metric, what is too much of it, and what its description says.

    ``suffix`` ends the alarm's name; none is the end of another, or names could meet.
    """

    suffix: str
    namespace: str
    name: str
    dimension: str
    text: str
    statistic: str = "Sum"
    above: int = 0
    periods: int = 1
    breaching: int = 1
    period: int = 300
    """Seconds."""
    below: int | None = None
    """What is too little; then missing data is too little as well."""


# A rule on the default bus has the dimension RuleName alone.
# ThrottledRules is left out: what EventBridge throttles it tries again, and what it gives up is
# counted by the first of these.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
FAILED_INVOCATIONS = Metric(
    "failed-invocations",
    "AWS/Events",
    "FailedInvocations",
    "RuleName",
    "EventBridge could not deliver findings to the topic. First: check whether the topic's access"
    " policy or encryption key was changed or deleted. If there is a dead-letter queue, the alarm"
    " dead-letters has the same cause.",
)
FAILED_STARTS = FAILED_INVOCATIONS._replace(
    text="EventBridge could not start the state machine. First: check whether the role that"
    " EventBridge assumes (its logical id ends with StartRole) or the state machine was changed or"
    " deleted. If there is a dead-letter queue, the alarm dead-letters has the same cause."
)
FAILED_FORWARDING = FAILED_INVOCATIONS._replace(
    text="EventBridge could not send findings to the home, and there is no dead-letter queue: they"
    f" are lost. First: check whether the home's event bus policy ({HOME_BUS_POLICY}) and the role"
    f" {ROLE_TO_HOME} are as they were deployed."
)
LOST_EVENTS = Metric(
    "lost-events",
    "AWS/Events",
    "InvocationsFailedToBeSentToDlq",
    "RuleName",
    "findings could be neither delivered nor kept: they are lost. First: check whether the"
    " dead-letter queue, its policy or its encryption key was changed or deleted. The alarm"
    " failed-invocations explains why they could not be delivered.",
)
LOST_STARTS = LOST_EVENTS._replace(
    text="findings could neither start the state machine nor be kept: they are lost. First: check"
    " whether the dead-letter queue, its policy or its encryption key, or the role that EventBridge"
    " assumes (its logical id ends with StartRole) was changed or deleted."
)

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
DEAD_LETTERS = Metric(
    "dead-letters",
    "AWS/SQS",
    "ApproximateNumberOfMessagesVisible",
    "QueueName",
    "undelivered findings are in the dead-letter queue. First: read the attribute ERROR_MESSAGE of"
    " a message, fix the cause, then send them again (command in DEPLOY.md). If the alarm"
    " failed-invocations is on too, it has the same cause.",
    statistic="Maximum",
)
FORWARDING_DEAD_LETTERS = DEAD_LETTERS._replace(
    text="findings that EventBridge could not send to the home are in the dead-letter queue. First:"
    f" check whether the home's event bus policy ({HOME_BUS_POLICY}) and the role {ROLE_TO_HOME}"
    " are as they were deployed, then send them again (command in DEPLOY-stackset.md)."
)
# Half of the retention: early enough to act, late enough not to repeat the alarm above. It does
# not count a message received three times or more, so look at the queue rather than poll it.
OLD_DEAD_LETTERS = Metric(
    "dead-letters-age",
    "AWS/SQS",
    "ApproximateAgeOfOldestMessage",
    "QueueName",
    "dead letters are a week old, and SQS deletes them in another. First: send them again now"
    " (command in DEPLOY.md).",
    statistic="Maximum",
    above=RETENTION // 2,
)

# Three times what a message that was received once more waits.
WAITING_TO_BE_MARKED = Metric(
    "waiting",
    "AWS/SQS",
    "ApproximateAgeOfOldestMessage",
    "QueueName",
    "findings that were published have waited for 15 minutes to be marked, and may be published"
    " again. First: check whether the rule that starts the state machine each minute is enabled,"
    " and whether its executions succeed.",
    statistic="Maximum",
    above=900,
)

# The chat service subscribes by HTTPS, and of such a subscription the metric counts every attempt
# that failed, also one that the next attempt made good: so it must fail for longer than a moment.
# https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
FAILED_NOTIFICATIONS = Metric(
    "failed-notifications",
    "AWS/SNS",
    "NumberOfNotificationsFailed",
    "TopicName",
    "SNS's attempts to deliver to the chat service failed in 10 of 15 minutes. Some may have"
    " succeeded on retry. First: send a test message from the chat console; then read the"
    " log group /aws/chatbot/NAME in us-east-1.",
    periods=3,
    breaching=2,
)

FAILED_MAILS = FAILED_NOTIFICATIONS._replace(
    text="SNS's attempts to deliver mails failed in 10 of 15 minutes. First: check whether the"
    " addresses of the topic's subscriptions still exist.",
)

# ExecutionsAborted is left out: an Express execution cannot be stopped. ExecutionThrottled has no
# data of Express ones, whose state transitions are not limited; a start that is throttled is tried
# again by EventBridge, and then is a failed invocation.
# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
FAILED_EXECUTIONS = Metric(
    "failed-executions",
    "AWS/States",
    "ExecutionsFailed",
    "StateMachineArn",
    "the state machine failed on findings. First: read the error in its log group: Lost: neither"
    " published nor kept; NotMarked: published, and will be published again. Findings that could"
    " not be published but were kept raise the alarm dead-letters instead.",
)
FAILED_MARKING = FAILED_EXECUTIONS._replace(
    text="findings were published and could not be marked: they will be published again. First:"
    " read the error in the log group of the state machine; NotMarked names the findings."
)
TIMED_OUT_EXECUTIONS = Metric(
    "timed-out-executions",
    "AWS/States",
    "ExecutionsTimedOut",
    "StateMachineArn",
    "the state machine timed out on findings. First: read its log group for the step that hung.",
)


# A digest's. https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
FAILED_DIGESTS = FAILED_EXECUTIONS._replace(
    text="the state machine failed, and no digest was sent. First: open the execution in the Step"
    " Functions console; then start the next one by hand (command in DEPLOY.md)."
)
TIMED_OUT_DIGESTS = TIMED_OUT_EXECUTIONS._replace(
    text="the state machine timed out, and no digest was sent. First: open the execution in the"
    " Step Functions console."
)
FAILED_SCHEDULES = Metric(
    "failed-starts",
    "AWS/Scheduler",
    "TargetErrorCount",
    "ScheduleGroup",
    "the schedule could not start the state machine. First: check whether the role that it assumes"
    " (its logical id ends with StartRole) or the state machine was changed or deleted.",
)
DROPPED_SCHEDULES = Metric(
    "dropped-starts",
    "AWS/Scheduler",
    "InvocationDroppedCount",
    "ScheduleGroup",
    "the schedule gave up starting the state machine: a digest is missing. First: start it by hand"
    " (command in DEPLOY.md).",
)
_DAY, _LOOK_BACK = 86_400, 7
"""An alarm looks back seven days at most.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""


def missing_runs(days: int) -> tuple[Metric, ...]:
    """Return the alarm on a schedule that did not run, where it runs often enough to see that.

    ``days`` is the most from one run to the next; a day more is waited.
    """
    if days >= _LOOK_BACK:
        return ()
    text = (
        f"no digest was started for {days + 1} days. First: check whether the schedule is enabled."
        " After the stack was created, and after a pause (parameter RulesEnabled), this may be on"
        " until the next digest: start it by hand (command in DEPLOY.md)."
    )
    return (
        Metric(
            "missing-runs",
            "AWS/States",
            "ExecutionsStarted",
            "StateMachineArn",
            text,
            periods=days + 1,
            breaching=days + 1,
            period=_DAY,
            below=1,
        ),
    )
