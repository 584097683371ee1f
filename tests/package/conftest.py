"""The package as a user gets it: the wheel of this tree, in a new environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from forked import Ran

ROOT = Path(__file__).parents[2]
BACKEND = "hatchling.build"

Installed = Callable[..., Ran]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from what git would clone."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    source.mkdir()
    archived = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x"], cwd=source, input=archived.stdout, check=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, source], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install it, with the versions of the lock file, into a new environment; return its bin/."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin" / "pip", "--disable-pip-version-check", "-q", "install"]
    pins = folder / "pins.txt"
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = [line.partition(" \\")[0] for line in lock.splitlines() if line[:1].isalnum()]
    pins.write_text("\n".join(pinned), "utf-8")
    subprocess.run([*pip, "--constraint", pins, wheel], check=True)
    return folder / "bin"


@pytest.fixture
def installed(environment: Path, tmp_path: Path) -> Installed:
    """Run a program of the environment in an empty folder, far from the sources."""

    def run(program: str, *arguments: str, folder: Path = tmp_path) -> Ran:
        done = subprocess.run(
            [environment / program, *arguments],
            cwd=folder,
            env={"PATH": f"{environment}:/usr/bin:/bin", "HOME": str(tmp_path / "home")},
            capture_output=True,
            encoding="utf-8",
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


def pytest_configure() -> None:
    """Pip must not see the environment of the tests."""
    os.environ.pop("PYTHONPATH", None)
