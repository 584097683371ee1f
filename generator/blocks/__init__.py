"""The parts of a stack: keyword arguments in, a NamedTuple of troposphere objects out.

A block knows no settings, no template and no files.
"""
