"""Runs the emulator in this process; emulator.py starts it, in an environment made for it."""

import json
import os
from importlib import import_module
from pathlib import Path

from fence import stay_inside
from watchdog import die_with_parent

LENT = (
    "accounts",
    "alarm_updates",
    "alarms",
    "automation_rules",
    "automation_rules_v2",
    "disabled_rules",
    "expressions",
    "findings",
    "findings_v2",
    "input_transformers",
    "insights",
    "loopback",
    "previous_template",
    "read_once",
    "refusals",
    "rule_updates",
    "schedule_updates",
    "securityhub",
    "stack_of_resource",
    "tally",
    "target_clients",
    "topics",
    "turns",
)
"""Modules of ``lent``; they import the emulator, so only once its environment is set."""


def main() -> None:
    die_with_parent(Path(os.environ["FILESYSTEM_ROOT"]))
    stay_inside()
    _lend()
    # The emulator reads its configuration from the environment when it is imported.
    from localstack.runtime import main as runtime  # noqa: PLC0415

    runtime.main()


def _lend() -> None:
    from localstack.services.edge import ROUTER  # noqa: PLC0415

    for name in LENT:
        import_module(f"lent.{name}").lend()
    ROUTER.add("/_emulated/health", _health, methods=["GET"])


def _health(_request: object) -> object:
    """Say who answers, so that nobody mistakes another process on the port for this one."""
    from localstack import constants  # noqa: PLC0415
    from localstack.http import Response  # noqa: PLC0415
    from localstack.runtime import events  # noqa: PLC0415

    state = {"pid": os.getpid(), "ready": events.infra_ready.is_set(), "version": constants.VERSION}
    return Response(json.dumps(state), mimetype="application/json")


if __name__ == "__main__":
    main()
