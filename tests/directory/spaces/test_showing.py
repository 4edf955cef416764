"""Social spaces on pages, in filters, files, the search and the coverage; and guesses, which are no facts."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.errors import RuleViolation
from coordination.directory.models import Place, School
from coordination.directory.papers import zones
from coordination.directory.spaces.models import EarlierSpaceName, PlaceSocialSpace, SocialSpace
from coordination.directory.spaces.rules import SpaceOrigin
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town
from tests.directory.papers.sheets_read import paper
from tests.directory.papers.test_lists import table
from tests.statements import counted

#: Within the catchment zone of the Fröbelschule, in metres.
INSIDE = (469_450, 5_762_700)


@pytest.fixture
def space(session: Session, town: Town) -> SocialSpace:
    """Return a social space of Mitte with the school; the club belongs to it and to another one."""
    found = factories.social_space(session, "Ostmannturm", town.school, town.club, district_id=town.mitte.id)
    factories.social_space(session, "Bahnhof", town.club, short_name="SR 1")
    session.commit()
    return found


def test_the_page_of_a_social_space_says_who_is_there(professional: Browser, town: Town, space: SocialSpace) -> None:
    page = professional.get(f"/sozialraeume/{space.id}")
    assert page.h1 == "Ostmannturm"
    assert "1 Person ist eingeplant" in page.select(".page-head")[0]
    assert page.select("tbody th a") == ["Fröbelschule", "Jugendtreff Ärmel"]
    assert page.click("Mitte").h1 == "Mitte"
    paper_page = page.click("Liste zum Drucken")
    assert "Fröbelschule" in paper_page.main
    assert "Ostmannturm" in paper_page.h1
    assert "Plakat A4" in page.main
    assert "Ändern" not in page.main
    assert page.click("Filter").select("tbody th a") == ["Fröbelschule", "Jugendtreff Ärmel"]
    (sheet,) = paper(professional, page.href("Liste als PDF"))
    assert "Sozialraum Ostmannturm" in sheet


def test_pages_lead_to_social_spaces(professional: Browser, town: Town, space: SocialSpace) -> None:
    assert professional.get(f"/bezirke/{town.mitte.id}").click("Ostmannturm").h1 == "Ostmannturm"
    assert "Bahnhof" not in professional.get(f"/bezirke/{town.mitte.id}").main
    assert professional.get(f"/orte/{town.club.id}").click("Bahnhof (SR 1)").h1 == "Bahnhof"
    assert professional.get("/wer-ist-wo").click("Ostmannturm").h1 == "Ostmannturm"
    listed = professional.get("/wer-ist-wo").click("Alle Sozialräume")
    assert listed.select("tbody tr") == ["Bahnhof SR 1 – 1", "Ostmannturm – Mitte 2"]


def test_the_list_of_places_is_filtered(
    professional: Browser, session: Session, town: Town, space: SocialSpace
) -> None:
    heepen = factories.district(session, "Heepen", "5")
    factories.social_space(session, "Baumheide", district_id=heepen.id)
    session.commit()
    page = professional.get("/orte").click("Bahnhof")
    assert (page.h1, page.select("tbody th a")) == (
        "Schulen und Einrichtungen – Sozialraum Bahnhof",
        ["Jugendtreff Ärmel"],
    )
    assert page.click("Grundschule").select("tbody th a") == []
    # A district offers its own and those that lie in none; another district takes the choice back.
    mitte = page.click("Mitte")
    assert mitte.select("tbody th a") == ["Fröbelschule", "Jugendtreff Ärmel"]
    row = next(one for one in mitte.select(".filter") if one.startswith("Sozialraum"))
    assert row == "Sozialraum alle Bahnhof Ostmannturm"
    assert professional.get("/orte/karte").click("Bahnhof").h1.endswith("Sozialraum Bahnhof")
    for strange in ("x", "0", "99999", "100000000", str(10**20)):
        assert professional.get(f"/orte?sozialraum={strange}").status == 200
    rows = table(professional, f"/orte/liste.xlsx?sozialraum={space.id}")
    assert [(one[0], one[5]) for one in rows] == [
        ("Schule oder Einrichtung", "Sozialräume"),
        ("Fröbelschule", "Ostmannturm"),
        ("Jugendtreff Ärmel", "Bahnhof, Ostmannturm"),
    ]


def test_an_earlier_day_has_the_places_of_that_day(
    professional: Browser, session: Session, town: Town, space: SocialSpace
) -> None:
    row = session.scalars(select(PlaceSocialSpace).where(PlaceSocialSpace.place_id == town.school.id)).one()
    row.valid_from = date(2026, 10, 1)
    session.commit()
    for day, there in (("2026-09-30", False), ("2026-10-01", True)):
        for address in (f"/sozialraeume/{space.id}?", f"/orte?sozialraum={space.id}&"):
            assert ("Fröbelschule" in professional.get(f"{address}stand={day}").main) is there, (address, day)
        rows = table(professional, f"/orte/liste.xlsx?stand={day}")
        assert [one[5] for one in rows if one[0] == "Fröbelschule"] == ["Ostmannturm" if there else ""]


def test_of_days_before_it_was_entered_a_social_space_is_not_said(
    professional: Browser, session: Session, town: Town, space: SocialSpace
) -> None:
    """Another one was called so then: two equal lines would stand there."""
    factories.social_space(session, "Turm", town.club, entered_on=date(2026, 11, 2))
    session.add(EarlierSpaceName(social_space_id=space.id, name="Turm", valid_until=date(2026, 11, 1)))
    session.commit()
    page = professional.get("/sozialraeume?stand=2026-11-01")
    assert page.select("tbody tr") == ["Bahnhof SR 1 – 1", "Turm – Mitte 2"]
    assert "ab dem Tag, an dem er eingetragen wurde" in page.main
    assert len(professional.get("/sozialraeume?stand=2026-11-02").select("tbody tr")) == 3
    new = page.click("Heutigen Stand zeigen").click("Turm")
    assert "Jugendtreff Ärmel" in new.main
    before = professional.get(f"/sozialraeume/{space.id + 2}?stand=2026-11-01")
    assert "Den Sozialraum Turm führt die Stadt hier seit 02.11.2026" in before.main
    assert "Jugendtreff Ärmel" not in before.main
    for day, known in (("2026-11-01", "Bahnhof (SR 1) Turm"), ("2026-11-02", "Bahnhof (SR 1) Ostmannturm Turm")):
        assert known in professional.get(f"/orte/{town.club.id}?stand={day}").select(".facts")[0]


def test_an_ended_social_space_is_in_no_list_file_or_sum(
    professional: Browser, other_browser: Browser, session: Session, town: Town, space: SocialSpace
) -> None:
    space.valid_until = last = date(2026, 11, 24)
    town.school.utm_east, town.school.utm_north = INSIDE
    session.commit()
    other_browser.sign_in("planung@example.org", factories.PASSWORD)
    address = f"sozialraum={space.id}"
    for day, there in (("", False), (f"&stand={last}", True)):
        for path in ("/orte", "/orte/karte"):
            page = professional.get(f"{path}?{address}{day}")
            assert ("Fröbelschule" in page.main) is there
            assert ("Den Sozialraum Ostmannturm gab es bis 24.11.2026" in page.main) is not there
            # What is asked for is marked, whether it is there or not.
            assert page.select(".filter a[aria-current]")[1] == "Ostmannturm"
            assert page.h1.endswith("Sozialraum Ostmannturm")
        with nullcontext() if there else pytest.raises(RuleViolation, match="visible sheet"):
            rows = table(professional, f"/orte/liste.xlsx?{address}{day}")
            assert [one[0] for one in rows[1:]] == ["Fröbelschule", "Jugendtreff Ärmel"]
        rows = table(professional, f"/orte/liste.xlsx?{day[1:]}")
        assert [one[5] for one in rows if one[0] == "Fröbelschule"] == ["Ostmannturm" if there else ""]
        sums = other_browser.get(f"/versorgung?nach=sozialraum{day}").select("tbody tr")[0]
        assert sums.startswith("Ostmannturm" if there else "ohne Sozialraum")
        counts = professional.get(f"/sozialraeume?{day[1:]}").select("tbody tr")
        assert [one.split()[0] for one in counts] == (["Bahnhof", "Ostmannturm"] if there else ["Bahnhof"])
    assert professional.get(f"/orte?{address}").click("Seinen letzten Tag zeigen").h1 == "Ostmannturm"
    assert "Hier ist noch nichts" not in professional.get(f"/sozialraeume/{space.id}").main


@pytest.mark.parametrize("asked", ["Sozialraum Ostmannturm", "ostmann", "sozialraum", "ostmanturm"])
def test_the_search_leads_to_its_page(keeper: Browser, town: Town, asked: str) -> None:
    form = keeper.get("/sozialraeume/neu")
    assert form.submit("Sozialraum speichern", name="Ostmannturm", district_id=town.mitte.id).status == 303
    found = keeper.get(f"/suche?q={asked.replace(' ', '+')}")
    assert "Sozialraum · Mitte" in found.main
    assert "/sozialraeume/1" in [one["href"] for one in found.soup.select("main a")]


def test_coverage_is_summed_by_social_space(other_browser: Browser, town: Town, space: SocialSpace) -> None:
    other_browser.sign_in("planung@example.org", factories.PASSWORD)
    page = other_browser.get("/versorgung").click("Sozialraum")
    rows = page.select("tbody tr")
    assert [one.split()[0] for one in rows[:1]] == ["Ostmannturm"]
    assert "zählt in jedem davon" in page.main


def test_coverage_compares_a_social_space_with_itself_under_its_earlier_name(
    other_browser: Browser, session: Session, town: Town, space: SocialSpace
) -> None:
    factories.assignment(session, town.jonas, town.school, town.provider, share_posts=1, valid_from=date(2026, 8, 1))
    session.add(EarlierSpaceName(social_space_id=space.id, name="Bahnhof", valid_until=date(2026, 11, 1)))
    session.commit()
    other_browser.sign_in("planung@example.org", factories.PASSWORD)
    row = other_browser.get("/versorgung?nach=sozialraum").select("tbody tr")[0]
    assert row.startswith("Ostmannturm 1 – 1,5 1 mehr als vor einem Jahr")
    earlier = other_browser.get("/versorgung?nach=sozialraum&stand=2026-10-01").select("tbody tr")[0]
    assert earlier.startswith("Bahnhof 1 – 1,5")


def test_coverage_asks_for_no_social_spaces_where_there_are_none(other_browser: Browser, town: Town) -> None:
    other_browser.sign_in("planung@example.org", factories.PASSWORD)
    assert "Sozialraum" not in other_browser.get("/versorgung").main
    assert "ohne Sozialraum" in other_browser.get("/versorgung?nach=sozialraum").main


def test_statements_do_not_grow(app: Flask, keeper: Browser, session: Session, town: Town, space: SocialSpace) -> None:
    addresses = (
        "/sozialraeume",
        f"/sozialraeume/{space.id}",
        f"/bezirke/{town.mitte.id}",
        f"/orte/{town.school.id}",
        f"/orte/{town.school.id}?stand=2026-11-20",
        f"/orte/{town.school.id}/bearbeiten",
        "/orte",
        "/orte/liste.xlsx",
        "/orte/liste.xlsx?stand=2026-11-20",
    )

    def taken() -> dict[str, int]:
        found = {}
        for address in addresses:
            keeper.get(address)
            with counted(app) as seen:
                assert keeper.get(address).status == 200
            found[address] = len(seen)
        return found

    before = taken()
    for number in range(8):
        more = factories.school(session, f"Schule {number}", f"22222{number}", district_id=town.mitte.id)
        one = factories.social_space(session, f"Raum {number}", more, town.school, district_id=town.mitte.id)
        session.add(PlaceSocialSpace(place_id=more.id, social_space_id=space.id, origin=SpaceOrigin.IMPORTED))
        one.valid_until = WEDNESDAY if number % 2 else date(2026, 11, 21)
    session.commit()
    assert taken() == before


def test_where_a_position_lies() -> None:
    assert zones.zone_at(*INSIDE) == "GG Fröbelschule"
    assert zones.zone_at(0, 0) == ""


def near(session: Session, town: Town) -> Place:
    """Return a school that lies in the catchment zone of the Fröbelschule."""
    east, north = INSIDE
    found = factories.school(session, "Nachbarschule", "222222", form_code="20", utm_east=east, utm_north=north)
    session.commit()
    return found


def test_a_guess_is_said_as_one_to_keepers_and_becomes_a_fact_by_a_click(
    professional: Browser, keeper: Browser, session: Session, town: Town, space: SocialSpace
) -> None:
    place = near(session, town)
    page = keeper.get(f"/orte/{place.id}")
    assert "Vermutlich Sozialraum Ostmannturm" in page.main
    assert "Einzugsbereich der Schule Fröbelschule" in page.main
    assert "Ostmannturm" not in page.select(".facts")[0]
    # Nobody else reads it, nothing is narrowed to it, nothing is counted by it.
    assert "Ostmannturm" not in professional.get(f"/orte/{place.id}").main
    assert "Ostmannturm" not in keeper.get(f"/orte/{place.id}?stand=2026-11-20").main
    assert "Nachbarschule" not in professional.get(f"/sozialraeume/{space.id}").main
    assert page.submit("Ja, gehört dazu").status == 303
    known = professional.get(f"/orte/{place.id}")
    assert "Sozialraum Ostmannturm" in known.select(".facts")[0]
    assert "Vermutlich" not in keeper.get(f"/orte/{place.id}").main
    rows = session.scalars(select(PlaceSocialSpace).where(PlaceSocialSpace.place_id == place.id)).all()
    assert [(one.origin, one.valid_from) for one in rows] == [(SpaceOrigin.ENTERED, clock.today())]


def test_nothing_is_guessed_from_a_school_that_is_gone(
    keeper: Browser, session: Session, town: Town, space: SocialSpace
) -> None:
    place = near(session, town)
    school = session.scalars(select(School).where(School.place_id == town.school.id)).one()
    for gone_since, guessed in ((date(2026, 11, 26), True), (WEDNESDAY, False)):
        school.gone_since = gone_since
        session.commit()
        assert ("Vermutlich" in keeper.get(f"/orte/{place.id}").main) is guessed


def test_nothing_is_guessed_from_a_school_of_two_social_spaces(
    keeper: Browser, session: Session, town: Town, space: SocialSpace
) -> None:
    place = near(session, town)
    factories.social_space(session, "Zweiter", town.school)
    session.commit()
    assert "Vermutlich" not in keeper.get(f"/orte/{place.id}").main
