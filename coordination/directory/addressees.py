"""Whose a mail is, and the address they have: told by its row, else by the address or the only person of a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coordination.core.collation import german_key
from coordination.core.registry import Addressee
from coordination.directory.models import EarlierValue, Organisation, Person
from coordination.mail.outbox import OutboxMail
from coordination.mail.stuck import Stuck


def addressees(session: Session, address: str, name: str) -> Sequence[Addressee]:
    """Return whose mail to ``address`` it was, with the address they have now and the page that keeps it.

    A wrong address is often put right without keeping the old one; then the name on the mail decides, if it is one
    person's alone.
    """
    had_it = select(EarlierValue.person_id).where(EarlierValue.field == "email", EarlierValue.value == address)
    found = list(
        session.scalars(
            select(Person).where(or_(Person.email == address, Person.id.in_(had_it))).order_by(Person.id).limit(5)
        )
    )
    if not found and name:
        families = select(Person).where(Person.family_name == name.rpartition(" ")[2]).limit(100)
        found = [one for one in session.scalars(families) if one.name == name]
        found = found if len(found) == 1 else []
    return [Addressee(one.name, one.email, url_for("directory.person", person_id=one.id)) for one in found]


def readers(
    session: Session, mails: Sequence[OutboxMail], units: Mapping[int, Organisation] | None = None
) -> list[Stuck]:
    """Return whose each of some mails is, in German order; at most one statement. ``units``: mail → its unit."""
    keys = {one.person_id for one in mails if one.person_id is not None}
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(keys)))} if keys else {}
    found = [_reader(mail, people.get(mail.person_id or 0), (units or {}).get(mail.id)) for mail in mails]
    return sorted(found, key=lambda one: german_key(one.name))


def _reader(mail: OutboxMail, person: Person | None, unit: Organisation | None) -> Stuck:
    if person is not None:
        return Stuck(mail, person.name, person.email, url_for("directory.person", person_id=person.id))
    if unit is not None:
        return Stuck(mail, unit.name, unit.email, url_for("directory.organisation", organisation_id=unit.id))
    return Stuck(mail, mail.recipient, "", "")
