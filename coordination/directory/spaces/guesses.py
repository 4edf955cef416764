"""To which social space a place presumably belongs. A guess is made when a page is opened; it is never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.directory.models import Place, School
from coordination.directory.papers import zones
from coordination.directory.queries import is_current
from coordination.directory.sites import rules as zone_names
from coordination.directory.spaces.models import PlaceSocialSpace, SocialSpace
from coordination.directory.spaces.queries import holds


@dataclass(frozen=True, slots=True)
class Guess:
    """A social space, and the school whose catchment zone the place lies in: the reason for the guess."""

    space_id: int
    space: str
    school: str


def guess(session: Session, place: Place, day: date) -> Guess | None:
    """Return the social space of the primary school in whose catchment zone a place lies, if it has just one.

    Only of a school: the official list says where it lies.
    """
    if place.school is None or place.utm_east is None or place.utm_north is None:
        return None
    zone = zones.zone_at(place.utm_east, place.utm_north)
    if not zone:
        return None
    statement = (
        select(SocialSpace.id, SocialSpace.name, Place.name, School.short_name)
        .select_from(SocialSpace)
        .join(PlaceSocialSpace, PlaceSocialSpace.social_space_id == SocialSpace.id)
        .join(Place, Place.id == PlaceSocialSpace.place_id)
        .join(Place.school)
        .where(School.form_code == zone_names.PRIMARY, is_current(day), holds(day))
    )
    found = [row for row in session.execute(statement) if zone_names.is_called(row[2:], zone)]
    return Guess(*found[0][:3]) if len(found) == 1 else None
