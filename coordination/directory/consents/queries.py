"""The one place that reads what people released: whoever shows it asks here, and nobody else may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Permission, allows
from coordination.core.errors import NotFound
from coordination.directory.consents.models import Consent
from coordination.directory.consents.rules import Released
from coordination.directory.models import Person
from coordination.directory.queries import belongs


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of one person on one's page today."""

    phone: str = ""
    phone_since: date | None = None
    has_photo: bool = False


#: Of an earlier or a coming day nothing private is shown.
NOTHING = Shown()


def _holds(person_id: int, today: date) -> ColumnElement[bool]:
    """Return the condition under which a consent holds: its owner still belongs here."""
    return Consent.person_id.in_(select(Person.id).where(Person.id == person_id, belongs(today)))


def shown(session: Session, actor: Actor, person_id: int, today: date) -> Shown:
    """Return what ``actor`` may see of a person. One statement."""
    if not allows(actor, Permission.DIRECTORY_READ):
        return NOTHING
    rows = {row.what: row for row in session.scalars(select(Consent).where(_holds(person_id, today)))}
    phone = rows.get(Released.PHONE)
    return Shown(phone.phone if phone else "", phone.given_on if phone else None, Released.PHOTO in rows)


def photo(session: Session, actor: Actor, person_id: int, today: date) -> bytes:
    """Return the picture of a person.

    Raises:
        NotFound: there is none, or ``actor`` may not see it.
    """
    found = None
    if allows(actor, Permission.DIRECTORY_READ):
        is_it = Consent.what == Released.PHOTO
        found = session.scalar(select(Consent.photo).where(is_it, _holds(person_id, today)))
    if found is None:
        raise NotFound
    return found


def of_person(session: Session, person_id: int) -> dict[Released, Consent]:
    """Return what somebody released, for themselves."""
    return {row.what: row for row in session.scalars(select(Consent).where(Consent.person_id == person_id))}
