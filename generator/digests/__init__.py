"""Counts from exported findings what a digest would count, for reports and pages."""

from generator.digests.counting import Counting, counting_of

__all__ = ["Counting", "counting_of"]
