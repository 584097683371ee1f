"""The emulator is never left behind, and a failure of it is never mistaken for anything else."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import environment
from emulator import HERE, EmulatorError, running

SLEEPER = (sys.executable, "-c", "print('not yet', flush=True); import time; time.sleep(60)")
PARENT = """
import signal, time
from emulator import running
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
with running() as emulator:
    print(emulator.process.pid, emulator.port, emulator.root, flush=True)
    time.sleep(60)
"""


def eventually(condition: Callable[[], bool], patience: float = 10) -> bool:
    deadline = time.monotonic() + patience
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def group_is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_the_emulator_ends_with_whoever_started_it(name: str) -> None:
    parent = subprocess.Popen((sys.executable, "-c", PARENT), cwd=HERE, stdout=-1, stderr=-1)
    with parent:
        assert parent.stdout is not None
        group, port, root = parent.stdout.readline().decode().split()
        assert not group_is_gone(int(group))
        parent.send_signal(signal.Signals[name])
    assert eventually(lambda: group_is_gone(int(group)))
    assert eventually(lambda: port_is_free(int(port)))
    assert eventually(lambda: not Path(root).exists())


def test_an_emulator_that_breaks_is_reported_with_its_log() -> None:
    breaking = (sys.executable, "-c", "raise SystemExit('no such module')")
    reported = re.compile(r"ended with status 1 .*no such module", re.DOTALL)
    with pytest.raises(EmulatorError, match=reported), running(breaking):
        pass


def test_an_emulator_that_is_never_ready_is_reported_with_its_log() -> None:
    reported = re.compile(r"was not ready after 1 seconds.*not yet", re.DOTALL)
    with pytest.raises(EmulatorError, match=reported), running(SLEEPER, patience=1):
        pass


def test_the_emulator_reaches_nothing_outside() -> None:
    reach = "import fence, socket; fence.stay_inside(); socket.create_connection(('{}', 9), 1)"
    for host in ("192.0.2.1", "example.com"):
        command = (sys.executable, "-c", reach.format(host))
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
        assert f"may not reach '{host}'" in done.stderr


def test_a_missing_python_is_one_line_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "up_to_date", lambda: False)
    monkeypatch.setenv("E2E_PYTHON", "/bin/false")
    assert environment.ensure() == 1
    assert capsys.readouterr().err == environment.MISSING + "\n"
