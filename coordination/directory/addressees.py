"""Whose address a mail was sent to: whoever has it now, had it before, or is the only one of that name."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coordination.core.registry import Addressee
from coordination.directory.models import EarlierValue, Person


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
