"""Whether somebody would be at two places at the same time if their change held: a warning for whoever decides it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import combinations

from sqlalchemy.orm import Session

from coordination.core.i18n import gettext as _
from coordination.core.i18n import weekday_name
from coordination.directory import queries, words
from coordination.directory.assignment_inputs import times_of
from coordination.directory.models import Assignment
from coordination.directory.rounds.changes import Wish
from coordination.directory.rules import Span, WeeklyTime


def notes(session: Session, person_id: int, wish: Wish, today: date) -> list[str]:
    """Return in a sentence each at which two places somebody would be at once; what stays as it is says nothing."""
    if not wish.weeks:
        return []
    own = queries.assignments_of(session, [person_id], today, planned=True)
    return [
        _said(one, mine, other, theirs)
        for one, other in combinations(own, 2)
        if _touched(one, other, wish.weeks) and _span(one, today).meets(_span(other, today))
        for mine in wish.weeks.get(one.id, times_of(one))
        for theirs in wish.weeks.get(other.id, times_of(other))
        if mine.overlaps(theirs)
    ]


def _touched(one: Assignment, other: Assignment, changed: Collection[int]) -> bool:
    return one.place_id != other.place_id and (one.id in changed or other.id in changed)


def _span(row: Assignment, today: date) -> Span:
    return Span(max(row.valid_from, today), row.valid_until)


def _said(one: Assignment, mine: WeeklyTime, other: Assignment, theirs: WeeklyTime) -> str:
    return _(
        "%(day)s: %(here)s %(mine)s and %(there)s %(theirs)s.",
        day=weekday_name(mine.weekday),
        here=one.place.name,
        mine=words.hours(mine),
        there=other.place.name,
        theirs=words.hours(theirs),
    )
