"""Renews the generated parts of the READMEs and of the pages in docs/: ``make docs``.

A part is between ``<!-- generated: NAME -->`` and ``<!-- end -->``. The English texts come
from the models, the commands and the Makefile; the Japanese ones from ``japanese.yaml``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import typer.main
import yaml

from doctor_example import example
from generator.cli.app import program
from generator.doctor.actions import policy
from generator.doctor.check import all_checks
from generator.findings.events import whole_event
from generator.lint import rules
from generator.messages import Look, evaluate, expression
from generator.params.choices import Language
from params_table import default_in_words, rows, value_in_words
from thousand_accounts import table

ROOT = Path(__file__).parents[1]

PAGES = {
    "en": [ROOT / "README.md", *sorted((ROOT / "docs" / "en").glob("*.md"))],
    "ja": [ROOT / "README.ja.md", *sorted((ROOT / "docs" / "ja").glob("*.md"))],
}
"""The pages of each language: the README first."""
JAPANESE = ROOT / "docs" / "japanese.yaml"
SAMPLES = ROOT / "docs" / "findings.ndjson"
"""Findings of ours, for the pages and for the preview page of the site."""
FINDINGS = ROOT.parent / "shared" / "corpus" / "findings.ndjson"
"""Public samples, no part of this project: without them what they gave before stays shown."""

_PART = re.compile(r"(<!-- generated: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_PROGRAM = "findings-to-slack"
_ENDS = "2027-02-28"
"""What pages show for a date that depends on the day."""
_WARNED = re.compile(r": warning: (ended|ends) ")
"""Is in lines that appear as the shipped exceptions come to their ends."""
_ENGLISH = {
    "key": "Key",
    "value": "Value",
    "default": "Left out",
    "meaning": "Meaning",
    "command": "Command",
    "check": "Check",
    "question": "What it asks",
    "when": "When",
    "before": "before",
    "after": "after",
    "always": "before and after",
    "decisive": "Needed",
    "yes": "yes",
    "required": "required",
    "text": "text",
    "text_up_to": "text, at most {n} characters",
    "number_within": "number, {low} to {high}",
    "mapping": "mapping",
    "mapping_of": "mapping; each value: {what}",
    "list": "list",
    "list_of": "list of {what}",
    "selection": "list, or `not:` list, of {what}",
    "comma": ", ",
    "or": " or ",
}

_LANGUAGES: dict[str, Language] = {"en": "en", "ja": "ja"}


class Texts(NamedTuple):
    """The texts of one language, and how to find the Japanese of an English one."""

    words: Mapping[str, str]
    own: Mapping[str, Mapping[str, str]] | None

    def of(self, kind: str, name: str, english: str) -> str:
        """Return what a key, command or target does; stop when nothing says so."""
        text = english if self.own is None else self.own[kind].get(name, "")
        if not text:
            where = "generator/" if self.own is None else f"{JAPANESE.relative_to(ROOT)}: {kind}"
            raise SystemExit(f"{where}: no text for {name!r}")
        return text


@cache
def texts(language: str) -> Texts:
    """Return the texts of a language."""
    if language == "en":
        return Texts(_ENGLISH, None)
    own = yaml.safe_load(JAPANESE.read_text("utf-8"))
    known = {
        "words": set(_ENGLISH),
        "keys": {row.path for row in rows()},
        "commands": set(subcommands()),
        "targets": set(targets()),
    }
    for kind, names in known.items():
        for name in sorted(set(own[kind]) - names):
            raise SystemExit(f"{JAPANESE.relative_to(ROOT)}: {kind}: nothing is named {name!r}")
    return Texts(own["words"], own)


def expected(text: str, language: str) -> str:
    """Return a README with its generated parts made again."""

    def renewed(match: re.Match[str]) -> str:
        if match[2] not in PARTS:
            raise SystemExit(f"no generated part is named {match[2]!r}")
        part = PARTS[match[2]](language)
        return match[0] if part is None else f"{match[1]}{part}\n{match[3]}"

    return _PART.sub(renewed, text)


def params_keys(language: str) -> str:
    """Return the table of all keys."""
    say = texts(language)
    lines = [
        (
            f"`{row.path}`",
            value_in_words(row.schema, say.words),
            say.words["required"] if row.required else default_in_words(row.schema.get("default")),
            _plain(say.of("keys", row.path, row.schema.get("description", ""))),
        )
        for row in rows()
    ]
    return _table([say.words[key] for key in ("key", "value", "default", "meaning")], lines)


def make_render(_: str) -> str:
    """Return what ``make render`` and ``make check`` print for the shipped params.

    The first screen is for a person with one account: other params files are left out.
    """
    rendered, checked, linted = _shipped()
    shown = _shorten(rendered.splitlines(), "templates_out/quickstart")
    return _block("console", f"$ make render\n{shown}\n\n$ make check\n{checked}\n{linted}\n...")


@cache
def _shipped() -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "params", Path(folder, "params"))
        ran = [_run(folder, command).splitlines() for command in ("render", "check", "lint")]
    return tuple("\n".join(line for line in lines if not _WARNED.search(line)) for lines in ran)


def _shorten(table: Sequence[str], begin: str) -> str:
    """Keep the head, the last line and the lines with a certain beginning; mark the gaps."""
    head, *body, last = table
    kept = groupby(body, lambda line: line.startswith(begin))
    parts = [part for keep, lines in kept for part in (lines if keep else ["..."])]
    return "\n".join([head, *parts, last])


def mistake(_: str) -> str:
    """Return what a mistyped severity and a stray key look like."""
    quickstart = (ROOT / "params" / "quickstart.yaml").read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "params").mkdir()
        wrong = quickstart.replace("[HIGH, ", "[HIHG, ").replace("workflow:", "workflows:")
        Path(folder, "params", "quickstart.yaml").write_text(wrong, "utf-8")
        return _block("console", f"$ make render\n{_run(folder, 'render')}")


def summary(language: str) -> str:
    """Return a summary message as Slack shows it: links by their texts alone."""
    finding = json.loads(SAMPLES.read_text("utf-8").splitlines()[0])
    text = evaluate(expression("summary", Look(_LANGUAGES[language])), whole_event(finding))
    content = json.loads(text)["content"]
    shown = f"{content['title']}\n{content['description']}".replace("\u200b", "")
    shown = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", shown).replace("*", "").replace("&amp;", "&")
    return _block("text", shown)


def lint_rules(_: str) -> str:
    """Return the table of our rules for cfn-lint."""
    all_rules = [getattr(rules, name)() for name in rules.__all__]
    lines = [
        (f"[{rule.id}]({rule.source_url})", _plain(rule.shortdesc), _plain(rule.description))
        for rule in sorted(all_rules, key=lambda rule: rule.id)
    ]
    return _table(["Rule", "What it checks", "Why"], lines)


def backtest(_: str) -> str | None:
    """Return the beginning and the end of a backtest, or nothing where its findings are absent."""
    if not FINDINGS.exists():
        return None
    command = ("backtest", "params/quickstart.yaml", FINDINGS.name)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "params", Path(folder, "params"))
        shutil.copy(FINDINGS, folder)
        lines = _run(folder, *command).splitlines()
    # Suggested exceptions end ninety days after the day on which this runs.
    lines = [re.sub(r"until: \d{4}-\d\d-\d\d", f"until: {_ENDS}", line) for line in lines]
    severe = next(i for i, line in enumerate(lines) if line.startswith("The most severe"))
    noisy = lines.index("Noisiest controls")
    shown = [*lines[: severe + 3], "...", *lines[noisy - 1 : noisy + 6], "...", lines[-1]]
    return _block("console", "\n".join([f"$ {_PROGRAM} {' '.join(command)}", *shown]))


def _run(folder: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "generator", *arguments],
        cwd=folder,
        # However wide the terminal is: a README has no columns.
        env={**os.environ, "COLUMNS": "", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


def quickstart(language: str) -> str:
    """Return the shortest whole params file of a language."""
    return _block("yaml", _quickstart(language).read_text("utf-8").rstrip())


def _quickstart(language: str) -> Path:
    name = "quickstart.yaml" if language == "en" else f"quickstart-{language}.yaml"
    return ROOT / "params" / name


def subcommands() -> dict[str, Any]:
    """Return the program's commands by name."""
    return dict(typer.main.get_group(program()).commands)


