"""A school with everything that must not get out, planted where it would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from coordination.core.access import Role
from coordination.directory.models import Organisation, Place
from coordination.directory.public.models import PublicPage
from coordination.directory.rules import PlaceKind
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, at_nine  # noqa: F401 - the clock of this folder

LIST, SCHOOL, REPORT = "/schulsozialarbeit", "/schulsozialarbeit/123456", "/schulsozialarbeit/123456/melden"
SWITCH = "/verwaltung/oeffentliche-seite"
#: Whatever of these is in an answer has got out.
SECRETS = (
    *("Geheimname", "Geheimkollegin", "Geheimvertretung", "Geheimgruppe", "Geheimraum", "Geheimnotiz"),
    *("geheim.name", "geheim.privat", "geheim.neu", "5557099", "5557098", "5557097", "5557096"),
    *("Geheimträger", "Geheimfrüher", "Geheimlücke", "Geheimleitung", "19–20", "6–7 Uhr"),
)


@dataclass
class Open:
    """What tests ask about."""

    school: Place
    employer: Organisation


@pytest.fixture
def planted(session: Session, at_nine: None) -> Open:  # noqa: F811 - the fixture itself
    """Return a school of which everybody may see an office, a mailbox and times; the page is still off."""
    make = factories
    district = make.district(session)
    employer = make.organisation(session, "Beispielwerk gGmbH", email="ssa@beispielwerk.example.org")
    own = make.organisation(session, "Probeverein", email="geheim.name@example.org", phone="+495215557096")
    private = make.organisation(session, "Beispielbund", email="geheim.privat@gmx.example")
    school = make.school(
        session,
        district_id=district.id,
        street="Fröbelstr. 7",
        postcode="33604",
        city="Bielefeld",
        email="123456@schule.nrw.de",
        phone="+495215557099",
        source_note="Geheimnotiz",
    )
    # Written otherwise than the mailbox of the office: it is the same.
    ada = make.person(
        session, "Ada", "Geheimname", email="Geheim.Name@example.org", mobile="+495215557098", phone="+495215557097"
    )
    eva = make.person(session, "Eva", "Geheimkollegin")
    make.absence(session, ada, WEDNESDAY, WEDNESDAY, substitute_id=make.person(session, "Ute", "Geheimvertretung").id)
    make.assignment(
        session, ada, school, employer, times=[(0, 8, 12, "Geheimraum"), (2, 8, 10, "")], target_group="Geheimgruppe"
    )
    make.assignment(session, eva, school, employer, times=[(0, 10, 14, "Geheimraum")])
    make.assignment(session, eva, school, own, times=[(3, 9, 11, "")])
    make.assignment(session, eva, school, private, times=[(4, 9, 11, "")])
    _of_nobody_s_business(session, school)
    for email, *roles in (("verwaltung@example.org", Role.ADMINISTRATOR), ("fach@example.org",)):
        make.account(session, email, *roles)
    session.commit()
    return Open(school, employer)


def _of_nobody_s_business(session: Session, school: Place) -> None:
    """Plant what is planned, over, vacant, or other work."""
    make = factories
    who = make.person(session, "Ole", "Geheimname", email="geheim.neu@example.org")
    planned = make.organisation(session, "Geheimträger", email="geheim.neu@traeger.example.org")
    since = WEDNESDAY + timedelta(days=1)
    make.assignment(session, who, school, planned, valid_from=since, times=[(1, 19, 20, "")])
    over = make.organisation(session, "Geheimfrüher")
    ended = WEDNESDAY - timedelta(days=1)
    make.assignment(session, who, school, over, valid_until=ended, times=[(1, 19, 20, "")])
    make.assignment(session, None, school, make.organisation(session, "Geheimlücke"), times=[(1, 19, 20, "")])
    lead = make.organisation(session, "Geheimleitung")
    make.assignment(session, who, school, lead, function="lead", times=[(1, 6, 7, "")])


@pytest.fixture
def opened(session: Session, planted: Open) -> Open:
    """Return the same with the page switched on."""
    session.add(PublicPage(id=1, is_on=True, since=date(2026, 11, 1)))
    session.commit()
    return planted


@pytest.fixture
def site_of(session: Session, opened: Open) -> Place:
    """Return a second building of the school, where somebody is on Fridays."""
    site = factories.place(
        session,
        "Fröbelschule, Standort Nord",
        kind=PlaceKind.SCHOOL_SITE,
        parent_id=opened.school.id,
        street="Am Rand 1",
    )
    who = factories.person(session, "Ina", "Geheimname")
    factories.assignment(session, who, site, opened.employer, times=[(4, 8, 12, "Geheimraum")])
    session.commit()
    return site


@pytest.fixture
def administrator(other_browser: Browser, planted: Open) -> Browser:
    """Return a browser in which the administration is signed in."""
    other_browser.sign_in("verwaltung@example.org", factories.PASSWORD)
    return other_browser
