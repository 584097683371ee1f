"""Lends the emulator <aws.events.event.json>, and starts with an input that a transformer made.

The variable is the event as JSON, not escaped. The emulator takes away what escapes a quote or a
newline, which ends the text that has it; and it looks for the event's id in the transformed input.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import json
import uuid
from typing import Any

from localstack.services.events.target import (
    TRANSFORMER_PLACEHOLDER_PATTERN,
    StatesTargetSender,
    TargetSender,
)
from localstack.services.events.utils import to_json_str

_VARIABLE = "aws.events.event.json"
_transform = TargetSender.transform_event_with_target_input_transformer


def lend() -> None:
    TargetSender.transform_event_with_target_input_transformer = _with_the_event_whole
    StatesTargetSender.send_event = _start


def _with_the_event_whole(sender: TargetSender, transformer: Any, event: Any) -> Any:
    template = transformer["InputTemplate"]
    if set(TRANSFORMER_PLACEHOLDER_PATTERN.findall(template)) != {_VARIABLE}:
        return _transform(sender, transformer, event)
    return json.loads(template.replace(f"<{_VARIABLE}>", to_json_str(event)))


def _start(sender: StatesTargetSender, event: Any, _trace_header: Any) -> None:
    sender.service = "stepfunctions"
    sender.client.start_execution(
        stateMachineArn=sender.arn, name=str(uuid.uuid4()), input=to_json_str(event)
    )