def commands(language: str) -> str:
    """Return the table of commands."""
    say = texts(language)
    lines = [
        (f"`{_usage(name, command)}`", _plain(say.of("commands", name, command.help or "")))
        for name, command in subcommands().items()
    ]
    return _table([say.words["command"], say.words["meaning"]], lines)


def _usage(name: str, command: Any) -> str:
    return " ".join([name, *map(_parameter, command.params)])


def _parameter(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar)
    option = " ".join([parameter.opts[0], *([] if parameter.is_flag else [parameter.metavar])])
    return option if parameter.required else f"[{option}]"


def make_targets(language: str) -> str:
    """Return the table of make targets."""
    say = texts(language)
    lines = [
        (f"`make {name}`", _plain(say.of("targets", name, text)))
        for name, text in targets().items()
    ]
    return _table([say.words["command"], say.words["meaning"]], lines)


def targets() -> dict[str, str]:
    """Return the targets of the Makefile that explain themselves."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9]+):.*?## (.+)$", makefile, re.MULTILINE))


def _plain(text: str) -> str:
    """Keep stars outside of code from becoming emphasis."""
    return "`".join(
        part if i % 2 else part.replace("*", "\\*") for i, part in enumerate(text.split("`"))
    )


def _table(head: Sequence[str], lines: Sequence[tuple[str, ...]]) -> str:
    cells = [tuple(cell.replace("|", "\\|") for cell in line) for line in lines]
    shown = [tuple(head), ("---",) * len(head), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in shown)


def _block(kind: str, text: str) -> str:
    return f"```{kind}\n{text}\n```"


def doctor_checks(language: str) -> str:
    """Return the table of what ``doctor`` asks."""
    words = texts(language).words
    lines = [
        (
            check.name,
            check.question.of(_LANGUAGES[language]),
            words[check.when],
            words["yes"] if check.decisive else "",
        )
        for check in all_checks()
    ]
    return _table([words[key] for key in ("check", "question", "when", "decisive")], lines)


def doctor_example(language: str) -> str:
    """Return what ``doctor`` prints of an account that is not ready."""
    return _block("text", example(_quickstart(language)))


def doctor_policy(_: str) -> str:
    """Return the IAM policy that ``doctor`` needs."""
    return _block("json", json.dumps(policy(sample=False), indent=2))


PARTS: dict[str, Callable[[str], str | None]] = {
    "backtest": backtest,
    "commands": commands,
    "doctor checks": doctor_checks,
    "doctor example": doctor_example,
    "doctor policy": doctor_policy,
    "lint rules": lint_rules,
    "make render": make_render,
    "make targets": make_targets,
    "mistake": mistake,
    "params keys": params_keys,
    "quickstart": quickstart,
    "summary": summary,
    "thousand accounts": table,
}


def main() -> None:
    """Write all pages again."""
    for language, pages in PAGES.items():
        for path in pages:
            path.write_text(expected(path.read_text("utf-8"), language), "utf-8")


if __name__ == "__main__":
    main()
