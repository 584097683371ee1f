"""Whether the KMS key is usable by every service on the way.

Conditions on the account or ARN of the source are not met by EventBridge.
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troposphere import encode_to_dict

from generator.doctor.check import Check, Said, fails, fine, unknown
from generator.doctor.policies import allows, statements
from generator.doctor.refusals import Refusal
from generator.templates.forwarder import alarm_publishers
from generator.templates.home import key_users
from generator.templates.home_location import may_forward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_KEY = "AWS::KMS::Key"


def _run(case: Case) -> Iterator[Outcome]:
    given = [case.settings.encryption] if case.settings.key_source == "given" else []
    for key in [*given, *case.deployed(_KEY).values()]:
        try:
            metadata = case.aws.answer("kms", "DescribeKey", KeyId=key)["KeyMetadata"]
        except Refusal as refusal:
            if refusal.code != "NotFoundException":
                raise
            yield _unusable(key, "NotFound")
            continue
        if metadata.get("KeyState", "Enabled") != "Enabled":
            yield _unusable(key, metadata["KeyState"])
        elif metadata.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
            yield _unusable(key, metadata["KeySpec"])
        elif _of_another(case, key):
            yield _ask_there(key)
        else:
            yield _policy(case, key)


def _of_another(case: Case, key: str) -> bool:
    """Whether a key is another account's: who may use it can be read only there.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
    """
    return key.startswith("arn:") and key.split(":")[4] != case.aws.id


def _ask_there(key: str) -> Outcome:
    return unknown(
        Said(
            f"Key {key} belongs to another account, and its policy can be read only there.",
            f"キー {key} は別のアカウントのものです。"
            "キーポリシーはそのアカウントでのみ確認できます。",
        ),
        Said(
            "Compare it with the statements of DEPLOY.md, section on the key.",
            "DEPLOY.md のキーの節にあるステートメントと比べてください。",
        ),
        weighs=False,
    )


def _unusable(key: str, why: str) -> Outcome:
    return fails(
        Said(f"Key {key} cannot be used: {why}.", f"キー {key} は使えません: {why}。"),
        Said(
            "Enable it (or cancel its deletion), or name another: SNS and SQS need an enabled"
            " symmetric key.",
            "キーを有効にする (または削除をキャンセルする) か、別のキーを指定してください。"
            "SNS と SQS には、有効な対称キーが必要です。",
        ),
    )


def _policy(case: Case, key: str) -> Outcome:
    answer = case.aws.answer("kms", "GetKeyPolicy", KeyId=key, PolicyName="default")
    there = statements(answer["Policy"])
    lacking = [
        f"{service}: {action}"
        for service, action in _wanted(case)
        if not allows(there, service, action)
    ]
    if not lacking:
        return fine(
            "The key's policy allows every service on the way.",
            "キーポリシーは経路上のすべてのサービスを許可しています。",
        )
    names = ", ".join(lacking)
    return fails(
        Said(
            f"The policy of key {key} does not allow, or allows only under a condition: {names}.",
            f"キー {key} のポリシーで許可されていないか、条件付きでのみ許可されています: {names}。",
        ),
        Said(
            "Add the statements of DEPLOY.md, section on the key, to its policy.",
            "DEPLOY.md のキーの節にあるステートメントをキーポリシーに追加してください。",
        ),
    )


def _wanted(case: Case) -> Iterator[tuple[str, str]]:
    settings = case.settings
    forwarded = bool(alarm_publishers(settings)) and may_forward(settings)
    for statement in encode_to_dict(key_users(settings, alarms_forwarded=forwarded)):
        for service in _services(statement):
            for action in statement["Action"]:
                yield service, action


def _services(statement: dict[str, Any]) -> list[str]:
    """Return the services that a statement names; others' names depend on the Region."""
    services = statement.get("Principal", {}).get("Service", [])
    listed = services if isinstance(services, list) else [services]
    return [service for service in json.loads(json.dumps(listed)) if isinstance(service, str)]


CHECK = Check(
    name="key",
    group="deployment",
    question=Said("Can each service use the key?", "各サービスはキーを使えますか。"),
    calls=frozenset({"kms:DescribeKey", "kms:GetKeyPolicy"}),
    when="always",
    run=_run,
)
