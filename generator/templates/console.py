"""What the CloudFormation console shows around a stack: parameter groups, outputs, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import GetAtt, Join, Output, Ref, Sub

from generator.blocks.logical_ids import logical_ids
from generator.cloudformation.limits import MOST_OUTPUTS
from generator.messages.texts import texts_of
from generator.params.naming import logical_id
from generator.templates.alarm_topics import alarm_channels, alarm_topic_ids
from generator.templates.channel import topics_of
from generator.templates.kinds import kinds
from generator.templates.processing import marker_ids
from generator.templates.texts import text_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.params import Route, Settings
    from generator.params.digests import Digest
    from generator.templates.parameters import StackParameter

_CONSOLE = "https://${AWS::Region}.console.aws.amazon.com"
_TOPIC_LINK = "Topic in the console: it must have one subscription, of the chat service"
_MAILED = "Topic in the console: each of its subscriptions must be confirmed"
_ROOM = 20
"""How many outputs another template may have in addition to a home."""

_GROUPS = {
    "Slack": ("workspace", "channel"),
    "Microsoft Teams": ("teams",),
    "Which findings notify": ("severity", "compliance", "new_only"),
    "Pause": ("rules",),
    "Home, and forwarding to it": ("home_account", "home_region", "organization", "forwarding"),
    "Permissions": ("boundary",),
    "Administration": ("other",),
}


def interface(parameters: Sequence[StackParameter]) -> dict[str, Any]:
    """Return the metadata that groups and labels the parameters in the console, if any."""
    if not parameters:
        return {}
    groups = {
        label: [parameter.parameter.title for parameter in parameters if parameter.kind in kinds]
        for label, kinds in _GROUPS.items()
    }
    return {
        "AWS::CloudFormation::Interface": {
            "ParameterGroups": [
                {"Label": {"default": label}, "Parameters": names}
                for label, names in groups.items()
                if names
            ],
            "ParameterLabels": {
                parameter.parameter.title: {"default": parameter.label} for parameter in parameters
            },
        }
    }


def outputs(settings: Settings) -> list[Output]:
    """Return what the stack made, with links into the console, as far as there is room for them."""
    shown = [
        *_of_routes(settings),
        *_of_processing(settings),
        *_of_digests(settings),
        *_of_channels(settings),
    ]
    if len(shown) <= MOST_OUTPUTS - _ROOM:
        return shown
    return [output for output in shown if not output.title.endswith("Link")]


def _of_routes(settings: Settings) -> Iterator[Output]:
    for route in settings.routes:
        ids = logical_ids(logical_id(route.name))
        rule = ids.rule
        rule_link = (
            f"{_CONSOLE}/events/home?region=${{AWS::Region}}#/eventbus/default/rules/${{{rule}}}"
        )
        yield from _of_topics(settings, route)
        yield Output(f"{rule}Arn", Description="Rule", Value=GetAtt(rule, "Arn"))
        yield Output(f"{rule}Link", Description="Rule in the console", Value=Sub(rule_link))
        if settings.dead_letter_queue and not route.has_state_machine:
            yield from queue_outputs(ids.dead_letters)


def _of_processing(settings: Settings) -> Iterator[Output]:
    for kind in kinds(settings):
        yield from _of_machine(kind.ids.state_machine)
        if settings.dead_letter_queue:
            yield from queue_outputs(kind.ids.dead_letters)
    for source in dict.fromkeys(route.source for route in settings.routes if route.notifies_once):
        yield from _of_machine(marker_ids(source).state_machine)


def _of_digests(settings: Settings) -> Iterator[Output]:
    for digest in settings.digests:
        ids = logical_ids(logical_id(digest.name))
        yield from _of_topics(settings, digest)
        yield from _of_machine(ids.state_machine)


def _of_topics(settings: Settings, part: Route | Digest) -> Iterator[Output]:
    """Yield what leads to each topic of a route or digest."""
    for text in texts_of(settings, part):
        topic = text_ids(part, text).topic
        link = f"{_CONSOLE}/sns/v3/home?region=${{AWS::Region}}#/topic/${{{topic}}}"
        mailed = any(settings.channels[name].kind == "email" for name in text.channels)
        yield Output(f"{topic}Arn", Description="Topic", Value=Ref(topic))
        yield Output(
            f"{topic}Link", Description=_MAILED if mailed else _TOPIC_LINK, Value=Sub(link)
        )


def _of_machine(machine: str) -> Iterator[Output]:
    link = f"{_CONSOLE}/states/home?region=${{AWS::Region}}#/statemachines/view/${{{machine}}}"
    yield Output(f"{machine}Arn", Description="State machine", Value=Ref(machine))
    yield Output(f"{machine}Link", Description="State machine in the console", Value=Sub(link))


def queue_outputs(queue: str) -> Iterator[Output]:
    """Yield what leads to a queue of dead letters, given its logical id."""
    host = "https://sqs.${AWS::Region}.${AWS::URLSuffix}"
    address = f"{host}/${{AWS::AccountId}}/${{{queue}.QueueName}}"
    encoded = address.replace(":/", "%3A%2F", 1).replace("/", "%2F")
    link = f"{_CONSOLE}/sqs/v3/home?region=${{AWS::Region}}#/queues/{encoded}"
    yield Output(f"{queue}Url", Description="Dead letters", Value=Ref(queue))
    yield Output(
        f"{queue}Link",
        Description="Dead letters in the console: it must be empty",
        Value=Sub(link),
    )


def _of_channels(settings: Settings) -> Iterator[Output]:
    for name, channel in settings.channels.items():
        configuration = logical_ids(logical_id(name)).chat_configuration
        if channel.is_configured:
            yield Output(
                f"{configuration}Arn", Description="Chat configuration", Value=Ref(configuration)
            )
        elif channel.kind != "email" and topics_of(settings, name):
            yield Output(
                f"{configuration}Topics",
                Description=f"Topics to add to the chat configuration of {name}",
                Value=Join(" ", topics_of(settings, name)),
            )
    for name in alarm_channels(settings):
        topic = alarm_topic_ids(name).topic
        yield Output(f"{topic}Arn", Description="Topic of alarms", Value=Ref(topic))
    if settings.uses_chat:
        yield Output(
            "ChatLink",
            Description="Chat configurations in the console: send a test message from there",
            Value="https://console.aws.amazon.com/chatbot/home#/chat-clients",
        )
