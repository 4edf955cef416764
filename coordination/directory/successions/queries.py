"""Reading successions: of a place, by key, and all of them as pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from coordination.core.collation import german_key
from coordination.core.errors import NotFound
from coordination.directory.asof import AsOf, Then
from coordination.directory.models import Place
from coordination.directory.queries import subject_of
from coordination.directory.rules import PlaceKind, day_before
from coordination.directory.stays import Sorted
from coordination.directory.successions.models import PlaceSuccession
from coordination.directory.successions.rules import Pair


@dataclass(frozen=True, slots=True)
class Origins:
    """The places that something came out of, and their last day: their own, or the one before it began."""

    last_day: date
    #: The first day on which it follows them.
    begins: date
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Successions:
    """What a page says of what followed its place, and of what it came out of."""

    after: Sequence[PlaceSuccession] = ()
    before: Sequence[PlaceSuccession] = ()

    @property
    def places(self) -> list[Place]:
        """Return the places at the other ends: those that are named."""
        return [*(one.successor for one in self.after), *(one.predecessor for one in self.before)]

    def origins(self, then: Then) -> list[Origins]:
        """Return what the place came out of, by day; the places by the names that they had."""
        rows = sorted(self.before, key=lambda one: (_last_day(one), german_key(then.name(one.predecessor))))
        days = [(day, list(some)) for day, some in groupby(rows, key=_last_day)]
        return [Origins(day, min(one.on_day for one in some), [one.predecessor for one in some]) for day, some in days]


def _last_day(row: PlaceSuccession) -> date:
    own, before = row.predecessor.valid_until, day_before(row.on_day)
    return before if own is None else min(own, before)


def get_succession(session: Session, succession_id: int) -> PlaceSuccession:
    """Return a succession with both its places.

    Raises:
        NotFound: there is none with this key.
    """
    shown = joinedload(PlaceSuccession.predecessor), joinedload(PlaceSuccession.successor)
    found = session.get(PlaceSuccession, succession_id, options=shown) if succession_id < 2**31 else None
    if found is None:
        raise NotFound
    return found


def of_place(session: Session, place_id: int, as_of: AsOf) -> Successions:
    """Return the successions that a place has part in, in one statement; what begins later as far as it may be seen."""
    statement = (
        select(PlaceSuccession)
        .where(or_(PlaceSuccession.predecessor_id == place_id, PlaceSuccession.successor_id == place_id))
        .options(joinedload(PlaceSuccession.predecessor), joinedload(PlaceSuccession.successor))
        .order_by(PlaceSuccession.on_day, PlaceSuccession.id)
    )
    rows = [one for one in session.scalars(statement) if one.on_day <= as_of.day or may_know(one, as_of)]
    return Successions(
        [one for one in rows if one.predecessor_id == place_id], [one for one in rows if one.successor_id == place_id]
    )


def may_know(row: PlaceSuccession, as_of: AsOf) -> bool:
    """Return whether a succession may be seen that lies ahead: by who sees plans of one of both places."""
    return as_of.plans(*(key for one in (row.predecessor, row.successor) for key in subject_of(one).organisation_ids))


def pairs(session: Session, day: date | None = None) -> list[Pair]:
    """Return all successions as keys of places; those that have begun on ``day``, if one is given."""
    statement = select(PlaceSuccession.predecessor_id, PlaceSuccession.successor_id)
    if day is not None:
        statement = statement.where(PlaceSuccession.on_day <= day)
    return [(before, after) for before, after in session.execute(statement)]


def heir_of(session: Session, row: PlaceSuccession) -> PlaceSuccession | None:
    """Return another succession of the same place and day: it keeps the end that ``row`` gave the place."""
    mine = PlaceSuccession.predecessor_id == row.predecessor_id, PlaceSuccession.on_day == row.on_day
    statement = select(PlaceSuccession).where(*mine, PlaceSuccession.id != row.id).order_by(PlaceSuccession.id).limit(1)
    return session.scalars(statement).one_or_none()


def may_end(predecessor: Place) -> bool:
    """Return whether a place can end with what follows it: schools come and go with the official list."""
    return predecessor.kind is not PlaceKind.SCHOOL


def going_on(shown: Sorted, day: date) -> int:
    """Return how many assignments are not over on a day: of a predecessor, when the successor has begun.

    Of those alone that the reader may see: what others plan is not counted either.
    """
    rows = {one.id: one for one in (*shown.current, *shown.planned, *shown.near, *shown.former)}
    return sum(one.valid_until is None or one.valid_until >= day for one in rows.values())
