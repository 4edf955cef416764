"""Places are found by the names of those that they followed, over several steps, too; only what has begun counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.registry import SearchBelongings
from coordination.directory.belonging import gathered, keys_of
from coordination.directory.former_names import SAID
from coordination.directory.models import Place, School
from coordination.directory.successions.models import PlaceSuccession
from coordination.directory.successions.queries import pairs
from coordination.directory.successions.rules import reached


def _texts(session: Session, keys: Sequence[int], day: date) -> Mapping[int, Sequence[str]]:
    backwards = [(after, before) for before, after in pairs(session, day)]
    followers = {after for after, _before in backwards}
    ancestors = {key: sorted(reached(backwards, [key])) for key in keys if key in followers}
    wanted = {one for found in ancestors.values() for one in found}
    if not wanted:
        return {}
    statement = (
        select(Place.id, Place.name, School.short_name, Place.official_name)
        .outerjoin(Place.school)
        .where(Place.id.in_(wanted))
    )
    names = {key: texts for key, *texts in session.execute(statement)}
    return gathered((key, names.get(one, ())) for key, found in ancestors.items() for one in found)


def _concerned(session: Session, rows: Sequence[Any]) -> set[int]:
    """Return what follows places that are called something else, and what a changed succession leads to."""
    places = keys_of(rows, Place)
    entered = {one.successor_id for one in rows if isinstance(one, PlaceSuccession)}
    if not places and not entered:
        return set()
    return entered | reached(pairs(session), {*places, *entered})


def _turning(session: Session, first: date, last: date) -> set[int]:
    begun = select(PlaceSuccession.successor_id).where(PlaceSuccession.on_day.between(first, last))
    found = set(session.scalars(begun))
    return found | reached(pairs(session, last), found) if found else found


BELONGINGS = (SearchBelongings("place", _texts, _concerned, _turning, SAID),)
