"""What people read is in plain words.

The first half of each pattern is what was written here once, and reads like a translation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT

PLAIN = {
    r"\btak(?:es|en)\b(?! effect)|\btook\b": "matches, accepts, requires, needs",
    r"\b(?:told|tells?|telling)\b": "reports, says",
    r"\b(?:is|are|was|were) no (?!longer)(?<!there is no )(?<!there are no )": "is not a",
    r"\bbeside\b": "in addition to, next to",
    r"\b(?:stands?|stood|lies|bears?|borne)\b": "is, has",
    r"\banew\b": "again",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bfor want of\b": "if there is no",
    r"\bwhoever\b": "anyone who",
    r"\broads?\b": "path, connection",
    r"\b(?:upon|likewise|hence|thereof|wherever)\b": "on, also, so",
    r"\b(?:comes|come|came) again\b": "notifies again",
    r"\bof (?:old|yore)\b": "old",
    r"\bso many\b": "a number of",
}
"""Pattern, and what to write."""


def texts() -> Iterator[tuple[str, str]]:
    """Yield every text that a person reads, and where it is."""
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "Makefile"):
        yield name, (ROOT / name).read_text("utf-8")
    for folder, pattern in (
        ("docs", "**/*.md"),
        ("examples", "**/*.md"),
        ("params", "*.yaml"),
        ("generator", "**/*.j2"),
        ("templates_out", "**/*.md"),
    ):
        for path in sorted((ROOT / folder).glob(pattern)):
            if ".venv" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text("utf-8")
    for path in sorted((ROOT / "generator").rglob("*.py")):
        yield str(path.relative_to(ROOT)), "\n".join(written(path))


def written(path: Path) -> Iterator[str]:
    """Yield the texts and the comments of a module."""
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        # A single word may be a key that other programs read.
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value
    yield from re.findall(r"(?:^|\s)#( .*)$", source, re.MULTILINE)


TEXTS = dict(texts())


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_in_plain_words(name: str) -> None:
    found = [
        f"{match[0]!r} in {TEXTS[name][max(0, match.start() - 40) : match.end() + 30]!r}: {instead}"
        for pattern, instead in PLAIN.items()
        for match in re.finditer(pattern, TEXTS[name], re.IGNORECASE)
    ]
    assert not found
