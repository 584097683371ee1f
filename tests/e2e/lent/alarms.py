"""Lends the emulator an evaluation of alarms at once: its own comes once in each period.

What is evaluated, and what follows from it, is the emulator's.
"""

import json

from localstack.http import Request, Response
from localstack.services.edge import ROUTER


def lend() -> None:
    ROUTER.add("/_emulated/alarms/evaluate", _evaluate, methods=["PUT"])


def _evaluate(request: Request) -> Response:
    from localstack.services.cloudwatch.alarm_scheduler import (  # noqa: PLC0415
        calculate_alarm_state,
    )

    asked = json.loads(request.get_data())
    calculate_alarm_state(asked["alarm"])
    return Response(json.dumps(asked), mimetype="application/json")
