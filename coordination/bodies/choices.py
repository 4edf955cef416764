"""What the forms of bodies offer: people, units, seats, other bodies; in German order."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from coordination.bodies import queries
from coordination.bodies.models import Body, Membership, Seat
from coordination.bodies.rules import ROLE_WORDS
from coordination.core.collation import german_key
from coordination.core.i18n import gettext
from coordination.directory.edit_choices import MOST, Offer, has_word, told_apart
from coordination.directory.models import Organisation, Person
from coordination.directory.queries import belongs
from coordination.directory.rules import OrganisationKind

Options = list[tuple[int, str]]


def _sorted(options: Options) -> Options:
    return sorted(options, key=lambda option: german_key(option[1]))


def people(session: Session, day: date, q: str) -> Offer:
    """Return everybody who belongs here on ``day``, narrowed by part of a name."""
    named = func.coalesce(Organisation.name, "")
    statement = (
        select(Person.id, Person.family_name, Person.given_name, named, Person.function, Person.email)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(belongs(day))
        .order_by(Person.id)
    )
    for word in q.split()[:4]:
        statement = statement.where(has_word(Person.sort_name, word))
    rows = session.execute(statement.limit(MOST + 1)).all()
    return Offer(_sorted(told_apart(rows[:MOST])), len(rows) > MOST)


def units(session: Session, day: date, keep: Body | None = None) -> Options:
    """Return the units of the city that may lead a body; those that lead it now stand in any case."""
    own = [one.id for one in keep.leads] if keep is not None else []
    free = (OrganisationKind.PROVIDER, OrganisationKind.OTHER)
    stays = or_(Organisation.valid_until.is_(None), Organisation.valid_until >= day)
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(
            or_(stays & Organisation.kind.not_in(free), Organisation.id.in_(own))
        )
    )
    return _sorted([(key, name) for key, name in rows])


def organisations(session: Session, day: date) -> Options:
    """Return every organisation that may own a seat."""
    stays = or_(Organisation.valid_until.is_(None), Organisation.valid_until >= day)
    return _sorted(
        [(key, name) for key, name in session.execute(select(Organisation.id, Organisation.name).where(stays))]
    )


def parents(session: Session, day: date, of: Body | None) -> Options:
    """Return the bodies that another may report to."""
    found = {one.id: one.name for one in queries.bodies(session, day)}
    if of is not None:
        found.pop(of.id, None)
        if of.parent is not None:
            found[of.parent.id] = of.parent.name
    return _sorted(list(found.items()))


def seats(session: Session, body_id: int, day: date) -> Options:
    """Return the seats of a body with whose they are and who holds them."""
    holders = {one.seat_id: one.person.name for one in queries.members_of(session, body_id) if _holds(one, day)}
    return _sorted([(one.id, _seat(one, holders.get(one.id, ""))) for one in queries.seats_of(session, body_id, day)])


def members(session: Session, body_id: int, day: date) -> Options:
    """Return those who sit in a body on ``day`` or later, as (key of the membership, name)."""
    found = [one for one in queries.members_of(session, body_id) if one.valid_until is None or one.valid_until >= day]
    return _sorted([(one.id, f"{one.person.family_name}, {one.person.given_name}") for one in found])


def _holds(one: Membership, day: date) -> bool:
    return one.valid_from <= day and (one.valid_until is None or one.valid_until >= day)


def _seat(one: Seat, holder: str) -> str:
    parts = [gettext(ROLE_WORDS[one.role]), queries.owner(one), holder or gettext("vacant")]
    return " – ".join(part for part in parts if part)
