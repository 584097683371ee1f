"""Streams findings past the rules that a params file deploys, and reports what they would send."""

from generator.backtest.gate import gate
from generator.backtest.run import count_files
from generator.backtest.summary import Report, report
from generator.findings.chunks import Step
from generator.findings.period import Period, period

__all__ = ["Period", "Report", "Step", "count_files", "gate", "period", "report"]
