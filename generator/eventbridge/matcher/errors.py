"""What can be wrong with a pattern or an event."""

from __future__ import annotations


class PatternError(ValueError):
    """AWS would refuse the pattern.

    Attributes:
        where: dotted path in the pattern, such as `detail.findings.Severity.Label`; empty for the
            pattern as a whole.
        reason: what is wrong there.

    """

    def __init__(self, where: str, reason: str) -> None:
        """Keep both parts; the message is `where: reason`."""
        super().__init__(f"{where}: {reason}" if where else reason)
        self.where = where
        self.reason = reason


class EventError(ValueError):
    """The event is not a JSON object: AWS accepts nothing else."""

    def __init__(self) -> None:
        """There is only one message."""
        super().__init__("an event must be a JSON object")
