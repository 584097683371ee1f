"""Lints many templates: what is remembered at once, the rest on all cores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.lint import cache
from generator.system.memory import uncollected
from generator.system.processes import map_in_processes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.lint.finding import Finding
    from generator.system.workers import Workers

    Item = tuple[str, str]
    Result = tuple[str, list[Finding]]

MUCH = 50_000
"""From this number of bytes on, templates are linted in several processes. To lint 10,000 needs
about as long as to start them."""


def lint_all(templates: Mapping[str, str], workers: Workers | None = None) -> Iterator[Result]:
    """Yield each template's file and findings, as they are known.

    ``templates`` maps file names to texts. cfn-lint is loaded only when some text is new, and not
    here where ``workers`` have loaded it.
    """
    unknown = {}
    for file, text in templates.items():
        remembered = cache.load(file, text)
        if remembered is None:
            unknown[file] = text
        else:
            yield file, remembered
    items = list(unknown.items())
    for file, findings in _by_workers(items, workers) if workers and items else _lint(items):
        cache.store(unknown[file], findings)
        yield file, findings


def _by_workers(items: Sequence[Item], workers: Workers) -> Iterator[Result]:
    done = 0
    try:
        for result in workers.map(items, lambda item: len(item[1])):
            yield result
            done += 1
    except (OSError, EOFError):
        # What ended them, such as a lack of memory, shows itself here or is over.
        yield from map(lint_one, items[done:])


def _lint(items: Sequence[Item]) -> Iterator[Result]:
    if sum(len(text) for _, text in items) > MUCH:
        yield from map_in_processes(lint_one, items, many=True, warm_up=warm_up)
    else:
        with uncollected():
            yield from map(lint_one, items)


def warm_up() -> None:
    """Load cfn-lint."""
    from generator.lint import cfn  # noqa: PLC0415  (half a second, only when needed)

    with uncollected():
        cfn.warm_up()


def lint_one(item: Item) -> Result:
    """Return the findings of a file and its text."""
    from generator.lint import cfn  # noqa: PLC0415  (half a second, only when needed)

    file, text = item
    return file, cfn.findings(file, text)
