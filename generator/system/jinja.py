"""Templates of texts in the files of a package."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from generator.system.version import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2.bccache import Bucket

COMPILED = cache_folder() / "texts"
"""Where compiled templates are kept: to compile those of a guide needs a tenth of a second."""


def environment(
    module: str,
    *,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    html: bool = False,
    **options: Any,
) -> Environment:
    """Return what renders the files next to a module; a name that is not given is an error.

    Only HTML is escaped: JSONata and Markdown are made of validated settings and JSON texts.
    """
    jinja = Environment(
        loader=FileSystemLoader(Path(module).parent),
        undefined=StrictUndefined,
        autoescape=html,  # noqa: S701
        trim_blocks=True,  # a comment leaves no line
        bytecode_cache=_Compiled(f"{html}-{sorted(options.items())}"),
        **options,
    )
    jinja.filters |= {name: _when_rendered(given) for name, given in (filters or {}).items()}
    return jinja


class _Compiled(FileSystemBytecodeCache):
    """Keeps compiled templates, until their text, the options or Jinja change."""

    def __init__(self, options: str) -> None:
        super().__init__(str(COMPILED), "%s")
        self._depends_on = f"{options}-{Path(jinja2.__file__).stat().st_mtime_ns}"

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(f"{self._depends_on}-{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001  (a file that is damaged raises what pickle does)
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            COMPILED.mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


def _when_rendered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that Jinja does not call as it compiles: what it returns may change."""

    @jinja2.pass_context
    def called(_: object, *arguments: Any) -> Any:
        return function(*arguments)

    return called
