"""What a run prints: the summary table, the progress bar, the problems."""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from generator.cli.flood_text import flood_texts
from generator.cloudformation.limits import LARGEST_INLINE
from generator.findings.events import SOURCE_OF
from generator.system.plural import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from rich.console import RenderableType

    from generator.outputs import Plan, Written
    from generator.params import Loaded, Problem
    from generator.preview import Collected
    from generator.updates import Update

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds without a progress bar."""


def print_lines(problems: Iterable[Problem]) -> None:
    """Print one line for each problem or warning."""
    for problem in problems:
        sys.stderr.write(f"{problem}\n")


def print_stopped(error: OSError) -> None:
    """Print what the operating system refused, such as a full disk behind standard output."""
    where = error.filename or "standard output"
    sys.stderr.write(f"{where}: {error.strerror or error}\n")


def print_parts(parts: Iterable[RenderableType]) -> None:
    """Print tables and texts, one below the other."""
    from generator.cli.terminal import show  # noqa: PLC0415  (loaded for tables alone)

    show(parts)


def both_texts(sent_by_both: Mapping[str, int]) -> Iterator[str]:
    """Yield how many findings both products sent, by channel."""
    for channel, count in sent_by_both.items():
        yield (
            f"Sent twice to {channel}, once by each product: {plural(count, 'finding')}. Separate"
            " the routes by a key, such as kinds and products."
        )


def skipped_text(kind: str, count: int) -> str:
    """Return that no route is for the product that sends events of this detail-type.

    Findings of an export are among them: each is counted as what its product sends.
    """
    return (
        f"Skipped {plural(count, 'record')} of type {kind!r}, which no rule matches: no route has"
        f" `source: {SOURCE_OF[kind]}`."
    )


def print_previewed(out: Path, loaded: Loaded, collected: Collected) -> None:
    """Print where the page is, how much is on it, and what could not be read."""
    from generator.backtest.floods import floods  # noqa: PLC0415  (as below)
    from generator.preview.view import shown_in  # noqa: PLC0415  (reads JSONata)

    shown = shown_in(loaded.settings, Counter(message.route for message in collected.messages))
    sent = shown_in(loaded.settings, collected.sent)
    sys.stdout.write(
        f"{out}: {shown:,} of {sent:,} messages, from {collected.findings:,} findings read.\n"
    )
    if again := collected.again.total():
        sys.stdout.write(
            f"Given more than once: {plural(again, 'message')} not shown, since each exported"
            " finding counts once.\n"
        )
    lost = flood_texts(flood.as_dict() for flood in floods(loaded, collected.busiest))
    for line in (*lost, *both_texts(collected.twins.count())):
        sys.stdout.write(f"{line}\n")
    for kind, count in collected.other_events.items():
        if kind in SOURCE_OF:
            sys.stdout.write(f"{skipped_text(kind, count)}\n")
    for reject in collected.rejects:
        sys.stderr.write(f"{reject.file}:{reject.line}: {reject.why}\n")
    if more := collected.rejected - len(collected.rejects):
        sys.stderr.write(f"... and {more:,} more records that are not findings\n")


def print_bug(error: Exception, switch: str) -> None:
    """Print what went wrong in this program itself, and how to see more of it."""
    text = " ".join(str(error).split())
    sys.stderr.write(
        f"Internal error: {type(error).__name__}: {text}. Please report it, with the output of the"
        f" same command with `{switch}` before it.\n"
    )


def print_summary(plan: Plan, out: Path, written: Written) -> None:
    """Print a table of the rendered templates, and what changed on disk."""
    rows = [
        (
            str(out / path),
            str(len(file.template["Resources"])),
            str(len(file.template.get("Parameters", {}))),
            f"{len(file.text.encode()):,}",
            "ok",
        )
        for path, file in plan.items()
        if file.template is not None
    ]
    from generator.cli.terminal import Rows  # noqa: PLC0415

    head = ("Template", "Resources", "Parameters", "Bytes", "Lint")
    print_parts([Rows(head, rows, left=("Lint",))])
    for path, file in plan.items():
        if file.template is not None and len(file.text.encode()) > LARGEST_INLINE:
            sys.stdout.write(
                f"{out / path} is over {LARGEST_INLINE:,} bytes: upload it in the console or"
                " through S3; it does not fit into a request\n"
            )
    for path in written.removed:
        sys.stdout.write(f"removed {out / path}: no params file produces it any more\n")
    for path in written.kept:
        sys.stdout.write(f"kept {out / path}: it was edited, and no params file produces it\n")
    for note in written.notes:
        sys.stdout.write(f"{note}\n")
    for path, copy in written.edited.items():
        sys.stdout.write(
            f"{out / path} was edited by hand and is rendered again; your text is in {out / copy}\n"
        )
    folders = len({path.partition("/")[0] for path in plan})
    sys.stdout.write(
        f"{len(rows)} templates from {folders} params files;"
        f" {len(written.written)} of {len(plan) - folders} files changed.\n"
    )


def print_updates(changes: Iterable[Update]) -> None:
    """Print what an update does to deployed stacks."""
    for change in changes:
        sys.stdout.write(f"{change}\n")


def show_progress(
    items: Iterable[T], *, total: int, label: str, size: Callable[[T], int] = lambda _: 1
) -> Iterator[T]:
    """Yield items, with a progress bar on a terminal once they take longer than a second.

    ``size`` says how much of the total an item is; a total of 0 is not known.
    """
    started = time.monotonic()
    done = 0
    with ExitStack() as stack:
        advance = None
        for item in items:
            done += size(item)
            if advance is None and sys.stderr.isatty() and time.monotonic() - started > PATIENCE:
                advance = _progress(stack, total, label)
            if advance is not None:
                advance(done)
            yield item


def _progress(stack: ExitStack, total: int, label: str) -> Callable[[int], None]:
    """Show a progress bar until the stack is left; return what moves it."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    bar = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
    task = bar.add_task(label, total=total or None)
    return lambda done: bar.update(task, completed=done)
