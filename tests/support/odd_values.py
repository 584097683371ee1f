"""Strategies for values of the right form with any text in them, and of other forms."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_MARKS = st.text(alphabet="&<>*_~`@:|ah/ \n\u200b日😀[]()#\\!-+.1{};$", max_size=600)
_TEXTS = st.text(max_size=40) | _MARKS | _MARKS.map("https://".__add__)
_VALUES = _TEXTS | st.none() | st.integers() | st.booleans() | st.lists(_TEXTS, max_size=3)


def like(value: Any) -> st.SearchStrategy[Any]:
    """A value of this form with any text in every place, or of another form altogether."""
    if isinstance(value, dict):
        return _VALUES | st.fixed_dictionaries({}, optional={k: like(value[k]) for k in value})
    if isinstance(value, list):
        return _VALUES | st.lists(like(value[0]), max_size=5)
    return _VALUES
