"""A body with its office, and who looks at it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from coordination.bodies.models import Membership, Seat
from coordination.core.access import BodyRole, Role
from tests import factories
from tests.bodies.town import every
from tests.browser import Browser


@pytest.fixture
def town(session: Session) -> dict[str, int]:
    """A body with its office, a held seat and somebody who could come in; an account for the office and one for all."""
    unit = factories.organisation(session, "Jugendamt", kind="office")
    provider = factories.organisation(session, "Trägerverein Probe e. V.")
    office = factories.person(session, "Olga", "Amtlich", organisation_id=unit.id)
    ada = factories.person(session, organisation_id=provider.id, email="ada@example.org", phone="+49521511234")
    ben = factories.person(session, "Ben", "Birke", organisation_id=provider.id)
    body = factories.member(session, office, "Beirat Probe", BodyRole.SECRETARIAT)
    seat = Seat(
        body_id=body.id, organisation_id=provider.id, role=BodyRole.VOTING_MEMBER, valid_from=factories.LONG_AGO
    )
    session.add(seat)
    session.flush()
    member = factories.member(session, ada, "Beirat Probe", seat_id=seat.id)
    assert member is body
    factories.account(session, "koordination@example.org", Role.COORDINATOR, person_id=office.id)
    factories.account(session, "liest@example.org")
    keys = {"body": body.id, "seat": seat.id, "ada": ada.id, "ben": ben.id, "office": office.id, "unit": unit.id}
    session.commit()
    keys["ada_sits"] = every(session, Membership)[1].id
    return keys


@pytest.fixture
def office(browser: Browser, town: dict[str, int]) -> Browser:
    browser.sign_in("koordination@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def reader(other_browser: Browser, town: dict[str, int]) -> Browser:
    other_browser.sign_in("liest@example.org", factories.PASSWORD)
    return other_browser
