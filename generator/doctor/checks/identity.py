"""Whether the credentials are those of the home, where the file names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.path import message_topics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    home = case.settings.deployment.home
    here = (case.aws.id, case.here)
    wanted = (home.account or case.aws.id, home.region) if home else here
    if here == wanted or not message_topics(case):
        forwards = "" if here == wanted else f" The home is account {wanted[0]}, {wanted[1]}."
        ja = "" if here == wanted else f"ホームはアカウント {wanted[0]} の {wanted[1]} です。"
        yield fine(
            f"Account {case.aws.id}, Region {case.here}, as {case.aws.caller}.{forwards}",
            f"アカウント {case.aws.id}、リージョン {case.here}、{case.aws.caller} と"
            f"して確認します。{ja}",
        )
        return
    yield fails(
        Said(
            f"This is account {case.aws.id}, Region {case.here}; the file's home is account"
            f" {wanted[0]}, Region {wanted[1]}.",
            f"ここはアカウント {case.aws.id}、リージョン {case.here} ですが、ファイルのホームは"
            f"アカウント {wanted[0]}、リージョン {wanted[1]} です。",
        ),
        Said(
            "Use credentials of the home (--profile, --region), or change deployment.home.",
            "ホームの認証情報を使う (--profile、--region) か、deployment.home を変更してください。",
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
