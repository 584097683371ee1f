"""What CloudFormation replaces, from cfn-lint's resource schemas, and what AWS admits once."""

from __future__ import annotations

from functools import cache

NAMES = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::Chatbot::CustomAction": "ActionName",
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration": "ConfigurationName",
    "AWS::Chatbot::SlackChannelConfiguration": "ConfigurationName",
    "AWS::CloudFormation::StackSet": "StackSetName",
    "AWS::Events::EventBusPolicy": "StatementId",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::SQS::Queue": "QueueName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
"""The property that names a resource, of the types that this project gives names."""

CHANNELS = {"SlackChannelId": "Slack", "TeamsChannelId": "Teams"}
"""The properties that name a channel: it has one chat configuration in an account, whatever that
one's name. https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
"""


@cache
def create_only(kind: str) -> frozenset[str]:
    """Return the properties of a type whose change replaces the resource.

    Names alone: a path within a property counts as the property. Empty for an unknown type.
    """
    from cfnlint.schema.manager import (  # noqa: PLC0415  (half a second, where there are changes)
        PROVIDER_SCHEMA_MANAGER,
    )

    if kind not in PROVIDER_SCHEMA_MANAGER.get_resource_types("us-east-1"):
        return frozenset()
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    paths = [path.split("/")[2] for path in schema.get("createOnlyProperties", ())]
    return frozenset(paths)
