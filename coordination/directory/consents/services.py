"""Giving a consent and withdrawing it: by nobody but the person itself."""

from __future__ import annotations

from sqlalchemy import delete

from coordination.core.access import Permission, Subject, require
from coordination.core.work import Work
from coordination.directory.consents import queries
from coordination.directory.consents.models import Consent
from coordination.directory.consents.rules import WORDING, Released
from coordination.directory.models import Person


def give_phone(work: Work, person: Person, number: str) -> None:
    """Show ``number`` (E.164) from today on, in place of an earlier one."""
    _give(work, person, Consent(what=Released.PHONE, phone=number))


def give_photo(work: Work, person: Person, picture: bytes) -> None:
    """Show a picture that we made ourselves (``documents.portraits``), in place of an earlier one."""
    _give(work, person, Consent(what=Released.PHOTO, photo=picture))


def _give(work: Work, person: Person, row: Consent) -> None:
    _check(work, person)
    _delete(work, person, row.what)
    row.person_id, row.given_on, row.wording = person.id, work.today, WORDING
    work.session.add(row)
    work.record(f"consent.{row.what.value}_given", person)


def withdraw(work: Work, person: Person, what: Released) -> None:
    """Delete what was released, at once; nothing is recorded where there was nothing."""
    _check(work, person)
    if what in queries.of_person(work.session, person.id):
        _delete(work, person, what)
        work.record(f"consent.{what.value}_withdrawn", person)


def _check(work: Work, person: Person) -> None:
    require(work.actor, Permission.CONSENT_GIVE, Subject(person_id=person.id))


def _delete(work: Work, person: Person, what: Released) -> None:
    work.session.execute(delete(Consent).where(Consent.person_id == person.id, Consent.what == what))
