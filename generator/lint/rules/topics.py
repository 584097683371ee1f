"""SNS topics and SQS queues to which EventBridge delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.lint.rules import base

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTBRIDGE = "events.amazonaws.com"
_NEEDED = ("kms:Decrypt", "kms:GenerateDataKey")
_KEY, _TOPIC, _QUEUE = "AWS::KMS::Key", "AWS::SNS::Topic", "AWS::SQS::Queue"
_UNSUPPORTED = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid")


class TopicPolicyCondition(base.ResourceRule):
    """Conditions under which EventBridge is documented not to publish."""

    id = "E9720"
    shortdesc = "A topic policy admits EventBridge without a condition"
    description = (
        "EventBridge does not support Condition blocks in the topic policy: events are then not"
        " delivered, without an error when the stack is deployed"
    )
    source_url = (
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"
    )
    types = ("AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy")

    def check(self, properties: dict[str, Any], _: dict[str, Any]) -> Iterator[base.Wrong]:
        """Yield each statement for EventBridge that has a condition."""
        for i, statement in _statements(properties.get("PolicyDocument")):
            if _admits_eventbridge(statement) and statement.get("Condition"):
                message = (
                    "EventBridge does not support conditions in a topic policy: allow"
                    f" {EVENTBRIDGE} in a statement without one"
                )
                yield ["PolicyDocument", "Statement", i, "Condition"], message


class KeyWithoutEventBridge(base.ResourceRule):
    """Keys with which EventBridge cannot encrypt what it delivers."""

    id = "E9721"
    shortdesc = "EventBridge may use the key of the topic or queue to which it delivers"
    description = (
        "EventBridge delivers to an encrypted topic or dead-letter queue only if the key's policy"
        " allows it kms:Decrypt and kms:GenerateDataKey, without conditions on the source;"
        " the keys alias/aws/sns and alias/aws/sqs, whose policies are AWS's, do not"
    )
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
    types = ("AWS::Events::Rule",)

    def check(self, properties: dict[str, Any], template: dict[str, Any]) -> Iterator[base.Wrong]:
        """Yield each target or dead-letter queue whose key keeps EventBridge out."""
        for i, target in enumerate(base.as_list(properties.get("Targets"))):
            if not isinstance(target, dict):
                continue
            letters = target.get("DeadLetterConfig") or {}
            places: list[tuple[list[str | int], Any, str]] = [
                (["Targets", i, "DeadLetterConfig", "Arn"], letters.get("Arn"), _QUEUE)
            ]
            if "RoleArn" not in target:
                places.append((["Targets", i, "Arn"], target.get("Arn"), _TOPIC))
            for path, arn, kind in places:
                reason = _keeps_out(template, _resource(template, arn, kind))
                if reason:
                    yield path, reason


def _keeps_out(template: dict[str, Any], encrypted: dict[str, Any] | None) -> str:
    """Return why EventBridge cannot use a topic's or queue's key; nothing if it can."""
    key = (encrypted or {}).get("KmsMasterKeyId")
    if isinstance(key, str) and key.rpartition(":")[2] in ("alias/aws/sns", "alias/aws/sqs"):
        return f"the policy of {key} cannot admit EventBridge: use a key of your own"
    resource = _resource(template, key, _KEY)
    if resource is None:
        return ""
    allowed = {
        str(action).lower()
        for _, statement in _statements(resource.get("KeyPolicy"))
        if _admits_eventbridge(statement) and not _narrowed(statement)
        for action in base.as_list(statement.get("Action"))
    }
    missing = [action for action in _NEEDED if not _allows(allowed, action)]
    if not missing:
        return ""
    return f"the key's policy does not allow {EVENTBRIDGE} {' and '.join(missing)}"


def _narrowed(statement: dict[str, Any]) -> bool:
    """Whether a statement has a condition that EventBridge does not meet."""
    operators = statement.get("Condition") or {}
    keys = [key for values in operators.values() if isinstance(values, dict) for key in values]
    return any(key.lower() in _UNSUPPORTED for key in keys)


def _allows(allowed: set[str], action: str) -> bool:
    wanted = action.lower()
    return any(
        wanted == pattern or (pattern.endswith("*") and wanted.startswith(pattern[:-1]))
        for pattern in allowed
    )


def _resource(template: dict[str, Any], reference: Any, kind: str) -> dict[str, Any] | None:
    """Return the properties of the resource of a type that a value refers to."""
    if not isinstance(reference, dict):
        return None
    attribute = reference.get("Fn::GetAtt")
    name = reference.get("Ref") or (attribute[0] if isinstance(attribute, list) else attribute)
    name = str(name).partition(".")[0]
    return dict(base.of_types(template, kind)).get(name)


def _statements(document: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    listed = base.as_list(document.get("Statement")) if isinstance(document, dict) else []
    for i, statement in enumerate(listed):
        if isinstance(statement, dict):
            yield i, statement


def _admits_eventbridge(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    services = principal.get("Service") if isinstance(principal, dict) else None
    return statement.get("Effect") == "Allow" and EVENTBRIDGE in base.as_list(services)
