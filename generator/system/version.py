"""Which release this is, and whether it is installed or a checkout."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

PACKAGE = "securityhub-findings-to-slack"
PROGRAM = "findings-to-slack"
"""The installed command."""

_TOP = Path(__file__).parents[2]


@cache
def checkout() -> Path | None:
    """Return the top of the repository; None where the package is installed."""
    return _TOP if (_TOP / "pyproject.toml").is_file() else None


@cache
def version() -> str:
    """Return the version, which pyproject.toml has."""
    top = checkout()
    if top is None:
        from importlib.metadata import version as installed_version  # noqa: PLC0415  (rarely here)

        return installed_version(PACKAGE)
    import tomllib  # noqa: PLC0415  (before the command line is there, none of this is needed)

    project = tomllib.loads((top / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def cache_folder() -> Path:
    """Return where results are kept between runs: in the checkout, or in the user's cache."""
    top = checkout()
    if top is not None:
        return top / ".cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / PROGRAM
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / PROGRAM / "Cache"
    # https://specifications.freedesktop.org/basedir-spec/latest/
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / PROGRAM


def command(name: str) -> str:
    """Return how the user, who typed one command, types another."""
    typed = Path(sys.argv[0])
    if typed.name != "__main__.py" or checkout() is None:
        return f"{typed.stem if typed.name != '__main__.py' else PROGRAM} {name}"
    # `make` says so to what it runs. https://www.gnu.org/software/make/manual/make.html#MAKE-Variable
    return f"make {name}" if os.environ.get("MAKELEVEL") else f"python -m generator {name}"
