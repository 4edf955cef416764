"""Public and school holidays of North Rhine-Westphalia, from the holidays library; works without a network."""

from __future__ import annotations

from datetime import date
from functools import cache

from holidays import country_holidays

from coordination.core.i18n import current_language

#: Last day for which the library knows the school holidays; afterwards nobody knows, which is not "none".
SCHOOL_HOLIDAYS_KNOWN_UNTIL = date(2029, 8, 14)
SCHOOL_HOLIDAYS_KNOWN_FROM = date(2023, 1, 1)


@cache
def _year(year: int, category: str, language: str) -> dict[date, str]:
    names = {"de": "de", "en": "en_US"}
    found = country_holidays("DE", subdiv="NW", years=year, categories=(category,), language=names[language])
    return dict(found.items())


def public_holiday(day: date) -> str:
    """Return the name of the public holiday on ``day``, or "" on an ordinary day."""
    return _year(day.year, "public", current_language()).get(day, "")


def school_holiday(day: date) -> str | None:
    """Return the name of the school holidays on ``day``, "" in term time, None where it is not known.

    Weekends at both ends belong to no holidays; weekends within do.
    """
    if not SCHOOL_HOLIDAYS_KNOWN_FROM <= day <= SCHOOL_HOLIDAYS_KNOWN_UNTIL:
        return None
    return _year(day.year, "school", current_language()).get(day, "")


def is_working_day(day: date) -> bool:
    """Return whether ``day`` is Monday to Friday and no public holiday; 24 and 31 December are."""
    return day.weekday() < 5 and not public_holiday(day)
