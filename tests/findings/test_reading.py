"""A document is read in windows of any size as it would be read whole."""

from __future__ import annotations

import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from generator.findings import Broken, Lines, batches
from generator.findings.json_documents import InvalidError, Window, elements

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)


def read(text: str, size: int) -> list[tuple[int, Any]]:
    pieces = (text[at : at + size] for at in range(0, len(text), size))
    return list(elements(Window(pieces, 1), ("Findings",)))


@given(st.lists(VALUES), st.integers(1, 9), st.sampled_from((None, 2)), st.booleans())
def test_windows_of_any_size_give_the_same_elements(
    values: list[Any],
    size: int,
    indent: int | None,
    ascii_only: bool,  # noqa: FBT001  (hypothesis gives it)
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    assert [value for _, value in read(text, size)] == values
    page = json.dumps({"Token": [1], "Findings": values, "More": {}}, indent=indent)
    assert [value for _, value in read(page, size)] == values


@given(st.lists(st.integers(), min_size=1), st.integers(1, 9))
def test_lines_are_counted_through_all_windows(values: list[int], size: int) -> None:
    text = "[\n" + ",\n\n".join(map(str, values)) + "\n]"
    assert read(text, size) == [(2 + 2 * n, value) for n, value in enumerate(values)]


@given(st.text('{}[],:"ab1 \\n\\t\n', max_size=30), st.integers(1, 9))
def test_whatever_is_no_json_ends_in_a_reason(text: str, size: int) -> None:
    for _, value in read(text, size):
        assert not isinstance(value, InvalidError) or str(value)


@given(st.binary(max_size=60) | st.text('{}[],:"a1\n').map(str.encode))
def test_no_bytes_at_all_make_reading_fail(content: bytes) -> None:
    for batch in batches(io.BytesIO(content), ("Findings",)):
        if isinstance(batch, Lines):
            batch.stop(0)  # as a line that does not stand for itself
        assert isinstance(batch, Broken | Lines) or batch.items is not None
