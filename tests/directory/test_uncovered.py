"""Somebody is away and nobody is named in their place: every page says whom to ask instead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from coordination.search import services as search
from tests import factories
from tests.browser import Browser, Page
from tests.directory.conftest import WEDNESDAY, Town
from tests.directory.papers.sheets_read import paper

OFFICE = "+49521777000"


def label(page: Page, name: str) -> str:
    """Return what is to be seen on the first button that calls somebody."""
    link = next(one for one in page.soup.select("a.call") if f"{name} anrufen" in one.get_text())
    (spoken,) = link.select(".sr-only")
    spoken.extract()
    return " ".join(link.get_text(" ").split())


@pytest.fixture
def away(session: Session, town: Town) -> Town:
    """Let Aylin be away for the day, with an employer that can be called."""
    town.provider.phone, town.provider.email = OFFICE, "buero@example.org"
    factories.absence(session, town.aylin, WEDNESDAY, WEDNESDAY)
    search.rebuild(session)
    session.commit()
    return town


def test_the_employers_office_is_to_be_asked(professional: Browser, away: Town) -> None:
    for address in (f"/orte/{away.school.id}", f"/personen/{away.aylin.id}"):
        page = professional.get(address)
        assert "Bitte wenden Sie sich an: Beispielwerk" in page.select(".panel--today")[0], address
        assert page.href("Beispielwerk gGmbH anrufen") == f"tel:{OFFICE}"
        assert page.soup.select_one('.panel--today a[href="mailto:buero@example.org"]') is not None
    # Whoever is away is not the one to call.
    assert "tel:+4915199990017" not in professional.get(f"/orte/{away.school.id}").html


def test_without_a_number_the_coordination_is_to_be_asked(professional: Browser, session: Session, away: Town) -> None:
    away.provider.phone = away.provider.email = ""
    session.commit()
    for address in (f"/orte/{away.school.id}", f"/personen/{away.aylin.id}"):
        page = professional.get(address)
        assert "Bitte wenden Sie sich an: Koordination, " in page.select(".panel--today")[0]
        assert page.soup.select_one('.panel--today a[href^="mailto:"]') is not None


def test_a_substitute_goes_before_the_office(professional: Browser, session: Session, away: Town) -> None:
    # Another absence of the same day, entered later, names somebody.
    factories.absence(session, away.aylin, WEDNESDAY, WEDNESDAY, substitute_id=away.jonas.id)
    session.commit()
    panel = professional.get(f"/orte/{away.school.id}").select(".panel--today")[0]
    assert "Vertretung: Jonas Probemann" in panel
    assert "wenden" not in panel
    hit = professional.get("/suche?q=aylin")
    assert "heute nicht vor Ort, Vertretung: Jonas Probemann" in hit.main
    assert hit.href("Jonas Probemann anrufen") == "tel:+49521519999"


def test_the_search_says_it_in_short(professional: Browser, session: Session, away: Town) -> None:
    hit = professional.get("/suche?q=aylin")
    assert "heute nicht vor Ort, bitte wenden Sie sich an: Beispielwerk gGmbH" in hit.main
    assert hit.href("Beispielwerk gGmbH anrufen") == f"tel:{OFFICE}"
    away.provider.phone = ""
    session.commit()
    hit = professional.get("/suche?q=aylin")
    assert "bitte wenden Sie sich an: Beispielwerk gGmbH" in hit.main
    # Whoever is away is not the one to call.
    assert "tel:" not in hit.html
    assert "Jonas Probemann" in professional.get("/suche?q=jonas").main
    assert "heute nicht vor Ort" not in professional.get("/suche?q=jonas").main


def test_an_earlier_day_advises_nobody(professional: Browser, session: Session, away: Town) -> None:
    factories.absence(session, away.aylin, WEDNESDAY.replace(day=18), WEDNESDAY.replace(day=18))
    session.commit()
    page = professional.get(f"/orte/{away.school.id}?stand=2026-11-18")
    assert "Aylin Musterfrau nicht vor Ort" in page.main
    assert "wenden" not in page.select(".panel--today")[0]


def test_the_week_for_the_door_says_it_too(professional: Browser, away: Town) -> None:
    (sheet,) = paper(professional, f"/personen/{away.aylin.id}/wochenplan.pdf")
    said = "Zurzeit nicht vor Ort. Bitte wenden Sie sich an: Beispielwerk gGmbH, 0521 777000, buero@example.org."
    assert said in " ".join(sheet.split())


def test_the_button_of_a_substitute_shows_whom_it_calls(professional: Browser, session: Session, away: Town) -> None:
    factories.absence(session, away.aylin, WEDNESDAY, WEDNESDAY, substitute_id=away.jonas.id)
    session.commit()
    for address in (
        f"/orte/{away.school.id}",
        f"/personen/{away.aylin.id}",
        f"/bezirke/{away.mitte.id}",
        "/suche?q=aylin",
    ):
        assert label(professional.get(address), "Jonas Probemann") == "Jonas Probemann 0521 519999", address
    # Whoever stands below their own name needs it only once.
    assert label(professional.get(f"/personen/{away.jonas.id}"), "Jonas Probemann") == "0521 519999"


def test_whoever_stands_in_is_told_so_and_not_to_call_themselves(
    other_browser: Browser, session: Session, away: Town
) -> None:
    away.school.phone = "+49521511234"
    factories.account(session, "jonas@example.org", person_id=away.jonas.id)
    factories.absence(session, away.aylin, WEDNESDAY, WEDNESDAY, substitute_id=away.jonas.id)
    session.commit()
    other_browser.sign_in("jonas@example.org", factories.PASSWORD)
    for address in (f"/orte/{away.school.id}", f"/personen/{away.aylin.id}", f"/bezirke/{away.mitte.id}"):
        page = other_browser.get(address)
        assert "Sie vertreten Aylin Musterfrau" in page.main, address
        assert "Vertretung:" not in page.main, address
        # The district lists them once more: at the place where they are assigned.
        is_district = address.startswith("/bezirke")
        assert page.main.count("Jonas Probemann anrufen") == is_district, address
    # On the page of the one who is away the school can still be called.
    panel = other_browser.get(f"/personen/{away.aylin.id}").soup.select_one(".panel--today")
    assert panel is not None
    assert [link["href"] for link in panel.select("a.call")] == ["tel:+49521511234"]
    hit = other_browser.get("/suche?q=aylin")
    assert "heute nicht vor Ort, Vertretung: Sie selbst" in hit.main
    assert "tel:" not in hit.main


def test_a_substitute_who_is_away_too_is_not_to_be_called(professional: Browser, session: Session, away: Town) -> None:
    factories.absence(session, away.aylin, WEDNESDAY, WEDNESDAY, substitute_id=away.jonas.id)
    # Each for the other: nobody is there.
    factories.absence(session, away.jonas, WEDNESDAY, WEDNESDAY, substitute_id=away.aylin.id)
    session.commit()
    for address in (f"/orte/{away.school.id}", f"/personen/{away.aylin.id}"):
        page = professional.get(address)
        panel = page.select(".panel--today")[0]
        assert "Vertretung" not in panel, address
        assert "Bitte wenden Sie sich an: Beispielwerk" in panel
        assert "Jonas Probemann" not in page.select(".week")[0], "nor in the week"
    assert "Vertretung" not in professional.get("/suche?q=Musterfrau").main


def test_a_substitute_who_is_away_on_another_day_stands_in(professional: Browser, session: Session, away: Town) -> None:
    factories.absence(session, away.aylin, WEDNESDAY, WEDNESDAY, substitute_id=away.jonas.id)
    factories.absence(session, away.jonas, WEDNESDAY - timedelta(days=9), WEDNESDAY - timedelta(days=1))
    session.commit()
    panel = professional.get(f"/orte/{away.school.id}").select(".panel--today")[0]
    assert "Vertretung: Jonas Probemann" in panel
    assert "Vertretung: Jonas" in professional.get("/suche?q=Musterfrau").main.replace("heute nicht vor Ort, ", "")
