"""The coverage board: what it counts, finds and compares, who may see it, and the target that is set."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.core.errors import Forbidden
from coordination.core.work import AuditEntry, Work
from coordination.directory import history
from coordination.directory.rules import Function, PlaceKind
from coordination.exchange.grids import read_book
from coordination.planning import queries, services
from coordination.planning.models import CoverageTarget
from coordination.planning.rules import Target
from coordination.planning.views import year_before
from tests import factories
from tests.browser import Browser, Page
from tests.planning.conftest import HALF, City
from tests.statements import counted


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


def test_an_earlier_day_knows_the_pupils_of_that_day_or_none(city: City, session: Session) -> None:
    """Today's number said of a year ago would be a guess, and the target with it."""
    alpha, today = city.alpha, clock.today()
    assert alpha.school
    alpha.entered_on = today - timedelta(days=600)
    session.commit()
    for days, known in ((500, {"pupils": 200, "social_index": 3}), (0, {"pupils": 900, "social_index": 7})):
        # At noon: late in the evening so many times 24 hours ago was another day, where the clocks went back since.
        at = clock.zoned(datetime.combine(today - timedelta(days=days), time(12)))
        history.change_school(Work(session, Actor(user_id=1), at), alpha.school, **known)
    session.commit()

    def known_on(days: int) -> tuple[int | None, int | None, Decimal]:
        one = city.covers(today - timedelta(days=days))["Alphaschule"]
        return one.pupils, one.social_index, one.wanted

    assert known_on(0) == (900, 7, Decimal("1.0"))
    assert known_on(1) == known_on(365) == known_on(500) == (200, 3, HALF)
    assert known_on(501) == (None, None, HALF)


def test_of_the_days_before_a_school_was_entered_no_number_is_said(city: City, session: Session) -> None:
    assert city.alpha.school
    city.alpha.school.pupils, city.alpha.entered_on = 900, clock.today() - timedelta(days=10)
    session.commit()
    assert city.covers(clock.today() - timedelta(days=10))["Alphaschule"].pupils == 900
    assert city.covers(clock.today() - timedelta(days=11))["Alphaschule"].pupils is None


def test_pupils_per_post_where_both_are_known_and_as_a_year_ago(city: City, browser: Browser, session: Session) -> None:
    assert city.alpha.school
    assert city.beta.school
    a_year, start = year_before(clock.today()), year_before(clock.today()) - timedelta(days=9)
    for place, posts in ((city.alpha, "0.25"), (city.free, "1.5")):
        who = factories.person(session, "P.", place.name)
        factories.assignment(session, who, place, city.employer, share_posts=Decimal(posts), valid_from=start)
    city.alpha.school.pupils = 100
    history.change_school(
        Work(session, Actor(user_id=1), clock.utc_now() - timedelta(days=2)), city.alpha.school, pupils=200
    )
    city.beta.school.pupils = 4
    session.commit()
    assert a_year > start
    page = signed_in(browser, session, Role.PLANNER).get("/versorgung")
    assert row(page, "Mitte").endswith("800 vor einem Jahr 400 an 1 von 2 Schulen gezählt")
    assert row(page, "ohne Stadtbezirk").endswith("nicht bekannt")
    assert row(page, "Alphaschule").endswith("800 vor einem Jahr 400")
    assert row(page, "Betaschule").endswith("nicht bekannt")
    table = table_of(browser)
    assert table["Alphaschule"][6:] == [*("200", "1", "0.25", "0", "0.5", "0.25", "0.25"), "800", "400"]
    assert table["Betaschule"][6] == "", "few children are not written down"
    assert table["Betaschule"][-2:] == table["Freie Schule"][-2:] == ["nicht bekannt", "nicht bekannt"]


def test_without_an_index_then_is_not_compared_with_without_one_now(
    city: City, browser: Browser, session: Session
) -> None:
    factories.assignment(
        *(session, factories.person(session), city.alpha, city.employer),
        share_posts=HALF,
        valid_from=year_before(clock.today()),
    )
    assert city.alpha.school
    history.change_school(Work(session, Actor(user_id=1), clock.utc_now()), city.alpha.school, social_index=7)
    session.commit()
    page = signed_in(browser, session, Role.PLANNER).get("/versorgung?nach=index")
    assert "weniger als vor einem Jahr" not in row(page, "ohne Sozialindex")


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


def table_of(browser: Browser) -> dict[str, list[str]]:
    """Return the cells of each school in the table to take along."""
    grid = read_book(browser.client.get("/versorgung.xlsx").data).grids[0]
    return {cells[1]: cells for cells in ([str(cell) for cell in line.cells] for line in grid.lines)}


def test_the_table_to_take_along_has_every_school(city: City, browser: Browser, session: Session) -> None:
    signed_in(browser, session, Role.PLANNER)
    answer = browser.client.get("/versorgung.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = zipfile.ZipFile(io.BytesIO(answer.data))
    strings = book.read("xl/sharedStrings.xml").decode()
    assert all(name in strings for name in ("Alphaschule", "Betaschule", "Freie Schule", "Stellen vor einem Jahr"))
    assert "<v>0.5</v>" in book.read("xl/worksheets/sheet1.xml").decode()


def test_the_table_to_take_along_tells_schools_by_their_numbers(city: City, browser: Browser, session: Session) -> None:
    signed_in(browser, session, Role.PLANNER)
    assert city.free.school is not None
    city.free.school.number = "012345"
    session.commit()
    table = table_of(browser)
    assert [table[name][0] for name in ("Schule", "Alphaschule", "Freie Schule")] == ["Schulnummer", "111111", "012345"]


def test_a_row_of_sums_leads_to_its_schools_and_no_target_is_no_zero(
    city: City, browser: Browser, session: Session
) -> None:
    page = signed_in(browser, session, Role.PLANNER).get("/versorgung")
    assert "Alphaschule" in page.click("Mitte").main
    assert "Alphaschule" in browser.get("/versorgung?nach=form").click("Grundschule").main
    rows = table_of(browser)
    assert (rows["Freie Schule"][10:12], rows["Alphaschule"][10]) == (["", ""], "0.5")


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


def test_an_end_that_is_planned_is_for_those_who_plan(city: City, browser: Browser, session: Session) -> None:
    last = clock.today() + timedelta(days=30)
    who = factories.person(session)
    factories.assignment(session, who, city.alpha, city.employer, valid_until=last, share_posts=Decimal("0.6"))
    factories.assignment(session, who, city.beta, city.employer, funded_until=last, share_posts=HALF)
    session.commit()
    page = signed_in(browser, session, Role.LEAD).get("/versorgung")
    assert f"{last:%d.%m.%Y}" not in page.main
    assert "An 1 von 3 Schulen" in page.main
    assert "Mehr als eine Stelle" in page.main
    assert "Endet in den nächsten" not in page.main, "that nothing ends is not said either"
    assert f"{last:%d.%m.%Y}" not in browser.get("/").text
    browser.forget()
    factories.account(session, "plan@example.org", Role.PLANNER)
    session.commit()
    browser.sign_in("plan@example.org", factories.PASSWORD)
    assert browser.get("/versorgung").main.count(f"{last:%d.%m.%Y}") == 2


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
