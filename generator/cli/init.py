"""``init``: a first params file, from a few questions or from options."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, get_args

import typer

from generator.params import BadInput, problem
from generator.params import choices as c
from generator.params.first_file import Answers, first_file, refusal
from generator.params.schema import schema_text
from generator.system.version import command

PRODUCTS = get_args(c.Source)

File = Annotated[Path, typer.Argument(metavar="[FILE]", help="The params file to write.")]
Name = Annotated[
    str, typer.Option(metavar="NAME", help="Name of the deployment, its topics and rules.")
]
Workspace = Annotated[
    str, typer.Option(metavar="ID", help="Slack workspace ID, such as T0123ABCD; may stay empty.")
]
Channel = Annotated[
    str, typer.Option(metavar="ID", help="Slack channel ID, such as C0123ABCD; may stay empty.")
]
Language = Annotated[str, typer.Option(metavar="en|ja", help="Language of messages and guide.")]
Severities = Annotated[
    str, typer.Option(metavar="LIST", help="Severities that notify, separated by commas.")
]
Product = Annotated[
    str,
    typer.Option(
        metavar="PRODUCT",
        help="Which product sends the findings: security_hub_cspm, formerly called Security Hub,"
        " or security_hub, the new one.",
    ),
]
_QUESTIONS = {
    "name": "Name of the deployment",
    "workspace_id": "Slack workspace ID (empty: asked for when the stack is created)",
    "channel_id": "Slack channel ID (empty: asked for when the stack is created)",
    "language": "Language of messages and guide (en, ja)",
    "severities": "Severities that notify",
    "product": f"Product that sends the findings ({', '.join(PRODUCTS)})",
}


def init(  # noqa: PLR0913  (the options of a command)
    file: File = Path("params/findings.yaml"),
    *,
    name: Name = "SecurityHubFindings",
    workspace_id: Workspace = "",
    channel_id: Channel = "",
    language: Language = "en",
    severities: Severities = "CRITICAL,HIGH",
    product: Product = "security_hub_cspm",
) -> None:
    """Write a first params file, and the schema with which editors check it.

    On a terminal it asks for what no option gives; elsewhere it uses the defaults shown.
    """
    if file.exists():
        raise BadInput([problem(file, "exists already; name another file")])
    answers = {
        "name": name,
        "workspace_id": workspace_id,
        "channel_id": channel_id,
        "language": language,
        "severities": severities,
        "product": product,
    }
    if sys.stdin.isatty():
        answers = {field: _asked(field, default) for field, default in answers.items()}
    wrong = [problem(_option(f), why) for f, value in answers.items() if (why := _wrong(f, value))]
    if wrong:
        raise BadInput(wrong)
    listed = tuple(_split(answers.pop("severities")))
    _write(file, first_file(Answers(**answers, severities=listed)))
    typer.echo(f"Wrote {file}. Next: {command('render')}")


def _asked(field: str, default: str) -> str:
    """Ask until the answer is right."""
    while True:
        answer = str(typer.prompt(_QUESTIONS[field], default=default)).strip()
        why = _wrong(field, answer)
        if not why:
            return answer
        typer.echo(why, err=True)


def _wrong(field: str, value: str) -> str:
    """Return what is wrong with an answer; nothing if it is right."""
    if field == "severities":
        words = _split(value)
        return next(filter(None, (refusal(field, word) for word in words)), "") or (
            "" if words else "name at least one severity"
        )
    may_stay_empty = field in ("workspace_id", "channel_id")
    return "" if may_stay_empty and not value else refusal(field, value)


def _split(words: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", words) if word]


def _option(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    (file.parent / "schema.json").write_text(schema_text(), "utf-8")
    with file.open("x", encoding="utf-8") as stream:
        stream.write(text)
