"""How ``--help`` looks: arguments by their names alone, whole summaries, exit codes."""

from __future__ import annotations

from typing import Any

from typer.core import TyperArgument, TyperCommand

EXIT_CODES = (
    "Exit codes: 0 success; 1 lint findings, outputs that differ, a failed gate, or a fault that"
    " doctor found; 2 bad input; 70 internal error; 74 input or output error; 130 interrupted."
)


class Command(TyperCommand):
    """A command whose help a reader needs no Python for."""

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002  (the base class's)
        """Return the whole summary: it is wrapped where it is shown, and never cut."""
        return (self.help or "").partition("\n\n")[0].strip()

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the usage with the arguments as their names say: in brackets where optional."""
        names = [argument.metavar or argument.name for argument in self._arguments()]
        formatter.write_usage(ctx.command_path, " ".join(["[OPTIONS]", *names]))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options without the types of Python."""
        arguments = [
            (argument.metavar or argument.name, argument.help or "")
            for argument in self._arguments()
        ]
        options = [
            record
            for param in self.get_params(ctx)
            if not isinstance(param, TyperArgument) and (record := param.get_help_record(ctx))
        ]
        for title, records in (("Arguments", arguments), ("Options", options)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def _arguments(self) -> list[TyperArgument]:
        return [param for param in self.params if isinstance(param, TyperArgument)]
