"""Starts the emulator as a child process, and stops it whatever happens."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PROGRAM = (sys.executable, str(HERE / "emulated.py"))
# Below the range that systems give outgoing connections from, so that none uses it meanwhile.
PORTS = range(20_000, 30_000)
_TAIL_LINES = 40
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class EmulatorError(RuntimeError):
    """The emulator did not start, or is gone."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator."""

    port: int
    root: Path
    process: subprocess.Popen[bytes]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.root / "emulator.log"

    def tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        return "\n".join(lines) or "(its log is empty)"

    def ask(self, path: str, change: dict[str, Any] | None = None) -> Any:
        """Read what was lent to the emulator (GET), or change it (PUT)."""
        body = None if change is None else json.dumps(change).encode()
        method = "GET" if body is None else "PUT"
        request = urllib.request.Request(f"{self.endpoint}/_emulated/{path}", body, method=method)  # noqa: S310
        with _DIRECT.open(request, timeout=10) as answer:
            return json.load(answer)


@contextmanager
def running(program: Sequence[str] = PROGRAM, patience: float = 60) -> Iterator[Emulator]:
    """Start the emulator, wait until it is ready, and stop it at the end of the block."""
    root = Path(tempfile.mkdtemp(prefix="emulator-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        port = _free_port()
        process = _start(program, root, port)
        emulator = Emulator(port, root, process)
        _wait_until_ready(emulator, patience)
        yield emulator
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(root, ignore_errors=True)


def _free_port() -> int:
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    message = f"no free port between {PORTS.start} and {PORTS.stop}"
    raise EmulatorError(message)


def _start(program: Sequence[str], root: Path, port: int) -> subprocess.Popen[bytes]:
    (root / "tmp").mkdir()
    with (root / "emulator.log").open("wb") as log:
        return subprocess.Popen(
            program,
            stdin=subprocess.PIPE,  # never written to: watchdog.py says why
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=root,
            env=_environment(root, port),
            start_new_session=True,  # Ctrl-C is for the tests, which then stop the emulator
        )


def _environment(root: Path, port: int) -> dict[str, str]:
    """Give the emulator nothing of the caller's environment but what a process needs."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(root),
        "TMPDIR": str(root / "tmp"),
        "FILESYSTEM_ROOT": str(root),
        "OVERRIDE_IN_DOCKER": "0",  # in a container it would use /var/lib and every interface
        "PYTHONPYCACHEPREFIX": os.environ.get("PYTHONPYCACHEPREFIX", str(root / "pycache")),
        "PYTHONPATH": str(HERE.parents[1]),  # the bounds of AWS's engine, and what it refuses
        "PYTHONUNBUFFERED": "1",
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALSTACK_HOST": f"127.0.0.1:{port}",
        "ACTIVATE_PRO": "0",
        "DISABLE_EVENTS": "1",  # usage statistics
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "IN_MEMORY_CLIENT": "1",  # its services call each other directly: twice as fast
        "SQS_DISABLE_CLOUDWATCH_METRICS": "1",  # a tenth of the time of a burst
        "DNS_ADDRESS": "0",  # else it serves names on every interface, port 53
        "SQS_ENDPOINT_STRATEGY": "path",  # else queue URLs hold a host name of the Internet
        "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "1",  # the report names what it skipped
    }


def _wait_until_ready(emulator: Emulator, patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        status = emulator.process.poll()
        if status is not None:
            raise _failure(emulator, f"ended with status {status} before it was ready")
        # OSError: not listening yet. ValueError: some other program's answer.
        with suppress(OSError, ValueError):
            health = emulator.ask("health")
            if health["pid"] != emulator.process.pid:
                raise _failure(emulator, f"found its port {emulator.port} in use")
            if health["ready"]:
                return
        time.sleep(0.05)
    raise _failure(emulator, f"was not ready after {patience:.0f} seconds")


def _failure(emulator: Emulator, what: str) -> EmulatorError:
    return EmulatorError(f"the emulator {what}; the end of its log:\n{emulator.tail()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Kill the emulator and all it started: it holds nothing that is worth a farewell."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()
