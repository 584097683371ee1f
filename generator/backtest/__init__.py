"""Streams findings past the rules that a params file deploys, and reports what they would send."""

from generator.backtest.gate import gate
from generator.backtest.parts import Step
from generator.backtest.period import Period, period
from generator.backtest.run import tallied
from generator.backtest.show import shown
from generator.backtest.summary import Report, report

__all__ = ["Period", "Report", "Step", "gate", "period", "report", "shown", "tallied"]
