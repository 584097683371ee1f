"""The order in which the rooms of the generator may import."""

LAYERS = (
    ("cloudformation", "system"),
    ("params",),
    ("eventbridge", "findings", "messages"),
    ("routing",),
    ("advice", "digests", "exceptions"),
    ("backtest",),
    ("preview",),
    ("blocks",),
    ("templates",),
    ("companions",),
    ("guide",),
    ("lint",),
    ("outputs",),
    ("updates",),
    ("doctor",),
    ("cli",),
    ("__main__",),
)
"""From first to last; a module may import its own layer's modules and those of earlier layers."""
