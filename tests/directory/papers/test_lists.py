"""Lists of who is where: what stands on the paper and in the table, in which order, and what does not."""

import re
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.access import Role
from coordination.directory.papers import list_views, lists
from coordination.directory.staff.columns import Field, recognised
from coordination.exchange.workbooks import read_workbook
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town
from tests.directory.keepers import enter
from tests.directory.papers.sheets_read import paper
from tests.pdf_text import text_of_pdf
from tests.statements import counted

#: The column of the person.
WHO = 10


def table(browser: Browser, address: str) -> list[list[str]]:
    """Return the cells of a table to download."""
    answer = browser.get(address)
    assert answer.status == 200, answer
    (grid,) = read_workbook(answer.response.get_data()).grids
    return [[str(cell) for cell in line.cells] for line in grid.lines]


def test_a_list_of_places_says_who_is_there_when_and_how_to_reach_them(
    professional: Browser, session: Session, town: Town
) -> None:
    factories.assignment(session, None, town.school, town.provider)
    zoe = factories.person(session, "Zoe", "Ärmlich", email="=cmd@example.org")
    factories.assignment(session, zoe, town.school, town.provider, times=[])
    factories.place(session, "Äußerer Treff")
    session.commit()
    page = professional.get("/orte")
    (sheet,) = paper(professional, page.href("Liste als PDF"))
    for said in (
        "Wer ist wo: Schulen und Einrichtungen",
        "Stand 25.11.2026",
        "3 Orte",
        "Mo, Mi 8–13 Uhr",
        "Seite 1 / 1",
    ):
        assert said in sheet, said
    for said in ("Fröbelstr. 7, 33604 Bielefeld", "0521 511234", "aylin@example.org", "Raum 104", "nicht bekannt"):
        assert said in sheet, said
    rows = table(professional, page.href("Liste als XLSX"))
    assert [(row[0], row[WHO]) for row in rows] == [
        ("Schule oder Einrichtung", "Fachkraft (Nachname, Vorname)"),
        ("Äußerer Treff", "niemand eingesetzt"),
        ("Fröbelschule", "Ärmlich, Zoe"),
        ("Fröbelschule", "Musterfrau, Aylin"),
        ("Fröbelschule", "unbesetzt"),
        ("Jugendtreff Ärmel", "Probemann, Jonas"),
    ]
    assert rows[3] == [
        "Fröbelschule", "123456", "", "Grundschule", "Mitte", "", "", "Fröbelstr. 7, 33604 Bielefeld",
        "0521 511234", "Raum 104", "Musterfrau, Aylin", "Schulsozialarbeit", "", "", "01519 9990017",
        "aylin@example.org", "Beispielwerk gGmbH", "0.5", "19.5", "", "", "", "Mo, Mi 8–13 Uhr", "",
        "2020-08-01", "", "", "", "2026-09-03",
    ]  # fmt: skip


def test_hours_alone_stand_beside_what_they_are_in_posts_and_stay_what_they_are_when_read_in(
    professional: Browser, session: Session, town: Town
) -> None:
    town.work.share_posts, town.work.share_hours = None, Decimal(13)
    session.commit()
    headings, *rows = table(professional, "/orte/liste.xlsx")
    (row,) = (one for one in rows if one[WHO] == "Musterfrau, Aylin")
    told = dict(zip(headings, row, strict=True))
    shares = [told[name] for name in ("Anteil an einer Stelle", "Stunden pro Woche", "Anteil nach Stunden")]
    assert shares == ["", "13", "0.33"]
    assert recognised("Anteil nach Stunden") is Field.LEFT


def test_filters_of_the_page_hold_for_its_files(professional: Browser, session: Session, town: Town) -> None:
    factories.school(session, "Gymnasium Probe", "222222", form_code="20")
    session.commit()
    page = professional.get("/orte?form=20&stand=2026-11-20")
    (sheet,) = paper(professional, page.href("Liste als PDF"))
    assert "Wer ist wo: Gymnasium" in sheet
    assert "Stand 20.11.2026" in sheet
    assert "Fröbelschule" not in sheet
    assert [row[0] for row in table(professional, page.href("Liste als XLSX"))][1:] == ["Gymnasium Probe"]
    page = professional.get(f"/bezirke/{town.mitte.id}")
    (sheet,) = paper(professional, page.href("Liste als PDF"))
    assert "Wer ist wo: Schulen und Einrichtungen – Mitte" in sheet
    assert "Gymnasium Probe" not in sheet


@pytest.mark.parametrize(
    "asked", ["form=99", "art=unsinn", "bezirk=99999", "lage=quer", "sozialraum=77777", "farbe=blau"]
)
def test_an_unknown_filter_is_left_out_and_the_file_says_so(professional: Browser, town: Town, asked: str) -> None:
    name, value = asked.split("=")
    said = f"„{name if name == 'farbe' else value}“ ist kein Filter dieser Liste"
    assert said in professional.get(f"/orte?{asked}").flash
    assert said in paper(professional, f"/orte/liste.pdf?{asked}")[0]
    assert said in "".join(table(professional, f"/orte/liste.xlsx?{asked}")[-1])
    (sheet,) = paper(professional, f"/orte/plakat.pdf?papier=a3&{asked}")
    assert said in sheet
    assert "papier" not in sheet


def test_known_filters_say_nothing_of_the_kind(professional: Browser, town: Town) -> None:
    known = f"form=02&bezirk={town.mitte.id}&stand=2026-11-25"
    for address in (f"/orte/liste.pdf?{known}", f"/orte/plakat.pdf?{known}&papier=a4"):
        assert "kein Filter" not in paper(professional, address)[0]


