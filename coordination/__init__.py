"""Koordination: bodies, dates, minutes, decisions and the directory of youth services and schools."""
