"""For whom somebody stands in today, for everybody who may know of both; until when only for who keeps the absent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from coordination.core.access import Actor, Permission, allows
from coordination.core.collation import german_key
from coordination.directory.asof import AsOf
from coordination.directory.models import Absence, Assignment, Person
from coordination.directory.queries import belongs, holds_on, known_people, subject_of
from coordination.directory.rules import Span


@dataclass(frozen=True, slots=True)
class StandsIn:
    """Who is away, and until when, if the reader may know that; never why."""

    person: Person
    until: date | None


def of_person(session: Session, actor: Actor, substitute: Person, as_of: AsOf) -> Sequence[StandsIn]:
    """Return for whom ``substitute`` stands in today: who is assigned somewhere, and only if they are there themselves.

    One statement; of another day than today nothing.
    """
    if not (as_of.is_today and Span(substitute.valid_from or as_of.day, substitute.valid_until).holds(as_of.day)):
        return []
    day, own = as_of.day, aliased(Absence)
    away = holds_on(day, Absence.first_on, Absence.last_on)
    is_away = exists().where(own.person_id == substitute.id, holds_on(day, own.first_on, own.last_on))
    is_assigned = exists().where(
        Assignment.person_id == Person.id, holds_on(day, Assignment.valid_from, Assignment.valid_until)
    )
    rows = session.execute(
        select(Person, Absence.last_on)
        .join(Absence, Absence.person_id == Person.id)
        .where(Absence.substitute_id == substitute.id, away, ~is_away, is_assigned, belongs(day))
        .where(*known_people(actor, day))
        .order_by(Absence.first_on, Absence.id)
    )
    found = {person.id: StandsIn(person, _until(actor, substitute, person, last)) for person, last in rows}
    return sorted(found.values(), key=lambda one: german_key(one.person.name))


def _until(actor: Actor, substitute: Person, absent: Person, last: date | None) -> date | None:
    may_know = actor.person_id == substitute.id or allows(actor, Permission.DIRECTORY_EDIT, subject_of(absent))
    return last if may_know else None
