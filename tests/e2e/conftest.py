"""The emulator and its helpers, for the tests."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from aws import Aws, clients_of
from bus import put_events
from emulator import HERE, Emulator, running
from report import Report
from securityhub import SecurityHub
from spy import Spy, listening
from stack import Stack, deploying

LAST_LOG = HERE / ".state" / f"emulator{os.environ.get('PYTEST_XDIST_WORKER', '')}.log"
REPORT = pytest.StashKey[Report]()
LONG = (
    "test_templates.py",
    "test_doctor.py",
    "test_backtest.py",
    "test_state_machine.py",
    "test_never_lost.py",
    "test_marking.py",
    "test_stackset.py",
    "test_security_hub.py",
    "test_emulator.py",
    "test_digest.py",
)
"""The files that take longest: they begin first, so that no process ends long after the others."""
_accounts = count(100_000_000_000)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORT] = Report()
    # pytest clears up after Ctrl-C, but not when it is asked to terminate; and what a shell runs in
    # the background ignores both by default.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.name, len(LONG)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Each process of pytest-xdist has an emulator and a report of its own.
    given = getattr(session.config, "workeroutput", None)
    if given is not None:
        given["report"] = session.config.stash[REPORT].plain()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if "report" in getattr(node, "workeroutput", {}):
        node.config.stash[REPORT].add(node.workeroutput["report"])


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
    report.matched = set(emulator.ask("matched"))
    calls = emulator.ask("securityhub/calls")
    written = [call for call in calls if call["operation"].startswith("BatchUpdate")]
    report.written_back = sum(len(call["marked"]) for call in written)


@pytest.fixture(scope="session")
def aws(emulator: Emulator) -> Aws:
    return clients_of(emulator.endpoint)


@pytest.fixture(scope="session")
def new_account() -> Callable[[], str]:
    """Make accounts that no other test uses: nothing in them is left from another."""
    return lambda: str(next(_accounts))


@pytest.fixture
def account(new_account: Callable[[], str]) -> str:
    return new_account()


@pytest.fixture
def deploy(aws: Aws, report: Report, account: str) -> Iterator[Callable[..., Stack]]:
    """Create stacks from templates, given as text or as the path of a file; deleted at the end."""
    with deploying(aws, report, account) as create:
        yield create


@pytest.fixture(scope="module")
def deploy_once(
    aws: Aws, report: Report, new_account: Callable[[], str]
) -> Iterator[Callable[..., Stack]]:
    """Create stacks as ``deploy`` does, in an account that the tests of a module share."""
    with deploying(aws, report, new_account()) as create:
        yield create


@pytest.fixture
def spy(aws: Aws, report: Report) -> Iterator[Callable[[str], Spy]]:
    """Listen to a topic, given its ARN."""
    with listening(aws, report) as listen:
        yield listen


@pytest.fixture(scope="module")
def spy_once(aws: Aws, report: Report) -> Iterator[Callable[[str], Spy]]:
    """Listen to a topic for all tests of a module."""
    with listening(aws, report) as listen:
        yield listen


@pytest.fixture(scope="session")
def send(aws: Aws, report: Report) -> Callable[[Any], list[str]]:
    """Put events on the bus of the account and region that they name."""
    return lambda events: put_events(aws, report, events)


@pytest.fixture(scope="session")
def securityhub(emulator: Emulator) -> SecurityHub:
    return SecurityHub(emulator)
