"""What render writes: planned in memory, then written or compared."""

from generator.outputs.compare import NOT_COMPARED, ORPHAN, Difference, compare
from generator.outputs.plan import Plan, plan, template_of
from generator.outputs.source import PARAMS
from generator.outputs.write import Written, write

__all__ = [
    "NOT_COMPARED",
    "ORPHAN",
    "PARAMS",
    "Difference",
    "Plan",
    "Written",
    "compare",
    "plan",
    "template_of",
    "write",
]
