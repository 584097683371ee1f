"""A module imports only from modules before it in the way the data goes."""

from __future__ import annotations

import ast
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import ROOT
from layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterator

RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}
SOURCES = sorted((ROOT / "generator").rglob("*.py"))


def module_of(path: Path) -> str:
    """Return the module right below ``generator`` that a file belongs to."""
    return Path(path.relative_to(ROOT / "generator").parts[0]).stem


def imported(path: Path) -> Iterator[str]:
    """Yield the modules right below ``generator`` that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("generator"):
            inside = (node.module or "").split(".")[1:]
            yield from inside[:1] or [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            yield from (name[1] for name in names if name[0] == "generator" and name[1:])


def test_every_module_has_its_layer() -> None:
    assert {module_of(path) for path in SOURCES} - {"__init__"} == set(chain(*LAYERS))


def test_imports_go_one_way() -> None:
    against = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in SOURCES
        if module_of(path) != "__init__"
        for name in imported(path)
        if RANK[name] > RANK[module_of(path)]
    ]
    assert not against


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= 40
    ]
    assert not long
