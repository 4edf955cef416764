"""What the days of seats, members and deputies have to keep to."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import or_

from coordination.bodies.rules import is_too_far
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.core.work import Work
from coordination.directory.models import Person


def check_far(work: Work, day: date | None, field: str) -> None:
    """Refuse a day that nobody can mean."""
    if is_too_far(day, work.today):
        text = N_("This day lies more than ten years ahead. Please check the year.")
        raise RuleViolation(text, field=field)


def check_span(work: Work, first: date, last: date | None) -> None:
    """Refuse days that nobody can mean, and an end before the beginning."""
    check_far(work, first, "valid_from")
    check_far(work, last, "valid_until")
    if last is not None and last < first:
        text = N_("The last day lies before the first. Please check both.")
        raise RuleViolation(text, field="valid_until")


def check_person(work: Work, person_id: int, first: date) -> Person:
    """Return who begins on a day; refuse whoever is gone by then."""
    person = work.session.get(Person, person_id)
    if person is None:
        raise RuleViolation(N_("Please choose a person."), field="person_id")
    if person.valid_until is not None and person.valid_until < first:
        text = N_("%(name)s belongs here only until %(day)s.")
        raise RuleViolation(text, field="person_id", name=person.name, day=format_date(person.valid_until))
    return person


def meets(model: Any, first: date, last: date | None) -> Any:
    """Return the condition that a dated row shares a day with a span."""
    begins = model.valid_from <= (last or date.max)
    return begins & or_(model.valid_until.is_(None), model.valid_until >= first)


def check_end(work: Work, first: date, last: date | None, last_on: date) -> None:
    """Refuse an end before the beginning, or later than the one there is."""
    check_far(work, last_on, "last_on")
    if last_on < first:
        text = N_("That is before it began, on %(day)s. Please choose a later day.")
        raise RuleViolation(text, field="last_on", day=format_date(first))
    if last is not None and last_on > last:
        text = N_("It ends on %(day)s already. Please choose no later day.")
        raise RuleViolation(text, field="last_on", day=format_date(last))
