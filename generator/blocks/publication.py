"""What a state machine publishes: each text to its topic, one step after the other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.blocks.states import PUBLISH, PUBLISH_ONE_OF_SEVERAL, jsonata, task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.blocks.states import Attempts, State


class Publication(NamedTuple):
    """A text and its topic.

    ``message`` and ``subject`` are marked as JSONata. With a subject, the message is a JSON text
    that has a text for each protocol. ``ending`` ends the name of the step.
    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """

    topic: Any
    message: Any
    subject: str | None = None
    ending: str = ""

    @property
    def state_name(self) -> str:
        """The name of its step."""
        return f"Publish{self.ending}"

    def state(self, attempts: Attempts) -> State:
        """Return its step, without what comes next."""
        arguments = {"TopicArn": self.topic, "Message": self.message}
        if self.subject is not None:
            arguments |= {"MessageStructure": "json", "Subject": self.subject}
        return task("sns:publish", arguments, attempts)


def chained(publications: Sequence[Publication]) -> dict[str, State]:
    """Return the steps by name, each leading to the next; the last leads nowhere yet."""
    attempts = PUBLISH if len(publications) == 1 else PUBLISH_ONE_OF_SEVERAL
    states = {publication.state_name: publication.state(attempts) for publication in publications}
    for name, following in pairwise(states):
        # A task's output is its result: the next step needs the input again.
        states[name] |= {"Output": jsonata("$states.input"), "Next": following}
    return states
