"""Automation rules of either Security Hub: they act before the event goes out.

They act in their order on what products send, and what they have set stays when the product sends
the finding again.
https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
"""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lent.securityhub import Place

_Rule = dict[str, Any]
_Finding = dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """The rules of each place, by what names them, and what they have set.

    ``name`` names a finding; ``selects`` says whether criteria do; ``fields`` are what an update
    sets in a finding.
    """

    name: Callable[[_Finding], tuple[str, ...]]
    selects: Callable[[Any, _Finding], bool]
    fields: Callable[[dict[str, Any]], _Finding]
    of: dict[Place, dict[str, _Rule]] = field(default_factory=lambda: defaultdict(dict))
    _kept: dict[Place, dict[tuple[str, ...], _Finding]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def applied(self, place: Place, detail: str) -> str:
        """Return the detail of an event as Security Hub sends it, after its rules have acted."""
        rules = sorted(self.of[place].values(), key=lambda rule: rule["RuleOrder"])
        if not rules and not self._kept[place]:
            return detail
        given = json.loads(detail)
        given["findings"] = [self._acted(place, rules, each) for each in given["findings"]]
        return json.dumps(given)

    def _acted(self, place: Place, rules: list[_Rule], finding: _Finding) -> _Finding:
        name = self.name(finding)
        kept = self._kept[place].get(name, {})
        finding, updates = {**finding, **kept}, {}
        for rule in rules:
            if self.selects(rule["Criteria"], finding):
                (action,) = rule["Actions"]
                updates |= self.fields(action["FindingFieldsUpdate"])
        if updates:
            self._kept[place][name] = {**kept, **updates}
        return {**finding, **updates}
