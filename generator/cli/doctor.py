"""``doctor``: what in an account would keep a deployment from working, or does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from generator.cli.options import AsJson, ParamsFile
from generator.params import load

_Profile = Annotated[str, typer.Option(metavar="P", help="Profile of the AWS configuration files.")]
_Region = Annotated[
    str, typer.Option(metavar="R", help="Region; default: the file's home, or the profile's.")
]
_Template = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="The rendered template that is deployed here; default: the home's."
    ),
]
_Record = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write what AWS answered, with names and ids replaced."),
]
_SendSample = Annotated[
    bool,
    typer.Option("--send-sample", help="Import the sample finding, after asking, and follow it."),
]
_Policy = Annotated[
    bool, typer.Option("--policy", help="Print the IAM policy that doctor needs, and stop.")
]


def doctor(  # noqa: PLR0913, PLR0917  (its options)
    params: ParamsFile,
    profile: _Profile = "",
    region: _Region = "",
    as_json: AsJson = False,  # noqa: FBT002
    template: _Template = None,
    record: _Record = None,
    send_sample: _SendSample = False,  # noqa: FBT002
    policy: _Policy = False,  # noqa: FBT002
) -> None:
    """Read an AWS account: what would keep this file's findings from arriving, or does."""
    loaded = load(params)
    if policy:
        from generator.doctor.actions import policy as needed  # noqa: PLC0415

        typer.echo(json.dumps(needed(sample=send_sample), indent=2))
        return
    from generator.cli.doctor_run import Asked, run  # noqa: PLC0415  (boto3 is slow to load)

    run(loaded, Asked(profile, region, template, record, as_json, send_sample))
