"""Sites of schools on a day, and who of them has people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from coordination.directory.models import Place
from coordination.directory.page_queries import somebody_at
from coordination.directory.queries import OF_SCHOOL, is_current
from coordination.directory.rules import PlaceKind

#: Key of a school → some of its sites.
Sites = Mapping[int, Sequence[Place]]


def with_people(session: Session, places: Iterable[Place], staffed: Collection[int], day: date) -> Sites:
    """Return the sites to which people are assigned, of those ``places`` that are schools and not ``staffed``.

    One statement, also where all schools are: how many a page takes is fixed.
    """
    keys = [one.id for one in places if one.kind is PlaceKind.SCHOOL and one.id not in staffed]
    statement = (
        select(Place)
        .outerjoin(Place.school)
        .where(Place.parent_id.in_(keys), Place.kind == PlaceKind.SCHOOL_SITE, is_current(day), somebody_at(day))
        .options(contains_eager(Place.school))
        .order_by(Place.sort_name, Place.id)
    )
    found: dict[int, list[Place]] = {}
    for site in session.scalars(statement):
        found.setdefault(site.parent_id or 0, []).append(site)
    return found


@dataclass(frozen=True, slots=True)
class OfSchool:
    """The sites of a school: those that are there on a day, and those that had closed by then."""

    there: Sequence[Place] = ()
    closed: Sequence[Place] = ()

    @property
    def places(self) -> list[Place]:
        """Return all of them."""
        return [*self.there, *self.closed]


def of_school(session: Session, place: Place, day: date) -> OfSchool:
    """Return the sites of a school on ``day``, in German order; no statement for anything else."""
    if place.kind is not PlaceKind.SCHOOL:
        return OfSchool()
    begun = or_(Place.valid_from.is_(None), Place.valid_from <= day)
    statement = (
        select(Place)
        .outerjoin(Place.school)
        .options(contains_eager(Place.school), OF_SCHOOL)
        .where(Place.parent_id == place.id, Place.kind == PlaceKind.SCHOOL_SITE, begun)
        .order_by(Place.sort_name, Place.id)
    )
    found = session.scalars(statement).all()
    closed = [one for one in found if one.valid_until is not None and one.valid_until < day]
    return OfSchool([one for one in found if one not in closed], closed)
