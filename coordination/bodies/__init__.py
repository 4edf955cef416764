"""Bodies: their seats, memberships and deputies by the day, rules of procedure, set up and ended."""
