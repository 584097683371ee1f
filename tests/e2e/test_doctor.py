"""doctor, on stacks that are really deployed: healthy ones, and with one thing broken at a time."""

import os
import subprocess
from collections.abc import Callable
from typing import Any

from aws import REGION
from emulator import Emulator
from rendered import PYTHON, ROOT, read
from stack import Stack

PRODUCTION = read(ROOT / "templates_out" / "production" / "standalone.yaml")


def doctor(emulator: Emulator, account: str, *arguments: str) -> Any:
    done = subprocess.run(
        [PYTHON, "-m", "generator", "doctor", *arguments, "--region", REGION],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "AWS_ENDPOINT_URL": emulator.endpoint,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_CONFIG_FILE": "/dev/null",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    print(done.stdout, done.stderr)
    return done


def test_before(emulator: Emulator, account: str) -> None:
    doctor(emulator, account, "params/production.yaml")


def test_after(emulator: Emulator, deploy: Callable[..., Stack]) -> None:
    stack = deploy(PRODUCTION.path, **PRODUCTION.typed)
    doctor(emulator, stack.account, "params/production.yaml")
