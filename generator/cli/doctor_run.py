"""Runs ``doctor``: reads the account, and prints what was found."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import typer

from generator.cli.doctor_report import lines, plain
from generator.cli.doctor_sample import send
from generator.doctor.account import Account, Call
from generator.doctor.aws import NoCredentialsError, session
from generator.doctor.case import now
from generator.doctor.examine import examine, planned
from generator.doctor.record import Recorder
from generator.doctor.refusals import Refusal
from generator.outputs import template_of
from generator.params import BadInput, problem
from generator.updates.template_text import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from generator.doctor.case import Planned
    from generator.params import Loaded, Settings


class Asked(NamedTuple):
    """The options of the command."""

    profile: str
    region: str
    template: Path | None
    record: Path | None
    as_json: bool
    send_sample: bool


def run(loaded: Loaded, asked: Asked) -> None:
    """Examine the account; exit with 1 if something fails, or could not be looked at."""
    settings = loaded.settings
    template = _template(loaded, asked.template)
    recorder = Recorder(settings, now())
    aws = _account(asked, settings, recorder)
    try:
        with _spinner() as watch:
            examined = examine(settings, template, aws, recorder.time, watch)
    finally:
        if asked.record is not None:
            recorder.write(asked.record)
    language = settings.language
    if asked.as_json:
        typer.echo(json.dumps(plain(examined, language), indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(examined, language)))
    sent = not asked.send_sample or send(examined.case)
    if not (examined.sound and sent):
        raise typer.Exit(1)


def _template(loaded: Loaded, given: Path | None) -> Planned:
    """Return the template that is deployed: the one given, or that of the home."""
    if given is None:
        central = loaded.settings.deployment.stackset is not None
        name = "stackset.yaml" if central else "standalone.yaml"
        built = template_of(loaded, name)
        return planned(name, built.template or {}, len(built.text.encode()))
    try:
        text = given.read_text("utf-8")
        return planned(given.name, parse(text), len(text.encode()))
    except ValueError:
        raise BadInput([problem(given, "this is not a CloudFormation template")]) from None


def _account(asked: Asked, settings: Settings, recorder: Recorder) -> Account:
    """Return the account that the credentials are of; raise BadInput if there are none."""
    home = settings.deployment.home
    try:
        aws, region = session(asked.profile, asked.region or (home.region if home else ""))
        if not region:
            raise BadInput([problem("--region", "name a Region, or deployment.home.region")])
        ask = recorder.listening(aws)
        who = ask(Call("sts", "GetCallerIdentity", region, "{}"))
    except NoCredentialsError as error:
        message = f"{error}; name a profile (--profile), or sign in"
        raise BadInput([problem("AWS credentials", message)]) from None
    except Refusal as refusal:
        message = f"{refusal.code}: {refusal.message}"
        raise BadInput([problem("AWS credentials", message)]) from None
    return Account(ask, id_=who["Account"], caller=who["Arn"], region=region)


@contextmanager
def _spinner() -> Iterator[Callable[[Collection[str]], None]]:
    """Show on a terminal what is still waited for."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415

    with Console(stderr=True).status("...") as status:
        yield lambda names: status.update(f"Waiting for {', '.join(names)}")
