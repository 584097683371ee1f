"""The words of the messages, in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.params.choices import Language

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "zone": " UTC",
        "zone_shift": "0",
        "untitled": "Security Hub finding",
        "resource": "Resource",
        "since": "First seen",
        "product": "Product",
        "compliance": "Compliance status",
        "workflow": "Workflow status",
        "record": "Record state",
        "standards": "Standards",
        "vulnerability": "Vulnerability",
        "exploit": "Exploit",
        "available": "available",
        "package": "Package",
        "fixed": "Fixed version",
        "unfixed": "no fix available",
        "status": "Status",
        "activity": "Activity",
        "impact": "Impact",
        "likelihood": "Likelihood",
        "contributing": "Contributing findings",
        "signals": "Signals",
        "failed": "Failed assessment",
        "fix": "How to fix it",
        "source": "Open where it was found",
        "console": "Open in Security Hub",
        "more": "(+{} more)",
        "findings": "(+{} more findings in this event)",
    },
    "ja": {
        "zone": " JST",
        "zone_shift": "32400000",
        "untitled": "Security Hub の検出結果",
        "resource": "リソース",
        "since": "初回検出",
        "product": "製品",
        "compliance": "コンプライアンス",
        "workflow": "ワークフロー",
        "record": "レコードの状態",
        "standards": "セキュリティ標準",
        "vulnerability": "脆弱性",
        "exploit": "エクスプロイト",
        "available": "あり",
        "package": "パッケージ",
        "fixed": "修正バージョン",
        "unfixed": "修正なし",
        "status": "ステータス",
        "activity": "アクティビティ",
        "impact": "影響",
        "likelihood": "可能性",
        "contributing": "関連する検出結果",
        "signals": "シグナル",
        "failed": "失敗した評価",
        "fix": "修復手順",
        "source": "検出元で開く",
        "console": "Security Hub で開く",
        "more": "(ほか {} 件)",
        "findings": "(ほか {} 件の検出結果)",
    },
}
"""A ``{}`` is where a number goes. None has characters beyond U+FFFF: the escapes would be two,
which not every JSONata implementation puts together again."""
