"""Whether the topics are there, and accept what is published to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.path import TOPIC, topic_arns
from generator.doctor.policies import allows, denies, statements
from generator.doctor.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_GONE = ("NotFound", "NotFoundException")
_PUBLISH = "sns:Publish"


def _run(case: Case) -> Iterator[Outcome]:
    names = case.planned.named(TOPIC)
    problems = [problem for title, name in names.items() for problem in _looks(case, title, name)]
    yield from problems
    if names and not problems:
        yield fine(
            "The topics are there, and accept messages.",
            "トピックは存在し、メッセージを受け付けます。",
        )


def _looks(case: Case, title: str, name: str) -> Iterator[Outcome]:
    try:
        attributes = case.aws.answer("sns", "GetTopicAttributes", TopicArn=topic_arns(case)[title])[
            "Attributes"
        ]
    except Refusal as refusal:
        if refusal.code not in _GONE:
            raise
        yield fails(
            Said(f"Topic {name} does not exist.", f"トピック {name} は存在しません。"),
            Said("Delete the stack and create it again.", "スタックを削除して作り直してください。"),
        )
        return
    there = statements(attributes.get("Policy") or "{}")
    publishers = _publishers(case, title)
    refused = [service for service in publishers if not allows(there, service, _PUBLISH)]
    if not publishers and any(denies(each, "*", _PUBLISH) for each in there):
        refused = ["*"]
    if refused:
        services = ", ".join(refused)
        yield fails(
            Said(
                f"The access policy of topic {name} does not let {services} publish, or only under"
                " a condition.",
                f"トピック {name} のアクセスポリシーは、{services} の発行を許可していないか、"
                "条件付きでのみ許可しています。",
            ),
            Said(
                "Restore the policy of the template. A condition keeps EventBridge out.",
                "テンプレートのポリシーに戻してください。条件を付けると EventBridge は発行で"
                "きません。",
            ),
        )


def _publishers(case: Case, title: str) -> list[str]:
    """Return the services that the template lets publish to a topic, without a condition."""
    policies = case.planned.of_type("AWS::SNS::TopicPolicy").values()
    return [
        service
        for policy in policies
        if title in policy["Topics"]
        for statement in policy["PolicyDocument"]["Statement"]
        for service in _services(statement)
    ]


def _services(statement: dict[str, Any]) -> list[str]:
    principal = statement.get("Principal")
    if statement.get("Effect") != "Allow" or statement.get("Condition"):
        return []
    service = principal.get("Service") if isinstance(principal, dict) else None
    return [service] if isinstance(service, str) else list(service or [])


CHECK = Check(
    name="topics",
    group="path",
    question=Said("Do the topics accept messages?", "トピックはメッセージを受け付けますか。"),
    calls=frozenset({"sns:GetTopicAttributes"}),
    when="after",
    run=_run,
)
