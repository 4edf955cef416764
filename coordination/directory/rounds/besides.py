"""What a round asks besides the assignments: the employer's own entry, the facilities that it runs, what they offer.

A facility is asked of those who work there, as they know; of everybody only one where nobody of the employer does.
So is an offer, wherever it is. What another provider offers in a facility is that provider's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from coordination.core.i18n import gettext
from coordination.core.phones import display_phone
from coordination.directory import words
from coordination.directory.models import Assignment, Organisation, Place
from coordination.directory.offers.models import Offer
from coordination.directory.queries import holds_on
from coordination.directory.rules import PlaceKind

Beside = Organisation | Place | Offer


@dataclass(frozen=True, slots=True)
class Besides:
    """What an employer has besides people: itself, its facilities, its offers; and whether its people are there."""

    employer: Organisation
    places: Sequence[tuple[Place, bool]]
    offers: Sequence[tuple[Offer, bool]]

    def of(self, rows: Sequence[Assignment]) -> list[Beside]:
        """Return what is asked of somebody with these assignments."""
        there = {row.place_id for row in rows}
        mine = [place for place, is_staffed in self.places if place.id in there or not is_staffed]
        offered = [offer for offer, is_staffed in self.offers if offer.place_id in there or not is_staffed]
        return [self.employer, *mine, *offered]


def load(session: Session, employer: Organisation, day: date) -> Besides:
    """Return what there is of an employer on ``day``: two statements, however much it is."""
    is_staffed = exists().where(
        Assignment.place_id == Place.id,
        Assignment.employer_id == employer.id,
        Assignment.person_id.is_not(None),
        holds_on(day, Assignment.valid_from, Assignment.valid_until),
    )
    run = (
        select(Place, is_staffed)
        .where(Place.operator_id == employer.id, Place.kind.not_in([PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE]))
        .where(holds_on(day, Place.valid_from, Place.valid_until))
        .order_by(Place.sort_name, Place.id)
        .execution_options(populate_existing=True)
    )
    places = [(row[0], bool(row[1])) for row in session.execute(run)]
    keys = [place.id for place, _is_staffed in places]
    unnamed_here = and_(Offer.organisation_id.is_(None), Offer.place_id.in_(keys))
    offers = (
        select(Offer, is_staffed)
        .join(Place, Place.id == Offer.place_id)
        .where(or_(Offer.organisation_id == employer.id, unnamed_here))
        .where(holds_on(day, Offer.valid_from, Offer.valid_until))
        .options(joinedload(Offer.place).joinedload(Place.parent))
        .order_by(Offer.name, Offer.id)
        .execution_options(populate_existing=True)
    )
    return Besides(employer, places, [(row[0], bool(row[1])) for row in session.execute(offers)])


def title(row: Beside) -> str:
    """Return what an entry is called; an offer with its place."""
    return (
        gettext("%(name)s at %(place)s", name=row.name, place=words.with_school(row.place))
        if isinstance(row, Offer)
        else row.name
    )


def facts(row: Beside) -> list[tuple[str, str]]:
    """Return what an entry says, in words, for mail and page alike."""
    if isinstance(row, Offer):
        return [(gettext("When and where"), row.times), (gettext("For whom"), row.audience or gettext("everybody"))]
    town = " ".join(part for part in (row.postcode, row.city) if part)
    found = [
        (gettext("Address"), ", ".join(part for part in (row.street, town) if part)),
        (gettext("Telephone"), display_phone(row.phone) if row.phone else ""),
        (gettext("E-mail"), row.email),
        (gettext("Website"), row.website),
    ]
    return [(label, value or gettext("none")) for label, value in found]


def said(rows: Sequence[Beside]) -> list[str]:
    """Return what stands for all that is shown of entries."""
    return [repr((type(row).__tablename__, row.id, title(row), facts(row))) for row in rows]
