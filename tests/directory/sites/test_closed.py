"""A site that has closed: found from its school and by who reads in a list, and opened again from its page."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.work import AuditEntry
from coordination.directory.models import Assignment, Place
from coordination.directory.rules import PlaceKind
from tests import factories
from tests.browser import Browser, Page
from tests.directory.conftest import Town
from tests.directory.keepers import every, forge, stored
from tests.directory.sites.conftest import LABEL, Association
from tests.directory.staff.pages import send

LAST = date(2025, 7, 31)
REOPEN = "Ende zurücknehmen"


@pytest.fixture
def closed(session: Session, site: Place) -> Place:
    """Return the building, closed with the end of a school year."""
    site.valid_until = LAST
    session.commit()
    return site


def folded(page: Page) -> list[str]:
    return page.select("section[aria-labelledby=history] #closed-sites")


def test_the_history_of_the_school_names_it_folded_away(
    professional: Browser, association: Association, closed: Place
) -> None:
    page = professional.get(f"/orte/{association.school.id}")
    assert folded(page) == [f"Geschlossene Standorte 1 bis 31.07.2025 {LABEL}"]
    assert page.soup.select_one("details#closed-sites[open]") is None
    assert page.href(LABEL) == f"/orte/{closed.id}"
    assert page.select("section[aria-labelledby=sites]") == [], "it is none of today's"
    assert folded(professional.get(f"/orte/{association.school.id}?stand=2025-08-01"))
    then = professional.get(f"/orte/{association.school.id}?stand=2025-07-31")
    assert folded(then) == []
    assert LABEL in then.select("section[aria-labelledby=sites]")[0]


def test_a_site_that_opens_later_is_neither(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    site.valid_from = date(2027, 8, 1)
    session.commit()
    page = professional.get(f"/orte/{association.school.id}")
    assert folded(page) == []
    assert LABEL not in page.main


def test_it_is_opened_again_from_its_page_and_closed_again_with_undo(
    keeper: Browser, professional: Browser, session: Session, closed: Place
) -> None:
    address = f"/orte/{closed.id}"
    assert REOPEN not in professional.get(address).main
    assert REOPEN not in keeper.get(f"{address}?stand=2026-10-01").main, "an earlier day is only looked at"
    page = keeper.get(address)
    assert REOPEN in page.select(".notice:has(#succession)")[0]
    done = page.submit(REOPEN).follow()
    assert done.flash.startswith("Der Eintrag gilt ohne Ende weiter.")
    assert stored(session, Place, closed.id).valid_until is None
    back = done.submit("Rückgängig").follow()
    assert back.flash == "Der Eintrag gilt wieder bis zum 31.07.2025."
    assert stored(session, Place, closed.id).valid_until == LAST
    late = done.submit("Rückgängig").follow()
    assert "inzwischen noch einmal geändert" in late.flash, "the message is used up"
    trail = [one.action for one in every(session, AuditEntry) if one.subject == f"place:{closed.id}"]
    assert trail == ["place.reopened", "place.ended"]


def test_who_does_not_keep_it_opens_nothing(professional: Browser, session: Session, closed: Place) -> None:
    answer = forge(professional, "/wer-ist-wo", f"/orte/{closed.id}/fortfuehren?version={closed.version}")
    assert answer.status == 403
    assert stored(session, Place, closed.id).valid_until == LAST


def test_a_list_that_names_it_is_told_its_last_day(
    app: Flask, keeper: Browser, association: Association, closed: Place
) -> None:
    raw = f"Schule;Fachkraft\n{LABEL};Zeder, Zoe\nHaus Nirgends;Zeder, Zoe\n".encode()
    page = send(app, keeper, raw, association.provider.id)
    assert f"„{LABEL}“ ist geschlossen: Der letzte Tag war der 31.07.2025." in page.main
    assert "„Haus Nirgends“ gibt es hier nicht" in page.main


def test_nobody_asks_who_is_there_today(
    keeper: Browser, professional: Browser, session: Session, association: Association, closed: Place
) -> None:
    page = professional.get(f"/orte/{closed.id}")
    assert page.select(".panel--today")[0].startswith("Heute"), "somebody goes on there: that has to be seen"
    for one in every(session, Assignment):
        if one.place_id == closed.id:
            one.valid_until = LAST
    session.commit()
    page = professional.get(f"/orte/{closed.id}")
    assert page.select(".panel--today") == []
    assert "Hier ist niemand mehr eingesetzt." in page.select("section[aria-labelledby=assignments]")[0]
    assert professional.get(f"/orte/{association.school.id}").select(".panel--today")


def test_what_follows_is_offered_once(keeper: Browser, session: Session, town: Town, closed: Place) -> None:
    page = keeper.get(f"/orte/{closed.id}")
    assert page.select("a").count("Nachfolge eintragen") == 1
    factories.succession(session, closed, town.school, date(2025, 8, 1))
    session.commit()
    page = keeper.get(f"/orte/{closed.id}")
    assert page.select("a").count("Nachfolge eintragen") == 1, "another one may follow, too"


def test_ways_to_the_forms_say_where_one_is(keeper: Browser, association: Association, site: Place) -> None:
    page = keeper.get(f"/orte/neu?schule={association.school.id}")
    assert page.select(".breadcrumb li") == ["Wer ist wo?", association.school.name, "Neuer Standort"]
    assert page.href("Abbrechen") == f"/orte/{association.school.id}"
    assert keeper.get("/orte/neu").select(".breadcrumb li") == ["Wer ist wo?", "Neuer Ort"]
    assert keeper.get(f"/orte/{site.id}/schliessen").select(".breadcrumb li")[-1] == "Schließen"
    ending = keeper.get(f"/organisationen/{association.provider.id}/beenden")
    assert ending.select(".breadcrumb li")[-1] == "Beenden"


def test_opened_beside_another_one_of_its_name_the_message_says_so(
    keeper: Browser, session: Session, association: Association, closed: Place
) -> None:
    twin = factories.place(session, LABEL.upper(), kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    session.commit()
    done = keeper.get(f"/orte/{closed.id}").submit(REOPEN).follow()
    assert "Die Schule hat noch einen offenen Standort mit diesem Namen." in done.flash
    assert "noch einen offenen Standort" not in done.submit("Rückgängig").follow().flash
    session.get_one(Place, twin.id).valid_until = LAST
    session.commit()
    done = keeper.get(f"/orte/{closed.id}").submit(REOPEN).follow()
    assert "noch einen offenen Standort" not in done.flash, "the other one is closed"
