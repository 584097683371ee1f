"""What is checked before a template is written: cfn-lint, and what cfn-lint lacks."""

from generator.lint.finding import Finding
from generator.lint.run import lint_all

__all__ = ["Finding", "lint_all"]
