"""The page of a district or social space: who is where, and how to reach them as on the page of the place."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town
from tests.statements import counted


@pytest.fixture(params=["district", "space"])
def address(request: pytest.FixtureRequest, session: Session, town: Town) -> str:
    """Return the page of the district of the town, or of a social space in it."""
    if request.param == "district":
        return f"/bezirke/{town.mitte.id}"
    space = factories.social_space(session, "Ostmannturm", town.school)
    session.commit()
    return f"/sozialraeume/{space.id}"


def test_people_can_be_called_and_mailed(professional: Browser, town: Town, address: str) -> None:
    page = professional.get(address)
    assert page.href("Aylin Musterfrau anrufen") == "tel:+4915199990017"
    assert page.href("Mail an Aylin Musterfrau") == "mailto:aylin@example.org"
    # As before: the office of the school.
    assert page.href("Fröbelschule anrufen") == "tel:+49521511234"


def test_instead_of_who_is_away_the_substitute_is_called(
    professional: Browser, session: Session, town: Town, address: str
) -> None:
    absence = factories.absence(session, town.aylin, WEDNESDAY, substitute_id=town.jonas.id)
    session.commit()
    page = professional.get(address)
    assert "Vertretung: Jonas Probemann" in page.main
    assert page.href("Jonas Probemann anrufen") == "tel:+49521519999"
    assert "tel:+4915199990017" not in page.html
    assert "aylin@example.org" not in page.html
    absence.substitute_id = None
    town.provider.phone, town.provider.email = "+49521510000", "buero@example.org"
    session.commit()
    page = professional.get(address)
    assert "Bitte wenden Sie sich an: Beispielwerk gGmbH" in page.main
    assert page.href("Beispielwerk gGmbH anrufen") == "tel:+49521510000"
    assert page.href("Mail an Beispielwerk gGmbH") == "mailto:buero@example.org"


def test_an_earlier_day_names_no_numbers(professional: Browser, town: Town, address: str) -> None:
    page = professional.get(f"{address}?stand=2026-11-20")
    assert "Aylin Musterfrau" in page.main
    assert "tel:+4915199990017" not in page.html
    assert "aylin@example.org" not in page.html


def test_the_list_of_places_stays_dense(professional: Browser, town: Town) -> None:
    page = professional.get("/orte")
    assert "Aylin Musterfrau" in page.main
    assert "aylin@example.org" not in page.html


def test_contact_asks_for_nothing_more(app: Flask, professional: Browser, session: Session, town: Town) -> None:
    def number() -> int:
        with counted(app) as seen:
            professional.get(f"/bezirke/{town.mitte.id}")
        return len(seen)

    factories.absence(session, town.aylin, WEDNESDAY, substitute_id=town.jonas.id)
    session.commit()
    few = number()
    for n in range(4):
        place = factories.place(session, f"Ort {n}", district_id=town.mitte.id)
        who = factories.person(session, f"V{n}", f"N{n}", email=f"v{n}@example.org")
        factories.assignment(session, who, place, town.provider)
        factories.absence(session, who, WEDNESDAY, substitute_id=town.jonas.id)
    session.commit()
    assert number() == few
