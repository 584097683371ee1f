"""Builds the environment of the emulator and of its tests, and prints the path of its Python.

It needs a Python of its own: the emulator runs on 3.13 alone, and on dependencies of its day.
Nothing is done twice: what the environment was built from is noted in it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
STATE = HERE / ".state"
STAMP = VENV / "built-from"
INSTALLER = HERE / "installer.lock"
REQUIREMENTS = HERE / "requirements.lock"

# Run by each candidate: a python3.13 on the path may be a shim that only says what it lacks.
PROBE = "import sys, ssl, sqlite3, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))"
PLACES = (
    "~/.local/share/uv/python/cpython-3.13*/bin/python3.13",
    "~/.local/share/mise/installs/python/3.13*/bin/python3.13",
    "~/.asdf/installs/python/3.13*/bin/python3.13",
    "/usr/local/bin/python3.13",
    "/opt/homebrew/bin/python3.13",
    "/usr/bin/python3.13",
)
MISSING = (
    "e2e: no working Python 3.13 found, and the emulator runs on no other: install it "
    "(Debian 13: apt-get install python3.13-venv; elsewhere: pyenv install 3.13), "
    "or name one in E2E_PYTHON"
)


def main() -> int:
    STATE.mkdir(exist_ok=True)
    # Two runs at once must not build into each other.
    with (STATE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return ensure()


def ensure() -> int:
    if not up_to_date():
        base = find_python()
        if base is None:
            tell(MISSING)
            return 1
        try:
            build(base)
        except subprocess.CalledProcessError as error:
            program = " ".join(str(word) for word in error.cmd)
            tell(f"e2e: status {error.returncode} from: {program}")
            return 1
    sys.stdout.write(f"{PYTHON}\n")
    return 0


def up_to_date() -> bool:
    try:
        noted = STAMP.read_text()
    except FileNotFoundError:
        return False
    return noted == fingerprint() and works(str(PYTHON))


def fingerprint() -> str:
    locks = INSTALLER.read_bytes() + REQUIREMENTS.read_bytes()
    return hashlib.sha256(locks).hexdigest()


def find_python() -> str | None:
    return next((candidate for candidate in candidates() if works(candidate)), None)


def candidates() -> Iterator[str]:
    if named := os.environ.get("E2E_PYTHON"):
        yield named  # and nothing else, or a typing mistake would go unnoticed
        return
    for name in ("python3.13", "python3", "python"):
        yield from filter(None, [shutil.which(name)])
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    for place in (f"{pyenv}/versions/3.13*/bin/python3.13", *PLACES):
        pattern = Path(place).expanduser().relative_to("/")
        yield from sorted(map(str, Path("/").glob(str(pattern))), reverse=True)


def works(python: str) -> bool:
    try:
        command = [python, "-I", "-c", PROBE]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def build(base: str) -> None:
    began = time.monotonic()
    tell(f"e2e: building {VENV} with {base}")
    shutil.rmtree(VENV, ignore_errors=True)
    run(base, "-m", "venv", VENV)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", INSTALLER)
    # A few dependencies come as source: what builds them is held to the same lock.
    uv: list[str | Path] = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON]
    run(*uv, "--require-hashes", "--build-constraints", REQUIREMENTS, "--requirement", REQUIREMENTS)
    STAMP.write_text(fingerprint())
    tell(f"e2e: built in {time.monotonic() - began:.0f} s")


def tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def run(*command: str | Path) -> None:
    """Run with standard output kept for the one line that the caller reads."""
    environment = {**os.environ, "UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never"}
    subprocess.run(command, check=True, stdout=sys.stderr, env=environment)


if __name__ == "__main__":
    sys.exit(main())
