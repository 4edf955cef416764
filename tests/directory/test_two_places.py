"""Somebody at two places at the same time: a warning wherever it comes to be, an error nowhere."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.rounds import clashes
from coordination.directory.rounds.changes import Wish
from coordination.directory.rules import WeeklyTime
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town
from tests.directory.keepers import enter, every
from tests.directory.rounds.conftest import Round, city, delivered, keeper, plan, started  # noqa: F401 - fixtures
from tests.directory.staff.conftest import Schools, schools  # noqa: F401 - a fixture
from tests.directory.staff.pages import press, send
from tests.directory.staff.sheets_made import workbook

HEADINGS = ("Schulnummer", "Fachkraft", "E-Mail", "Präsenzzeiten", "gültig ab")
AT_ONCE = "gleichzeitig an zwei Orten"


def row(number: str, times: str, since: str = "01.08.2026") -> tuple[str, ...]:
    return number, "Ahornblatt, Ada", "ada@example.org", times, since


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u2060", "")


def test_entering_and_changing_warn(session: Session, town: Town, browser: Browser) -> None:
    browser.sign_in("pflege@example.org", factories.PASSWORD)
    form = browser.get(f"/einsaetze/neu?person={town.aylin.id}&ort={town.club.id}")
    times: dict[str, Any] = {"day2_starts": "12:00", "day2_ends": "15:00"}
    preview = form.submit(employer_id=town.provider.id, valid_from="2026-12-01", share="", **times)
    said = "Mittwoch 12–15 Uhr: Dann ist die Person schon hier eingetragen: Fröbelschule (8–13 Uhr, seit 01.08.2020)."
    assert "Zwei Orte zur gleichen Zeit" in preview.main
    assert preview.submit("Einsatz speichern").status == 303
    other = every(session, Assignment)[-1]
    edit = browser.get(f"/einsaetze/{other.id}/bearbeiten")
    again = edit.submit("Weiter zur Vorschau", **(times | {"day2_ends": "16:00"}))
    assert said in plain(preview.main)
    assert preview.href("Fröbelschule") == f"/orte/{town.school.id}#assignments"
    assert "Zwei Orte zur gleichen Zeit" in again.main


def test_a_list_says_it_of_its_rows_and_stores_them_all_the_same(
    app: Flask,
    browser: Browser,
    session: Session,
    schools: Schools,  # noqa: F811
) -> None:
    own = enter(browser, "eins")
    page = send(
        app, own, workbook([HEADINGS, row("123456", "Mo 8-13 Uhr"), row("123457", "Mo 12-15 Uhr")]), schools.employer
    )
    said = "Ada Ahornblatt ist nach dieser Liste gleichzeitig an zwei Orten: Mo Fröbelschule 8–13 Uhr, Luisenschule"
    assert said in plain(page.select(".notice--warning")[0])
    press(app, page, "uebernehmen")
    assert len(every(session, Assignment)) == 2
    # Nothing new: nobody is told again of what is stored.
    page = send(
        app, own, workbook([HEADINGS, row("123456", "Mo 8-13 Uhr"), row("123457", "Mo 12-15 Uhr")]), schools.employer
    )
    assert AT_ONCE not in page.main


@pytest.mark.parametrize(
    ("times", "last", "is_said"),
    [
        ("Mo 12-15 Uhr", None, True),
        ("Mo 13-15 Uhr", None, False),
        ("Di 8-13 Uhr", None, False),
        ("Mo 12-15 Uhr", date(2026, 11, 30), False),
    ],
)
def test_a_list_is_compared_with_what_is_stored_elsewhere(
    app: Flask,
    browser: Browser,
    session: Session,
    schools: Schools,  # noqa: F811
    times: str,
    last: date | None,
    is_said: bool,
) -> None:
    ada = factories.person(session, email="ada@example.org", organisation_id=schools.employer)
    other, place = session.get_one(Organisation, schools.other), session.get_one(Place, schools.by_number["200001"])
    factories.assignment(session, ada, place, other, times=[(0, 8, 13, "")], valid_until=last)
    session.commit()
    sent = workbook([HEADINGS, row("123456", times, "01.12.2026")])
    page = send(app, enter(browser, "eins"), sent, schools.employer)
    assert (AT_ONCE in page.main) == is_said


def test_whoever_approves_a_change_is_told(
    other_browser: Browser,
    keeper: Browser,  # noqa: F811
    session: Session,
    started: Round,  # noqa: F811
) -> None:
    ada, place = session.get_one(Person, started.city.ada), session.get_one(Place, started.city.facility)
    other = session.get_one(Organisation, started.city.other)
    factories.assignment(session, ada, place, other, times=[(0, 12, 15, "")])
    session.commit()
    (post,) = [one for one in every(session, Assignment) if one.id == started.city.post]
    form = other_browser.get(f"{started.link}/aendern")
    times = {f"e{post.id}-day0_starts": "10:00", f"e{post.id}-day0_ends": "13:00"}
    assert form.submit("Senden", **times).status == 303
    shown = keeper.get(started.page).click("Änderung ansehen")
    assert "Zwei Orte zur gleichen Zeit" in shown.main
    assert "Montag: Fröbelschule 10–13 Uhr und Jugendtreff Probe 12–15 Uhr." in plain(shown.main)
    assert shown.submit("Ab heute übernehmen").status == 303


def test_what_a_change_leaves_alone_is_not_said(session: Session, town: Town) -> None:
    other = factories.assignment(session, town.aylin, town.club, town.provider, times=[(2, 12, 15, "")])
    ended = factories.assignment(
        session,
        town.aylin,
        town.club,
        town.provider,
        times=[(4, 8, 18, "")],
        valid_until=clock.today() - timedelta(days=1),
    )
    session.commit()

    def notes(**weeks: WeeklyTime) -> int:
        keys = {"work": town.work.id, "other": other.id, "ended": ended.id}
        wish = Wish(weeks={keys[name]: (one,) for name, one in weeks.items()})
        return len(clashes.notes(session, town.aylin.id, wish, clock.today()))

    friday, morning = WeeklyTime(4, time(9), time(10)), WeeklyTime(2, time(8), time(9))
    assert notes() == 0
    assert (notes(work=friday), notes(work=morning)) == (0, 0)
    assert notes(work=WeeklyTime(2, time(14), time(16))) == 1
    assert notes(work=morning, other=morning) == 1
    # Whichever of the two becomes another.
    assert notes(other=WeeklyTime(2, time(7), time(9))) == 1


def test_two_tasks_at_one_place_or_one_after_the_other_are_no_two_places(session: Session, town: Town) -> None:
    """The school from 8 to 13: another task there at that time, and the club only after the last day."""
    today, last = clock.today(), clock.today() + timedelta(days=10)
    town.work.valid_until = last
    other: dict[str, Any] = {"times": [(2, 8, 13, "")]}
    factories.assignment(session, town.aylin, town.school, town.provider, function="other", **other)
    follows = {"valid_from": last + timedelta(days=1)} | other
    club = factories.assignment(session, town.aylin, town.club, town.provider, valid_until=None, **follows)
    session.commit()
    wish = Wish(weeks={town.work.id: (WeeklyTime(2, time(9), time(10)),)})
    assert clashes.notes(session, town.aylin.id, wish, today) == []
    club.valid_from = last
    session.commit()
    assert len(clashes.notes(session, town.aylin.id, wish, today)) == 1
