"""What render writes: planned in memory, then written or compared."""

from generator.outputs.drift import NOT_COMPARED, Drift, drift
from generator.outputs.plan import Plan, plan
from generator.outputs.write import Written, write

__all__ = ["NOT_COMPARED", "Drift", "Plan", "Written", "drift", "plan", "write"]
