"""Further districts that a place works for, beside the one that it lies in."""
