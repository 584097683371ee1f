"""Exceptions as automation rules would act on findings, for reports and pages."""

from generator.exceptions.acting import Acting, ExceptionCounts, acting_of

__all__ = ["Acting", "ExceptionCounts", "acting_of"]
