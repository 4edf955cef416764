"""The page of a place names the bodies in which somebody sits who works there."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.directory.models import Place
from coordination.directory.rules import PlaceKind
from tests import factories
from tests.browser import Browser, Page

HEADING = "Gremien, in denen jemand von hier sitzt"


def panel(page: Page) -> list[str]:
    """Return the lines under the heading; none if it is not there."""
    found = [one for one in page.soup.select(".boxes section") if HEADING in one.get_text()]
    return [one.get_text(" ", strip=True) for section in found for one in section.select("li")]


def at_work(session: Session) -> Place:
    """Return a school with Ada, who is a member of one body and guest of another, and Ben, who has left it."""
    today = clock.today()
    employer = factories.organisation(session)
    school = factories.school(session)
    site = factories.place(session, "Haus Berg", kind=PlaceKind.SCHOOL_SITE, parent_id=school.id)
    ada, ben = factories.person(session), factories.person(session, "Ben", "Birke")
    eva = factories.person(session, "Eva", "Esche")
    factories.assignment(session, ada, school, employer)
    factories.assignment(session, eva, site, employer)
    factories.assignment(session, ben, school, employer, valid_until=today - timedelta(days=1))
    factories.member(session, ada, "Beirat Probe", BodyRole.VOTING_MEMBER)
    factories.member(session, eva, "Beirat Probe", BodyRole.SECRETARIAT)
    factories.member(session, ben, "Arbeitskreis Fort")
    factories.member(session, ada, "Runde Bald", valid_from=today + timedelta(days=1))
    factories.member(session, ada, "Runde Vorbei", valid_until=today - timedelta(days=1))
    factories.member(session, ada, "Kreis zu Ende").valid_until = today - timedelta(days=1)
    factories.account(session, "fach@example.org")
    session.commit()
    return school


def test_a_place_names_the_bodies_of_those_who_work_there(browser: Browser, session: Session) -> None:
    school = at_work(session)
    browser.sign_in("fach@example.org", factories.PASSWORD)
    page = browser.get(f"/orte/{school.id}")
    assert panel(page) == ["Beirat Probe (Ada Ahornblatt, Stimmberechtigtes Mitglied; Eva Esche, Geschäftsführung)"]
    assert page.click("Beirat Probe").select("h1") == ["Beirat Probe"]


def test_where_nobody_sits_anywhere_nothing_is_said(browser: Browser, session: Session) -> None:
    at_work(session)
    other = factories.place(session)
    session.commit()
    browser.sign_in("fach@example.org", factories.PASSWORD)
    assert HEADING not in browser.get(f"/orte/{other.id}").main


def test_an_earlier_day_has_who_worked_there_then(browser: Browser, session: Session) -> None:
    school = at_work(session)
    browser.sign_in("fach@example.org", factories.PASSWORD)
    day = clock.today() - timedelta(days=1)
    assert [line.split(" (")[0] for line in panel(browser.get(f"/orte/{school.id}?stand={day}"))] == [
        "Arbeitskreis Fort",
        "Beirat Probe",
        "Kreis zu Ende",
        "Runde Vorbei",
    ]
