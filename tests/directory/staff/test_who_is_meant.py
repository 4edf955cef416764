"""Whom a list means: another spelling renames nobody unless somebody says so, and rows that contradict are said."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.directory.models import Assignment, EarlierValue, Person
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import every
from tests.directory.staff.conftest import Schools
from tests.directory.staff.pages import press, send
from tests.directory.staff.sheets_made import workbook

HEADINGS = ("Schulnummer", "Vorname", "Nachname", "E-Mail", "Telefon")
RIGHT = ("123456", "Frida", "Distelfink", "", "")
WRONG = ("123457", "Frida", "Distelfinck", "frida@example.org", "")


@pytest.fixture
def frida(session: Session, schools: Schools) -> Person:
    found = factories.person(
        session, "Frida", "Distelfink", organisation_id=schools.employer, email="frida@example.org"
    )
    session.commit()
    return found


def _asked(page: Page) -> dict[str, str]:
    return {str(one["value"]): one.get_text() for one in page.soup.select('select[name="q0"] option')}


def _names(session: Session) -> list[str]:
    return [f"{one.given_name} {one.family_name}" for one in every(session, Person)]


def test_the_name_stays_unless_somebody_says_otherwise(
    app: Flask, keeper: Browser, session: Session, schools: Schools, frida: Person
) -> None:
    page = send(app, keeper, workbook([HEADINGS, WRONG]), schools.employer)
    asked = _asked(page)
    assert asked[str(frida.id)].startswith("dieselbe Person, der Name bleibt: Frida Distelfink")
    assert asked[f"{frida.id}n"].startswith("dieselbe Person, heißt jetzt Frida Distelfinck: ")
    assert asked["0"] == "neue Person"
    # What is chosen already is sent as it is.
    page = press(app, page, "antworten")
    assert "Frida Distelfink" in page.main
    assert "Distelfinck" not in page.main
    press(app, page, "uebernehmen")
    assert _names(session) == ["Frida Distelfink"]
    assert every(session, EarlierValue) == []
    assert [row.person_id for row in every(session, Assignment)] == [frida.id]


def test_a_new_name_is_shown_stored_and_kept_in_the_history(
    app: Flask, keeper: Browser, session: Session, schools: Schools, frida: Person
) -> None:
    page = send(app, keeper, workbook([HEADINGS, WRONG]), schools.employer)
    page = press(app, page, "antworten", q0=f"{frida.id}n")
    assert "Frida Distelfinck" in page.main
    press(app, page, "uebernehmen")
    assert _names(session) == ["Frida Distelfinck"]
    assert [(one.field, one.value) for one in every(session, EarlierValue)] == [("family_name", "Distelfink")]


def test_rows_that_name_one_person_differently_are_said(
    app: Flask, keeper: Browser, session: Session, schools: Schools, frida: Person
) -> None:
    right = (*RIGHT[:4], "0521 511234")
    wrong = (*WRONG[:4], "0521 511235")
    page = send(app, keeper, workbook([HEADINGS, right, wrong]), schools.employer)
    assert "In derselben Liste steht in Zeile 2: Frida Distelfink." in page.main
    page = press(app, page, "antworten")
    assert "Die Zeilen 2, 3 nennen dieselbe Person verschieden: Frida Distelfink, Frida Distelfinck." in page.main
    assert "Es gilt dann: Frida Distelfink." in page.main
    assert "Die Zeilen 2, 3 sagen von Frida Distelfink Verschiedenes: 0521 511234, 0521 511235." in page.main
    press(app, page, "uebernehmen")
    assert [(one.family_name, one.phone) for one in every(session, Person)] == [("Distelfink", "+49521511234")]
    assert [row.person_id for row in every(session, Assignment)] == [frida.id, frida.id]


def test_two_spellings_at_one_school_are_one_assignment_twice(
    app: Flask, keeper: Browser, session: Session, schools: Schools, frida: Person
) -> None:
    page = send(app, keeper, workbook([HEADINGS, RIGHT, ("123456", *WRONG[1:])]), schools.employer)
    page = press(app, page, "antworten")
    assert "Derselbe Einsatz steht schon in Zeile 2." in page.main


def test_of_somebody_kept_elsewhere_no_new_name_is_offered(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    other = factories.person(session, "Frida", "Distelfink", organisation_id=schools.other)
    session.commit()
    asked = _asked(send(app, keeper, workbook([HEADINGS, WRONG]), schools.employer))
    assert set(asked) == {"", "0", str(other.id)}
    assert asked[str(other.id)].startswith("dieselbe Person: ")
