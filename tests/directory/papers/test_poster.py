"""Posters of a district, a social space, a school form: one sheet, who is where and when, and the way to the page."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.directory.district_views import MOST
from coordination.directory.rules import PlaceKind
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town
from tests.directory.papers.sheets_read import paper
from tests.statements import counted


def test_a_poster_says_who_is_where_and_when(professional: Browser, session: Session, town: Town) -> None:
    factories.school(session, "Leerschule", "222222", district_id=town.mitte.id)
    factories.school(session, "Fernschule", "333333", district_id=factories.district(session, "Heepen", "7").id)
    factories.assignment(session, None, town.school, town.provider)
    session.commit()
    page = professional.get(f"/bezirke/{town.mitte.id}")
    for size in ("A4", "A3"):
        (sheet,) = paper(professional, page.href(f"Plakat {size}"))
        for said in (
            "Wer ist wo?",
            "Mitte",
            "Fröbelschule",
            "0521 511234",
            "Aylin Musterfrau: Mo, Mi 8–13 Uhr",
            "unbesetzt",
            "Jonas Probemann: Do 14–18 Uhr",
            "Zurzeit niemand eingesetzt: Leerschule.",
            "Wenn Sie niemanden erreichen: Koordination",
            "Wer ist heute da?",
            "Stand 25.11.2026",
        ):
            assert said in sheet, (size, said)
        assert "Fernschule" not in sheet
        assert "@example.org" not in sheet.replace("koordination@example.org", "")


@pytest.mark.parametrize("number", [1, 9, 40])
def test_a_poster_is_one_sheet(professional: Browser, session: Session, town: Town, number: int) -> None:
    for n in range(number):
        place = factories.place(session, f"Gemeinschaftsgrundschule Nummer {n}", district_id=town.mitte.id)
        for family in ("Musterfrau-Probemann", "Ahorn"):
            who = factories.person(session, f"V{n}", family)
            factories.assignment(session, who, place, town.provider, times=[(0, 8, 13, ""), (3, 9, 15, "")])
    session.commit()
    (sheet,) = paper(professional, f"/bezirke/{town.mitte.id}/plakat.pdf?papier=unsinn")
    assert f"Nummer {number - 1}" in sheet


def test_a_poster_of_nothing(professional: Browser, session: Session, town: Town) -> None:
    empty = factories.district(session, "Senne", "8")
    session.commit()
    (sheet,) = paper(professional, f"/bezirke/{empty.id}/plakat.pdf")
    assert "Hier sind keine Schulen und Einrichtungen bekannt." in sheet
    assert professional.get("/bezirke/99999/plakat.pdf").status == 404


def test_a_school_form_has_a_poster_where_its_list_is_chosen(
    professional: Browser, session: Session, town: Town
) -> None:
    other = factories.school(session, "Gesamtschule Probe", "222222", form_code="15", district_id=town.mitte.id)
    factories.assignment(session, factories.person(session, "Bea", "Birke"), other, town.provider)
    session.commit()
    assert "Plakat" not in professional.get("/orte").main, "of everything it would be a book"
    page = professional.get("/orte?form=02")
    for size in ("A4", "A3"):
        (sheet,) = paper(professional, page.href(f"Plakat {size}"))
        assert "Grundschule" in sheet
        assert "Aylin Musterfrau: Mo, Mi 8–13 Uhr" in sheet
        assert "Bea Birke" not in sheet
        assert "Jonas Probemann" not in sheet
    (sheet,) = paper(professional, f"/orte/plakat.pdf?form=15&bezirk={town.mitte.id}")
    assert "Gesamtschule – Mitte" in sheet
    assert "Bea Birke" in sheet


def test_a_social_space_has_a_poster_of_its_own(professional: Browser, session: Session, town: Town) -> None:
    space = factories.social_space(session, "Ostmannturm", town.club)
    session.commit()
    (sheet,) = paper(professional, professional.get(f"/sozialraeume/{space.id}").href("Plakat A3"))
    assert "Ostmannturm" in sheet
    assert "Schulen und Einrichtungen" not in sheet
    assert "Jonas Probemann: Do 14–18 Uhr" in sheet
    assert "Aylin Musterfrau" not in sheet


def test_what_does_not_fit_on_a_sheet_is_split_and_says_so(professional: Browser, session: Session, town: Town) -> None:
    for n in range(MOST + 1):
        place = factories.place(session, f"Treffpunkt mit langem Namen Nummer {n:03}", kind=PlaceKind.OTHER)
        factories.assignment(session, factories.person(session, f"V{n}", "Musterfrau-Probemann"), place, town.provider)
    session.commit()
    sheets = paper(professional, "/orte/plakat.pdf?art=sonstige")
    assert len(sheets) > 1
    assert "Auf mehreren Blättern." in sheets[0]
    assert f"Nummer {MOST - 1}" in "".join(sheets)
    assert f"Hier stehen nur die ersten {MOST} Orte." in sheets[-1]


def test_statements_do_not_grow(app: Flask, professional: Browser, session: Session, town: Town) -> None:
    def number() -> int:
        with counted(app) as seen:
            professional.get(f"/bezirke/{town.mitte.id}/plakat.pdf")
        return len([one for one in seen if not one.startswith("BEGIN")])

    few = number()
    for n in range(6):
        place = factories.place(session, f"Ort {n}", district_id=town.mitte.id)
        factories.assignment(session, factories.person(session, f"V{n}", f"N{n}"), place, town.provider)
    session.commit()
    assert number() == few == 8
