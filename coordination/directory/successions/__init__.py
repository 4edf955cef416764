"""Which place follows which, from a day on: schools that merge, close or go on under another number."""
