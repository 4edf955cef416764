"""Bodies, and who sits where on a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, String, and_, cast, exists, func, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from coordination.bodies.models import Body, Deputy, Membership, Seat, body_topic
from coordination.bodies.rules import MANDATE_WARNING, BodyKind, BodyLevel
from coordination.core.access import OFFICE, BodyRole
from coordination.core.db import Base
from coordination.core.errors import NotFound
from coordination.core.work import AuditEntry
from coordination.directory.models import Assignment, Person, Place
from coordination.topics.models import Topic

Row = TypeVar("Row", bound=Base)
#: A day, or its place in a statement that is built once.
Day = date | ColumnElement[date]
#: More bodies than any city has on one page.
MOST = 500


@dataclass(frozen=True, slots=True)
class BodyFilter:
    """What a list of bodies is narrowed to; ``keys`` are those of one's own."""

    keys: frozenset[int] | None = None
    kind: BodyKind | None = None
    level: BodyLevel | None = None
    topic_id: int | None = None


def holds(model: Any, day: Day) -> ColumnElement[bool]:
    """Return the condition that a dated row is in force on ``day``."""
    return and_(model.valid_from <= day, goes_on(model, day))


def goes_on(model: Any, day: Day) -> ColumnElement[bool]:
    """Return the condition that a dated row has not ended before ``day``."""
    return or_(model.valid_until.is_(None), model.valid_until >= day)


def _get(session: Session, model: type[Row], key: int, *options: Any) -> Row:
    # An address may hold any number; what no key can be is asked of no database.
    row = session.get(model, key, options=options) if key < 2**31 else None
    if row is None:
        raise NotFound
    return row


def get_body(session: Session, body_id: int) -> Body:
    """Return a body with its topics, leads and the one above it, or raise NotFound."""
    return _get(session, Body, body_id, selectinload(Body.topics), selectinload(Body.leads), joinedload(Body.parent))


def get_seat(session: Session, seat_id: int) -> Seat:
    """Return a seat with its body, or raise NotFound."""
    return _get(session, Seat, seat_id, joinedload(Seat.body), joinedload(Seat.organisation))


def get_membership(session: Session, membership_id: int) -> Membership:
    """Return a membership with its body, person and seat, or raise NotFound."""
    return _get(
        session,
        Membership,
        membership_id,
        joinedload(Membership.body),
        joinedload(Membership.person),
        joinedload(Membership.seat).joinedload(Seat.organisation),
    )


def get_deputy(session: Session, deputy_id: int) -> Deputy:
    """Return a deputy with the person, or raise NotFound."""
    return _get(session, Deputy, deputy_id, joinedload(Deputy.person))


def owner(seat: Seat) -> str:
    """Return whose seat it is in a word: what it is for, else its organisation, else nothing."""
    return seat.label or (seat.organisation.name if seat.organisation else "")


def bodies(session: Session, day: date, wanted: BodyFilter = BodyFilter()) -> Sequence[Body]:
    """Return the bodies that work on ``day``, narrowed."""
    statement = select(Body).where(goes_on(Body, day)).options(selectinload(Body.topics)).order_by(Body.name)
    if wanted.keys is not None:
        statement = statement.where(Body.id.in_(wanted.keys))
    if wanted.kind is not None:
        statement = statement.where(Body.kind == wanted.kind)
    if wanted.level is not None:
        statement = statement.where(Body.level == wanted.level)
    if wanted.topic_id is not None:
        mine = select(body_topic.c.body_id).where(body_topic.c.topic_id == wanted.topic_id)
        statement = statement.where(Body.id.in_(mine))
    return session.scalars(statement.limit(MOST)).all()


def below(session: Session, body_id: int, day: date) -> Sequence[Body]:
    """Return the bodies that report to one."""
    return session.scalars(select(Body).where(Body.parent_id == body_id, goes_on(Body, day)).order_by(Body.name)).all()


def topics(session: Session) -> Sequence[Topic]:
    """Return the topics that can be chosen, by name; none of their earlier names."""
    return session.scalars(select(Topic).where(Topic.merged_into_id.is_(None)).order_by(Topic.name)).all()


