"""What the search finds of social spaces: their names, those they had, and the word itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_, gettext
from coordination.core.registry import SearchBelongings, SearchEntry, SearchHit, SearchSource
from coordination.directory.belonging import begins_or_ended, gathered, keys_of
from coordination.directory.spaces import queries
from coordination.directory.spaces.models import PlaceSocialSpace, SocialSpace

#: Said before the name by whoever looks for one; as the city says it, in whatever language the page is.
WORD = "Sozialraum"


def _rows() -> Select[Any]:
    return select(SocialSpace).options(selectinload(SocialSpace.earlier_names)).order_by(SocialSpace.id)


def _entry(_session: Session, space: SocialSpace) -> SearchEntry:
    words = [WORD, space.short_name, *(one.name for one in space.earlier_names)]
    return SearchEntry(space.name, tuple(word for word in words if word), (), space.valid_until)


def _describe(session: Session, _actor: Actor, keys: Sequence[int], _day: date) -> dict[int, SearchHit]:
    statement = select(SocialSpace).where(SocialSpace.id.in_(keys)).options(joinedload(SocialSpace.district))
    return {one.id: _hit(one) for one in session.scalars(statement)}


def _hit(space: SocialSpace) -> SearchHit:
    parts = [gettext("Social space"), space.short_name, space.district.name if space.district else ""]
    return SearchHit(space.name, " · ".join(part for part in parts if part), f"/sozialraeume/{space.id}")


def _of_places(session: Session, keys: Sequence[int], day: date) -> Mapping[int, Sequence[str]]:
    statement = (
        select(PlaceSocialSpace.place_id, SocialSpace.name, SocialSpace.short_name)
        .join(PlaceSocialSpace.space)
        .where(PlaceSocialSpace.place_id.in_(keys), queries.holds(day))
        .order_by(SocialSpace.id)
    )
    return gathered((key, names) for key, *names in session.execute(statement))


def _concerned(session: Session, rows: Sequence[Any]) -> set[int]:
    spaces = keys_of(rows, SocialSpace)
    there = select(PlaceSocialSpace.place_id).where(PlaceSocialSpace.social_space_id.in_(spaces))
    return set(session.scalars(there)) if spaces else set()


def _turning(session: Session, first: date, last: date) -> set[int]:
    turns = (
        begins_or_ended(first, last, PlaceSocialSpace.valid_from, PlaceSocialSpace.valid_until),
        begins_or_ended(first, last, SocialSpace.entered_on, SocialSpace.valid_until),
    )
    return set(session.scalars(select(PlaceSocialSpace.place_id).join(PlaceSocialSpace.space).where(or_(*turns))))


BELONGINGS = (SearchBelongings("place", _of_places, _concerned, _turning),)

SOURCES = (
    SearchSource(
        "social_space",
        N_("Social spaces"),
        "map-pin",
        SocialSpace,
        _rows,
        _entry,
        _describe,
        lambda actor: allows(actor, Permission.DIRECTORY_READ),
    ),
)
