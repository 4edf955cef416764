"""What follows what: walks along successions, and the day on which one begins by default. No database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

#: (predecessor, successor), as keys of places.
Pair = tuple[int, int]


def reached(pairs: Iterable[Pair], starts: Collection[int]) -> set[int]:
    """Return where one comes from ``starts`` along ``pairs``, without the starts that nothing leads back to."""
    following: dict[int, set[int]] = {}
    for before, after in pairs:
        following.setdefault(before, set()).add(after)
    found: set[int] = set()
    ahead = list(starts)
    while ahead:
        new = following.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return found


def makes_circle(pairs: Iterable[Pair], new: Pair) -> bool:
    """Return whether a place would follow itself, if ``new`` came to ``pairs``."""
    before, after = new
    return before == after or before in reached(pairs, [after])


def school_year(day: date) -> date:
    """Return 1 August of the school year that ``day`` lies in: on it schools come and go."""
    return date(day.year if day.month >= 8 else day.year - 1, 8, 1)


def next_change(day: date) -> date:
    """Return the next 1 August or 1 February after ``day``: on these days a school year and its second half begin."""
    begins = (date(year, month, 1) for year in (day.year, day.year + 1) for month in (2, 8))
    return next(one for one in begins if one > day)
