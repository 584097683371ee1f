"""Lends the emulator one client for each target of a rule.

The first events of a burst come at once, each in a thread of its own: each of these would assume
the target's role and make a client, and would read what botocore knows of the service for that.
"""

from threading import Lock
from typing import Any

from localstack.services.events.target import TargetSender

_making = Lock()


def lend() -> None:
    TargetSender.client = property(_client)


def _client(sender: TargetSender) -> Any:
    with _making:
        if sender._client is None:
            sender._client = sender._initialize_client()
    return sender._client
