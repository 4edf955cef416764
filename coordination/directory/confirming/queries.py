"""Which entries nobody has confirmed for half a year, of those that somebody keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, null, or_, select, true, union_all
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.directory.models import Confirmed, Organisation, Place, School
from coordination.directory.offers.models import Offer
from coordination.directory.queries import holds_on, is_current
from coordination.directory.responsibilities.models import Post
from coordination.directory.rules import HALF_A_YEAR, PlaceKind

#: So many are listed, those that have waited longest; as they are confirmed, the others follow.
MOST = 50
_SCHOOLS = (PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that has waited for longer than half a year; ``on`` None: nobody has ever said so."""

    kind: str
    key: int
    name: str
    #: The place of an offer, the organisation of a post.
    where: str
    place_id: int | None
    on: date | None


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The first of them, and how many there are."""

    rows: Sequence[Waiting]
    total: int


def unconfirmed(session: Session, actor: Actor, today: date) -> Unconfirmed:
    """Return the entries that ``actor`` keeps and nobody has confirmed for half a year, longest first; one statement.

    What nobody has ever confirmed comes after them; where an entry knows its first day, only half a year after that.

    Of schools only those that were confirmed once: the school file says it of them all.
    """
    every = union_all(*_parts(actor, today)).subquery()
    statement = (
        select(every, func.count().over().label("total"))
        .order_by(every.c.confirmed_on.is_(None), every.c.confirmed_on, every.c.kind, every.c.name, every.c.key)
        .limit(MOST)
    )
    found = session.execute(statement).all()
    rows = [Waiting(row.kind, row.key, row.name, row.where, row.place_id, row.confirmed_on) for row in found]
    return Unconfirmed(rows, found[0].total if found else 0)


def _parts(actor: Actor, today: date) -> list[Select[Any]]:
    facility = Place.kind.not_in(_SCHOOLS)
    of_place = true() if actor.keeps_all else and_(facility, Place.operator_id.in_(actor.keeps))
    places = (
        _select("place", Place, today, name=Place.name, place_id=Place.id, since=Place.entered_on)
        .outerjoin(School, School.place_id == Place.id)
        .where(of_place, is_current(today), or_(facility, Place.confirmed_on.is_not(None)))
    )
    organisations = _select("organisation", Organisation, today, name=Organisation.name).where(
        _kept(actor, Organisation.id), or_(Organisation.valid_until.is_(None), Organisation.valid_until >= today)
    )
    posts = (
        _select("post", Post, today, name=Post.function, where=Organisation.name, since=Post.valid_from)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(_kept(actor, Post.organisation_id), holds_on(today, Post.valid_from, Post.valid_until))
    )
    offers = (
        _select(
            "offer", Offer, today, name=Offer.name, where=Place.name, place_id=Offer.place_id, since=Offer.valid_from
        )
        .join(Place, Place.id == Offer.place_id)
        .where(or_(_kept(actor, Offer.organisation_id), of_place))
        .where(holds_on(today, Offer.valid_from, Offer.valid_until))
    )
    return [places, organisations, posts, offers]


def _select(kind: str, model: type[Any], today: date, **shown: Any) -> Select[Any]:
    """Select those of a kind that wait; ``shown``: its name, where it is, the place of its page, since when it is."""
    return select(
        literal(kind).label("kind"),
        model.id.label("key"),
        shown["name"].label("name"),
        shown.get("where", literal("")).label("where"),
        shown.get("place_id", null()).label("place_id"),
        model.confirmed_on,
    ).where(_is_waiting(model, today, shown.get("since")))


def _is_waiting(model: type[Confirmed], today: date, since: Any) -> ColumnElement[bool]:
    last = today - HALF_A_YEAR
    never: ColumnElement[bool] = model.confirmed_on.is_(None)
    if since is not None:
        never = and_(never, or_(since.is_(None), since < last))
    return or_(never, model.confirmed_on < last)


def _kept(actor: Actor, column: Any) -> ColumnElement[bool]:
    return true() if actor.keeps_all else column.in_(actor.keeps)
