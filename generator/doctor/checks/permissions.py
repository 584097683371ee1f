"""Whether who asks may create what the template contains, as far as IAM can simulate it.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cloudformation.intrinsics import resolve
from generator.doctor.check import Check, Said, fails, fine, unknown
from generator.templates.launch_role_stack import grants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.blocks.deploy_permissions import Grant
    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    source = _source(case)
    if not source:
        yield fine("The root user may do everything.", "ルートユーザーにはすべて許可されています。")
        return
    types = {resource["Type"] for resource in case.planned.resources.values()}
    results = [result for grant in grants(types) for result in _simulate(case, source, grant)]
    denied = sorted({each["EvalActionName"] for each in results if _is_denied(each)})
    if not results:
        yield unknown(
            Said("IAM simulated nothing.", "IAM のシミュレーション結果がありません。"),
            Said("Try the deployment.", "デプロイして確かめてください。"),
        )
    elif denied:
        yield _outcome(denied, organization=any(map(_by_organization, results)))
    else:
        yield fine(
            f"IAM allows the {len({each['EvalActionName'] for each in results})} actions that"
            " creating the stack requires.",
            f"スタックの作成に必要な {len({each['EvalActionName'] for each in results})} 個の"
            "アクションは IAM で許可されています。",
        )


def _source(case: Case) -> str:
    """Return the ARN of the user or role that asks: a session is none that can be simulated."""
    name = case.aws.caller.split(":", 5)[5]
    if name == "root":
        return ""
    kind, _, rest = name.partition("/")
    if kind != "assumed-role":
        return case.aws.caller
    role = case.aws.answer("iam", "GetRole", RoleName=rest.partition("/")[0])
    return str(role["Role"]["Arn"])


def _simulate(case: Case, source: str, grant: Grant) -> list[dict[str, Any]]:
    given: dict[str, Any] = {}
    if grant.passed_to:
        context = {"ContextKeyName": "iam:PassedToService", "ContextKeyType": "string"}
        given["ContextEntries"] = [{**context, "ContextKeyValues": [grant.passed_to[0]]}]
    answer = case.aws.answer(
        "iam",
        "SimulatePrincipalPolicy",
        PolicySourceArn=source,
        ActionNames=list(grant.actions),
        ResourceArns=[_arn(case, resource) for resource in grant.resources[:1]],
        **given,
    )
    return list(answer.get("EvaluationResults", []))


def _arn(case: Case, resource: str) -> str:
    """Return one ARN of those that a grant is narrowed to."""
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


def _is_denied(result: dict[str, Any]) -> bool:
    return result.get("EvalDecision") != "allowed" or _by_organization(result)


def _by_organization(result: dict[str, Any]) -> bool:
    return result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations") is False


def _outcome(denied: list[str], *, organization: bool) -> Outcome:
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
            "これらの許可を得るか、許可のある CloudFormation のサービスロールでデプロイしてください"
            " (その場合、この行は当てはまりません)。",
        )
    return fails(
        Said(
            f"Creating the stack requires actions that are denied: {names}.",
            f"スタックの作成に必要なアクションが拒否されています: {names}。",
        ),
        remedy,
    )


CHECK = Check(
    name="permissions",
    group="deployment",
    question=Said("May you create the stack?", "スタックを作成できますか。"),
    calls=frozenset({"iam:SimulatePrincipalPolicy", "iam:GetRole"}),
    when="before",
    run=_run,
    decisive=False,
)
