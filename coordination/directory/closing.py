"""That a place has closed, or will: since when, in words, as far as the reader may know it."""

from __future__ import annotations

from datetime import date, timedelta

from coordination.core.i18n import format_date, pgettext
from coordination.core.i18n import gettext as _
from coordination.directory.asof import AsOf, Then, parse_day
from coordination.directory.models import Place
from coordination.directory.queries import subject_of
from coordination.directory.school_forms import CLOSES, DISSOLVED


def last_day(place: Place, then: Then | None = None) -> date | None:
    """Return the last day of a place, past or to come: its own, else that of the official list (as it was ``then``)."""
    if place.valid_until is not None:
        return place.valid_until
    key, turns = _operation(place, then)
    return turns if key in CLOSES | DISSOLVED else None


def said(place: Place, day: date, then: Then | None = None) -> str:
    """Return "geschlossen seit 01.08.2025", by the first day without it; "" of a place that is there on ``day``.

    ``then``: what the official list said of a school as of an earlier day.
    """
    last, school = last_day(place, then), place.school
    if last is not None and last < day:
        return _("closed since %(day)s", day=format_date(last + timedelta(days=1)))
    if last is None and _operation(place, then)[0] in DISSOLVED:
        return pgettext("of a place", "closed")
    if school is not None and school.gone_since is not None and school.gone_since <= day:
        return _("no longer in the official list since %(day)s", day=format_date(school.gone_since))
    return ""


def with_school(place: Place, then: Then) -> tuple[str, str]:
    """Return the same of a place on the day of ``then``, and of the school whose site it is."""
    day, school = then.as_of.day, place.parent
    return said(place, day, then), said(school, day, then) if school is not None else ""


def _operation(place: Place, then: Then | None) -> tuple[str, date | None]:
    """Return how the official list says that a school is run, and since or until when; "" of a place that is none."""
    school = place.school
    if school is None:
        return "", None
    if then is None:
        return school.operation_key, school.operation_date
    return then.of_school(place, "operation_key"), parse_day(then.of_school(place, "operation_date"))


def planned(place: Place, as_of: AsOf) -> str:
    """Return "endet am 31.07.2027" where that lies ahead of the day and may be named; "" otherwise."""
    last = place.valid_until
    if last is None or last < as_of.day:
        return ""
    # Everybody sees the last day itself: it has come.
    may_know = as_of.shows_end(last, *subject_of(place).organisation_ids) or last == as_of.today
    return _("ends on %(day)s", day=format_date(last)) if may_know else ""
