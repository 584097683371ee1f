"""Speaks for the tests with the Security Hub that was lent to the emulator."""

from dataclasses import dataclass
from typing import Any

from emulator import Emulator


@dataclass(frozen=True)
class SecurityHub:
    """What was written back, and how the next write is answered."""

    emulator: Emulator

    def calls(self, account: str, region: str | None = None) -> list[dict[str, Any]]:
        """Return the BatchUpdateFindings requests of one account, as they were sent."""
        return [
            call["request"]
            for call in self.emulator.ask("securityhub/calls")
            if call.get("account") == account and region in {None, call["region"]}
        ]

    def answer_with_status(self, status: int) -> None:
        """Refuse the calls: 429 as throttled, others as an internal error."""
        self.emulator.ask("securityhub/answer", {"status": status})

    def leave_unprocessed(self, code: str = "FindingNotFound") -> None:
        """Accept the calls, but process no finding in them."""
        self.emulator.ask("securityhub/answer", {"unprocessed": code})

    def answer_normally(self) -> None:
        self.emulator.ask("securityhub/answer", {})
