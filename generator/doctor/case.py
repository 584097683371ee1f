"""What a check looks at: the params file, the template, the account, and the stack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.updates.facts import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.account import Account, Declared
    from generator.params import Settings

DAY = timedelta(days=1)


class Planned(NamedTuple):
    """A template, as CloudFormation would see it in this account and Region.

    Attributes:
        name: its file's name, such as ``standalone.yaml``.
        template: the template as plain data.
        resources: its resources, with functions resolved.
        size: bytes of its text.
        values: the values of its parameters, as far as they are known.

    """

    name: str
    template: dict[str, Any]
    resources: dict[str, dict[str, Any]]
    size: int
    values: dict[str, Any]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties of the resources of a type, by logical id."""
        return {
            title: resource.get("Properties", {})
            for title, resource in self.resources.items()
            if resource["Type"] == kind
        }

    def named(self, kind: str) -> dict[str, str]:
        """Return the names of the resources of a type that have one, by logical id."""
        return {
            title: str(properties[NAMES[kind]])
            for title, properties in self.of_type(kind).items()
            if NAMES[kind] in properties
        }


class Stack(NamedTuple):
    """A stack of the params file in this account and Region.

    Attributes:
        name: the stack's name.
        status: such as ``CREATE_COMPLETE``.
        reason: CloudFormation's own text on the status, or nothing.
        parameters: the values that it has.
        resources: physical ids, by logical id.

    """

    name: str
    status: str
    reason: str
    parameters: dict[str, str]
    resources: dict[str, str]


class Case(NamedTuple):
    """What a check looks at.

    Attributes:
        settings: the params file.
        planned: the template.
        aws: the account.
        stack: the stack, if there is one.
        now: the time of the examination.

    """

    settings: Settings
    planned: Planned
    aws: Declared | Account
    stack: Stack | None
    now: datetime

    @property
    def since(self) -> str:
        """A day ago and up to an hour more: the whole hours that metrics are summed in."""
        return (self.now - DAY).replace(minute=0, second=0).isoformat()

    @property
    def millis_since(self) -> int:
        """A day ago, in milliseconds since 1970, as CloudWatch Logs has it."""
        return int((self.now - DAY).timestamp() * 1000)

    @property
    def stacks(self) -> Iterator[Stack]:
        """The stack, or nothing."""
        if self.stack is not None:
            yield self.stack

    def deployed(self, kind: str) -> dict[str, str]:
        """Return the physical ids of the template's resources of a type, by logical id."""
        return {
            title: self.stack.resources[title]
            for title in self.planned.of_type(kind)
            if self.stack is not None and title in self.stack.resources
        }

    @property
    def here(self) -> str:
        """The Region, for texts."""
        return self.aws.region


def now() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
