"""Who keeps the entry that a message is about: the mailboxes of the organisations behind a page of the directory."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Permission, allows
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.queries import holds_on
from coordination.directory.responsibilities.models import Post
from coordination.privacy.pages import names

_PAGE = re.compile(r"^/(orte|personen|organisationen|stellen)/([0-9]{1,9})(?:/|$)")


@dataclass(frozen=True, slots=True)
class Office:
    """Who looks after what a message is about."""

    name: str
    email: str


def is_entry(page: str) -> bool:
    """Return whether a page is that of an entry of the directory, whose name everybody with an account may read."""
    return _PAGE.match(page) is not None


def of_page(session: Session, actor: Actor, page: str, day: date) -> list[Office]:
    """Return who is told of an error on ``page``.

    Of a place the employers of those who work there, of a person theirs, of a post its organisation. One without a
    mailbox is reached by the one above it. Nobody: the page is of no such thing, nobody of them has a mailbox, or
    ``actor`` may not see the page.
    """
    if not allows(actor, Permission.DIRECTORY_READ) or page not in names(session, actor, {page}, day):
        return []
    return list(
        {
            unit.email.lower(): Office(unit.name, unit.email) for unit in _reached(session, _behind(session, page, day))
        }.values()
    )


def units_of(session: Session, page: str, day: date) -> list[int]:
    """Return the organisations behind ``page``, and those whose mailbox they have: whose keepers read a report of it.

    The writer need not see the page: what is reported of it concerns them all the same.
    """
    behind = _behind(session, page, day)
    # The address has any number; a unit may not be there.
    there = session.scalars(select(Organisation.id).where(Organisation.id.in_(behind)))
    return sorted({*there, *(unit.id for unit in _reached(session, behind))})


def _behind(session: Session, page: str, day: date) -> list[int]:
    """Return the organisations that an entry belongs to, or that employ somebody who makes it what it is."""
    found = _PAGE.match(page)
    if found is None:
        return []
    kind, key = found[1], int(found[2])
    match kind:
        case "orte":
            of_place = select(Place.operator_id).where(Place.id == key)
            keys = _employers(session, Assignment.place_id == key, day) or session.scalars(of_place).all()
        case "personen":
            of_person = select(Person.organisation_id).where(Person.id == key)
            keys = [*_employers(session, Assignment.person_id == key, day), *session.scalars(of_person).all()]
        case "stellen":
            keys = list(session.scalars(select(Post.organisation_id).where(Post.id == key)))
        case _:
            keys = [key]
    return [one for one in keys if one is not None]


def _employers(session: Session, of_what: ColumnElement[bool], day: date) -> list[int]:
    holds = holds_on(day, Assignment.valid_from, Assignment.valid_until)
    return list(
        session.scalars(select(Assignment.employer_id).where(of_what, holds).distinct().order_by("employer_id"))
    )


def _reached(session: Session, keys: Iterable[int]) -> list[Organisation]:
    """Return the organisations with a mailbox: of each its own, or that of the one above it."""
    reached = []
    for key in dict.fromkeys(keys):
        unit, seen = session.get(Organisation, key), set[int]()
        while unit is not None and not unit.email and unit.id not in seen:
            seen.add(unit.id)
            unit = unit.parent
        if unit is not None and unit.email:
            reached.append(unit)
    return reached
