"""The first day of people: nobody knows of them before it, so nothing of theirs begins before it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.core import registry
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.core.work import Work
from coordination.directory.models import Absence, Assignment, Person


def begins_on(session: Session, person_id: int) -> date | None:
    """Return the first day of all that a person does or did here, standing in for others too; None without any."""
    own = session.scalar(select(func.min(Assignment.valid_from)).where(Assignment.person_id == person_id))
    others = session.scalar(select(func.min(Absence.first_on)).where(Absence.substitute_id == person_id))
    days = [own, others, *(ask(session, person_id) for ask in registry.first_duties)]
    return min((day for day in days if day is not None), default=None)


def check(session: Session, person: Person, first: date | None) -> None:
    """Raise RuleViolation for a first day that would hide somebody who is here."""
    if first is None or first == person.valid_from:
        return
    if person.valid_until is not None and first > person.valid_until:
        raise RuleViolation(
            N_("The last day is %(day)s. Please choose that day or an earlier one."),
            field="valid_from",
            day=format_date(person.valid_until),
        )
    begins = begins_on(session, person.id)
    if begins is not None and first > begins:
        raise RuleViolation(
            N_(
                "The first assignment, post or substitution begins on %(day)s."
                " Please choose that day or an earlier one."
            ),
            field="valid_from",
            day=format_date(begins),
        )


def check_begun(person: Person, day: date, field: str) -> None:
    """Raise RuleViolation if ``person`` would be named for a day before their first one: everybody would know."""
    if person.valid_from is not None and person.valid_from > day:
        raise RuleViolation(
            N_("%(name)s begins only on %(day)s. Please choose somebody else for the days before."),
            field=field,
            name=person.name,
            day=format_date(person.valid_from),
        )


def check_last(person: Person, last_on: date) -> None:
    """Raise RuleViolation if a person would leave before their first day."""
    if person.valid_from is not None and last_on < person.valid_from:
        raise RuleViolation(
            N_("The first day is %(day)s. Please choose that day or a later one."),
            field="last_on",
            day=format_date(person.valid_from),
        )


def begin_with(work: Work, person_id: int | None, day: date) -> date | None:
    """Let a person who was planned for later belong here from ``day`` on; returns the first day they had, if so."""
    person = work.session.get(Person, person_id) if person_id is not None else None
    if person is None or person.valid_from is None or person.valid_from <= day:
        return None
    earlier, person.valid_from = person.valid_from, day
    work.record("person.changed", person)
    return earlier


def put_back(work: Work, person_id: int | None, day: date, earlier: date) -> None:
    """Take back what ``begin_with`` did, as far as nothing else of theirs begins before the day they had."""
    person = work.session.get(Person, person_id) if person_id is not None else None
    # Whoever has said something else of the first day since knew better.
    if person is None or person.valid_from != day:
        return
    work.session.flush()
    person.valid_from = min(earlier, begins_on(work.session, person.id) or earlier)
    work.record("person.changed", person)
