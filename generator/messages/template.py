"""Renders the JSONata in the files of this package."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from generator.cloudformation.limits import LONGEST_EXPRESSION
from generator.messages.shorten import shorten
from generator.system.jinja import environment

if TYPE_CHECKING:
    from jinja2 import Environment

_LONGEST = LONGEST_EXPRESSION - len("{%  %}")
"""Definitions hold an expression between these marks; whether they count is not documented."""


class TooLongExpressionError(Exception):
    """What is asked of a message needs more JSONata than Step Functions accepts."""


_INDENTATION = re.compile(r"\n +")
_EMPTY_LINES = re.compile(r"\n\n+")


def render_jsonata(name: str, **values: Any) -> str:
    """Return the text of a file, without comments and indentation: state machines contain it."""
    text = _environment().get_template(name).render(values)
    text = _EMPTY_LINES.sub("\n", _INDENTATION.sub("\n", text)).strip()
    text = shorten(text, _LONGEST)
    if len(text) > _LONGEST:
        raise TooLongExpressionError(f"{len(text):,} characters; at most {_LONGEST:,}")
    return text


@cache
def _environment() -> Environment:
    return environment(__file__)
