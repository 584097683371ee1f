"""The logical ids of resources that belong together: all references read them from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.messages.buttons import HUBS

if TYPE_CHECKING:
    from generator.params.choices import Button, Source


class LogicalIds(NamedTuple):
    """Logical ids of what a route, a channel, a channel's alarms or the forwarding consists of.

    Not each of them has all. An output's name is the id of its resource, and Arn, Link or Url.
    """

    prefix: str
    topic: str
    topic_policy: str
    rule: str
    """A route's further rules have their number after it."""
    state_machine: str
    state_machine_role: str
    state_machine_log: str
    start_role: str
    dead_letters: str
    queue: str
    chat_configuration: str
    chat_role: str
    guardrail: str
    schedule: str
    schedule_group: str

    def insight(self, by: str) -> str:
        """Return the id of the insight that counts by this."""
        return f"{self.prefix}{by.title().replace('_', '')}Insight"

    def alarm(self, suffix: str, number: str = "") -> str:
        """Return the id of the alarm whose name in AWS ends with ``suffix``.

        ``number`` is that of the rule it watches, where a route has several.
        """
        return f"{self.prefix}{suffix.title().replace('-', '')}Alarm{number}"


def logical_ids(prefix: str) -> LogicalIds:
    """Return the logical ids that begin with ``prefix``, letters and digits alone."""
    return LogicalIds(
        prefix=prefix,
        topic=f"{prefix}Topic",
        topic_policy=f"{prefix}TopicPolicy",
        rule=f"{prefix}Rule",
        state_machine=f"{prefix}StateMachine",
        state_machine_role=f"{prefix}StateMachineRole",
        state_machine_log=f"{prefix}StateMachineLog",
        start_role=f"{prefix}StartRole",
        dead_letters=f"{prefix}DeadLetters",
        queue=f"{prefix}Queue",
        chat_configuration=f"{prefix}Channel",
        chat_role=f"{prefix}ChannelRole",
        guardrail=f"{prefix}ChannelGuardrail",
        schedule=f"{prefix}Schedule",
        schedule_group=f"{prefix}ScheduleGroup",
    )


RULE_TO_HOME, ROLE_TO_HOME = "RuleToHome", "RoleToHome"
ALARMS_TO_HOME = "AlarmsToHome"
FORWARDED_ALARMS = "ForwardedAlarms"
HOME_BUS_POLICY = "HomeBusPolicy"


def button_id(button: Button, source: Source) -> str:
    """Return the id of a button, which all channels that have it share."""
    return f"{button.title()}Button{HUBS[source].title()}"
