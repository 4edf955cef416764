"""Reading which districts places work for, on a day; the one that a place lies in is never among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from coordination.directory.further.models import PlaceFurtherDistrict
from coordination.directory.models import District, Place
from coordination.directory.queries import holds_on
from coordination.directory.rules import PlaceKind, Span


def holds(day: date) -> ColumnElement[bool]:
    """Return the condition that a place works for a further district on ``day``."""
    return holds_on(day, PlaceFurtherDistrict.valid_from, PlaceFurtherDistrict.valid_until)


def working_for(day: date, district_id: int) -> Select[int]:
    """Return the keys of the places that work for a district on ``day``, wherever they lie, as a query."""
    return select(PlaceFurtherDistrict.place_id).where(PlaceFurtherDistrict.district_id == district_id, holds(day))


def reached_from(day: date, place_id: int) -> Select[int]:
    """Return the keys of the further districts that a place works for on ``day``, as a query."""
    return select(PlaceFurtherDistrict.district_id).where(PlaceFurtherDistrict.place_id == place_id, holds(day))


def own_district(place: Place) -> int | None:
    """Return the district that a place lies in today; a site without one lies in that of its school."""
    if place.district_id is None and place.kind is PlaceKind.SCHOOL_SITE and place.parent is not None:
        return place.parent.district_id
    return place.district_id


def of_place(session: Session, place_id: int) -> Sequence[PlaceFurtherDistrict]:
    """Return all that is known of the further districts of one place, over all time, in one statement."""
    statement = (
        select(PlaceFurtherDistrict)
        .join(PlaceFurtherDistrict.district)
        .where(PlaceFurtherDistrict.place_id == place_id)
        .options(joinedload(PlaceFurtherDistrict.district))
        .order_by(District.number, PlaceFurtherDistrict.id)
    )
    return session.scalars(statement).all()


def holding(rows: Iterable[PlaceFurtherDistrict], day: date, but: int | None) -> list[District]:
    """Return the districts of those of ``rows`` that hold on ``day``, without ``but``, in which the place lies."""
    spans = [(one, Span(one.valid_from or date.min, one.valid_until)) for one in rows if one.district_id != but]
    return [one.district for one, span in spans if span.holds(day)]


def left(rows: Iterable[PlaceFurtherDistrict], day: date) -> list[tuple[str, date]]:
    """Return those of ``rows`` that were over before ``day``: the district and the last day, the latest first."""
    found = [(one.district.name, one.valid_until) for one in rows if one.valid_until and one.valid_until < day]
    return sorted(found, key=lambda one: (one[1], one[0]), reverse=True)


def names_of(session: Session, day: date, place_ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """Return the further districts of places on ``day``: place → key → name, by the city's numbers; one statement."""
    statement = (
        select(PlaceFurtherDistrict.place_id, District.id, District.name)
        .join(PlaceFurtherDistrict.district)
        .where(PlaceFurtherDistrict.place_id.in_(list(place_ids)), holds(day))
        .order_by(District.number)
    )
    found: dict[int, dict[int, str]] = {}
    for place_id, key, name in session.execute(statement):
        found.setdefault(place_id, {})[key] = name
    return found
