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
        return _with_last(
            examined,
            Said(
                "No verdict: something that it depends on could not be looked at.",
                "判定できません。判定に必要なものを確認できませんでした。",
            ),
        )
    if examined.stack is None:
        return Said(
            "Nothing was found that would keep this deployment from working.",
            "デプロイの妨げになるものは見つかりませんでした。",
        )
    if examined.last:
        return _with_last(examined, Said("Findings arrive.", "検出結果は届いています。"))
    return Said(
        "Nothing fails, but no message was sent in the last day: --send-sample tries it.",
        "問題はありませんが、この 1 日にメッセージは送信されていません。--send-sample で試せます。",
    )


def _failing(examined: Examined, count: int) -> Said:
    if examined.stack is None:
        return Said(
            f"This deployment will not work: {count} to fix.",
            f"このデプロイは機能しません。修正が必要: {count} 件。",
        )
    said = Said(
        f"Findings do not arrive, or not as the file says: {count} to fix.",
        f"検出結果が届いていないか、ファイルのとおりではありません。修正が必要: {count} 件。",
    )
    return _with_last(examined, said)


def _with_last(examined: Examined, said: Said) -> Said:
    """Add when the last message was accepted, and which channels had none.

    SNS knows that the chat service accepted a message, and not that the channel shows it.
    """
    if not examined.last:
        return said
    quiet = ", ".join(examined.quiet)
    return Said(
        f"{said.en} The last message was accepted by the chat service or a mailbox in the hour from"
        f" {examined.last}.{f' None in a day: {quiet}.' if quiet else ''}",
        f"{said.ja} 最後のメッセージをチャットサービスまたはメールボックスが"
        f"受け付けた時刻: {examined.last} からの 1"
        f" 時間。{f'この 1 日にないチャンネル: {quiet}。' if quiet else ''}",
    )
