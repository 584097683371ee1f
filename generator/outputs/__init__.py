"""What render writes: planned in memory, then written or compared."""

from generator.outputs.drift import NOT_COMPARED, ORPHAN, Drift, drift
from generator.outputs.plan import Plan, plan
from generator.outputs.source import PARAMS
from generator.outputs.write import Written, write

__all__ = ["NOT_COMPARED", "ORPHAN", "PARAMS", "Drift", "Plan", "Written", "drift", "plan", "write"]
