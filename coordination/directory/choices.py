"""What select fields offer: keys and words, in German order."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.collation import german_key
from coordination.directory.models import District, Organisation, Person


def people(session: Session) -> list[tuple[int, str]]:
    """Return everybody who has not left, as (key, "Name, Vorname")."""
    rows = session.execute(select(Person.id, Person.family_name, Person.given_name).where(Person.valid_until.is_(None)))
    return sorted(((key, f"{family}, {given}") for key, family, given in rows), key=lambda row: german_key(row[1]))


def organisations(session: Session) -> list[tuple[int, str]]:
    """Return the organisations as (key, name)."""
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.valid_until.is_(None)))
    return sorted(((key, name) for key, name in rows), key=lambda row: german_key(row[1]))


def districts(session: Session) -> list[tuple[int, str]]:
    """Return the districts as (key, name), by the city's numbers."""
    return [(key, name) for key, name in session.execute(select(District.id, District.name).order_by(District.number))]
