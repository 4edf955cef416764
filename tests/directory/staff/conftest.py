"""A city with schools that lists name in many ways, and one employer."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from coordination.core.access import Role
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import enter


@dataclass
class Schools:
    """Keys of what is there."""

    employer: int
    other: int
    by_number: dict[str, int]


@pytest.fixture
def schools(session: Session, at_nine: None) -> Schools:
    """Return two schools of one name, three of others, two employers and their keepers."""
    mitte, heepen = factories.district(session), factories.district(session, "Heepen", "5")
    employer = factories.organisation(session, "Beispielwerk gGmbH", short_name="Beispielwerk")
    other = factories.organisation(session, "Anderer Träger e. V.")
    places = {
        "123456": factories.school(session, district_id=mitte.id),
        "123457": factories.school(session, "Luisenschule", "123457", district_id=mitte.id),
        "012345": factories.school(session, "Ganz alte Schule", "012345"),
        "200001": factories.school(session, "Brüder-Grimm-Schule", "200001", district_id=mitte.id),
        "200002": factories.school(session, "Brüder-Grimm-Schule", "200002", form_code="08", district_id=heepen.id),
    }
    factories.account(session, "alles@example.org", Role.DIRECTORY_KEEPER)
    factories.account(session, "eins@example.org", Role.DIRECTORY_KEEPER, keeps=employer)
    factories.account(session, "zwei@example.org", Role.DIRECTORY_KEEPER, keeps=other)
    factories.account(session, "liest@example.org")
    session.commit()
    return Schools(employer.id, other.id, {number: place.id for number, place in places.items()})


@pytest.fixture
def keeper(browser: Browser, schools: Schools) -> Browser:
    """Return the keeper of the employer, signed in."""
    return enter(browser, "eins")
