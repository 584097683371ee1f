"""What a route's match selects: its fields and pattern, its coverage, its warnings and reasons."""
