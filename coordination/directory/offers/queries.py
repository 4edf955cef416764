"""Reading what is offered: at a place, by key, and what goes on when a place or an organisation ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from coordination.core.access import Actor, Permission, allows, plans_of
from coordination.core.collation import german_key
from coordination.core.errors import NotFound
from coordination.directory.asof import AsOf
from coordination.directory.models import Organisation, Place
from coordination.directory.offers.models import Offer
from coordination.directory.queries import subject_of
from coordination.directory.rules import PlaceKind


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered at a place, by where it stands to a day; each in German order."""

    current: Sequence[Offer] = ()
    planned: Sequence[Offer] = ()
    ended: Sequence[Offer] = ()

    @property
    def shown(self) -> list[Offer]:
        """Return what a page lists: what goes on, then what is planned."""
        return [*self.current, *self.planned]


def get_offer(session: Session, offer_id: int) -> Offer:
    """Return an offer with its place and who runs it.

    Raises:
        NotFound: there is none with this key.
    """
    shown = joinedload(Offer.place), joinedload(Offer.organisation)
    found = session.get(Offer, offer_id, options=shown) if offer_id < 2**31 else None
    if found is None:
        raise NotFound
    return found


def offers_at(session: Session, place_id: int, as_of: AsOf) -> Offers:
    """Return what is offered at a place, in one statement; what begins later as far as it may be seen."""
    day = as_of.day
    statement = select(Offer).where(Offer.place_id == place_id).options(joinedload(Offer.organisation))
    rows = sorted(session.scalars(statement), key=lambda one: (german_key(one.name), one.id))
    return Offers(
        current=[one for one in rows if one.valid_from <= day and not one.has_ended(day)],
        planned=[one for one in rows if one.valid_from > day and may_know(one, as_of)],
        ended=[one for one in rows if one.has_ended(day)],
    )


def may_know(offer: Offer, as_of: AsOf) -> bool:
    """Return whether what lies ahead of an offer may be seen: by who keeps who runs it, or its place."""
    return as_of.plans(*subject_of(offer).organisation_ids)


def may_find(actor: Actor, day: date) -> list[ColumnElement[bool]]:
    """Return the conditions that an offer has not ended on ``day``, and that ``actor`` may know of it."""
    found: list[ColumnElement[bool]] = [or_(Offer.valid_until.is_(None), Offer.valid_until >= day)]
    if not allows(actor, Permission.DIRECTORY_PLANNED):
        own = Place.kind.not_in([PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE]), Place.operator_id.in_(plans_of(actor))
        there = Offer.place_id.in_(select(Place.id).where(*own))
        found.append(or_(Offer.valid_from <= day, Offer.organisation_id.in_(plans_of(actor)), there))
    return found


def going_on(session: Session, of: Place | Organisation, last_on: date) -> int:
    """Return how many offers at a place, or run by an organisation, go on after a day."""
    mine = Offer.place_id == of.id if isinstance(of, Place) else Offer.organisation_id == of.id
    goes_on = or_(Offer.valid_until.is_(None), Offer.valid_until > last_on)
    return session.scalars(select(func.count(Offer.id)).where(mine, goes_on)).one()
