"""The words around what checks found: labels of verdicts, and the verdict on everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Said

if TYPE_CHECKING:
    from generator.doctor.check import Verdict
    from generator.doctor.examine import Examined

_LABELS: dict[Verdict, Said] = {
    "fine": Said("fine", "問題なし"),
    "fails": Said("will fail", "失敗します"),
    "twice": Said("will notify twice", "重複します"),
    "unknown": Said("could not look", "確認できず"),
}
_FAILS = Said("fails", "失敗")


def label(verdict: Verdict, *, deployed: bool) -> Said:
    """Return what a verdict is called, before or after the deployment."""
    return _FAILS if deployed and verdict == "fails" else _LABELS[verdict]


def verdict(examined: Examined) -> Said:
    """Return the verdict on everything, in a sentence."""
    failing, blind = len(examined.failing), len(examined.blind)
    if failing:
        return _failing(examined, failing)
    if blind or not examined.looked:
        return Said(
            "No verdict: something that it depends on could not be looked at.",
            "判定できません。判定に必要なものを確認できませんでした。",
        )
    if examined.stack is None:
        return Said(
            "Nothing was found that would keep this deployment from working.",
            "デプロイの妨げになるものは見つかりませんでした。",
        )
    if examined.last:
        return Said(
            f"Findings arrive: the last message was delivered in the hour from {examined.last}.",
            f"検出結果は届いています。最後のメッセージの配信: {examined.last} からの 1 時間。",
        )
    return Said(
        "Nothing fails, but no message was delivered in the last day: --send-sample tries it.",
        "問題はありませんが、この 1 日にメッセージは配信されていません。--send-sample で試せます。",
    )


def _failing(examined: Examined, count: int) -> Said:
    if examined.stack is None:
        return Said(
            f"This deployment will not work: {count} to fix.",
            f"このデプロイは機能しません。修正が必要: {count} 件。",
        )
    if examined.last:
        return Said(
            f"Findings arrive, the last in the hour from {examined.last}, but {count} to fix.",
            f"検出結果は届いていますが (最後: {examined.last} からの 1 時間)、修正が必要で"
            f"す: {count} 件。",
        )
    return Said(
        f"Findings do not arrive, or not as the file says: {count} to fix.",
        f"検出結果が届いていないか、ファイルのとおりではありません。修正が必要: {count} 件。",
    )
