"""A resource that makes nothing, for instances of a template that have nothing to do.

Whether a stack may consist of resources whose conditions all fail is not documented.
"""

from __future__ import annotations

from troposphere import cloudformation

from generator.blocks.metadata import about


def placeholder() -> cloudformation.WaitConditionHandle:
    """Build it: a handle is an address that nobody waits for, and costs nothing."""
    return cloudformation.WaitConditionHandle(
        "Nothing", **about("Does nothing: a stack must have at least one resource.")
    )
