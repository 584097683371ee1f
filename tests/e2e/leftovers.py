"""Looks for what a deleted stack left behind, in the services themselves."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple


class Listing(NamedTuple):
    """How a service lists the resources of one type, and where their ids stand."""

    service: str
    operation: str
    items: str
    identifier: str
    bare: bool = False  # the items are the ids themselves


# Only types whose loss or survival a user would notice; policies go with what they are attached to.
LISTINGS = {
    "AWS::CloudWatch::Alarm": Listing("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "AWS::Events::Rule": Listing("events", "list_rules", "Rules", "Name"),
    "AWS::IAM::ManagedPolicy": Listing("iam", "list_policies", "Policies", "Arn"),
    "AWS::IAM::Role": Listing("iam", "list_roles", "Roles", "RoleName"),
    "AWS::KMS::Alias": Listing("kms", "list_aliases", "Aliases", "AliasName"),
    "AWS::Logs::LogGroup": Listing("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "AWS::Scheduler::Schedule": Listing("scheduler", "list_schedules", "Schedules", "Name"),
    "AWS::Scheduler::ScheduleGroup": Listing(
        "scheduler", "list_schedule_groups", "ScheduleGroups", "Name"
    ),
    "AWS::SecurityHub::AutomationRule": Listing(
        "securityhub", "list_automation_rules", "AutomationRulesMetadata", "RuleArn"
    ),
    "AWS::SecurityHub::AutomationRuleV2": Listing(
        "securityhub", "list_automation_rules_v2", "Rules", "RuleArn"
    ),
    "AWS::SecurityHub::Insight": Listing("securityhub", "get_insights", "Insights", "InsightArn"),
    "AWS::SNS::Topic": Listing("sns", "list_topics", "Topics", "TopicArn"),
    "AWS::SQS::Queue": Listing("sqs", "list_queues", "QueueUrls", "", bare=True),
    "AWS::StepFunctions::StateMachine": Listing(
        "stepfunctions", "list_state_machines", "stateMachines", "stateMachineArn"
    ),
}


def still_there(
    client: Callable[[str], Any], resources: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return those of the resources that their services still list."""
    by_type: dict[str, list[dict[str, Any]]] = {}
    for resource in resources:
        by_type.setdefault(resource["ResourceType"], []).append(resource)
    found = []
    for kind in sorted(by_type.keys() & LISTINGS.keys()):
        present = set(_ids(client(LISTINGS[kind].service), LISTINGS[kind]))
        # A rule on a bus of its own has the id BUS|NAME.
        found += [r for r in by_type[kind] if r["PhysicalResourceId"].split("|")[-1] in present]
    return found


def _ids(client: Any, listing: Listing) -> Iterator[str]:
    whole = not client.can_paginate(listing.operation)
    ask = getattr(client, listing.operation)
    pages = [ask()] if whole else client.get_paginator(listing.operation).paginate()
    for page in pages:
        for item in page.get(listing.items, []):
            yield item if listing.bare else item[listing.identifier]