def kinds(session: Session, day: date) -> set[BodyKind]:
    """Return the kinds of which there is a body: what a filter offers."""
    return set(session.scalars(select(Body.kind).where(goes_on(Body, day)).distinct()))


def member_counts(session: Session, day: date) -> dict[int, int]:
    """Return how many people sit in each body on ``day``."""
    statement = select(Membership.body_id, func.count()).where(holds(Membership, day)).group_by(Membership.body_id)
    return {key: count for key, count in session.execute(statement)}  # noqa: C416 - rows are no pairs for mypy


def vacant_seats(session: Session, day: date) -> Sequence[Seat]:
    """Return the seats in force on ``day`` that nobody holds then, of all bodies that go on."""
    statement = (
        select(Seat)
        .join(Seat.body)
        .where(_is_vacant(day))
        .options(joinedload(Seat.organisation), joinedload(Seat.body))
        .order_by(Seat.body_id, Seat.id)
    )
    return session.scalars(statement).all()


def _is_vacant(day: date) -> ColumnElement[bool]:
    taken = select(Membership.seat_id).where(Membership.seat_id.is_not(None), holds(Membership, day))
    return and_(holds(Seat, day), goes_on(Body, day), Seat.id.not_in(taken))


def _ends_soon(day: date) -> ColumnElement[bool]:
    """Return the condition that a membership ends soon, and nobody follows on the seat nor stays otherwise."""
    later = aliased(Membership)
    follows = exists().where(
        later.body_id == Membership.body_id,
        later.valid_from > day,
        or_(later.seat_id == Membership.seat_id, later.person_id == Membership.person_id),
    )
    # Whoever let it end knows of it; that a mandate runs out as it was entered from the start is said.
    was_ended = exists().where(
        AuditEntry.action == "membership.ended",
        AuditEntry.subject == "membership:" + cast(Membership.id, String),
    )
    return and_(
        Membership.valid_from <= day,
        Membership.valid_until.between(day, day + MANDATE_WARNING),
        goes_on(Body, day),
        ~follows,
        ~was_ended,
    )


def ends_and_vacancies(
    session: Session, day: date, body_ids: Collection[int]
) -> tuple[Sequence[Membership], Sequence[Seat]]:
    """Return the memberships in some bodies that end soon with nobody to follow, and their vacant seats.

    One statement for both: the desk asks every part of the product, and each once.
    """
    ends = select(Membership.id.label("membership_id"), cast(null(), Integer).label("seat_id")).join(Membership.body)
    vacant = select(cast(null(), Integer), Seat.id).join(Seat.body)
    keys = union_all(
        ends.where(Membership.body_id.in_(body_ids), _ends_soon(day)),
        vacant.where(Seat.body_id.in_(body_ids), _is_vacant(day)),
    ).subquery()
    rows = session.execute(
        select(Membership, Seat)
        .select_from(keys)
        .outerjoin(Membership, Membership.id == keys.c.membership_id)
        .outerjoin(Seat, Seat.id == keys.c.seat_id)
        .options(joinedload(Membership.person), joinedload(Membership.body))
        .options(joinedload(Seat.organisation), joinedload(Seat.body))
        .order_by(Membership.valid_until, Membership.id, Seat.body_id, Seat.id)
    ).all()
    return [one for one, _seat in rows if one is not None], [one for _member, one in rows if one is not None]


def seats_of(session: Session, body_id: int, day: date) -> Sequence[Seat]:
    """Return the seats of a body that are in force on ``day`` or will be."""
    return session.scalars(
        select(Seat)
        .where(Seat.body_id == body_id, goes_on(Seat, day))
        .options(joinedload(Seat.organisation))
        .order_by(Seat.id)
    ).all()


def members_of(session: Session, body_id: int) -> Sequence[Membership]:
    """Return all memberships of a body, ended ones too, with person, employer and seat."""
    return session.scalars(
        select(Membership)
        .where(Membership.body_id == body_id)
        .options(
            joinedload(Membership.person).joinedload(Person.organisation),
            joinedload(Membership.seat).joinedload(Seat.organisation),
        )
        .order_by(Membership.valid_from, Membership.id)
    ).all()