def test_an_employer_gets_where_its_people_are(professional: Browser, session: Session, town: Town) -> None:
    factories.assignment(session, factories.person(session, "Eva", "Fremd"), town.school, town.city)
    session.commit()
    page = professional.get(f"/organisationen/{town.provider.id}")
    rows = table(professional, page.href("Liste als XLSX"))[1:]
    assert [(row[0], row[WHO]) for row in rows] == [
        ("Fröbelschule", "Musterfrau, Aylin"),
        ("Jugendtreff Ärmel", "Probemann, Jonas"),
    ]
    (sheet,) = paper(professional, page.href("Liste als PDF"))
    assert "Wer ist wo: Beispielwerk gGmbH" in sheet
    assert "Beispielwerk" not in sheet.replace("Wer ist wo: Beispielwerk gGmbH", ""), (
        "the heading says whose list it is"
    )
    assert "Eva Fremd" not in sheet


def test_what_an_association_has_behind_its_name_stays_with_it_in_one_line(
    professional: Browser, session: Session, town: Town
) -> None:
    for n in range(24):
        employer = factories.organisation(session, f"Verein {'m' * n} e. V.")
        factories.assignment(session, factories.person(session, f"V{n}", f"N{n}"), town.school, employer)
    session.commit()
    answer = professional.get("/orte/liste.pdf")
    text = text_of_pdf(answer.response.get_data())
    assert len(re.findall(r"e\.\s*V\.", text)) == len(re.findall(r"e\. ?V\.", text)) == 24


def test_an_earlier_day_names_no_numbers_of_people(professional: Browser, town: Town) -> None:
    rows = table(professional, "/orte/liste.xlsx?stand=2026-11-20")
    assert [row[WHO + 3 : WHO + 6] for row in rows[1:]] == [["", "", ""], ["", "", ""]]


def test_a_long_list_goes_on_with_its_head_and_page_numbers(
    professional: Browser, session: Session, town: Town
) -> None:
    for n in range(40):
        place = factories.place(session, f"Ort {n:03}", street=f"Weg {n}")
        factories.assignment(session, factories.person(session, f"V{n}", f"N{n}"), place, town.provider)
    session.commit()
    found = paper(professional, "/orte/liste.pdf")
    assert len(found) > 1
    for number, sheet in enumerate(found, start=1):
        assert "Schule oder Einrichtung Wer" in sheet
        assert f"Seite {number} / {len(found)}" in sheet
        assert "Stand 25.11.2026" in sheet


def test_what_is_cut_says_so(
    professional: Browser, session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST", 1)
    monkeypatch.setattr(list_views, "MOST", 1)
    (sheet,) = paper(professional, "/orte/liste.pdf")
    assert "In dieser Liste stehen nur die ersten 1." in sheet
    assert "Jugendtreff" not in sheet
    assert "".join(table(professional, "/orte/liste.xlsx")[-1]) == "In dieser Liste stehen nur die ersten 1."


def test_paper_says_when_each_line_was_last_confirmed(professional: Browser, session: Session, town: Town) -> None:
    factories.place(session, "Treff Leer", confirmed_on=date(2026, 5, 3), confirmed_by="Frau Eins")
    session.commit()
    (sheet,) = paper(professional, "/orte/liste.pdf")
    assert "bestätigt" in sheet
    assert "03.09.2026" in sheet, "the assignment"
    assert "03.05.2026" in sheet, "the place, where nobody is assigned"
    (before,) = paper(professional, "/orte/liste.pdf?stand=2026-04-01")
    assert "03.05.2026" not in before


def test_nothing_fits(professional: Browser, town: Town) -> None:
    (sheet,) = paper(professional, "/orte/liste.pdf?form=18")
    assert "Kein Ort" in sheet
    assert professional.get("/organisationen/99999/liste.pdf").status == 404


def test_statements_do_not_grow(app: Flask, professional: Browser, session: Session, town: Town) -> None:
    # One is for sites of schools with nobody else, one for the further districts of all places.
    addresses = {"/orte/liste.xlsx": 11, f"/organisationen/{town.provider.id}/liste.xlsx": 9}

    def numbers() -> dict[str, int]:
        found = {}
        for address in addresses:
            with counted(app) as seen:
                professional.get(address)
            found[address] = len([one for one in seen if not one.startswith("BEGIN")])
        return found

    few = numbers()
    for n in range(10):
        place = factories.place(session, f"Ort {n:03}", operator_id=town.city.id)
        factories.assignment(session, factories.person(session, f"V{n}", f"N{n}"), place, town.provider)
    session.commit()
    assert numbers() == few == addresses


def test_funding_and_a_planned_end_stand_in_the_table_of_whoever_may_see_plans(
    professional: Browser, other_browser: Browser, session: Session, town: Town
) -> None:
    more = {"valid_until": date(2027, 7, 31), "funded_until": date(2027, 3, 31)}
    factories.assignment(session, factories.person(session, "Zoe", "Zeder"), town.school, town.provider, **more)
    factories.account(session, "alles@example.org", Role.DIRECTORY_KEEPER)
    session.commit()
    address = "/orte/liste.xlsx"
    keeper = enter(other_browser, "alles")
    for who, funding, until in (
        (professional, ["", ""], ""),
        (keeper, ["Stadt", "2027-03-31"], "2027-07-31"),
    ):
        row = next(row for row in table(who, address) if row[WHO] == "Zeder, Zoe")
        assert (row[20:22], row[25]) == (funding, until)
