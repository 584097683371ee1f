"""Whether who asks may create what the template contains, as far as IAM can simulate it.

The simulator knows only the context that it is given, and evaluates no service control policy that
has conditions of its own: what it does not allow may still be allowed.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cloudformation.intrinsics import resolve
from generator.doctor.check import Check, Said, fails, fine, unknown
from generator.templates.launch_role_stack import grants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.blocks.deploy_permissions import Grant
    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_STACK = ("cloudformation:CreateStack", "cloudformation:CreateChangeSet")
_UNDOES = ("Delete", "Remove", "Unsubscribe", "Untag", "Update", "Schedule", "Disable")
"""The beginnings of actions that updates and deletions require, and creating does not."""

_GLOBAL = {"iam": "us-east-1"}
"""The Region that requests to a global service count as being of."""


def _run(case: Case) -> Iterator[Outcome]:
    source = _source(case)
    if not source:
        yield fine("The root user may do everything.", "ルートユーザーにはすべて許可されています。")
        return
    types = {resource["Type"] for resource in case.planned.resources.values()}
    results = [result for asked in _asked(case, types) for result in _simulate(case, source, asked)]
    denied = sorted({each["EvalActionName"] for each in results if _is_denied(each)})
    unclear = sorted({each["EvalActionName"] for each in results if not _is_allowed(each)})
    if denied:
        yield _denied(denied, organization=any(map(_by_organization, results)))
    elif unclear or not results:
        yield _unclear(unclear)
    else:
        count = len({each["EvalActionName"] for each in results})
        yield fine(
            f"IAM allows the {count} actions that creating the stack requires.",
            f"スタックの作成に必要な {count} 個のアクションは IAM で許可されています。",
        )


def _source(case: Case) -> str:
    """Return the ARN of the user or role that asks; a session itself cannot be simulated."""
    _, _, _, _, account, name = case.aws.caller.split(":", 5)
    if name == "root":
        return ""
    kind, _, rest = name.partition("/")
    if kind != "assumed-role":
        return case.aws.caller
    named = rest.partition("/")[0]
    role = case.aws.answer("iam", "GetRole", RoleName=named).get("Role", {})
    return str(role.get("Arn", f"arn:{case.aws.partition}:iam::{account}:role/{named}"))


def _asked(case: Case, types: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the requests to simulate: the actions of each grant on an example of its resources."""
    yield _request(case, _STACK, "*", "")
    for grant in grants(types):
        creating = [action for action in grant.actions if not _only_undoes(action)]
        if creating:
            for service in grant.passed_to or ("",):
                yield _request(case, creating, _arn(case, grant), service)


def _only_undoes(action: str) -> bool:
    return action.partition(":")[2].startswith(_UNDOES)


def _request(case: Case, actions: Iterable[str], arn: str, passed_to: str) -> dict[str, Any]:
    named = list(actions)
    region = _GLOBAL.get(named[0].partition(":")[0], case.here)
    context = {"aws:RequestedRegion": region}
    if passed_to:
        context["iam:PassedToService"] = passed_to
    entries = [
        {"ContextKeyName": key, "ContextKeyType": "string", "ContextKeyValues": [value]}
        for key, value in context.items()
    ]
    return {"ActionNames": named, "ResourceArns": [arn], "ContextEntries": entries}


def _simulate(case: Case, source: str, request: dict[str, Any]) -> list[dict[str, Any]]:
    answer = case.aws.answer("iam", "SimulatePrincipalPolicy", PolicySourceArn=source, **request)
    return list(answer.get("EvaluationResults", []))


def _arn(case: Case, grant: Grant) -> str:
    """Return one ARN of those that a grant is narrowed to."""
    resource = grant.resources[0]
    if resource == "*":
        return resource
    place = {
        "AWS::AccountId": case.aws.id,
        "AWS::Region": case.here,
        "AWS::Partition": case.aws.partition,
    }
    named = resource.replace("{name}", case.settings.name)
    arn = resolve({"Fn::Sub": f"arn:${{AWS::Partition}}:{named}"}, {}, place)
    return str(arn).replace(":*:", f":{case.here}:").replace("*", "example")


def _is_allowed(result: dict[str, Any]) -> bool:
    return result.get("EvalDecision") == "allowed" and not _by_organization(result)


def _is_denied(result: dict[str, Any]) -> bool:
    """Whether a policy denies it: one that merely does not allow it may lack context."""
    if result.get("MissingContextValues"):
        return False
    return result.get("EvalDecision") == "explicitDeny" or _by_organization(result)


def _by_organization(result: dict[str, Any]) -> bool:
    return result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations") is False


def _denied(denied: list[str], *, organization: bool) -> Outcome:
    names = ", ".join(denied)
    if organization:
        remedy = Said(
            "A service control policy of the organization denies some: ask its administrators.",
            "一部は組織のサービスコントロールポリシーで拒否されています。管理者に依頼してください。",
        )
    else:
        remedy = Said(
            "Ask for these permissions, or deploy with a service role of CloudFormation that has"
            " them (then this line does not apply).",
            "これらの許可を得るか、許可のある CloudFormation のサービスロールで"
            "デプロイしてください (その場合、この行は当てはまりません)。",
        )
    return fails(
        Said(
            f"Creating the stack requires actions that are denied: {names}.",
            f"スタックの作成に必要なアクションが拒否されています: {names}。",
        ),
        remedy,
    )


def _unclear(names: list[str]) -> Outcome:
    listed = ", ".join(names) or "-"
    return unknown(
        Said(
            f"IAM's simulation does not say that these credentials may do: {listed}.",
            f"IAM のシミュレーションでは、この認証情報に次の許可を確認できません: {listed}。",
        ),
        Said(
            "If you deploy with these credentials, ask for the permissions; the simulation does"
            " not know every condition.",
            "この認証情報でデプロイする場合は許可を得てください。"
            "シミュレーションはすべての条件を考慮するわけではありません。",
        ),
        weighs=False,
    )


CHECK = Check(
    name="permissions",
    group="deployment",
    question=Said("May you create the stack?", "スタックを作成する権限はありますか。"),
    calls=frozenset({"iam:SimulatePrincipalPolicy", "iam:GetRole"}),
    when="before",
    run=_run,
    decisive=False,
)
