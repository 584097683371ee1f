"""The closed sets of words that a params file chooses from.

What follows from a choice is matched exhaustively (``assert_never``): mypy then names every place
that a new word concerns.
"""

from __future__ import annotations

from typing import Literal

Severity = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]
Compliance = Literal["PASSED", "FAILED", "WARNING", "NOT_AVAILABLE", "ABSENT"]
Workflow = Literal["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"]
RecordState = Literal["ACTIVE", "ARCHIVED"]
On = Literal["imported", "custom_action"]
Message = Literal["native", "summary"]
Source = Literal["security_hub_cspm", "security_hub"]
"""Whose findings: those of Security Hub CSPM (ASFF), or of the new Security Hub (OCSF)."""

Kind = Literal[
    "exposure",
    "attack_sequence",
    "threat",
    "vulnerability",
    "posture",
    "sensitive_data",
    "coverage",
]
"""Kinds of findings of the new Security Hub."""

GroupBy = Literal[
    "severity", "control", "account", "region", "product", "resource_type", "resource"
]
"""By what a digest counts."""

ExceptionSets = Literal[
    "SUPPRESSED",
    "RESOLVED",
    "NOTIFIED",
    "CRITICAL",
    "HIGH",
    "MEDIUM",
    "LOW",
    "INFORMATIONAL",
]
"""What an exception sets a finding to: a workflow status, or a severity."""

ChannelKind = Literal["slack", "teams", "email"]
"""Where a channel's messages are shown: in Slack, in Microsoft Teams, or in mailboxes."""

Configuration = Literal["new", "existing"]
"""Whether the stack makes the channel's chat configuration, or somebody has made one before."""

Button = Literal["suppress", "resolve", "notified"]
"""What a button below a summary sets a finding to."""

Isolation = Literal["kind", "route"]
"""Whether one state machine serves all routes of a kind, or each has its own."""

Notify = Literal["every_update", "once"]
Language = Literal["en", "ja"]
Chat = Literal["slack", "teams"]
Logging = Literal["NONE", "INFO", "ERROR"]
Alarms = Literal[True, False, "home"]
"""Whether there are alarms: in each instance of a StackSet, in none, or in homes alone."""
KeySource = Literal["none", "made", "given"]
"""Whether there is a KMS key, and whether the stack makes it: what ``encryption`` says."""
