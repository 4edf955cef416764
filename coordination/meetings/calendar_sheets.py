"""Months and years as sheets: days in weeks, meetings on their days, days off with their names. No database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from coordination.core import special_days
from coordination.meetings.models import Meeting

DAY = timedelta(days=1)
#: Years a sheet is made for; the rest no address means.
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(slots=True)
class Day:
    """One day of a sheet; ``school`` is None where nobody knows the holidays yet."""

    day: date
    is_inside: bool
    public: str
    school: str | None
    #: Whether the name of the school holidays stands here: on their first day of each week.
    says_school: bool = False
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def is_off(self) -> bool:
        """Return whether it is a weekend or a public holiday."""
        return bool(self.public) or self.day.weekday() >= 5


def month_span(month: date) -> tuple[date, date]:
    """Return the first and last day of the weeks that a month touches."""
    first = month.replace(day=1)
    last = next_month(first) - DAY
    return first - first.weekday() * DAY, last + (6 - last.weekday()) * DAY


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def previous_month(month: date) -> date:
    """Return the first day of the month before."""
    return (month.replace(day=1) - DAY).replace(day=1)


def month_sheet(month: date, meetings: Sequence[Meeting]) -> list[list[Day]]:
    """Return the weeks that a month touches, each from Monday to Sunday."""
    first, last = month_span(month)
    by_day: dict[date, list[Meeting]] = {}
    for one in meetings:
        for day in _days(max(one.starts_at.date(), first), min(one.ends_at.date(), last)):
            by_day.setdefault(day, []).append(one)
    days = [_day(day, month, by_day.get(day, [])) for day in _days(first, last)]
    said: str | None = None
    for sheet in days:
        # Said on the first day, and again in each week: a line is read by itself.
        sheet.says_school = bool(sheet.school) and (sheet.school != said or sheet.day.weekday() == 0)
        said = sheet.school
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def _day(day: date, month: date, meetings: list[Meeting]) -> Day:
    is_inside = (day.year, day.month) == (month.year, month.month)
    return Day(day, is_inside, special_days.public_holiday(day), special_days.school_holiday(day), meetings=meetings)


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += DAY


def year_sheet(meetings: Sequence[Meeting]) -> list[tuple[Meeting, list[list[Meeting]]]]:
    """Return (any meeting of a body, its meetings in each of twelve months), bodies by name."""
    rows: dict[int, tuple[Meeting, list[list[Meeting]]]] = {}
    for one in meetings:
        _first, months = rows.setdefault(one.body_id, (one, [[] for _month in range(12)]))
        months[one.starts_at.month - 1].append(one)
    return list(rows.values())


def school_holidays(year: int) -> list[list[tuple[str, date, date]]] | None:
    """Return for each month (name, first day, last day) of its school holidays; None: nobody knows them."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if special_days.school_holiday(first) is None or special_days.school_holiday(last) is None:
        return None
    found: list[list[tuple[str, date, date]]] = [[] for _month in range(12)]
    for day in _days(first, last):
        name = special_days.school_holiday(day)
        if not name:
            continue
        month = found[day.month - 1]
        if month and month[-1][0] == name and month[-1][2] == day - DAY:
            month[-1] = (name, month[-1][1], day)
        else:
            month.append((name, day, day))
    return found
