"""Every form in which findings and events are exported, recorded and sent on."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import yaml

WARNING = "/usr/lib/x.py:1: InsecureRequestWarning: Unverified request"


def encoded(content: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(content).decode()


def exports(findings: list[dict[str, Any]]) -> dict[str, str]:
    """Return the texts of three findings by themselves, by the name of the form."""
    return {
        "lines": "\n".join(map(json.dumps, findings)),
        "one line": "".join(map(json.dumps, findings)),
        "an array": json.dumps(findings, indent=1),
        "arrays in an array": json.dumps([findings[:1], findings[1:]]),
        "a page": json.dumps({"Findings": findings, "NextToken": "x"}, indent=2),
        "pages on one line": "".join(json.dumps({"Findings": [finding]}) for finding in findings),
        "pages that follow each other": "".join(
            json.dumps({"Findings": [finding]}, indent=2) for finding in findings
        ),
        "lines, then a page": json.dumps(findings[0])
        + "\n"
        + json.dumps({"Findings": findings[1:]}, indent=2),
        "a page, then lines": json.dumps({"Findings": findings[:1]})
        + "\n"
        + "\n".join(map(json.dumps, findings[1:])),
        "metadata": json.dumps({"metadata": {"total": 3}, "findings": findings}, indent=2),
        "metadata on one line": json.dumps({"metadata": {"total": 3}, "findings": findings}),
        "YAML": yaml.safe_dump({"Findings": findings}),
        "a list in YAML": yaml.safe_dump(findings),
        "a warning first": f"{WARNING}\n{json.dumps({'Findings': findings}, indent=2)}",
        "objects around them": "\n".join(
            json.dumps({"EventType": "x", "Finding": finding}) for finding in findings
        ),
        "deeper objects around them": json.dumps(
            [{"aws": {"finding": finding}} for finding in findings]
        ),
    }


def recorded(events: list[dict[str, Any]]) -> dict[str, str]:
    """Return the texts of events and what they come in, by the name of the form."""
    texts = [json.dumps(event) for event in events]
    return {
        "lines": "\n".join(texts),
        "one line": "".join(texts),
        "details alone": "\n".join(json.dumps(event["detail"]) for event in events),
        **_in_logs(texts),
        **_in_messages(texts),
    }


def _in_logs(texts: list[str]) -> dict[str, str]:
    logged = [{"message": text} for text in texts]
    return {
        "filter-log-events": json.dumps(
            {"events": [{"message": text, "timestamp": 1} for text in texts]}, indent=2
        ),
        "get-log-events": json.dumps({"events": logged, "next": "x"}),
        "Insights": json.dumps(
            {
                "results": [
                    [{"field": "@ptr", "value": "x"}, {"field": "@message", "value": text}]
                    for text in texts
                ],
                "status": "Complete",
            }
        ),
        "Insights in the console": json.dumps(
            [{"@timestamp": "x", "@message": text} for text in texts]
        ),
        "Insights as CSV": "@timestamp,@message\n"
        + "".join('2026-11-25,"' + text.replace('"', '""') + '"\n' for text in texts),
        "a subscription to S3": "".join(
            json.dumps({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "message": text}]})
            for text in texts
        ),
        "Lambda from a log group": json.dumps(
            {
                "awslogs": {
                    "data": encoded(gzip.compress(json.dumps({"logEvents": logged}).encode()))
                }
            }
        ),
        "logs tail": "\n".join(f"2026-11-25T08:00:00.123000+00:00 stream {text}" for text in texts),
        "logs tail --format short": "\n".join(f"2026-11-25T08:00:00 {text}" for text in texts),
        "an export to S3": "\n".join(f"2026-11-25T08:00:00.123Z {text}" for text in texts),
    }


def _in_messages(texts: list[str]) -> dict[str, str]:
    return {
        "Lambda from Kinesis": json.dumps(
            {"Records": [{"kinesis": {"data": encoded(text.encode())}} for text in texts]}
        ),
        "get-records": json.dumps(
            {"Records": [{"Data": encoded(text.encode())} for text in texts]}
        ),
        "SNS": "\n".join(json.dumps({"Type": "Notification", "Message": text}) for text in texts),
        "Lambda from SNS": json.dumps({"Records": [{"Sns": {"Message": text}} for text in texts]}),
        "Lambda from SQS": json.dumps({"Records": [{"body": text} for text in texts]}),
        "receive-message": json.dumps({"Messages": [{"Body": text} for text in texts]}, indent=2),
        "SQS from SNS": json.dumps(
            {"Messages": [{"Body": json.dumps({"Message": text})} for text in texts]}
        ),
    }
