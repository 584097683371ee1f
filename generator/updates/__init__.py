"""What an update of deployed stacks does and does not do: old and new templates compared."""

from generator.updates.report import Update, updates

__all__ = ["Update", "updates"]
