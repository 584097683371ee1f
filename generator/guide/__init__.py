"""What people read beside the templates: the walk-through, and the finding to try it with."""
