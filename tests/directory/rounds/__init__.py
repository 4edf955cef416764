"""Confirmation rounds: asking, answering by link and telephone, changes that wait or hold at once."""
