"""What select fields offer: keys and words, in German order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.collation import german_key
from coordination.directory.edit_choices import told_apart
from coordination.directory.models import District, Organisation, Person
from coordination.directory.queries import belongs
from coordination.web.forms import SelectChoice


def _by_label(choice: Any) -> tuple[str, str]:
    return german_key(str(choice.label))


def people(session: Session) -> list[Any]:
    """Return everybody who has begun and not left, as "Name, Vorname"; of namesakes with what tells them apart."""
    statement = (
        select(Person.id, Person.family_name, Person.given_name, literal(""), Organisation.name, Person.function)
        .add_columns(Person.email)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.valid_until.is_(None), belongs(clock.today()))
        .order_by(Person.id)
    )
    return sorted((SelectChoice(*one) for one in told_apart(session.execute(statement))), key=_by_label)


def organisations(session: Session) -> list[Any]:
    """Return the organisations by name."""
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.valid_until.is_(None)))
    return sorted((SelectChoice(key, name) for key, name in rows), key=_by_label)


def districts(session: Session) -> list[Any]:
    """Return the districts by the city's numbers."""
    return [
        SelectChoice(key, name)
        for key, name in session.execute(select(District.id, District.name).order_by(District.number))
    ]
