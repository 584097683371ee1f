"""The emulator and its helpers, for the tests."""

import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from aws import REGION, Aws, clients_of
from bus import put_events
from emulator import HERE, Emulator, running
from report import Report
from securityhub import SecurityHub
from spy import Spy
from stack import Stack

LAST_LOG = HERE / ".state" / "emulator.log"
REPORT = pytest.StashKey[Report]()
_accounts = count(100_000_000_000)
_stacks = count(1)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORT] = Report()
    # pytest clears up after Ctrl-C, but not when it is told to terminate; and what a shell runs in
    # the background ignores both unless told otherwise.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("what was deployed")
    for line in terminalreporter.config.stash[REPORT].lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    return pytestconfig.stash[REPORT]


@pytest.fixture(scope="session")
def emulator(report: Report) -> Iterator[Emulator]:
    began = time.monotonic()
    with running() as emulator:
        report.started_after = time.monotonic() - began
        report.emulator = f"LocalStack {emulator.ask('health')['version']}"
        try:
            yield emulator
            _count_what_only_it_knows(emulator, report)
        finally:
            LAST_LOG.parent.mkdir(exist_ok=True)
            shutil.copy(emulator.log, LAST_LOG)


def _count_what_only_it_knows(emulator: Emulator, report: Report) -> None:
    report.taken = set(emulator.ask("taken"))
    processed = [call for call in emulator.ask("securityhub/calls") if call["processed"]]
    report.written_back = sum(len(call["request"]["FindingIdentifiers"]) for call in processed)


@pytest.fixture(scope="session")
def aws(emulator: Emulator) -> Aws:
    return clients_of(emulator.endpoint)


@pytest.fixture
def account() -> str:
    """An account that no other test uses: nothing in it is left from another."""
    return str(next(_accounts))


@pytest.fixture
def deploy(aws: Aws, report: Report, account: str) -> Iterator[Callable[..., Stack]]:
    """Create stacks from templates, given as text or as the path of a file; deleted at the end."""
    with ExitStack() as cleaning:

        def create(template: str | Path, /, region: str = REGION, **parameters: str) -> Stack:
            text = template.read_text() if isinstance(template, Path) else template
            stack = Stack(aws, report, f"e2e-{next(_stacks)}", account, region)
            stack.create(text, parameters)
            # Only now: a stack that failed, the emulator neither rolls back nor can it delete it.
            cleaning.callback(stack.delete)
            return stack

        yield create


@pytest.fixture
def spy(aws: Aws, report: Report) -> Iterator[Callable[[str], Spy]]:
    """Listen to a topic, given its ARN."""
    with ExitStack() as cleaning:

        def listen(topic: str) -> Spy:
            region, account = topic.split(":")[3:5]
            sns, sqs = (aws(service, region, account) for service in ("sns", "sqs"))
            spy = Spy.on(topic, sns, sqs, report)
            cleaning.callback(spy.stop)
            return spy

        yield listen


@pytest.fixture
def send(aws: Aws, report: Report) -> Callable[[Any], list[str]]:
    """Put events on the bus of the account and region that they name."""
    return lambda events: put_events(aws, report, events)


@pytest.fixture
def securityhub(emulator: Emulator) -> Iterator[SecurityHub]:
    hub = SecurityHub(emulator)
    yield hub
    hub.answer_normally()
