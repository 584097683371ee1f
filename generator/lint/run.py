"""Lints many templates: what is remembered at once, the rest on all cores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.lint import cache
from generator.system.processes import map_in_processes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.lint.finding import Finding

FEW = 6
"""Up to this number of templates are linted in one process: a second needs longer to start."""


def lint_all(templates: Mapping[str, str]) -> Iterator[tuple[str, list[Finding]]]:
    """Yield each template's file and findings, as they are known.

    ``templates`` maps file names to texts. cfn-lint is loaded only when some text is new.
    """
    unknown = {}
    for file, text in templates.items():
        remembered = cache.load(file, text)
        if remembered is None:
            unknown[file] = text
        else:
            yield file, remembered
    for file, findings in _lint(unknown):
        cache.store(unknown[file], findings)
        yield file, findings


def _lint(templates: Mapping[str, str]) -> Iterable[tuple[str, list[Finding]]]:
    return map_in_processes(_lint_one, list(templates.items()), few=FEW, warm_up=_warm_up)


def _warm_up() -> None:
    from generator.lint import cfn  # noqa: PLC0415  (half a second, only when needed)

    cfn.warm_up()


def _lint_one(item: tuple[str, str]) -> tuple[str, list[Finding]]:
    from generator.lint import cfn  # noqa: PLC0415  (half a second, only when needed)

    file, text = item
    return file, cfn.findings(file, text)
