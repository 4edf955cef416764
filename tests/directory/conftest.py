"""A small directory and people who look into it; the clock stands on a Wednesday in term time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Role
from coordination.directory.models import Assignment, District, EarlierValue, Organisation, Person, Place
from tests import factories
from tests.browser import Browser

WEDNESDAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def at_nine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock on Wednesday, 25 November 2026."""
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


@dataclass
class Town:
    """What most tests of pages look at."""

    mitte: District
    city: Organisation
    provider: Organisation
    school: Place
    club: Place
    aylin: Person
    jonas: Person
    work: Assignment


@pytest.fixture
def town(session: Session, at_nine: None) -> Town:
    """Return a school with one person there on Wednesdays, one absent, one vacancy, and a youth club."""
    make = factories
    mitte = make.district(session)
    city = make.organisation(session, "Stadt Probe", kind="office", short_name="Stadt")
    provider = make.organisation(session, "Beispielwerk gGmbH", parent_id=city.id)
    school = make.school(
        session,
        district_id=mitte.id,
        street="Fröbelstr. 7",
        postcode="33604",
        city="Bielefeld",
        phone="+49521511234",
        email="123456@schule.nrw.de",
        website="https://froebelschule.example.org",
        operator_id=city.id,
    )
    club = make.place(session, "Jugendtreff Ärmel", district_id=mitte.id, operator_id=provider.id)
    aylin = make.person(
        session, "Aylin", "Musterfrau", mobile="+4915199990017", email="aylin@example.org", organisation_id=provider.id
    )
    jonas = make.person(session, "Jonas", "Probemann", phone="+49521519999", organisation_id=provider.id)
    work = make.assignment(
        session,
        aylin,
        school,
        provider,
        times=[(0, 8, 13, "Raum 104"), (2, 8, 13, "Raum 104")],
        share_posts=Decimal("0.5"),
        share_hours=Decimal("19.5"),
        confirmed_on=date(2026, 9, 3),
        confirmed_by="Beispielwerk",
    )
    make.assignment(session, jonas, club, provider, function="open_youth_work", times=[(3, 14, 18, "")])
    for email, *roles in (
        ("fach@example.org",),
        ("pflege@example.org", Role.DIRECTORY_KEEPER),
        ("planung@example.org", Role.PLANNER),
    ):
        make.account(session, email, *roles)
    session.commit()
    return Town(mitte, city, provider, school, club, aylin, jonas, work)


@pytest.fixture
def professional(browser: Browser, town: Town) -> Browser:
    """Return a browser in which a professional is signed in."""
    browser.sign_in("fach@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def keeper(other_browser: Browser, town: Town) -> Browser:
    """Return a browser in which the keeper of the whole directory is signed in."""
    other_browser.sign_in("pflege@example.org", factories.PASSWORD)
    return other_browser


def earlier(session: Session, row: Place | Person | Organisation, field: str, value: str, until: date) -> None:
    """Note what a field of ``row`` held until a day."""
    key = {Place: "place_id", Person: "person_id", Organisation: "organisation_id"}[type(row)]
    entry = EarlierValue(field=field, value=value, valid_until=until, recorded_at=NOW - timedelta(days=1))
    setattr(entry, key, row.id)
    session.add(entry)
    session.commit()
