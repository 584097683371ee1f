"""Who else has roles in the path of this file's: the same `name`, perhaps in another Region.

The template gives roles no names, so this does not fail; but a launch role covers all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fine
from generator.system.plural import plural
from generator.templates.shared import role_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    path = role_path(case.settings)
    roles = case.aws.answer("iam", "ListRoles", PathPrefix=path).get("Roles", [])
    if not roles:
        yield fine(f"No role is in {path} yet.", f"{path} にロールはまだありません。")
        return
    yield fine(
        f"{path} has {plural(len(roles), 'role')}, such as {roles[0]['RoleName']}: another Region"
        " has a stack of this `name`, or another file has the same `name`.",
        f"{path} にはすでに {len(roles)} 個のロールがあります (例: {roles[0]['RoleName']})。"
        "同じ `name` のスタックが別のリージョンにあるか、"
        "別のファイルが同じ `name` を使っています。",
    )


CHECK = Check(
    name="role-path",
    group="deployment",
    question=Said("Are there roles in this path?", "このパスにロールがありますか。"),
    calls=frozenset({"iam:ListRoles"}),
    when="before",
    run=_run,
    decisive=False,
)
