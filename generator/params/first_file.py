"""The text of a first params file, from a few answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from generator.params import choices as c
from generator.params import values as v
from generator.params.error_messages import message

if TYPE_CHECKING:
    from collections.abc import Sequence


class Answers(NamedTuple):
    """What a first params file says; empty ids are asked for when the stack is created."""

    name: str
    workspace_id: str
    channel_id: str
    language: str
    severities: tuple[str, ...]
    product: str


_TYPES: dict[str, Any] = {
    "name": v.DeploymentName,
    "workspace_id": v.WorkspaceId,
    "channel_id": v.ChannelId,
    "language": c.Language,
    "severities": c.Severity,
    "product": c.Source,
}


def refusal(field: str, value: str) -> str:
    """Return why a value of an answer is refused; nothing if it is right."""
    try:
        TypeAdapter(_TYPES[field]).validate_python(value)
    except ValidationError as error:
        return message(error.errors()[0], value, ())
    return ""


def first_file(answers: Answers) -> str:
    """Return the text of the params file."""
    return f"""\
# yaml-language-server: $schema=schema.json
name: {answers.name}
language: {answers.language}
source: {answers.product}
{_given("slack", "workspace_id", answers.workspace_id)}channels:
  security:{_channel(answers.channel_id)}
routes:
  - name: findings
    channel: security
    match:
      severity: {_listed(answers.severities)}
      compliance: [FAILED, WARNING, NOT_AVAILABLE, ABSENT]  # ABSENT: findings of threats have none
      workflow: [NEW]
      record_state: [ACTIVE]
    message: summary  # what is wrong, where, and how to fix it; native: the chat service's own
    notify: once      # every_update: Security Hub sends a failing control again every day
"""


def _given(section: str, key: str, value: str) -> str:
    return f"{section}:\n  {key}: {value}\n" if value else ""


def _channel(channel_id: str) -> str:
    return f"\n    channel_id: {channel_id}" if channel_id else " {}"


def _listed(values: Sequence[str]) -> str:
    return f"[{', '.join(values)}]"
