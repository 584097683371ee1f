"""The params file as a whole: its models are shared by validation, schema and README."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import Field, StrictInt, model_validator

from generator.cloudformation.limits import LONGEST_PATTERN, LONGEST_PATTERN_ALLOWED
from generator.params import choices as c
from generator.params import values as v
from generator.params.base import Model
from generator.params.channels import Channel, Slack
from generator.params.deployment import Deployment
from generator.params.digests import Digest
from generator.params.exceptions import AcceptedFindings
from generator.params.naming import physical_name
from generator.params.routes import Route
from generator.params.topics import Topic


class Console(Model):
    """IAM Identity Center, through which links to the console lead into the finding's account."""

    start_url: v.StartUrl = Field(
        description="Address of the AWS access portal, such as"
        " https://d-0123456789.awsapps.com/start."
    )
    role: v.PermissionSet = Field(
        description="Permission set with which readers open the finding in its account."
    )


_WITH_SOURCE = ("routes", "digests", "exceptions")


def _with_source(source: str, parts: list[Any]) -> list[Any]:
    return [{"source": source, **part} if isinstance(part, dict) else part for part in parts]


class Settings(Model):
    """One params file: one deployment."""

    name: v.DeploymentName = Field(
        description="Name of the first topic, rule and chat configuration; the others' begin"
        " with it."
    )
    description: Annotated[str, Field(pattern=v.PRINTABLE_ASCII, max_length=256)] = Field(
        "AWS Security Hub findings to Slack", description="Shown in the console; ASCII only."
    )
    source: c.Source = Field(
        "security_hub_cspm",
        description="Whose findings, if a route does not say: those of Security Hub CSPM (called"
        " Security Hub until December 2025), or of the new Security Hub.",
    )
    language: c.Language = Field("en", description="Language of the guide and of summaries.")
    slack: Slack = Field(default_factory=Slack, description="The Slack workspace.")
    console: Console | None = Field(
        None, description="Where links to the console lead: through IAM Identity Center."
    )
    permissions_boundary: v.Boundary | None = Field(
        None,
        description="Permissions boundary of every role: the name of a policy that each account"
        " has, with its path, or the ARN of an AWS-managed policy. Default of the parameter"
        " PermissionsBoundary.",
    )
    channels: Annotated[dict[v.Name, Channel], Field(min_length=1)] = Field(
        description="Channels of Slack or Microsoft Teams, or addresses of e-mail, by a name of"
        " your choice."
    )
    routes: Annotated[tuple[Route, ...], Field(min_length=1)] = Field(
        description="Which findings go where: a rule and a topic each."
    )
    digests: tuple[Digest, ...] = Field((), description="What is open, by numbers, on a schedule.")
    exceptions: tuple[AcceptedFindings, ...] = Field(
        (),
        description="Findings that somebody has accepted: exceptions.yaml suppresses them in"
        " Security Hub, and they do not notify.",
    )
    encryption: v.Encryption = Field(
        "none",
        description="Encryption of topics, queues and logs at rest: none, customer_key (a KMS key"
        " is made), or the ARN of a key of yours.",
    )
    topic: Topic = Field(default_factory=Topic, description="What all topics have in common.")
    dead_letter_queue: v.Flag = Field(
        default=True,
        description="A queue for each state machine, and for each route that has none, that keeps"
        " undelivered events for 14 days.",
    )
    alarms: v.Alarms = Field(
        default=True,
        description="CloudWatch alarms for failures on the way, posted to the same channel. home:"
        " none in the instances of a StackSet that only forward.",
    )
    isolation: c.Isolation = Field(
        "kind",
        description="kind: one state machine, with one role, queue and set of alarms, serves all"
        " routes that need the same one. route: each route has its own, whose role may publish to"
        " this route's topics alone.",
    )
    pattern_length: Annotated[StrictInt, Field(ge=LONGEST_PATTERN, le=LONGEST_PATTERN_ALLOWED)] = (
        Field(
            LONGEST_PATTERN,
            description="Characters that an event pattern may have: EventBridge's quota, which AWS"
            " raises on request.",
        )
    )
    tags: Annotated[dict[v.TagKey, v.TagValue], Field(max_length=45)] = Field(
        default_factory=dict, description="Tags of every resource that accepts tags."
    )
    deployment: Deployment = Field(
        default_factory=Deployment,
        description="Several accounts and regions: StackSet, organization, Service Catalog.",
    )

    @model_validator(mode="before")
    @classmethod
    def _give_routes_the_source(cls, data: Any) -> Any:
        """Give each route and digest that does not name its source the one of the file."""
        source = data.get("source") if isinstance(data, dict) else None
        if not isinstance(source, str) or source not in get_args(c.Source):
            return data
        given = {key: data[key] for key in _WITH_SOURCE if isinstance(data.get(key), list)}
        return {**data, **{key: _with_source(source, parts) for key, parts in given.items()}}

    @property
    def key_source(self) -> c.KeySource:
        """Whether there is a KMS key, and whether the stack makes it."""
        match self.encryption:
            case "none":
                return "none"
            case "customer_key":
                return "made"
            case _:
                return "given"

    @property
    def notifies_once(self) -> bool:
        """Whether any route notifies once of each finding."""
        return any(route.notifies_once for route in self.routes)

    @property
    def has_state_machines(self) -> bool:
        """Whether there is a state machine anywhere."""
        return bool(self.digests) or any(route.has_state_machine for route in self.routes)

    @property
    def has_alarms_elsewhere(self) -> bool:
        """Whether an instance that only forwards has an alarm."""
        return self.alarms is True

    @property
    def parts(self) -> list[Route | Digest]:
        """What sends messages: the routes, then the digests."""
        return [*self.routes, *self.digests]

    @property
    def sources(self) -> list[c.Source]:
        """The products whose findings its routes and digests are about."""
        return list(dict.fromkeys(part.source for part in self.parts))

    @property
    def kinds(self) -> set[c.ChannelKind]:
        """The kinds of its channels."""
        return {channel.kind for channel in self.channels.values()}

    @property
    def uses_chat(self) -> bool:
        """Whether any channel is one of Slack or Microsoft Teams."""
        return self.kinds != {"email"}

    def summarized(self, channel: str) -> list[c.Source]:
        """Return the products whose findings a channel shows as summaries."""
        routes = [route for route in self.routes if route.composes and channel in route.channels]
        return list(dict.fromkeys(route.source for route in routes))

    @property
    def used_channels(self) -> tuple[str, ...]:
        """The channels that something is sent to, the first route's first."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.channels))

    def chats(self, part: Route | Digest) -> list[c.Chat]:
        """Return the chats whose markup a part needs, the first channel's first.

        Mailboxes need none. The chat service's own message needs none either: one is for all.
        """
        if isinstance(part, Route) and not part.composes:
            return []
        kinds = [self.channels[name].kind for name in part.channels if name in self.channels]
        return list(dict.fromkeys(kind for kind in kinds if kind != "email"))

    def topic_endings(self, part: Route | Digest) -> list[str]:
        """Return what ends the names of a part's topics: of the first nothing, then the chat."""
        return ["", *(chat.capitalize() for chat in self.chats(part)[1:])]

    def topic_name(self, part: Route | Digest, ending: str) -> str:
        """Return the name in AWS of a part's topic."""
        return f"{self.part_name(part)}{ending and f'-{ending.lower()}'}"

    def route_name(self, route: Route) -> str:
        """Return the name in AWS of a route's rule, with which its other names begin."""
        return physical_name(self.name, route.name, first=route == self.routes[0])

    def digest_name(self, digest: Digest) -> str:
        """Return the name in AWS of a digest's topic, state machine and schedule."""
        return physical_name(self.name, digest.name, first=False)

    def part_name(self, part: Route | Digest) -> str:
        """Return the name in AWS of a route or digest."""
        return self.route_name(part) if isinstance(part, Route) else self.digest_name(part)

    def channel_name(self, channel: str) -> str:
        """Return the name in AWS of a channel's chat configuration."""
        return physical_name(self.name, channel, first=channel == next(iter(self.channels)))
