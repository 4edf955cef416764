"""Who is there: assignments read together with absences, holidays and free days, ready to be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from coordination.core import special_days
from coordination.directory import queries
from coordination.directory.models import Absence, Assignment, Person, Place
from coordination.directory.rules import (
    DayFacts,
    Here,
    PlaceKind,
    PresenceAnswer,
    Span,
    Usual,
    WeeklyTime,
    Why,
    closes,
    presence_on,
)

#: How far ahead the next presence is looked for.
LOOK_AHEAD = 28


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One assignment on a day: whether its person is there, and when next."""

    assignment: Assignment
    answer: PresenceAnswer
    #: First later day on which they are there, with the times; None if none is known within four weeks.
    next_day: date | None
    next_times: tuple[WeeklyTime, ...]
    #: Weekday (0 is Monday) → times, for the week grid.
    week: dict[int, tuple[WeeklyTime, ...]]
    #: Answers for any other day of the weeks shown.
    on: Callable[[date], PresenceAnswer]
    #: The same, were it not for absences.
    usually: Callable[[date], PresenceAnswer]
    #: Whether nobody is expected on the day anyway: it is a holiday or a day off.
    is_closed: bool
    #: Who was named to stand in on any of those days, for each absence that somebody was named for.
    stands_in: Callable[[date], Sequence[Person]]

    @property
    def is_here(self) -> bool:
        """Return whether the person is there on the day."""
        return self.answer.here is Here.YES

    def misses(self, day: date) -> bool:
        """Return whether the person is absent on a day on which they would be there otherwise, or might be."""
        is_away = self.on(day).why is Why.ABSENT and day.weekday() in self.week
        return is_away and self.usually(day).here is not Here.NO


def weekly(assignment: Assignment) -> tuple[WeeklyTime, ...]:
    """Return an assignment's weekly times as values."""
    return tuple(WeeklyTime(p.weekday, p.starts_at, p.ends_at, p.room) for p in assignment.presences)


def usual_of(assignment: Assignment) -> Usual:
    """Return what an assignment says of when somebody is there."""
    return Usual(
        Span(assignment.valid_from, assignment.valid_until),
        weekly(assignment),
        assignment.in_holidays,
        is_vacant=assignment.person_id is None,
    )


def facts_of(place: Place, day: date, free_days: set[date]) -> DayFacts:
    """Return what is known of ``day`` at ``place``."""
    return DayFacts(
        day=day,
        public_holiday=special_days.public_holiday(day),
        school_holiday=special_days.school_holiday(day),
        is_free_day=day in free_days,
        is_school=place.kind in {PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE},
    )


def rows(session: Session, assignments: Sequence[Assignment], day: date) -> list[BoardRow]:
    """Return what is to be shown of ``assignments`` on ``day``: two statements, however many there are."""
    first, last = shown(day)
    people = {a.person_id for a in assignments if a.person_id is not None}
    absences = queries.absences_of(session, people, first, last)
    free_days = queries.free_days_of(session, {a.place_id for a in assignments}, first, last)
    return rows_of(assignments, day, absences, free_days)


def shown(day: date) -> tuple[date, date]:
    """Return the first and the last day that rows of ``day`` know of."""
    # From Monday on: the week is shown as a whole, with the days of it that are over.
    return day - timedelta(days=day.weekday()), day + timedelta(days=LOOK_AHEAD)


def rows_of(
    assignments: Sequence[Assignment],
    day: date,
    absences: Mapping[int, list[Absence]],
    free_days: Mapping[int, set[date]],
) -> list[BoardRow]:
    """Return the same of what has been read: person → absences, place → its days off."""
    return [_row(a, day, absences.get(a.person_id or 0, []), free_days.get(a.place_id, set())) for a in assignments]


def _row(assignment: Assignment, day: date, absences: list[Absence], free_days: set[date]) -> BoardRow:
    usual = usual_of(assignment)
    away = [Span(absence.first_on, absence.last_on) for absence in absences]

    def answer_on(one: date) -> PresenceAnswer:
        return presence_on(facts_of(assignment.place, one, free_days), usual, away)

    def usually_on(one: date) -> PresenceAnswer:
        return presence_on(facts_of(assignment.place, one, free_days), usual, ())

    def stands_in(one: date) -> list[Person]:
        named = (a.cover_on(one) for a in absences if Span(a.first_on, a.last_on).holds(one))
        return [person for person in named if person is not None]

    later = ((one, answer_on(one)) for one in (day + timedelta(days=n) for n in range(1, LOOK_AHEAD + 1)))
    following = next(((one, found) for one, found in later if found.here is Here.YES), None) if usual.times else None
    week: dict[int, tuple[WeeklyTime, ...]] = {}
    for one in usual.times:
        week[one.weekday] = (*week.get(one.weekday, ()), one)
    return BoardRow(
        assignment=assignment,
        answer=answer_on(day),
        next_day=following[0] if following else None,
        next_times=following[1].times if following else (),
        week=week,
        on=answer_on,
        usually=usually_on,
        is_closed=closes(facts_of(assignment.place, day, free_days), usual),
        stands_in=stands_in,
    )
