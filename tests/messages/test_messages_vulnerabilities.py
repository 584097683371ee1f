"""What both kinds of summaries say of a vulnerability, whatever the format calls its fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from composed import content_of, content_of_v2

YES_NO: dict[Any, str] = {True: "YES", False: "NO"}


def in_asff(*flaws: dict[str, Any]) -> list[str]:
    """Return the lines about vulnerabilities of a finding in the AWS Security Finding Format."""
    vulnerabilities = [
        {
            "Id": flaw.get("id"),
            "Cvss": [{"Version": v, "BaseScore": s} for v, s in flaw.get("cvss", ())],
            "EpssScore": flaw.get("epss"),
            "ExploitAvailable": YES_NO.get(flaw.get("exploit")),
            "FixAvailable": YES_NO.get(flaw.get("fix")),
            "VulnerablePackages": [
                {"Name": n, "Version": v, "FixedInVersion": f}
                for n, v, f in flaw.get("packages", ())
            ],
        }
        for flaw in flaws
    ]
    finding = {"Title": "t", "Region": "r", "Vulnerabilities": vulnerabilities}
    return _details(content_of(finding)["description"])


def in_ocsf(*flaws: dict[str, Any]) -> list[str]:
    """Return the lines about vulnerabilities of a finding in OCSF."""
    vulnerabilities = [
        {
            "cve": {
                "uid": flaw.get("id"),
                "cvss": [{"version": v, "base_score": s} for v, s in flaw.get("cvss", ())],
                "epss": {"score": flaw.get("epss")},
            },
            "is_exploit_available": flaw.get("exploit"),
            "is_fix_available": flaw.get("fix"),
            "affected_packages": [
                {"name": n, "version": v, "fixed_in_version": f}
                for n, v, f in flaw.get("packages", ())
            ],
        }
        for flaw in flaws
    ]
    finding = {
        "finding_info": {"title": "t"},
        "cloud": {"region": "r"},
        "vulnerabilities": vulnerabilities,
    }
    return _details(content_of_v2(finding)["description"])


def _details(description: str) -> list[str]:
    first, *rest = description.splitlines()
    assert first == "r"
    return [line for line in rest if line]


Details = Callable[..., list[str]]
FORMATS = pytest.mark.parametrize("details", [in_asff, in_ocsf])


@FORMATS
def test_a_vulnerability_is_named_with_its_scores_and_its_fix(details: Details) -> None:
    flaw = {
        "id": "CVE-2026-1",
        "cvss": [("3.1", 9.8)],
        "epss": 0.42,
        "exploit": True,
        "fix": True,
        "packages": [("libx", "1:2.3-4", "1:2.3-5")],
    }
    assert details(flaw) == [
        "*Vulnerability:* CVE-2026-1   *CVSS:* 9.8 (3.1)   *EPSS:* 0.42   *Exploit:* available",
        "*Package:* `libx 1:2.3-4`   *Fixed version:* `1:2.3-5`",
    ]


@FORMATS
def test_of_several_vulnerabilities_three_are_named(details: Details) -> None:
    flaws = [{"id": f"CVE-2026-{n}", "epss": f"0.{n}"} for n in range(1, 6)]
    assert details(*flaws) == [
        "*Vulnerability:* CVE-2026-1, CVE-2026-2, CVE-2026-3 (+2 more)   *EPSS:* 0.1"
    ]


@FORMATS
@pytest.mark.parametrize(
    ("scores", "shown"),
    [
        ([("2.0", 5), ("3.1", 7.5), ("3.1", 7)], "7.5 (3.1)"),
        ([("4.0", 10)], "10 (4.0)"),
        ([("2.0", 5)], "5 (2.0)"),
        ([(None, 6.1)], "6.1"),
        ([("3.1", 0)], "0 (3.1)"),
    ],
)
def test_the_score_is_one_of_a_newer_version_of_cvss(
    details: Details, scores: Any, shown: str
) -> None:
    assert details({"cvss": scores}) == [f"*CVSS:* {shown}"]


@FORMATS
def test_a_vulnerability_without_a_fix_says_so(details: Details) -> None:
    for fixed in (None, "NotAvailable"):
        flaw = {"fix": False, "packages": [("libx", "1.2", fixed)]}
        assert details(flaw) == ["*Package:* `libx 1.2`   *Fixed version:* no fix available"]


@FORMATS
def test_of_a_fix_that_is_not_known_nothing_is_said(details: Details) -> None:
    for fixed in (None, "NotAvailable"):
        assert details({"packages": [("libx", "1.2", fixed)]}) == ["*Package:* `libx 1.2`"]


@FORMATS
def test_more_packages_are_counted(details: Details) -> None:
    packages = [("a", "1", "2"), ("b", None, None), ("c", "1", "2")]
    assert details({"packages": packages}) == ["*Package:* `a 1` (+2 more)   *Fixed version:* `2`"]


@FORMATS
def test_an_exploit_is_said_only_where_there_is_one(details: Details) -> None:
    assert details({"exploit": False}) == details({"exploit": None}) == []


@FORMATS
def test_names_of_packages_are_cut_and_stay_in_their_span(details: Details) -> None:
    (line,) = details({"packages": [("`a`&<" * 99, "1", "2`")]})
    assert line.startswith("*Package:* `'a'&amp;&lt;")
    assert line.endswith("…`   *Fixed version:* `2'`")
    assert len(line) < 600


def test_inspectors_advice_to_look_at_its_console_is_no_step() -> None:
    text = "Remediation is available. Please refer to the Fixed version in the details above."
    finding = {"Remediation": {"Recommendation": {"Text": text}}}
    assert content_of(finding)["nextSteps"] == []
