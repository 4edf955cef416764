"""The week for the door: whose, where, when, how to reach them, and who helps if nobody does."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town
from tests.directory.papers.sheets_read import paper


def test_a_persons_week_over_all_places(professional: Browser, session: Session, town: Town) -> None:
    times = [(1, 12, 16, "Werkstatt"), (3, 9, 11, "")]
    factories.assignment(session, town.aylin, town.club, town.provider, function="open_youth_work", times=times)
    session.commit()
    page = professional.get(f"/personen/{town.aylin.id}")
    (sheet,) = paper(professional, page.href("Wochenplan als PDF"))
    for said in (
        "Aylin Musterfrau",
        "Beispielwerk gGmbH",
        "aylin@example.org",
        "Montag Dienstag Mittwoch Donnerstag Freitag",
        "Fröbelschule",
        "Fröbelstr. 7",
        "0521 511234",
        "8–13 Uhr",
        "Raum 104",
        "Jugendtreff Ärmel",
        "12–16 Uhr",
        "Werkstatt",
        "Wenn Sie niemanden erreichen: Koordination",
        "Stand 25.11.2026",
        "Heute da?",
        "Seite 1 / 1",
    ):
        assert said in sheet, said
    assert "nicht vor Ort" not in sheet


def test_who_is_away_is_said_with_the_substitute(professional: Browser, session: Session, town: Town) -> None:
    factories.absence(session, town.aylin, WEDNESDAY, substitute_id=town.jonas.id)
    session.commit()
    (sheet,) = paper(professional, f"/personen/{town.aylin.id}/wochenplan.pdf")
    assert "Zurzeit nicht vor Ort. Vertretung: Jonas Probemann, 0521 519999." in sheet
    # The usual week stands all the same: the sheet hangs longer than somebody is ill.
    assert "8–13 Uhr" in sheet
    (sheet,) = paper(professional, f"/orte/{town.school.id}/wochenplan.pdf")
    assert "Aylin Musterfrau ist zurzeit nicht da. Vertretung: Jonas Probemann" in sheet


def test_all_people_of_a_school(professional: Browser, session: Session, town: Town) -> None:
    factories.assignment(session, town.jonas, town.school, town.provider, times=[])
    factories.assignment(session, None, town.school, town.provider)
    zoe = factories.person(session, "Zoe", "Ärmlich")
    factories.assignment(session, zoe, town.school, town.provider, times=[(5, 10, 12, "")])
    session.commit()
    page = professional.get(f"/orte/{town.school.id}")
    (sheet,) = paper(professional, page.href("Wochenplan als PDF"))
    names = ("Wer ist wann da: Fröbelschule", "Zoe Ärmlich", "Aylin Musterfrau", "Jonas Probemann", "unbesetzt")
    assert [sheet.index(one) for one in names] == sorted(sheet.index(one) for one in names)
    for said in ("Büro: 0521 511234", "Zeiten nicht bekannt", "Freitag Samstag", "Wer ist heute da?"):
        assert said in sheet, said


def test_many_people_stand_on_one_sheet(professional: Browser, session: Session, town: Town) -> None:
    for n in range(11):
        who = factories.person(session, "Vielgenannte", f"Doppelname-Lang{n}", email=f"vielgenannte.{n}@example.org")
        times = [(day, 8, 13, "Beratungsraum EG") for day in range(5)]
        factories.assignment(session, who, town.school, town.provider, times=times)
    session.commit()
    (sheet,) = paper(professional, f"/orte/{town.school.id}/wochenplan.pdf")
    assert "Doppelname-Lang10" in sheet


def test_an_earlier_day_names_no_numbers(professional: Browser, session: Session, town: Town) -> None:
    (sheet,) = paper(professional, f"/personen/{town.aylin.id}/wochenplan.pdf?stand=2026-11-20")
    assert "Stand 20.11.2026" in sheet
    assert "aylin@example.org" not in sheet


def test_what_is_only_planned_is_not_on_the_sheet(professional: Browser, session: Session, town: Town) -> None:
    later = clock.today() + timedelta(days=20)
    factories.assignment(session, town.aylin, town.club, town.provider, valid_from=later)
    session.commit()
    (sheet,) = paper(professional, f"/personen/{town.aylin.id}/wochenplan.pdf?stand={later.isoformat()}")
    assert "Stand 25.11.2026" in sheet
    assert "Jugendtreff" not in sheet


def test_who_has_left_has_no_week(professional: Browser, session: Session, town: Town) -> None:
    town.aylin.valid_until = date(2026, 11, 24)
    session.commit()
    assert professional.get(f"/personen/{town.aylin.id}/wochenplan.pdf").status == 404


@pytest.mark.parametrize("address", ["/personen/99999/wochenplan.pdf", "/orte/99999/wochenplan.pdf"])
def test_what_is_not_there_is_not_found(professional: Browser, town: Town, address: str) -> None:
    assert professional.get(address).status == 404
