"""One thing that a linter found in a template."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """Where, which rule, and what; ``str()`` gives the line that the user reads."""

    file: str
    line: int
    column: int
    rule: str
    message: str

    def __str__(self) -> str:
        """``file:line:column: RULE message``."""
        return f"{self.file}:{self.line}:{self.column}: {self.rule} {self.message}"
