"""Speaks for the tests with the Security Hub that was lent to the emulator."""

import time
from dataclasses import dataclass
from typing import Any

from emulator import Emulator


@dataclass(frozen=True)
class SecurityHub:
    """What was written back, and how writes are answered: in an account, or to one finding."""

    emulator: Emulator

    def calls(self, account: str, finding: str | None = None) -> list[dict[str, Any]]:
        """Return the requests of one account, or of one finding in it, as they were sent."""
        return [call["request"] for call in self.history(account, finding)]

    def history(self, account: str, finding: str | None = None) -> list[dict[str, Any]]:
        """Return the calls, with the operation and the findings that each request names."""
        return [
            call
            for call in self.emulator.ask("securityhub/calls")
            if call.get("account") == account and finding in {None, *call["findings"]}
        ]

    def await_calls(
        self,
        expected: int,
        account: str,
        settle: float = 1.0,
        patience: float = 30.0,
        finding: str | None = None,
    ) -> list[dict[str, Any]]:
        """Wait for as many requests, then a while for surplus; return what came.

        A request that names no finding is not one of those waited for.
        """
        deadline = time.monotonic() + patience
        while self._naming(account, finding) < expected and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(settle)
        return self.calls(account, finding)

    def _naming(self, account: str, finding: str | None) -> int:
        return sum(bool(call["findings"]) for call in self.history(account, finding))

    def answer_with_status(
        self, status: int, account: str, finding: str = "", times: int | None = None
    ) -> None:
        """Refuse the calls: 400 as invalid, 429 as throttled, 500 as an internal error.

        ``finding`` may name an insight instead; ``times`` says how many are refused, if not all.
        """
        how = {} if times is None else {"times": times}
        self._answer(account, finding, status=status, **how)

    def leave_unprocessed(
        self,
        account: str,
        finding: str = "",
        code: str = "FindingNotFound",
        *,
        named: bool = True,
        times: int | None = None,
    ) -> None:
        """Accept the calls, but do not process the finding; ``named``: and say which it is."""
        how = {} if times is None else {"times": times}
        self._answer(account, finding, unprocessed=code, named=named, **how)

    def answer_normally(self, account: str, finding: str = "") -> None:
        self._answer(account, finding)

    def _answer(self, account: str, finding: str, **how: Any) -> None:
        self.emulator.ask("securityhub/answer", {"account": account, "finding": finding, **how})
