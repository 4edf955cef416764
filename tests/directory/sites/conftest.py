"""A Grundschulverbund as the city has them: one number, a main building, a zone for another building."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from coordination.directory.models import District, Organisation, Person, Place
from coordination.directory.rules import PlaceKind
from tests import factories
from tests.directory.conftest import Town

ZONE, LABEL = "GSV Dornberg-Schröttinghausen - Teilstandort", "GS Schröttinghausen"
NAME = "Grundschule Dornberg-Schröttinghausen"


@dataclass
class Association:
    """A school with nobody in its main building, and what else is there."""

    school: Place
    district: District
    provider: Organisation
    ida: Person


@pytest.fixture
def association(session: Session, town: Town) -> Association:
    """Return a school of whose further building nobody has entered anything."""
    district = factories.district(session, "Dornberg", "4")
    school = factories.school(
        session,
        NAME,
        "124461",
        district_id=district.id,
        operator_id=town.city.id,
        city="Bielefeld",
        street="Großer Kamp 47",
    )
    assert school.school is not None
    school.school.short_name = "GG (Verb) Dornberg-Schröttingh"
    ida = factories.person(session, "Ida", "Immerda", organisation_id=town.provider.id, phone="+49521519991")
    session.commit()
    return Association(school, district, town.provider, ida)


@pytest.fixture
def site(session: Session, association: Association) -> Place:
    """Return that building, entered without an address, where somebody is on Wednesdays."""
    found = factories.place(session, LABEL, kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    factories.assignment(session, association.ida, found, association.provider, times=[(2, 8, 12, "Pavillon")])
    session.commit()
    return found
