"""Public and school holidays of North Rhine-Westphalia, range by range as the ministry published them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from coordination.core.i18n import use_language
from coordination.core.special_days import (
    SCHOOL_HOLIDAYS_KNOWN_FROM,
    SCHOOL_HOLIDAYS_KNOWN_UNTIL,
    is_working_day,
    public_holiday,
    school_holiday,
)

#: First and last day of each holidays, in order. The first begins in 2025.
RANGES = [
    ("2025-12-22", "2026-01-06"),
    ("2026-03-30", "2026-04-11"),
    ("2026-05-26", "2026-05-26"),
    ("2026-07-20", "2026-09-01"),
    ("2026-10-17", "2026-10-31"),
    ("2026-12-23", "2027-01-06"),
    ("2027-03-22", "2027-04-03"),
    ("2027-05-18", "2027-05-18"),
    ("2027-07-19", "2027-08-31"),
    ("2027-10-23", "2027-11-06"),
    ("2027-12-24", "2028-01-08"),
    ("2028-04-10", "2028-04-22"),
    ("2028-07-10", "2028-08-22"),
    ("2028-10-23", "2028-11-04"),
    ("2028-12-21", "2029-01-05"),
    ("2029-03-26", "2029-04-07"),
    ("2029-05-22", "2029-05-22"),
    ("2029-07-02", "2029-08-14"),
]
PAIRS = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in RANGES]


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(("first", "last"), PAIRS, ids=[first for first, _ in RANGES])
def test_every_weekday_of_the_holidays_has_their_name(first: date, last: date) -> None:
    nameless = [day for day in days(first, last) if is_weekday(day) and not school_holiday(day)]
    assert nameless == []


@pytest.mark.parametrize(
    ("last", "first"),
    [(last, first) for (_, last), (first, _) in pairwise(PAIRS)],
    ids=[f"after {last}" for _, last in RANGES[:-1]],
)
def test_every_weekday_between_two_holidays_is_term_time(last: date, first: date) -> None:
    between = days(last + timedelta(days=1), first - timedelta(days=1))
    assert [day for day in between if is_weekday(day) and school_holiday(day) != ""] == []


def test_weekends_within_the_holidays_belong_to_them() -> None:
    for first, last in PAIRS:
        weekdays = [day for day in days(first, last) if is_weekday(day)]
        inside = [day for day in days(weekdays[0], weekdays[-1]) if not is_weekday(day)]
        assert [day for day in inside if not school_holiday(day)] == []


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 3, 22), "Oster"),
        (date(2027, 7, 19), "Sommerferien"),
        (date(2027, 10, 25), "Herbstferien"),
        (date(2027, 12, 27), "Weihnachtsferien"),
        (date(2027, 5, 18), "Pfingst"),
    ],
)
def test_the_holidays_are_called_by_their_season(day: date, name: str) -> None:
    found = school_holiday(day)
    assert found is not None
    assert name in found


def test_outside_what_is_known_nobody_knows() -> None:
    assert school_holiday(SCHOOL_HOLIDAYS_KNOWN_UNTIL) == "Sommerferien"
    assert school_holiday(SCHOOL_HOLIDAYS_KNOWN_UNTIL + timedelta(days=1)) is None
    assert school_holiday(SCHOOL_HOLIDAYS_KNOWN_FROM) is not None
    assert school_holiday(SCHOOL_HOLIDAYS_KNOWN_FROM - timedelta(days=1)) is None
    assert school_holiday(date(2040, 1, 14)) is None


#: Easter Sundays; the movable holidays follow from them.
EASTER = {2026: date(2026, 4, 5), 2027: date(2027, 3, 28), 2028: date(2028, 4, 16), 2029: date(2029, 4, 1)}


@pytest.mark.parametrize("year", EASTER)
def test_the_public_holidays_of_a_year_are_the_eleven_of_the_state(year: int) -> None:
    fixed = [date(year, m, d) for m, d in ((1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26))]
    movable = [EASTER[year] + timedelta(days=n) for n in (-2, 1, 39, 50, 60)]
    found = [day for day in days(date(year, 1, 1), date(year, 12, 31)) if public_holiday(day)]
    assert found == sorted(fixed + movable)


def test_a_holiday_is_named_in_the_language_of_the_reader() -> None:
    assert public_holiday(date(2027, 1, 1)) == "Neujahr"
    use_language("en")
    assert public_holiday(date(2027, 1, 1)) == "New Year's Day"
    assert "Neujahr" not in public_holiday(date(2028, 1, 1))


def test_other_states_holidays_are_ordinary_days() -> None:
    assert public_holiday(date(2027, 1, 6)) == ""
    assert public_holiday(date(2027, 10, 31)) == ""


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 12, 24), True),
        (date(2026, 12, 31), True),
        (date(2027, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2027, 1, 1), False),
        (date(2027, 5, 27), False),
        (date(2027, 1, 16), False),
        (date(2027, 1, 17), False),
        (date(2027, 7, 19), True),
    ],
)
def test_working_days_are_monday_to_friday_without_public_holidays(day: date, works: bool) -> None:
    assert is_working_day(day) is works
