"""JSONata's reference implementation, which Node.js runs: see ``tests/reference/``."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parents[1] / "reference"


def prepare() -> str:
    """Install it as the lock file says; return the path of Node.js."""
    installed = REFERENCE / "node_modules" / ".package-lock.json"
    lock = REFERENCE / "package-lock.json"
    with lock.open() as held:
        # Two processes of the tests must not install into each other.
        fcntl.flock(held, fcntl.LOCK_EX)
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            done = subprocess.run(
                ["npm", "ci", "--prefix", REFERENCE, "--no-audit", "--no-fund", "--silent"],
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert not done.returncode, f"npm ci in {REFERENCE}:\n{done.stdout}{done.stderr}"
    return str(shutil.which("node"))


def answers_of(node: str, jobs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what it answers to each job: see ``evaluate.mjs``."""
    done = subprocess.run(
        [node, REFERENCE / "evaluate.mjs"],
        input="".join(json.dumps(job) + "\n" for job in jobs),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    # splitlines would split texts too.
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]]
