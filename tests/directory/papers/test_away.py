"""Who is away on the day of a list: that it is so and who stands in, for professionals; a wall says nothing of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from coordination.directory.staff.columns import Field, recognised
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town
from tests.directory.papers.sheets_read import paper
from tests.directory.papers.test_lists import table

FEAST = date(2026, 12, 25)


def lists(town: Town, ending: str) -> tuple[str, str]:
    return f"/orte/liste.{ending}", f"/organisationen/{town.provider.id}/liste.{ending}"


@pytest.fixture
def away(session: Session, town: Town) -> Town:
    factories.absence(session, town.aylin, WEDNESDAY, date(2027, 1, 4), substitute_id=town.jonas.id)
    session.commit()
    return town


def test_a_list_says_who_is_away_and_who_stands_in(professional: Browser, away: Town) -> None:
    for address in lists(away, "pdf"):
        (sheet,) = paper(professional, address)
        assert "Am Mi 25.11. nicht vor Ort." in sheet, address
        assert "Vertretung: Jonas Probemann," in sheet, address
        assert sheet.count("nicht vor Ort") == 1
        # For how long is for those who keep it.
        assert "04.01." not in sheet


def test_without_anybody_it_names_whom_to_ask(professional: Browser, session: Session, town: Town) -> None:
    absence = factories.absence(session, town.aylin, WEDNESDAY, WEDNESDAY)
    session.commit()
    (address, _employed) = lists(town, "pdf")
    (sheet,) = paper(professional, address)
    assert "Am Mi 25.11. nicht vor Ort." in sheet
    assert "Bitte wenden Sie sich an: Koordi" in sheet
    town.provider.phone = "+49521777000"
    session.commit()
    (sheet,) = paper(professional, address)
    assert "Bitte wenden Sie sich an: Bei" in sheet
    assert "Koordi" not in sheet
    absence.first_on = absence.last_on = date(2026, 11, 23)
    session.commit()
    (earlier,) = paper(professional, f"{address}?stand=2026-11-23")
    assert "Am Mo 23.11. nicht vor Ort." in earlier
    assert "wenden" not in earlier


def test_on_a_holiday_nobody_is_missed(keeper: Browser, away: Town) -> None:
    (sheet,) = paper(keeper, f"/orte/liste.pdf?stand={FEAST.isoformat()}")
    assert "nicht vor Ort" not in sheet


def test_on_a_day_without_presence_nobody_is_missed(keeper: Browser, away: Town) -> None:
    (sheet,) = paper(keeper, "/orte/liste.pdf?stand=2026-11-28")
    assert "nicht vor Ort" not in sheet
    assert "Vertretung" not in sheet


def test_a_table_has_both_in_columns_that_stay_behind_when_it_is_read_in(professional: Browser, away: Town) -> None:
    for address in lists(away, "xlsx"):
        head, *rows = table(professional, address)
        columns = [head.index(name) for name in ("Fachkraft (Nachname, Vorname)", "Abwesend", "Vertretung")]
        assert {tuple(row[at] for at in columns) for row in rows} == {
            ("Musterfrau, Aylin", "ja", "Jonas Probemann"),
            ("Probemann, Jonas", "", ""),
        }
        assert {recognised(head[at]) for at in columns[1:]} == {Field.LEFT}


def test_a_wall_says_nothing_of_it(professional: Browser, away: Town) -> None:
    (sheet,) = paper(professional, f"/bezirke/{away.mitte.id}/plakat.pdf")
    assert "Aylin Musterfrau: Mo," in sheet
    for said in ("nicht vor Ort", "Vertretung", "abwesend"):
        assert said not in sheet
