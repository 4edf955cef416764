"""Measuring the product against bare floors in the same run: ``python -m bench`` (see docs/performance.md)."""
