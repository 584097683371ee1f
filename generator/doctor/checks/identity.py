"""Whether the credentials are those of the home, where the file names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

FORWARDING = "stackset.yaml"


def _run(case: Case) -> Iterator[Outcome]:
    home = case.settings.deployment.home
    here = (case.aws.id, case.here)
    wanted = (home.account or case.aws.id, home.region) if home else here
    if here == wanted:
        yield fine(
            f"Account {case.aws.id}, Region {case.here}, as {case.aws.caller}.",
            f"アカウント {case.aws.id}、リージョン {case.here}、{case.aws.caller}"
            " として確認します。",
        )
    elif case.planned.name == FORWARDING:
        yield fine(
            f"Account {case.aws.id}, Region {case.here}: an instance here forwards to {wanted[0]},"
            f" {wanted[1]}.",
            f"アカウント {case.aws.id}、リージョン {case.here} のインスタンスは {wanted[0]} の"
            f" {wanted[1]} に転送します。",
        )
    else:
        yield fails(
            Said(
                f"This is account {case.aws.id}, Region {case.here}; the file's home is account"
                f" {wanted[0]}, Region {wanted[1]}.",
                f"ここはアカウント {case.aws.id}、リージョン {case.here} ですが、ファイルのホームは"
                f"アカウント {wanted[0]}、リージョン {wanted[1]} です。",
            ),
            Said(
                "Use credentials of the home (--profile, --region), or change deployment.home.",
                "ホームの認証情報を使う (--profile、--region) か、deployment.home を"
                "変更してください。",
            ),
        )


CHECK = Check(
    name="identity",
    group="account",
    question=Said("Is this the home?", "ここはホームですか。"),
    calls=frozenset({"sts:GetCallerIdentity"}),
    when="always",
    run=_run,
)
