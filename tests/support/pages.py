"""Params files and findings for the preview, and the page that they give."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import yaml

from conftest import Run
from events import as_event

NUMBERS = itertools.count(1)


def finding(title: str, day: int = 1, **changed: Any) -> dict[str, Any]:
    """Return a finding of a control; equal titles are updates of one finding."""
    return {
        "Id": f"arn:aws:securityhub:eu-west-1:111122223333:finding/{title}",
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
        "AwsAccountId": "111122223333",
        "Region": "eu-west-1",
        "UpdatedAt": f"2026-01-{day:02d}T08:00:00.000Z",
        "Severity": {"Label": "HIGH"},
        "Title": title,
        "Description": f"About {title}.",
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::bucket"}],
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.8"},
        **changed,
    }


def event(found: dict[str, Any], time: str = "") -> dict[str, Any]:
    """Return the event of a finding."""
    return as_event(
        found,
        id=f"event-{next(NUMBERS)}",
        account=found["AwsAccountId"],
        time=time or found["UpdatedAt"],
        resources=[found["Id"]],
    )


def params(*routes: dict[str, Any], **changed: Any) -> str:
    """Return a params text of these routes; without any, of one that matches everything."""
    routes = routes or ({"name": "all"},)
    data = {
        "name": "Some",
        "channels": {"red": {}, "blue": {}},
        "routes": [{"channel": "red", **route} for route in routes],
        **changed,
    }
    return str(yaml.safe_dump(data, sort_keys=False))


def preview(run: Run, project: Path, text: str, given: Any, *options: str) -> str:
    """Return the page of a params text and findings or events."""
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    lines = given if isinstance(given, str) else "\n".join(map(json.dumps, given))
    (project / "findings").write_text(lines, "utf-8")
    ran = run("preview", "params/a.yaml", "findings", "--out", "page.html", *options)
    assert ran.code == 0, ran.err
    return (project / "page.html").read_text("utf-8")
