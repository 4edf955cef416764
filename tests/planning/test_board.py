"""The coverage board: what it counts, finds and compares, who may see it, and the target that is set."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.core.errors import Forbidden
from coordination.core.work import AuditEntry, Work
from coordination.directory.models import Organisation, Place
from coordination.directory.rules import Function, OrganisationKind, PlaceKind
from coordination.planning import findings, queries, services
from coordination.planning.findings import Kind
from coordination.planning.models import CoverageTarget
from coordination.planning.rules import SchoolCover, Target
from coordination.planning.views import year_before
from tests import factories
from tests.browser import Browser, Page
from tests.statements import counted

HALF = Decimal("0.5")


@dataclass
class City:
    """Two municipal schools in Mitte and one of a provider."""

    session: Session
    city: Organisation
    employer: Organisation
    alpha: Place
    beta: Place
    free: Place

    def covers(self, day: date | None = None) -> dict[str, SchoolCover]:
        self.session.flush()
        found = queries.schools(self.session, day or clock.today(), Target(), [])
        return {one.name: one for one in found}

    def found(self) -> dict[Kind, list[str]]:
        self.session.flush()
        seen = findings.found(self.session, clock.today())
        return {kind: [one.person.name if one.person else "" for one in rows] for kind, rows in seen.items() if rows}


@pytest.fixture
def city(session: Session) -> City:
    unit = factories.organisation(session, "Stadt Probe", kind=OrganisationKind.DEPARTMENT)
    provider = factories.organisation(session)
    mitte = factories.district(session)
    alpha = factories.school(session, "Alphaschule", "111111", operator_id=unit.id, district_id=mitte.id)
    beta = factories.school(session, "Betaschule", "222222", operator_id=unit.id, district_id=mitte.id)
    free = factories.school(session, "Freie Schule", "333333", operator_id=provider.id)
    session.commit()
    return City(session, unit, provider, alpha, beta, free)


def test_posts_of_all_who_do_the_work_there_are_summed_sites_included(city: City) -> None:
    ada = factories.person(city.session)
    bea = factories.person(city.session, "Bea", "Birke")
    site = factories.place(
        city.session, "Alphaschule, Nebenstelle", kind=PlaceKind.SCHOOL_SITE, parent_id=city.alpha.id
    )
    factories.assignment(city.session, ada, city.alpha, city.employer, share_posts=HALF)
    factories.assignment(city.session, bea, site, city.employer, share_hours=Decimal("19.5"))
    factories.assignment(city.session, bea, city.beta, city.employer, function=Function.OTHER, share_posts=HALF)
    factories.assignment(city.session, None, city.beta, city.employer, share_posts=HALF)
    covers = city.covers()
    assert (covers["Alphaschule"].posts, covers["Alphaschule"].people) == (Decimal("1.00"), 2)
    assert covers["Betaschule"].is_empty, "a vacant post and other work are no school social work"
    assert (covers["Betaschule"].wanted, covers["Freie Schule"].wanted) == (HALF, Decimal(0))


def test_a_share_that_nobody_entered_is_said_and_not_taken_for_nothing(city: City) -> None:
    factories.assignment(city.session, factories.person(city.session), city.alpha, city.employer)
    alpha = city.covers()["Alphaschule"]
    assert (alpha.unknown, alpha.posts, alpha.is_empty, alpha.is_below) == (1, Decimal(0), False, False)


def test_the_board_is_of_its_day(city: City) -> None:
    ada = factories.person(city.session)
    today = clock.today()
    span = {"valid_from": today - timedelta(days=100), "valid_until": today + timedelta(days=10)}
    factories.assignment(city.session, ada, city.alpha, city.employer, share_posts=HALF, **span)
    assert not city.covers()["Alphaschule"].is_empty
    assert city.covers(today + timedelta(days=11))["Alphaschule"].is_empty
    assert city.covers(year_before(today))["Alphaschule"].is_empty


def test_a_year_before_a_leap_day() -> None:
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert year_before(date(2027, 3, 1)) == date(2026, 3, 1)


def test_what_ends_soon_is_found_and_what_ends_later_is_not(city: City) -> None:
    today = clock.today()
    for name, more in {
        "Bald": {"valid_until": today + timedelta(days=90)},
        "Spät": {"valid_until": today + timedelta(days=91)},
        "Geld": {"funded_until": today + timedelta(days=90)},
        "Vorbei": {"funded_until": today - timedelta(days=5)},
        "Beides": {"funded_until": today + timedelta(days=30), "valid_until": today + timedelta(days=30)},
    }.items():
        factories.assignment(
            city.session, factories.person(city.session, "P.", name), city.alpha, city.employer, times=[], **more
        )
    assert city.found() == {
        Kind.ENDS: ["P. Beides", "P. Bald"],
        Kind.FUNDING_ENDS: ["P. Vorbei", "P. Geld"],
    }


def test_who_is_away_counts_only_without_cover(city: City) -> None:
    today = clock.today()
    ada, bea, carl = (factories.person(city.session, "P.", name) for name in ("Ada", "Bea", "Carl"))
    for one in (ada, bea):
        factories.assignment(city.session, one, city.alpha, city.employer, times=[])
    factories.absence(city.session, ada, today - timedelta(days=3), None)
    factories.absence(city.session, bea, today, today, substitute_id=ada.id)
    # Carl is nowhere; nobody has to cover him.
    factories.absence(city.session, carl, today, today)
    assert city.found() == {Kind.UNCOVERED: ["P. Ada"]}


def test_two_places_at_once_and_more_than_one_post(city: City) -> None:
    ada, bea = factories.person(city.session), factories.person(city.session, "Bea", "Birke")
    factories.assignment(
        city.session, ada, city.alpha, city.employer, times=[(0, 8, 12, "")], share_posts=Decimal("0.6")
    )
    factories.assignment(city.session, ada, city.beta, city.employer, times=[(0, 11, 13, "")], share_posts=HALF)
    factories.assignment(city.session, bea, city.alpha, city.employer, times=[(0, 8, 12, "")], share_posts=HALF)
    factories.assignment(city.session, bea, city.beta, city.employer, times=[(0, 12, 13, "")], share_posts=HALF)
    assert city.found() == {Kind.DOUBLE: ["Ada Ahornblatt"], Kind.OVER_FULL: ["Ada Ahornblatt"]}


def test_two_tasks_at_one_place_are_no_two_places(city: City) -> None:
    ada = factories.person(city.session)
    for function in (Function.SCHOOL_SOCIAL_WORK, Function.OTHER):
        factories.assignment(city.session, ada, city.alpha, city.employer, function=function, times=[(0, 8, 12, "")])
    assert city.found() == {}


def test_nobody_but_who_plans_sets_the_target_by_any_way(session: Session) -> None:
    lead = Work(session, Actor(user_id=1, roles=frozenset({Role.LEAD})), clock.utc_now())
    with pytest.raises(Forbidden):
        services.set_target(lead, Target(), version=0)
    assert session.scalars(select(CoverageTarget)).all() == []


def signed_in(browser: Browser, session: Session, *roles: Role) -> Browser:
    factories.account(session, "pia@example.org", *roles)
    session.commit()
    browser.sign_in("pia@example.org", factories.PASSWORD)
    return browser


def row(page: Page, name: str) -> str:
    return next(text for text in page.select("tbody tr") if text.startswith(name))


def test_the_page_says_what_is_there_and_what_is_missing(city: City, browser: Browser, session: Session) -> None:
    ada = factories.person(session)
    factories.assignment(session, ada, city.alpha, city.employer, share_posts=HALF, valid_from=clock.today())
    long_ago = {"valid_from": date(2020, 1, 1), "valid_until": date(2020, 12, 31)}
    factories.assignment(session, ada, city.beta, city.employer, **long_ago)
    page = signed_in(browser, session, Role.PLANNER).get("/versorgung")
    assert page.h1 == "Versorgung mit Schulsozialarbeit"
    assert "An 2 von 3 Schulen ist niemand eingesetzt." in page.main
    assert "ist 0,5 von 1 Stelle erreicht" in page.main
    assert "50 % (0,5 von 1)" in row(page, "Mitte")
    assert "0,5 mehr als vor einem Jahr" in row(page, "Mitte")
    assert "kein Soll" in row(page, "ohne Stadtbezirk")
    assert "niemand eingesetzt" in row(page, "Betaschule")
    assert row(browser.get("/versorgung?nach=form"), "Grundschule").startswith("Grundschule 3 2")
    assert "ohne Sozialindex" in browser.get("/versorgung?nach=index").main
    assert browser.get("/versorgung?nach=unsinn&stand=gestern").status == 200


def test_before_the_first_assignment_nothing_is_said(city: City, browser: Browser, session: Session) -> None:
    """ "Nobody at 3 of 3 schools" would be a guess: who was where then is not entered."""
    first = clock.today() - timedelta(days=100)
    factories.assignment(session, factories.person(session), city.alpha, city.employer, valid_from=first)
    page = signed_in(browser, session, Role.PLANNER).get("/versorgung")
    assert f"Kein Vergleich mit dem Vorjahr: Vor dem {first:%d.%m.%Y} ist nichts eingetragen." in page.main
    assert "als vor einem Jahr" not in page.main
    earlier = browser.get(f"/versorgung?stand={first - timedelta(days=1)}")
    assert "Von diesem Tag ist nichts bekannt" in earlier.main
    assert "niemand eingesetzt" not in earlier.main
    assert "Von diesem Tag" not in browser.get(f"/versorgung?stand={first}").main


def cells(browser: Browser, day: date) -> str:
    table = browser.client.get(f"/versorgung.xlsx?stand={day}").data
    return zipfile.ZipFile(io.BytesIO(table)).read("xl/worksheets/sheet1.xml").decode()


def test_one_stray_early_entry_does_not_bring_back_nobody(city: City, browser: Browser, session: Session) -> None:
    """A person entered from 2015 on says nothing of the other schools then; page and table say so."""
    first, stray = clock.today() - timedelta(days=100), date(2015, 2, 1)
    early = {"valid_from": stray, "share_posts": Decimal("0.3")}
    factories.assignment(session, factories.person(session), city.alpha, city.employer, **early)
    for school in (city.beta, city.free):
        who = factories.person(session, "P.", school.name)
        factories.assignment(session, who, school, city.employer, valid_from=first, share_posts=HALF)
    page = signed_in(browser, session, Role.PLANNER).get("/versorgung")
    assert f"Kein Vergleich mit dem Vorjahr: Vor dem {first:%d.%m.%Y} ist erst wenig eingetragen." in page.main
    earlier = browser.get("/versorgung?stand=2016-03-01")
    assert "Von diesem Tag ist zu wenig bekannt" in earlier.main
    assert f"Vor dem {first:%d.%m.%Y} ist an weniger als halb so vielen Schulen jemand eingetragen" in earlier.main
    assert "niemand" not in earlier.main.replace("Wo damals niemand war", "")
    assert "<v>0.3</v>" in cells(browser, first)
    assert "<v>0.3</v>" not in cells(browser, first - timedelta(days=1)), "the table says no more than the page"
    assert "Von diesem Tag ist nichts bekannt" in browser.get("/versorgung?stand=2015-01-31").main


def test_the_table_to_take_along_has_every_school(city: City, browser: Browser, session: Session) -> None:
    signed_in(browser, session, Role.PLANNER)
    answer = browser.client.get("/versorgung.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = zipfile.ZipFile(io.BytesIO(answer.data))
    strings = book.read("xl/sharedStrings.xml").decode()
    assert all(name in strings for name in ("Alphaschule", "Betaschule", "Freie Schule", "Stellen vor einem Jahr"))
    assert "<v>0.5</v>" in book.read("xl/worksheets/sheet1.xml").decode()


def test_who_plans_sets_the_target_and_bad_numbers_change_nothing(
    city: City, browser: Browser, session: Session
) -> None:
    page = signed_in(browser, session, Role.PLANNER).get("/versorgung").click("Soll ändern")
    for wrong in ("viel", "-1", "5,01", "0,555", ""):
        refused = page.submit("Soll speichern", posts_per_school=wrong)
        assert refused.status == 422, wrong
    assert page.submit("Soll speichern", large_from="0").status == 422
    assert session.scalars(select(CoverageTarget)).all() == []
    done = page.submit("Soll speichern", posts_per_school="0,75", large_from="400", supplement_posts="0,25").follow()
    assert "Das Soll ist geändert." in done.flash
    assert "0,75 Stelle an jeder städtischen Schule, ab 400 Kindern 0,25 mehr" in done.main
    assert page.submit("Soll speichern", posts_per_school="1").status == 409, "somebody else was faster"
    session.rollback()
    assert queries.target(session) == Target(Decimal("0.75"), 400, Decimal("0.25"))
    assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "coverage.target_set")).all()


def test_who_leads_reads_and_sets_nothing(city: City, browser: Browser, session: Session) -> None:
    lead = signed_in(browser, session, Role.LEAD)
    assert "Soll ändern" not in lead.get("/versorgung").main
    assert lead.get("/versorgung/soll").status == 403


def test_whoever_works_at_a_school_does_not_see_the_board(city: City, browser: Browser, session: Session) -> None:
    signed_in(browser, session)
    for address in ("/versorgung", "/versorgung.xlsx", "/versorgung/soll"):
        assert browser.get(address).status == 403, address
    assert "Versorgung" not in browser.get("/").text


def test_more_schools_and_people_take_no_more_statements(
    city: City, app: Flask, browser: Browser, session: Session
) -> None:
    factories.assignment(session, factories.person(session), city.alpha, city.employer)
    signed_in(browser, session, Role.PLANNER).get("/versorgung")

    def taken() -> int:
        with counted(app) as statements:
            assert browser.get("/versorgung").status == 200
        return len(statements)

    before = taken()
    for number in range(12):
        school = factories.school(session, f"Schule {number}", f"4444{number:02}", operator_id=city.city.id)
        who = factories.person(session, "P.", f"Nummer {number}")
        factories.assignment(session, who, school, city.employer, valid_until=clock.today(), share_posts=HALF)
        factories.absence(session, who, clock.today())
    session.commit()
    assert taken() == before
    # Three for each of two days, three for what to look at; target, districts, and who is signed in.
    assert before <= 14
