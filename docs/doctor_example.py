"""An example of what ``doctor`` prints: of an account of which this file knows the answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.doctor_report import lines
from generator.doctor.account import Account
from generator.doctor.case import now
from generator.doctor.examine import examine, planned
from generator.doctor.refusals import Refusal
from generator.outputs import template_of
from generator.params import load

if TYPE_CHECKING:
    from generator.doctor.account import Call

_ACCOUNT, _REGION = "111122223333", "ap-northeast-1"
_CALLER = f"arn:aws:sts::{_ACCOUNT}:assumed-role/Deployer/me"

_ANSWERS: dict[str, dict[str, Any]] = {
    "DescribeHub": {"ControlFindingGenerator": "STANDARD_CONTROL"},
    "GetEnabledStandards": {"StandardsSubscriptions": [{"StandardsStatus": "READY"}]},
    "DescribeConfigurationRecorderStatus": {"ConfigurationRecordersStatus": []},
    "GetAdministratorAccount": {},
    "ListMembers": {"Members": []},
    "ListFindingAggregators": {"FindingAggregators": []},
    "DescribeRegions": {"Regions": [{"RegionName": _REGION}]},
    "DescribeSlackWorkspaces": {"SlackWorkspaces": []},
    "DescribeSlackChannelConfigurations": {"SlackChannelConfigurations": []},
    "ListRoles": {"Roles": []},
    "ListRules": {"Rules": [{}] * 12},
    "DescribeRule": {"Name": "SecurityHubFindingToSlack"},
}
"""An account where the same was built by hand, and the workspace's authorization removed."""

_CODES = {
    "DescribeStackResources": "ValidationError",
    "GetTopicAttributes": "NotFound",
    "GetRole": "AccessDenied",
    "GetServiceQuota": "AccessDenied",
}


def example(params: Path) -> str:
    """Return what is printed before the deployment of a params file."""
    loaded = load(params)
    built = template_of(loaded, "standalone.yaml")
    template = planned("standalone.yaml", built.template or {}, len(built.text.encode()))
    unknown: set[str] = set()

    def ask(call: Call) -> dict[str, Any]:
        if call.operation in _ANSWERS:
            return _ANSWERS[call.operation]
        if call.operation not in _CODES:
            unknown.add(call.operation)
        raise Refusal(call.action, _CODES.get(call.operation, ""), "")

    aws = Account(ask, id_=_ACCOUNT, caller=_CALLER, region=_REGION)
    examined = examine(loaded.settings, template, aws, now())
    if unknown:
        raise SystemExit(f"{Path(__file__).name}: what is answered to {', '.join(unknown)}?")
    return "\n".join(lines(examined, loaded.settings.language))
