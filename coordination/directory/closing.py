"""That a place has closed, or will: since when, in words, as far as the reader may know it."""

from __future__ import annotations

from datetime import date, timedelta

from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.directory.asof import AsOf
from coordination.directory.models import Place
from coordination.directory.queries import subject_of
from coordination.directory.school_forms import CLOSES, DISSOLVED


def last_day(place: Place) -> date | None:
    """Return the last day of a place, past or to come: its own, else that of the official list."""
    school = place.school
    if place.valid_until is not None or school is None:
        return place.valid_until
    return school.operation_date if school.operation_key in CLOSES | DISSOLVED else None


def is_over(place: Place, day: date) -> bool:
    """Return whether a place is no more on ``day``: it has closed, or a school has left the official list."""
    return bool(said(place, day))


def said(place: Place, day: date) -> str:
    """Return "geschlossen seit 01.08.2025", by the first day without it; "" of a place that is there on ``day``."""
    last, school = last_day(place), place.school
    if last is not None and last < day:
        return _("closed since %(day)s", day=format_date(last + timedelta(days=1)))
    if school is not None and school.gone_since is not None and school.gone_since <= day:
        return _("no longer in the official list since %(day)s", day=format_date(school.gone_since))
    return ""


def planned(place: Place, as_of: AsOf) -> str:
    """Return "endet am 31.07.2027" where that lies ahead of the day and may be named; "" otherwise."""
    last = place.valid_until
    if last is None or last < as_of.day:
        return ""
    # Everybody sees the last day itself: it has come.
    may_know = as_of.shows_end(last, *subject_of(place).organisation_ids) or last == as_of.today
    return _("ends on %(day)s", day=format_date(last)) if may_know else ""
