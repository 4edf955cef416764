"""Who would be at two places at the same time by a list, with what is stored already. No database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from coordination.core.i18n import N_, weekday_short
from coordination.directory import words
from coordination.directory.rules import Span, WeeklyTime
from coordination.directory.staff.known import Known, KnownAssignment
from coordination.exchange.tables import Remark

_AT_ONCE = N_(
    "%(name)s is at two places at the same time by this list: %(day)s %(here)s %(mine)s, %(there)s %(theirs)s."
)


@dataclass(frozen=True, slots=True)
class Held:
    """When somebody is at a place. ``line`` of the list; 0: stored already, and not in the list."""

    place_id: int
    span: Span
    times: tuple[WeeklyTime, ...]
    line: int = 0


def stored(known: Known, people: Collection[int], without: Collection[int]) -> dict[int, list[Held]]:
    """Return what is stored of some people, by person, except for assignments that the list speaks of."""
    found: dict[int, list[Held]] = defaultdict(list)
    for one in known.assignments:
        if one.person_id is not None and one.person_id in people and one.id not in without:
            found[one.person_id].append(_held(one))
    return found


def _held(one: KnownAssignment) -> Held:
    return Held(one.place_id, one.span, one.times)


def remarks(known: Known, name: str, own: Sequence[Held]) -> Iterator[Remark]:
    """Yield a remark for each two places of one person at the same time; what the list does not touch is no news."""
    for one, other in _pairs(own):
        meets = ((a, b) for a in one.times for b in other.times if a.overlaps(b))
        for mine, theirs in meets:
            values = {
                "name": name,
                "day": weekday_short(mine.weekday),
                "here": known.places[one.place_id].name,
                "mine": words.hours(mine),
                "there": known.places[other.place_id].name,
                "theirs": words.hours(theirs),
            }
            yield Remark(_AT_ONCE, values, max(one.line, other.line))
            break


def _pairs(own: Iterable[Held]) -> Iterator[tuple[Held, Held]]:
    for one, other in combinations(own, 2):
        if one.place_id != other.place_id and (one.line or other.line) and one.span.meets(other.span):
            yield one, other
