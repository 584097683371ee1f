"""The JSONata of each message, and what it makes of an event.

State machine, preview and tests take both from here, so what is shown is what is sent.
"""

from generator.messages.evaluate import DEEPEST, compiled, evaluate, evaluate_with
from generator.messages.expression import (
    digest_expression,
    digest_subject_expression,
    expression,
    subject_expression,
)
from generator.messages.look import Look, Portal
from generator.messages.template import TooLongExpressionError
from generator.messages.whole import whole_or_short
from generator.params.choices import Chat, Language, Message, Source

__all__ = [
    "DEEPEST",
    "Chat",
    "Language",
    "Look",
    "Message",
    "Portal",
    "Source",
    "TooLongExpressionError",
    "compiled",
    "digest_expression",
    "digest_subject_expression",
    "evaluate",
    "evaluate_with",
    "expression",
    "subject_expression",
    "whole_or_short",
]
