"""Weekly times as people write them: "Mo, Mi 8-13 Uhr", "Di + Do 9:00-12:30", "Mo-Do 8-12 u. 13-15". No database."""

from __future__ import annotations

import re
from datetime import time

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.directory.rules import WeeklyTime, check_times

_DAYS = ("mo", "di", "mi", "do", "fr", "sa", "so")
_DAY = r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mo|di|mi|do|fr|sa|so)s?\.?(?![a-zäöü])"
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:uhr|h)?"
_DASH = r"\s*(?:-|–|—|bis)\s*"
_TOKEN = re.compile(
    rf"(?P<days>{_DAY})(?:{_DASH}(?P<last>{_DAY}))?|(?:von\s*)?{_TIME}{_DASH}{_TIME}|(?P<between>[\s,;+&/:.]+|und|u\.|jeweils|je|täglich)",
    re.IGNORECASE,
)
_DAILY = re.compile(r"\s*(?:täglich|jeden tag)", re.IGNORECASE)
_UNREADABLE = N_("These times cannot be read. Please write them like “Mo, Mi 8-13 Uhr”.")


def read_week(text: str, room: str = "") -> tuple[WeeklyTime, ...]:
    """Return the weekly times in ``text``; days without hours say nothing that can be kept.

    Raises:
        RuleViolation: something in it is neither a weekday nor a time, or the times are impossible.
    """
    found: list[WeeklyTime] = []
    days: list[int] = list(range(5)) if _DAILY.match(text) else []
    had_times, place = False, 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.end() == place:
            raise RuleViolation(_UNREADABLE)
        place = match.end()
        if match["days"]:
            days = ([] if had_times else days) + _range(match["days"], match["last"])
            had_times = False
        elif not match["between"]:
            if not days:
                raise RuleViolation(_UNREADABLE)
            first, last = _time(match[3], match[4]), _time(match[5], match[6])
            found += [WeeklyTime(day, first, last, room) for day in dict.fromkeys(days)]
            had_times = True
    if not found and text.strip():
        raise RuleViolation(_UNREADABLE if not days else _NO_HOURS)
    times = tuple(sorted(set(found), key=lambda one: (one.weekday, one.starts_at)))
    check_times(times)
    return times


_NO_HOURS = N_("There are days here but no hours. Please write them like “Mo, Mi 8-13 Uhr”, or leave the cell empty.")


def _number(day: str) -> int:
    return _DAYS.index(day[:2].casefold())


def _range(first: str, last: str | None) -> list[int]:
    start, end = _number(first), _number(last or first)
    if end < start:
        raise RuleViolation(_UNREADABLE)
    return list(range(start, end + 1))


def _time(hour: str, minute: str | None) -> time:
    if int(hour) > 23 or int(minute or 0) > 59:
        raise RuleViolation(_UNREADABLE)
    return time(int(hour), int(minute or 0))
