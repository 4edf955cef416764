"""Minutes: what was said and settled, taken by several hands, circulated, approved, frozen."""
