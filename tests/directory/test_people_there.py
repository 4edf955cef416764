"""How many people are there: the count in SQL and the rule in Python say the same of a small city."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import special_days
from coordination.directory import boards
from coordination.directory.models import Assignment, FreeDay
from coordination.directory.page_queries import people_there
from coordination.directory.rules import HolidayPresence
from tests import factories as make

#: Autumn holidays and a public holiday at a weekend, term, Christmas holidays with their public holidays.
DAYS = [date(2026, 10, 12) + timedelta(days=n) for n in range(88)]
#: Beyond the calendar of school holidays.
FAR = [date(2030, 3, 4) + timedelta(days=n) for n in range(7)]


def _city(session: Session) -> None:
    districts = [make.district(session, "Mitte", "0"), make.district(session, "Heepen", "5")]
    owner = make.organisation(session)
    places = [
        make.school(session, "Erste", "100001", district_id=districts[0].id),
        make.school(session, "Zweite", "100002", district_id=districts[1].id),
        make.place(session, "Treff", district_id=districts[0].id),
        make.place(session, "Ohne Bezirk"),
    ]
    people = [make.person(session, "Ada", f"Baum{n}") for n in range(4)]
    for n, one in enumerate(people):
        # Each works at two places, on weekdays and in spans of their own.
        first = DAYS[0] + timedelta(days=9 * n)
        times = [(n, 8, 12, ""), (n, 13, 15, ""), (n + 3, 9, 12, "")]
        make.assignment(session, one, places[n], owner, times=times, valid_until=DAYS[-1 - n])
        make.assignment(
            session, one, places[(n + 1) % 4], owner, times=[(2, 8, 9, ""), (n, 16, 18, "")], valid_from=first
        )
    make.assignment(session, None, places[0], owner, times=[(1, 8, 12, "")])
    make.assignment(session, people[0], places[1], owner, times=[])
    make.absence(session, people[0], date(2026, 11, 2), date(2026, 11, 10))
    make.absence(session, people[1], date(2026, 12, 1))
    session.add(FreeDay(place_id=places[0].id, day=date(2026, 11, 16)))
    session.add(FreeDay(place_id=places[2].id, day=date(2026, 11, 18)))
    session.flush()


def _by_rule(session: Session, day: date) -> dict[int | None, int]:
    assignments = session.scalars(select(Assignment)).all()
    there: defaultdict[int | None, set[int | None]] = defaultdict(set)
    for row in boards.rows(session, assignments, day):
        if row.is_here:
            there[row.assignment.place.district_id].add(row.assignment.person_id)
    return {district: len(people) for district, people in there.items()}


def test_the_count_and_the_rule_agree(session: Session, at_nine: None) -> None:
    _city(session)
    counted = {day: people_there(session, day) for day in DAYS}
    assert counted == {day: _by_rule(session, day) for day in DAYS}
    assert len({tuple(sorted(found.items(), key=str)) for found in counted.values()}) > 8
    assert counted[date(2026, 12, 25)] == counted[date(2026, 10, 20)] == {}


@pytest.mark.parametrize("said", [HolidayPresence.NO, HolidayPresence.BY_ARRANGEMENT, HolidayPresence.YES, None])
def test_they_agree_on_school_holidays_whatever_is_said_of_them(
    session: Session, at_nine: None, said: HolidayPresence | None
) -> None:
    _city(session)
    for row in session.scalars(select(Assignment)):
        # The others say something else, so that one may stand for another.
        row.in_holidays = said if row.id % 2 else HolidayPresence.NO
        row.valid_until = None
    session.flush()
    days = DAYS + FAR
    counted = {day: people_there(session, day) for day in days}
    assert counted == {day: _by_rule(session, day) for day in days}
    in_holidays = [counted[day] for day in days if special_days.school_holiday(day) != ""]
    assert any(in_holidays) == (said is HolidayPresence.YES)
    assert counted[date(2026, 12, 25)] == {}


def test_only_places_that_exist_count(session: Session, at_nine: None) -> None:
    owner, day = make.organisation(session), date(2026, 11, 25)
    closed = make.place(session, "Zu", valid_until=day - timedelta(days=1))
    gone = make.school(session, "Weg", "100003")
    assert gone.school is not None
    gone.school.gone_since = day
    for place in (closed, gone):
        make.assignment(session, make.person(session), place, owner)
    session.flush()
    assert people_there(session, day) == {}
    assert people_there(session, day - timedelta(days=1)) == {None: 2}
