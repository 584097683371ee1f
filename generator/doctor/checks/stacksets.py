"""Whether StackSets may deploy to the organization, and its units exist.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.account import ORGANIZATIONS_REGION
from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_NO_ORGANIZATION = "AWSOrganizationsNotInUseException"
_STACKSETS = "member.org.stacksets.cloudformation.amazonaws.com"
_ABSENT = ("OrganizationalUnitNotFoundException", "InvalidInputException")


def _run(case: Case) -> Iterator[Outcome]:
    stackset = case.settings.deployment.stackset
    if stackset is None or not stackset.organizational_units:
        return
    problems = [*_access(case), *_organization(case), *_units(case, stackset.organizational_units)]
    yield from problems
    if not problems:
        yield fine(
            "StackSets may deploy to the organization, and its units exist.",
            "StackSets は組織にデプロイでき、組織単位も存在します。",
        )


def _access(case: Case) -> Iterator[Outcome]:
    answer = case.aws.answer("cloudformation", "DescribeOrganizationsAccess")
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


def _organization(case: Case) -> Iterator[Outcome]:
    stackset = case.settings.deployment.stackset
    wanted = stackset.organization_id if stackset else None
    try:
        answer = case.aws.answer(
            "organizations", "DescribeOrganization", region=ORGANIZATIONS_REGION
        )
    except Refusal as refusal:
        if refusal.code != _NO_ORGANIZATION:
            raise
        answer = {}
    organization = answer.get("Organization", {})
    actual = organization.get("Id", "")
    if not actual or (wanted and wanted != actual):
        yield _another(actual, wanted)
    elif case.aws.id not in (organization.get("MasterAccountId"), *_delegated(case)):
        yield _not_delegated(case, organization.get("MasterAccountId", ""))


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


def _delegated(case: Case) -> list[str]:
    answer = case.aws.answer(
        "organizations",
        "ListDelegatedAdministrators",
        region=ORGANIZATIONS_REGION,
        ServicePrincipal=_STACKSETS,
    )
    return [each["Id"] for each in answer.get("DelegatedAdministrators", [])]


def _not_delegated(case: Case, management: str) -> Outcome:
    return fails(
        Said(
            f"Account {case.aws.id} is neither the management account ({management}) nor a"
            " delegated administrator of StackSets.",
            f"アカウント {case.aws.id} は管理アカウント ({management}) でも StackSets の委任された"
            "管理者でもありません。",
        ),
        Said(
            "Use the management account, or register this one there: CloudFormation, StackSets,"
            " Delegated administrators.",
            "管理アカウントを使うか、そこで CloudFormation の [StackSets] の委任された管理者に"
            "登録して"
            "ください。",
        ),
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
    if unit.startswith("r-"):
        answer = case.aws.answer("organizations", "ListRoots", region=ORGANIZATIONS_REGION)
        return any(root["Id"] == unit for root in answer.get("Roots", []))
    try:
        case.aws.answer(
            "organizations",
            "DescribeOrganizationalUnit",
            region=ORGANIZATIONS_REGION,
            OrganizationalUnitId=unit,
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
            "organizations:ListDelegatedAdministrators",
            "organizations:DescribeOrganizationalUnit",
            "organizations:ListRoots",
        }
    ),
    when="before",
    run=_run,
    decisive=False,
)
