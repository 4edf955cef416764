"""Where offers are shown and found: on the page of their place, as of a day, and in the search."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.directory.models import Organisation
from coordination.directory.offers.models import Offer
from coordination.search import services as search
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town, earlier
from tests.statements import counted

DAY = timedelta(days=1)


@pytest.fixture
def offered(session: Session, town: Town) -> list[Offer]:
    """Return offers at the school: one that goes on, one that ends soon, one planned, one that has ended."""
    found = [
        factories.offer(session, town.school, "Lerncafé", organisation_id=town.provider.id, audience="Klassen 3 und 4"),
        factories.offer(session, town.school, "Zirkuswoche", valid_until=WEDNESDAY + 30 * DAY),
        factories.offer(session, town.school, "Schachgruppe", valid_from=WEDNESDAY + 30 * DAY),
        factories.offer(session, town.school, "Gartenprojekt", valid_until=WEDNESDAY - DAY, kind="project"),
    ]
    search.rebuild(session)
    session.commit()
    return found


def names(browser: Browser, address: str) -> list[str]:
    return [one.partition(" dienstags")[0] for one in browser.get(address).select(".offers > li")]


def test_the_page_of_a_place_says_what_there_is(
    professional: Browser, keeper: Browser, town: Town, offered: list[Offer]
) -> None:
    address = f"/orte/{town.school.id}"
    page = professional.get(address)
    assert page.select(".offers > li") == [
        "Lerncafé dienstags 14 bis 16 Uhr Klassen 3 und 4 · Beispielwerk gGmbH",
        "Zirkuswoche dienstags 14 bis 16 Uhr",
    ]
    assert "bis 24.11.2026 Projekt: Gartenprojekt" in page.main
    assert "Schachgruppe" not in page.text
    # Who sees plans reads them, and the end that is ahead.
    assert names(keeper, address) == ["Lerncafé", "Zirkuswoche bis 25.12.2026", "Schachgruppe ab 25.12.2026"]
    assert "Angebote" not in professional.get(f"/orte/{town.club.id}").main


def test_an_earlier_and_a_later_day_have_their_own(
    professional: Browser, keeper: Browser, town: Town, offered: list[Offer]
) -> None:
    address = f"/orte/{town.school.id}"
    assert names(professional, f"{address}?stand=2026-11-24") == [
        "Gartenprojekt bis 24.11.2026",
        "Lerncafé",
        "Zirkuswoche",
    ]
    assert names(keeper, f"{address}?stand=2026-12-26") == ["Lerncafé", "Schachgruppe"]
    assert "Ändern" not in str(keeper.get(f"{address}?stand=2026-11-24").select(".offers"))


def test_who_runs_it_is_said_under_the_name_of_the_day(
    session: Session, professional: Browser, town: Town, offered: list[Offer]
) -> None:
    unit = session.get_one(Organisation, factories.organisation(session, "Neuer Name e. V.").id)
    offered[0].organisation_id = unit.id
    earlier(session, unit, "name", "Alter Name e. V.", WEDNESDAY - DAY)
    address = f"/orte/{town.school.id}"
    assert "Neuer Name e. V." in professional.get(address).select(".offers")[0]
    assert "Alter Name e. V." in professional.get(f"{address}?stand=2026-11-20").select(".offers")[0]


def test_statements_do_not_grow_with_offers(
    app: Flask, session: Session, keeper: Browser, town: Town, offered: list[Offer]
) -> None:
    def taken(query: str) -> int:
        with counted(app) as seen:
            assert keeper.get(f"/orte/{town.school.id}{query}").status == 200
        return len(seen)

    before = {query: taken(query) for query in ("", "?stand=2026-11-20")}
    for n in range(8):
        unit = factories.organisation(session, f"Träger {n}")
        last = date(2026, 11, 22) if n % 2 else None
        factories.offer(session, town.school, f"Kurs {n}", organisation_id=unit.id, valid_until=last)
    session.commit()
    assert {query: taken(query) for query in before} == before


def test_the_search_leads_to_the_place(professional: Browser, town: Town, offered: list[Offer]) -> None:
    for words in ("lerncafe", "lern", "beispielwerk+lerncafe", "lernkafe"):
        page = professional.get(f"/suche?q={words}")
        assert "Angebot · Fröbelschule · dienstags 14 bis 16 Uhr" in page.main, words
        assert page.select(f'a[href="/orte/{town.school.id}#offers"]'), words
    assert page.click("Lerncafé").h1 == "Fröbelschule"


def test_the_search_says_what_one_may_know_of_today(
    professional: Browser, keeper: Browser, town: Town, offered: list[Offer]
) -> None:
    for browser, word, is_found in (
        (professional, "gartenprojekt", False),
        (keeper, "gartenprojekt", False),
        (professional, "schachgruppe", False),
        (keeper, "schachgruppe", True),
        (professional, "zirkuswoche", True),
    ):
        assert (f"/orte/{town.school.id}#offers" in browser.get(f"/suche?q={word}").html) is is_found, word
    planned = offered[2].id
    for path in ("", "/bearbeiten", "/beenden"):
        assert professional.get(f"/angebote/{planned}{path}").status == 404
    assert keeper.get(f"/angebote/{planned}").location == f"/orte/{town.school.id}#offers"
    assert professional.get(f"/angebote/{offered[3].id}").location == f"/orte/{town.school.id}#history"


def test_the_search_follows_a_change(session: Session, keeper: Browser, town: Town, offered: list[Offer]) -> None:
    keeper.get(f"/angebote/{offered[0].id}/bearbeiten").submit("Angebot speichern", name="Hausaufgabenhilfe")
    assert "#offers" not in keeper.get("/suche?q=lerncafe").html
    assert "#offers" in keeper.get("/suche?q=hausaufgaben").html
    unit = town.provider.id
    keeper.get(f"/organisationen/{unit}/bearbeiten").submit("Organisation speichern", name="Werkstatt Kranich e. V.")
    assert "#offers" in keeper.get("/suche?q=kranich").html
    keeper.get(f"/angebote/{offered[0].id}/beenden").submit("Angebot beenden", last_on="2026-11-24")
    assert "#offers" not in keeper.get("/suche?q=hausaufgaben").html
