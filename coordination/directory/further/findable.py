"""A place is found by the further districts that it works for, as by the one that it lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.registry import SearchBelongings
from coordination.directory.belonging import begins_or_ended, gathered, keys_of
from coordination.directory.further.models import PlaceFurtherDistrict
from coordination.directory.further.queries import holds
from coordination.directory.models import District


def _of_places(session: Session, keys: Sequence[int], day: date) -> Mapping[int, Sequence[str]]:
    statement = (
        select(PlaceFurtherDistrict.place_id, District.name)
        .join(PlaceFurtherDistrict.district)
        .where(PlaceFurtherDistrict.place_id.in_(keys), holds(day))
        .order_by(District.number)
    )
    return gathered((key, (name,)) for key, name in session.execute(statement))


def _concerned(session: Session, rows: Sequence[Any]) -> set[int]:
    districts = keys_of(rows, District)
    there = select(PlaceFurtherDistrict.place_id).where(PlaceFurtherDistrict.district_id.in_(districts))
    return set(session.scalars(there)) if districts else set()


def _turning(session: Session, first: date, last: date) -> set[int]:
    turns = begins_or_ended(first, last, PlaceFurtherDistrict.valid_from, PlaceFurtherDistrict.valid_until)
    return set(session.scalars(select(PlaceFurtherDistrict.place_id).where(turns)))


BELONGINGS = (SearchBelongings("place", _of_places, _concerned, _turning),)
