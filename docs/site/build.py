"""Builds the documentation as a site: ``make site``.

Two sites, one for each language, and a page that leads to them. Each embeds the preview page of
the sample findings, made by the program itself, and a picture of it if there is a Chromium.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
OUT = ROOT / "site"
MKDOCS = HERE / ".venv" / "bin" / "mkdocs"
SAMPLES = ROOT / "docs" / "findings.ndjson"

LANGUAGES = {
    "en": {
        "name": "English",
        "params": "summary-ja.yaml",
        "title": "A preview",
        "text": "This page was made by `findings-to-slack preview` from sample findings, with the"
        " params file below. Messages are computed by the deployed expression.",
        "nav": {
            "index": "Overview",
            "tutorial": "Tutorial",
            "routes": "Routes and messages",
            "try": "Try rules",
            "preview": "A preview",
            "deploy": "Ways to deploy",
            "thousand-accounts": "A thousand accounts",
            "doctor": "Check the account",
            "day-two": "Day two",
            "safety": "Why it is safe",
            "reference": "Reference",
        },
    },
    "ja": {
        "name": "日本語",
        "params": "summary-ja.yaml",
        "title": "プレビューの例",
        "text": "サンプルの検出結果と下の params ファイルから `findings-to-slack preview` で作った"
        "ページです。メッセージは、デプロイされる式で作られています。",
        "nav": {
            "index": "概要",
            "tutorial": "チュートリアル",
            "routes": "ルートとメッセージ",
            "try": "ルールを試す",
            "preview": "プレビューの例",
            "deploy": "デプロイの方法",
            "thousand-accounts": "1,000 アカウント",
            "doctor": "アカウントの確認",
            "day-two": "運用",
            "safety": "安全性",
            "reference": "リファレンス",
        },
    },
}

_FRONT = """<!doctype html>
<meta charset="utf-8"><title>Security Hub findings in Slack</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script>
location.replace((navigator.language || "").startsWith("ja") ? "ja/index.html" : "en/index.html");
</script>
<p><a href="en/index.html">English</a> · <a href="ja/index.html">日本語</a></p>
"""


def main() -> None:
    """Build both sites into ``site/``."""
    shutil.rmtree(OUT, ignore_errors=True)
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as folder:
            _build(language, Path(folder))
    (OUT / "index.html").write_text(_FRONT, "utf-8")
    print(f"Built {OUT.relative_to(ROOT)}/index.html")


def _build(language: str, folder: Path) -> None:
    pages = folder / language
    shutil.copytree(ROOT / "docs" / language, pages)
    _preview(language, folder, pages)
    config = folder / "mkdocs.yml"
    config.write_text(yaml.safe_dump(_config(language), allow_unicode=True), "utf-8")
    command: list[str | Path] = [MKDOCS, "build", "--strict", "--quiet", "--config-file", config]
    # The theme announces its next major version on standard error, at each build.
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run([*command, "--site-dir", OUT / language], check=True, env=environment)


def _config(language: str) -> dict[str, Any]:
    texts: dict[str, Any] = LANGUAGES[language]
    config: dict[str, Any] = yaml.safe_load((HERE / "mkdocs.yml").read_text("utf-8"))
    config["docs_dir"] = language
    config["theme"]["language"] = language
    config["plugins"] = [{"search": {"lang": ["en", language] if language != "en" else ["en"]}}]
    config["nav"] = [{title: f"{page}.md"} for page, title in texts["nav"].items()]
    config["extra"] = {
        "alternate": [
            {"name": other["name"], "link": f"../{code}/index.html", "lang": code}
            for code, other in LANGUAGES.items()
        ]
    }
    return config


def _preview(language: str, folder: Path, pages: Path) -> None:
    """Add the page that shows the preview of the sample findings."""
    texts: dict[str, Any] = LANGUAGES[language]
    params = folder / "findings.yaml"
    text = (ROOT / "params" / texts["params"]).read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    params.write_text("\n".join(lines).replace("language: ja", f"language: {language}"), "utf-8")
    page = pages / "sample-preview.html"
    arguments: list[str | Path] = ["preview", params, SAMPLES, "--out", page]
    command: list[str | Path] = [sys.executable, "-m", "generator", *arguments]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    picture = _picture(page)
    frame = (
        '<iframe src="sample-preview.html" title="preview" loading="lazy"'
        ' style="width: 100%; height: 45rem; border: 1px solid"></iframe>'
    )
    body = [f"# {texts['title']}", texts["text"], frame]
    if picture:
        body.append(f"![{texts['title']}]({picture})")
    body.append(f"```yaml\n{params.read_text('utf-8').strip()}\n```")
    (pages / "preview.md").write_text("\n\n".join(body) + "\n", "utf-8")


def _picture(page: Path) -> str:
    """Take a picture of a page as a phone shows it; return its name, or nothing."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or (page.parent.name == "ja" and not _has_japanese_font()):
        return ""
    picture = page.with_name("sample-preview.png")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                *(chromium, *options, f"--user-data-dir={profile}", "--window-size=480,900"),
                *(f"--screenshot={picture}", page.as_uri()),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    return picture.name if picture.exists() else ""


def _has_japanese_font() -> bool:
    """Whether a picture would show more than boxes."""
    listed = subprocess.run(["fc-list", ":lang=ja"], capture_output=True, check=False)
    return bool(listed.stdout.strip())


if __name__ == "__main__":
    main()
