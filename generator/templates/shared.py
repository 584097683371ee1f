"""What the parts of a home share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from generator.params import Settings


class Shared(NamedTuple):
    """What routes and digests of a home share: a key's ARN and a role's, where there are any."""

    key: Any = None
    logging_role: Any = None


def role_path(settings: Settings) -> str:
    """Return the path of all roles, by which a launch role is narrowed to them."""
    return f"/{settings.name}/"
