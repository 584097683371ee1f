"""What the benchmarks read: findings and events, and params files of several sizes.

They come from the public corpus if it is there, else from the tests' own fixtures, with other
ids, accounts and days, and with all that Security Hub fills in on import.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import cycle, product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from generator.findings.events import whole_event  # noqa: E402  (of this checkout)
from generator.findings.records import complete  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

CORPUS = ROOT.parent / "shared" / "corpus" / "findings.ndjson"
FIXTURE = ROOT / "tests" / "fixtures" / "backtest" / "findings.ndjson"
SIZE = 100 * 10**6
"""Bytes of findings; the events are a little larger."""

Match = dict[str, Any]


class Lines(NamedTuple):
    """The same findings in two forms, one a line."""

    findings: Path
    events: Path


def write(folder: Path, size: int = SIZE) -> Lines:
    """Write that many bytes of findings, and the events that bring them."""
    lines = Lines(folder / "findings.ndjson", folder / "events.ndjson")
    written = 0
    with lines.findings.open("wb") as findings, lines.events.open("wb") as events:
        for finding in _varied():
            written += findings.write(orjson.dumps(finding) + b"\n")
            events.write(orjson.dumps(whole_event(finding)) + b"\n")
            if written >= size:
                return lines
    raise AssertionError


def _varied() -> Iterator[dict[str, Any]]:
    source = CORPUS if CORPUS.exists() else FIXTURE
    samples = [orjson.loads(line) for line in source.read_bytes().splitlines()]
    for sample in samples:
        complete(sample, Counter())
    for count, finding in enumerate(cycle(samples), start=1):
        yield {
            **finding,
            "Id": f"{finding['Id']}/{count}",
            "AwsAccountId": f"{111100000000 + count % 97:012d}",
            "UpdatedAt": f"2026-{1 + count % 3:02d}-{1 + count % 28:02d}T08:00:00.000Z",
        }


def shipped(name: str) -> Path:
    """Return a params file of the project."""
    return ROOT / "params" / f"{name}.yaml"


def of_matches(path: Path, matches: list[Match], **route: Any) -> Path:
    """Write the quickstart with a route for each match."""
    data = yaml.safe_load(shipped("quickstart").read_text("utf-8"))
    data["routes"] = [
        {"name": f"route-{i}", "channel": "security", "match": match, **route}
        for i, match in enumerate(matches)
    ]
    path.write_text(yaml.safe_dump(data), "utf-8")
    return path


NARROWINGS: list[Match] = [
    *({"accounts": [f"11110000000{i}"]} for i in range(6)),
    *({"regions": [region]} for region in ("eu-*", "us-east-1", "ap-*", "us-west-2")),
    *({"products": [name]} for name in ("aws/securityhub", "guardduty", "prowler/*", "macie")),
    *({"controls": {"not": [name]}} for name in ("S3.*", "EC2.8", "IAM.6")),
    *({"resource_types": [name]} for name in ("AwsS3Bucket", "AwsEc2*", "AwsIam*")),
    *({"accounts": [f"11110000001{i}"]} for i in range(6)),
    *({"regions": [region]} for region in ("eu-west-*", "us-*", "sa-*")),
    *({"types": [name]} for name in ("TTPs/*", "Software and Configuration Checks/*", "*CVE")),
    *({"standards": [name]} for name in ("cis-aws-foundations-benchmark", "pci-dss")),
    *({"resource_types": {"not": [name]}} for name in ("AwsS3*", "AwsLambda*", "AwsEc2Instance")),
    *({"controls": [name]} for name in ("IAM.*", "S3.8")),
]
SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")


def twenty() -> list[Match]:
    """Return the quickstart's match, narrowed in twenty ways."""
    data = yaml.safe_load(shipped("quickstart").read_text("utf-8"))
    return [{**data["routes"][0]["match"], **narrowing} for narrowing in NARROWINGS[:20]]


def hard() -> list[Match]:
    """Return 195 matches, of which several match each finding: each severity in 39 ways."""
    return [{"severity": [s], **narrowing} for s, narrowing in product(SEVERITIES, NARROWINGS)]
