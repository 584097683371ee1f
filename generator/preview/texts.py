"""The words of the page, by language."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from generator.backtest.floods import Help, Per
    from generator.params.choices import ChannelKind


class Texts(NamedTuple):
    """What the page itself says; ``{n}`` and the like are filled in by the page."""

    title: str
    title_of_channels: str
    kinds: dict[ChannelKind, str]
    skip: str
    channels: str
    lead: str
    times: str
    filters: str
    route: str
    all_routes: str
    severity: str
    no_label: str
    search: str
    search_hint: str
    showing: str
    nothing_matches: str
    messages: str
    no_message: str
    at_once: str
    lost_in_channel: str
    lost_in_service: str
    per: dict[Per, str]
    helping: str
    helps: dict[Help, str]
    comma: str
    or_: str
    semicolon: str
    digest: str
    as_of: str
    app: str
    replies: str
    no_time: str
    by_route: str
    because: str
    matches_all: str
    unlike: str
    none: str
    more: str
    native: str
    failed: str
    raw: str
    next_steps: str
    account: str
    region: str
    resource: str
    product: str
    control: str
    compliance: str
    workflow: str
    untitled: str
    rest: str
    read: str
    left_out: str
    unmatched: str
    missed: str
    not_open: str
    nearest: str
    is_missing: str
    is_not: str
    is_excluded: str
    again: str
    sent_by_both: str
    kept_back: str
    excepted: str
    other_events: str
    other_source: str
    filled_in: str
    unwrapped: str
    rejected: str
    rejected_more: str
    about: str
    about_summary: str
    about_native: str
    about_teams: str
    about_mail: str
    about_buttons: str
    about_once: str
    about_defaults: str
    day: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]


_ENGLISH = Texts(
    title="What Slack would show: {name}",
    title_of_channels="What the channels would show: {name}",
    kinds={"slack": "", "teams": "Microsoft Teams", "email": "e-mail"},
    skip="Skip to the messages",
    channels="Channels",
    lead="{sent} messages from {findings} findings, as the rules of {file} would send them.",
    times="All times are UTC.",
    filters="Filters",
    route="Route",
    all_routes="All routes",
    severity="Severity",
    no_label="No label",
    search="Search",
    search_hint="Title, account, resource …",
    showing="{shown} of {all} messages",
    nothing_matches="No message matches these filters.",
    messages="{n} messages",
    no_message="Nothing: no route to this channel matches any of these findings.",
    at_once="Most messages at once: {minute} in a minute ({minute_at}), {hour} in an hour"
    " ({hour_at}).",
    lost_in_channel="{messages} messages in the {per} of {at} UTC: a channel shows about {limit}"
    " in that time. The rest is lost, and only the channel's logging says so. What helps:"
    " {helping}.",
    lost_in_service="{messages} messages to all channels in the {per} of {at} UTC: the chat service"
    " accepts {limit} in that time. The rest is lost, and only the channels' logging says so. What"
    " helps: {helping}.",
    per={"minute": "minute", "hour": "hour"},
    helping="for route {route} ({messages}), {ways}",
    helps={
        "once": "notify: once for what is sent again and again",
        "match": "a narrower match",
        "digest": "a digest in place of messages",
    },
    comma=", ",
    or_=" or ",
    semicolon="; ",
    digest="Digest {name}",
    as_of="as of the newest finding,",
    app="App",
    replies="{n} in the thread",
    no_time="no time",
    by_route="Route",
    because="because",
    matches_all="it matches every finding",
    unlike="not",
    none="none",
    more="and {n} more",
    native="The chat service formats this message itself; it may look different.",
    failed="No message can be composed for this finding: {why}",
    raw="This message is not a valid custom notification; the chat service would drop it.",
    next_steps="Next steps",
    account="Account",
    region="Region",
    resource="Resource",
    product="Product",
    control="Control",
    compliance="Compliance",
    workflow="Workflow",
    untitled="(no title)",
    rest="Not sent",
    read="Findings read: {n}",
    left_out="Older messages not on this page: {n}. Change the number with --limit.",
    unmatched="Findings not matched by any route: {n}",
    missed="The most severe of them, and what keeps them from the nearest route:",
    not_open="not open",
    nearest="Nearest route {route}:",
    is_missing="{key} is missing, not {words}",
    is_not="{key} is {values}, not {words}",
    is_excluded="{key} is {values}, which is excluded",
    again="Given more than once: {n} messages that are not shown, since each exported finding"
    " counts once.",
    sent_by_both="Sent twice to {channel}, once by each product: {n}",
    excepted="Matched by the exception {name}: {n}",
    kept_back="Updates not sent, since the finding was marked after its first message: {n}",
    other_events="Other events, which no rule matches: {n}",
    other_source="no route has `source: {source}`",
    unwrapped="Unwrapped: {forms}",
    filled_in="Filled in as Security Hub does on import: {fields}",
    rejected="Records that are not findings: {n}",
    rejected_more="and {n} more",
    about="How exact this page is",
    about_summary="Texts of summary messages are exact: they are computed by the expression that"
    " is deployed. Spacing, avatar, the frame and the heading of the next steps are those of Slack"
    " and the chat service, and may differ.",
    about_native="Native messages are drawn by the chat service from the untouched event. Their"
    " cards here only show the main fields.",
    about_teams="Microsoft Teams shows the texts in cards of its own, and may show some marks"
    " differently.",
    about_mail="Below each mail, SNS adds a link to unsubscribe.",
    about_buttons="Buttons are there where the finding's id can go into a command. Slack and Teams"
    " ask for confirmation before they run it.",
    about_once="Where a route notifies once, the finding is assumed to be marked (NOTIFIED, or"
    " In Progress in the new Security Hub) right after its first message, until it fails again or"
    " somebody sets it back to new.",
    about_defaults="Parameters of the stack are assumed to be at their defaults.",
    day="{weekday}, {month} {day}, {year}",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
)

_JAPANESE = Texts(
    title="Slack での表示: {name}",
    title_of_channels="各チャンネルでの表示: {name}",
    kinds={"slack": "", "teams": "Microsoft Teams", "email": "メール"},
    skip="メッセージへ移動",
    channels="チャンネル",
    lead="{file} のルールでは、{findings} 件の検出結果から {sent} 件のメッセージが送信されます。",
    times="時刻はすべて UTC です。",
    filters="絞り込み",
    route="ルート",
    all_routes="すべてのルート",
    severity="重要度",
    no_label="ラベルなし",
    search="検索",
    search_hint="タイトル、アカウント、リソースなど",
    showing="{all} 件中 {shown} 件を表示",
    nothing_matches="この条件に合うメッセージはありません。",
    messages="{n} 件",
    no_message="メッセージはありません。このチャンネルへのルートに一致する検出結果がないためです。",
    at_once="最も集中した時間帯: 1 分間に {minute} 件 ({minute_at})、1 時間に {hour} 件"
    " ({hour_at})。",
    lost_in_channel="{at} (UTC) からの {per}に {messages} 件が送信されます。1 つのチャンネルに"
    "表示されるのはこの時間に {limit} 件ほどで、超えた分は失われます。それがわかるのはチャンネルの"
    "ログだけです。対策: {helping}",
    lost_in_service="{at} (UTC) からの {per}に、すべてのチャンネルの合計で {messages} 件が送信され"
    "ます。チャットサービスが受け取るのはこの時間に {limit} 件までで、超えた分は失われます。それが"
    "わかるのはチャンネルのログだけです。対策: {helping}",
    per={"minute": "1 分間", "hour": "1 時間"},
    helping="ルート {route} ({messages} 件) では、{ways}",
    helps={
        "once": "繰り返し送られるものに notify: once を使う",
        "match": "条件を絞る",
        "digest": "メッセージの代わりにダイジェストにする",
    },
    comma="、",
    or_="、または",
    semicolon="。",
    digest="ダイジェスト {name}",
    as_of="最新の検出結果の時点",
    app="アプリ",
    replies="スレッド内の返信 {n} 件",
    no_time="時刻なし",
    by_route="ルート",
    because="一致した条件:",
    matches_all="すべての検出結果が対象",
    unlike="除外:",
    none="なし",
    more="ほか {n} 件",
    native="このメッセージはチャットサービスが描画するため、実際の見た目は異なることがあります。",
    failed="この検出結果からはメッセージを作れません: {why}",
    raw="送信内容がカスタム通知の形式ではないため、チャットサービスは表示しません。",
    next_steps="次のステップ",
    account="アカウント",
    region="リージョン",
    resource="リソース",
    product="製品",
    control="コントロール",
    compliance="コンプライアンス",
    workflow="ワークフロー",
    untitled="(タイトルなし)",
    rest="送信されなかったもの",
    read="読み込んだ検出結果: {n} 件",
    left_out="このページに載せていない古いメッセージ: {n} 件 (件数は --limit で変えられます)",
    unmatched="どのルートにも一致しない検出結果: {n} 件",
    missed="そのうち重要度の高いものと、最も近いルートに一致しない理由:",
    not_open="対応不要",
    nearest="最も近いルート {route}:",
    is_missing="{key} がありません (条件: {words})",
    is_not="{key} が {values} です (条件: {words})",
    is_excluded="{key} の {values} は除外されています",
    again="重複して渡された検出結果: {n} 件 (エクスポートの検出結果は 1 回だけ数えます)",
    sent_by_both="{channel} に両方の製品から 2 回送られたもの: {n} 件",
    excepted="例外 {name} に一致した検出結果: {n} 件",
    kept_back="最初のメッセージの後に通知済みとされたため送信されなかった更新: {n} 件",
    other_events="どのルールにも一致しない、ほかの種類のイベント: {n} 件",
    other_source="`source: {source}` のルートがありません",
    unwrapped="取り出し元: {forms}",
    filled_in="Security Hub がインポート時に補う項目を補いました: {fields}",
    rejected="検出結果ではないレコード: {n} 件",
    rejected_more="ほか {n} 件",
    about="このページの正確さ",
    about_summary="summary のメッセージの文面は、デプロイされる式そのものから作られており、実際と"
    "一致します。余白、アイコン、枠などの見た目と、見出し「次のステップ」は Slack と"
    "チャットサービスによるもので、異なることがあります。",
    about_native="native のメッセージは、チャットサービスが元のイベントから描画します。ここでは"
    "主な項目だけをカードで示しています。",
    about_teams="Microsoft Teams では独自のカードに表示され、記号の見え方が異なることがあります。",
    about_mail="メールの末尾には、SNS が登録解除のリンクを付けます。",
    about_buttons="ボタンは、検出結果の ID をコマンドに入れられる場合にだけ表示されます。実行の前に"
    "確認画面が表示されます。",
    about_once="一度だけ通知するルートでは、最初のメッセージの直後に検出結果が通知済み (NOTIFIED、"
    "新しい Security Hub では In Progress) になり、再び失敗するか、誰かが新規に戻すまでそのままに"
    "なると仮定しています。",
    about_defaults="スタックのパラメータは、デフォルト値のままとしています。",
    day="{year}年{month}月{day}日 ({weekday})",
    weekdays=("月", "火", "水", "木", "金", "土", "日"),
    months=tuple(map(str, range(1, 13))),
)

TEXTS = {"en": _ENGLISH, "ja": _JAPANESE}
