"""Whether StackSets may deploy to the organization, and its units exist.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.doctor.account import organizations_region
from generator.doctor.check import Check, Said, fails, fine, unknown
from generator.doctor.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_NO_ORGANIZATION = "AWSOrganizationsNotInUseException"
_ELSEWHERE = ("ValidationError", "InvalidOperationException")
"""How CloudFormation refuses what only the management account or a delegated one may ask."""

_ABSENT = ("OrganizationalUnitNotFoundException", "InvalidInputException")


def _run(case: Case) -> Iterator[Outcome]:
    stackset = case.settings.deployment.stackset
    if stackset is None or not stackset.organizational_units:
        return
    organization = _organization(case)
    management = organization.get("MasterAccountId", "")
    actual, wanted = organization.get("Id", ""), stackset.organization_id
    if not actual or wanted not in (None, actual):
        yield _another(actual, wanted)
        return
    try:
        problems = [*_access(case, management), *_units(case, stackset.organizational_units)]
    except Refusal as refusal:
        # These calls are answered in the management account, and to a delegated administrator.
        if case.aws.id == management or not (refusal.denied or refusal.code in _ELSEWHERE):
            raise
        yield _ask_there(case, management)
        return
    yield from problems
    if not problems:
        yield fine(
            "StackSets may deploy to the organization, and its units exist.",
            "StackSets は組織にデプロイでき、組織単位も存在します。",
        )


def _access(case: Case, management: str) -> Iterator[Outcome]:
    as_whom = "SELF" if case.aws.id == management else "DELEGATED_ADMIN"
    answer = case.aws.answer("cloudformation", "DescribeOrganizationsAccess", CallAs=as_whom)
    if answer.get("Status") != "ENABLED":
        yield fails(
            Said(
                "StackSets have no trusted access to the organization.",
                "StackSets の信頼されたアクセスが有効になっていません。",
            ),
            Said(
                "Activate it in the management account: console of CloudFormation, StackSets.",
                "管理アカウントの CloudFormation コンソールの [StackSets] で有効にしてください。",
            ),
        )


def _organization(case: Case) -> dict[str, Any]:
    """Return the organization, which every account in it may read; nothing outside of one."""
    region = organizations_region(case.aws.partition)
    try:
        answer = case.aws.answer("organizations", "DescribeOrganization", region=region)
    except Refusal as refusal:
        if refusal.code != _NO_ORGANIZATION:
            raise
        return {}
    return dict(answer.get("Organization", {}))


def _another(actual: str, wanted: str | None) -> Outcome:
    return fails(
        Said(
            f"This account is in organization {actual or '-'}, and the file names"
            f" {wanted or 'units'}.",
            f"このアカウントの組織は {actual or 'なし'} ですが、ファイルには"
            f" {wanted or '組織単位'} があります。",
        ),
        Said(
            "Correct deployment.stackset.organization_id, or use other credentials.",
            "deployment.stackset.organization_id を修正するか、別の認証情報を使ってください。",
        ),
    )


def _ask_there(case: Case, management: str) -> Outcome:
    return unknown(
        Said(
            f"Account {case.aws.id} is neither the management account ({management}) nor a"
            " delegated administrator of StackSets: only there can the StackSet be created.",
            f"アカウント {case.aws.id} は管理アカウント ({management}) で"
            "も StackSets の委任された管理者でもありません。StackSet はそこでのみ作成できます。",
        ),
        Said(
            "Run doctor there for this; or register this account: CloudFormation, StackSets,"
            " Delegated administrators.",
            "この点はそこで doctor を実行して確認するか、CloudFormation の [StackSets] で"
            "委任された管理者に登録してください。",
        ),
        weighs=False,
    )


def _units(case: Case, units: tuple[str, ...]) -> Iterator[Outcome]:
    for unit in units:
        if not _exists(case, unit):
            yield fails(
                Said(
                    f"There is no organizational unit {unit}.", f"組織単位 {unit} は存在しません。"
                ),
                Said(
                    "Correct deployment.stackset.organizational_units.",
                    "deployment.stackset.organizational_units を修正してください。",
                ),
            )


def _exists(case: Case, unit: str) -> bool:
    region = organizations_region(case.aws.partition)
    if unit.startswith("r-"):
        answer = case.aws.answer("organizations", "ListRoots", region=region)
        return any(root["Id"] == unit for root in answer.get("Roots", []))
    try:
        case.aws.answer(
            "organizations", "DescribeOrganizationalUnit", region=region, OrganizationalUnitId=unit
        )
    except Refusal as refusal:
        if refusal.code not in _ABSENT:
            raise
        return False
    return True


CHECK = Check(
    name="stacksets",
    group="deployment",
    question=Said("May StackSets deploy?", "StackSets はデプロイできますか。"),
    calls=frozenset(
        {
            "cloudformation:DescribeOrganizationsAccess",
            "organizations:DescribeOrganization",
            "organizations:DescribeOrganizationalUnit",
            "organizations:ListRoots",
        }
    ),
    when="before",
    run=_run,
    decisive=False,
)
