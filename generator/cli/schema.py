"""``schema``: the JSON Schema of params files."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of the params format (params/schema.json)."""
    from generator.params.schema import schema_text  # noqa: PLC0415  (rarely needed)

    typer.echo(schema_text(), nl=False)
