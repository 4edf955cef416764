"""The words of social spaces. No database."""

from __future__ import annotations

from enum import StrEnum


class SpaceOrigin(StrEnum):
    """Who says that a place belongs to a social space. There is no value for a guess: none is ever stored."""

    ENTERED = "entered"
    IMPORTED = "imported"