def deputies_of(session: Session, body_id: int, day: date) -> Sequence[Deputy]:
    """Return who stands in within a body on ``day`` or later."""
    return session.scalars(
        select(Deputy)
        .where(Deputy.body_id == body_id, goes_on(Deputy, day))
        .options(joinedload(Deputy.person))
        .order_by(Deputy.valid_from, Deputy.id)
    ).all()


def follow_ups(session: Session, member: Membership) -> Sequence[Membership]:
    """Return what the same person is to be in the same body after a membership, the next first."""
    statement = (
        select(Membership)
        .where(
            Membership.body_id == member.body_id,
            Membership.person_id == member.person_id,
            Membership.valid_from > member.valid_from,
        )
        .order_by(Membership.valid_from)
    )
    return session.scalars(statement).all()


def has_office_after(session: Session, body_id: int, day: date, without: Collection[int]) -> bool:
    """Return whether a membership that is none of ``without`` runs or chairs a body on the day after ``day``."""
    statement = select(Membership.id).where(
        Membership.body_id == body_id,
        Membership.id.not_in(without),
        Membership.role.in_(OFFICE),
        Membership.valid_from <= day + timedelta(days=1),
        or_(Membership.valid_until.is_(None), Membership.valid_until > day),
    )
    return session.scalar(statement.limit(1)) is not None


def memberships_of(session: Session, person_id: int, day: date) -> list[tuple[Body, BodyRole]]:
    """Return the bodies in which a person sits on ``day``, by name, with what the person is there."""
    rows = session.execute(
        select(Body, Membership.role)
        .join(Membership, Membership.body_id == Body.id)
        .where(Membership.person_id == person_id, holds(Membership, day))
        .order_by(Body.name)
    )
    return [(body, role) for body, role in rows]


def sitting_from(session: Session, place_id: int, day: date) -> list[tuple[Body, Person, BodyRole]]:
    """Return in which bodies on ``day`` somebody sits who works at a place or one of its sites then, by name."""
    here = select(Place.id).where(or_(Place.id == place_id, Place.parent_id == place_id))
    works_here = select(Assignment.person_id).where(Assignment.place_id.in_(here), holds(Assignment, day))
    rows = session.execute(
        select(Body, Person, Membership.role)
        .join(Membership, Membership.body_id == Body.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.person_id.in_(works_here), holds(Membership, day), goes_on(Body, day))
        .order_by(Body.name, Person.sort_name, Membership.id)
    )
    return [(body, person, role) for body, person, role in rows]


def secretary(session: Session, body_id: int, day: date) -> Person | None:
    """Return who has run the office of a body for longest on ``day``; nobody who has left the house by then."""
    return session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.body_id == body_id, Membership.role == BodyRole.SECRETARIAT, holds(Membership, day))
        .where(goes_on(Person, day))
        .order_by(Membership.valid_from, Membership.id)
        .limit(1)
    ).one_or_none()


def offices_of_topic(session: Session, topic_id: int, day: date) -> Sequence[tuple[Body, Person]]:
    """Return the bodies that deal with a topic on ``day``, each with who has run its office for longest."""
    rows = session.execute(
        select(Body, Person)
        .join(body_topic, body_topic.c.body_id == Body.id)
        .join(Membership, Membership.body_id == Body.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            body_topic.c.topic_id == topic_id,
            goes_on(Body, day),
            Membership.role == BodyRole.SECRETARIAT,
            holds(Membership, day),
        )
        .order_by(Body.name, Membership.valid_from, Membership.id)
    )
    found: dict[int, tuple[Body, Person]] = {}
    for body, person in rows:
        found.setdefault(body.id, (body, person))
    return list(found.values())


def roles_of(session: Session, person_id: int, day: date) -> dict[int, BodyRole]:
    """Return what a person is in which body on ``day``: key of the body → role."""
    rows = session.execute(
        select(Membership.body_id, Membership.role)
        .where(Membership.person_id == person_id, holds(Membership, day))
        .order_by(Membership.id)
    )
    return {key: role for key, role in rows}  # noqa: C416 - rows are no pairs for mypy
