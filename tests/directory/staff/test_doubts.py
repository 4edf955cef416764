"""What a list leaves open is asked so that there is always a true answer."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.directory.models import Assignment, Person
from coordination.directory.staff.known import load
from coordination.directory.staff.schools import Schools as Finder
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY
from tests.directory.keepers import every
from tests.directory.staff.conftest import Schools
from tests.directory.staff.pages import press, send
from tests.directory.staff.sheets_made import workbook
from tests.directory.staff.test_nasty_lists import KEEPER


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Hogwartsschule", set()),
        ("Grundschule Nirgendwo", set()),
        ("Frölbeschule", {"123456"}),
        ("Friedrich-Fröbel-Schule", {"123456"}),
        ("Fröbelgrundschule", {"123456"}),
        ("Luise", {"123457"}),
        ("Schule", set()),
    ],
)
def test_only_schools_called_alike_are_offered(
    session: Session, schools: Schools, text: str, offered: set[str]
) -> None:
    factories.school(session, "Martinschule", "300001")
    session.commit()
    places = load(session, KEEPER, WEDNESDAY).places
    assert {places[key].number for key in Finder(places).named(text).offered} == offered


def test_that_none_of_the_schools_is_meant_is_an_answer(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    rows = [("Schule", "Fachkraft"), ("Luisenschule", "Birke, Ben"), ("Fröbelschule", "Ahornblatt, Ada")]
    press(app, send(app, keeper, workbook(rows), schools.employer), "uebernehmen")
    later = [rows[0], ("Fröbleschule", "Ahornblatt, Ada"), ("Luisenschule", "Cyan, Cleo")]
    page = send(app, keeper, workbook(later), schools.employer)
    assert "keine davon – diese Zeilen auslassen" in page.main
    page = press(app, page, "antworten", q0="0")
    assert "Sie haben 1 Zeile ausgelassen." in page.main
    assert "with_ends" not in str(page.soup), "what the left-out row says is not known: nothing may end because of it"
    done = press(app, page, "uebernehmen")
    assert [row.valid_until for row in every(session, Assignment)] == [None, None, None]
    assert sorted(one.family_name for one in every(session, Person)) == ["Ahornblatt", "Birke", "Cyan"]
    assert dict(zip(done.select("dt"), done.select("dd"), strict=True))["Ausgelassene Zeilen"] == "1"
