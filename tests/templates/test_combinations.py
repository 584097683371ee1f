"""Every combination of messages, notifications, encryption, queues and alarms is deployable."""

from __future__ import annotations

from typing import Any

import pytest

from combinations import combinations, templates
from generator.lint import cfn

COMBINATIONS = dict(combinations())


@pytest.mark.parametrize("data", COMBINATIONS.values(), ids=COMBINATIONS)
def test_no_combination_has_findings(data: dict[str, Any]) -> None:
    # The others have the same resources, or none of them.
    texts = templates(data)
    for file in ("standalone.yaml", "stackset.yaml"):
        assert cfn.findings(file, texts[file]) == []
