"""Every combination of messages, notifications, encryption, queues and alarms is deployable."""

from __future__ import annotations

from typing import Any

import pytest

from combinations import combinations, templates
from generator.lint import cache, cfn
from generator.lint.finding import Finding

COMBINATIONS = dict(combinations())


@pytest.mark.parametrize("data", COMBINATIONS.values(), ids=COMBINATIONS)
def test_no_combination_has_findings(data: dict[str, Any]) -> None:
    # The others have the same resources, or none of them.
    texts = templates(data)
    for file in ("standalone.yaml", "stackset.yaml"):
        assert findings(file, texts[file]) == []


def findings(file: str, text: str) -> list[Finding]:
    """Return what lint reports; what it reported of the same text once is remembered."""
    known = cache.load(file, text)
    if known is None:
        known = cfn.findings(file, text)
        cache.store(text, known)
    return known
