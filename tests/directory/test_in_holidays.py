"""School holidays: who is there in them all the same, on every page and paper that says who is there."""

from __future__ import annotations

import json
from datetime import date, time

import pytest
from sqlalchemy.orm import Session

from coordination.directory.models import Assignment
from coordination.directory.rules import HolidayPresence
from coordination.directory.undo_models import AssignmentStep
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town
from tests.directory.keepers import City, build, enter, every, forge
from tests.directory.papers.sheets_read import paper
from tests.directory.papers.test_lists import table
from tests.directory.test_assignment_undo import change, state
from tests.directory.test_place_page import on

#: A Monday, on which the town's one professional is otherwise at the school from 8 to 13.
AUTUMN = date(2026, 10, 19)
NO, YES, BY_ARRANGEMENT = HolidayPresence.NO, HolidayPresence.YES, HolidayPresence.BY_ARRANGEMENT
ARRANGED = "in den Ferien: nach Absprache"


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    return enter(browser, "eins")


def say(session: Session, row: Assignment, said: HolidayPresence | None) -> None:
    row.in_holidays = said
    session.commit()


@pytest.mark.parametrize(
    ("said", "panel", "slot"),
    [
        (None, "Herbstferien: voraussichtlich niemand vor Ort.", "8–13 Uhr Herbstferien"),
        (NO, "Herbstferien: voraussichtlich niemand vor Ort.", "8–13 Uhr Herbstferien"),
        (YES, "Aylin Musterfrau heute vor Ort 8–13 Uhr, Raum 104", ""),
        (BY_ARRANGEMENT, "Herbstferien: Anwesenheit nach Absprache. Nächste Präsenz: Mo 02.11.", "nach Absprache"),
    ],
)
def test_a_school_says_who_is_there_in_the_holidays(
    professional: Browser,
    session: Session,
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
    said: HolidayPresence | None,
    panel: str,
    slot: str,
) -> None:
    say(session, town.work, said)
    on(monkeypatch, AUTUMN, professional)
    page = professional.get(f"/orte/{town.school.id}")
    assert panel in page.select(".panel--today")[0]
    shown = page.select(".week td.is-today .slot")
    assert slot in shown[0]
    assert (page.select(".week td.is-today .slot--away") == []) == (said in {YES, BY_ARRANGEMENT})
    person = professional.get(f"/personen/{town.aylin.id}").main
    assert ("nach Absprache" in person) == (said is BY_ARRANGEMENT)
    assert ("heute vor Ort" in person) == (said is YES)


def test_who_has_left_on_a_day_of_the_holidays_was_there(
    professional: Browser, session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(session, town.work, YES)
    for row in town.work.presences:
        row.starts_at, row.ends_at = time(7), time(8)
    session.commit()
    on(monkeypatch, AUTUMN, professional)
    panel = professional.get(f"/orte/{town.school.id}").select(".panel--today")[0]
    assert "Heute ist niemand mehr vor Ort." in panel
    assert "niemand vor Ort. " not in panel.split("Heute ist")[0]


def test_what_goes_without_saying_is_not_said(professional: Browser, session: Session, town: Town) -> None:
    for said in (None, NO):
        say(session, town.work, said)
        assert "in den Ferien" not in professional.get(f"/orte/{town.school.id}").main
    say(session, town.work, BY_ARRANGEMENT)
    page = professional.get(f"/orte/{town.school.id}")
    assert ARRANGED in page.select("#assignments ~ * tbody th, section[aria-labelledby=assignments] tbody th")[0]
    # In term it is like everywhere: somebody is there.
    assert "Aylin Musterfrau heute vor Ort" in page.main
    assert ARRANGED in professional.get(f"/personen/{town.aylin.id}").main


def test_papers_and_lists_say_it(professional: Browser, session: Session, town: Town) -> None:
    for url in (f"/personen/{town.aylin.id}/wochenplan.pdf", f"/orte/{town.school.id}/wochenplan.pdf"):
        assert "in den Ferien" not in "".join(paper(professional, url))
    say(session, town.work, BY_ARRANGEMENT)
    for url in (
        f"/personen/{town.aylin.id}/wochenplan.pdf",
        f"/orte/{town.school.id}/wochenplan.pdf",
        "/orte/liste.pdf",
        f"/organisationen/{town.provider.id}/liste.pdf",
    ):
        assert ARRANGED in " ".join("".join(paper(professional, url)).split()), url
    heading, *rows = table(professional, "/orte/liste.xlsx")
    assert {row[0]: row[heading.index("In den Ferien")] for row in rows} == {
        "Fröbelschule": "nach Absprache",
        "Jugendtreff Ärmel": "",
    }


def test_the_form_asks_shows_keeps_and_takes_it_back(keeper: Browser, city: City, session: Session) -> None:
    before = state(session)
    form = keeper.get(f"/einsaetze/{city.post}/bearbeiten")
    assert set(form.form("Weiter zur Vorschau").options("in_holidays")) == {"", "no", "yes", "by_arrangement"}
    preview = form.submit("Weiter zur Vorschau", from_day=WEDNESDAY.isoformat(), in_holidays="by_arrangement")
    assert "In den Ferien nach Absprache" in " ".join(preview.main.split())
    again = preview.submit(button="Zurück zum Formular")
    assert again.form("Weiter zur Vorschau").values("in_holidays") == ["by_arrangement"]
    done = preview.submit(button="Einsatz speichern").follow()
    # What held before stays in the history as it was.
    old, new = every(session, Assignment)
    assert (old.in_holidays, new.in_holidays) == (None, BY_ARRANGEMENT)
    assert old.valid_until is not None
    assert old.valid_until < new.valid_from
    assert "Rückgängig gemacht" in done.submit("Rückgängig").follow().flash
    assert state(session) == before


def test_a_correction_goes_back_to_what_was_said(keeper: Browser, city: City, session: Session) -> None:
    change(keeper, city, scope="correction", in_holidays="yes")
    before = state(session)
    done = change(keeper, city, scope="correction", in_holidays="")
    assert every(session, Assignment)[0].in_holidays is None
    done.submit("Rückgängig").follow()
    assert state(session) == before
    assert before[0]["in_holidays"] == "yes"


def test_a_step_that_was_noted_before_there_was_the_field_is_taken_back(
    keeper: Browser, city: City, session: Session
) -> None:
    before = state(session)
    done = change(keeper, city, scope="correction", target_group="Integration")
    (step,) = every(session, AssignmentStep)
    noted = json.loads(step.before)
    del noted["in_holidays"]
    step.before = json.dumps(noted)
    session.commit()
    assert "Rückgängig gemacht" in done.submit("Rückgängig").follow().flash
    assert state(session) == before


@pytest.mark.parametrize("sent", ["perhaps", "YES", "1"])
def test_what_nobody_offered_is_refused(keeper: Browser, city: City, session: Session, sent: str) -> None:
    row = every(session, Assignment)[0]
    answer = forge(
        keeper,
        f"/einsaetze/{city.post}/bearbeiten",
        person_id=row.person_id,
        place_id=row.place_id,
        employer_id=row.employer_id,
        function=row.function.value,
        funding=row.funding.value,
        valid_from=row.valid_from.isoformat(),
        scope="correction",
        in_holidays=sent,
        step="save",
    )
    assert answer.status == 422
    assert answer.error("in_holidays")
    assert every(session, Assignment)[0].in_holidays is None
