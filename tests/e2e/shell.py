"""Runs a command of a guide as a person would: in a shell, with the AWS CLI on the emulator."""

import os
import subprocess
import sys
from pathlib import Path

from emulator import Emulator
from stack import Stack


def run(command: str, stack: Stack, emulator: Emulator, folder: Path) -> str:
    """Run a command in the account and region of a stack; return what it prints."""
    done = subprocess.run(
        ["bash", "-c", command],
        env=_environment(stack, emulator, folder),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _environment(stack: Stack, emulator: Emulator, folder: Path) -> dict[str, str]:
    aws = folder / "aws"
    # Version 1 goes to SQS's old address on the Internet, unless an option changes it.
    program = f'"{sys.executable}" -W ignore -m awscli --endpoint-url {emulator.endpoint}'
    aws.write_text(f'#!/bin/sh\nexec {program} "$@"\n')
    aws.chmod(0o755)
    return {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": stack.account,
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_PAGER": "",
        "PYTHONPYCACHEPREFIX": os.environ.get("PYTHONPYCACHEPREFIX", str(folder)),
    }
