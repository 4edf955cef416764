"""What a list says of first days: nothing that holds today stops holding because a list names a later beginning."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.directory.models import Assignment, Organisation, Person, Place
from tests import factories
from tests.browser import Browser, Page
from tests.directory.conftest import WEDNESDAY
from tests.directory.keepers import every
from tests.directory.staff.conftest import Schools
from tests.directory.staff.pages import press, send, take_back
from tests.directory.staff.sheets_made import workbook

HEADINGS = ("Schulnummer", "Fachkraft", "Stellenanteil", "gültig ab", "gültig bis")
AUGUST, YEAR = date(2025, 8, 1), date(2027, 1, 1)
HALF, MORE = Decimal("0.50"), Decimal("0.75")
DAYS = tuple[Decimal | None, date, date | None]


@pytest.fixture
def ada(session: Session, schools: Schools) -> Person:
    """Return who works at the Fröbelschule since August 2025, half a post."""
    found = factories.person(session, organisation_id=schools.employer)
    _there(session, schools, found)
    return found


def _there(session: Session, schools: Schools, who: Person | None, **more: Any) -> None:
    school = session.get_one(Place, schools.by_number["123456"])
    values = {"share_posts": HALF, "valid_from": AUGUST, **more}
    factories.assignment(session, who, school, session.get_one(Organisation, schools.employer), **values)
    session.commit()


def _row(since: object = "", share: str = "0,5", until: object = "", who: str = "Ahornblatt, Ada") -> tuple[Any, ...]:
    return ("123456", who, share, since, until)


def _days(session: Session) -> list[DAYS]:
    return [(row.share_posts, row.valid_from, row.valid_until) for row in every(session, Assignment)]


def _send(app: Flask, keeper: Browser, schools: Schools, *rows: tuple[Any, ...]) -> Page:
    return send(app, keeper, workbook([HEADINGS, *rows]), schools.employer)


@pytest.mark.parametrize("since", [YEAR, date(2026, 2, 1), WEDNESDAY])
def test_what_holds_already_stays_as_it_is_and_the_preview_says_so(
    app: Flask, keeper: Browser, session: Session, schools: Schools, ada: Person, since: date
) -> None:
    page = _send(app, keeper, schools, _row(since))
    assert page.h1 == "Die Liste ändert nichts"
    said = f"Fröbelschule: Dieser Einsatz gilt schon seit 01.08.2025. Dass die Liste {since:%d.%m.%Y} nennt, ändert"
    assert said in page.main
    assert _days(session) == [(HALF, AUGUST, None)]


def test_a_vacancy_that_is_there_already_stays_as_it_is(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    _there(session, schools, None)
    assert _send(app, keeper, schools, _row(YEAR, who="n.n.")).h1 == "Die Liste ändert nichts"


def test_a_later_first_day_does_not_hide_the_end_that_the_list_brings(
    app: Flask, keeper: Browser, session: Session, schools: Schools, ada: Person
) -> None:
    page = _send(app, keeper, schools, _row(YEAR, until=date(2027, 7, 31)))
    assert "gilt schon seit 01.08.2025" in page.main
    press(app, page, "uebernehmen")
    assert _days(session) == [(HALF, AUGUST, date(2027, 7, 31))]


@pytest.mark.parametrize("since", [YEAR, date(2026, 2, 1)])
def test_what_is_another_from_a_day_on_begins_then_and_the_same_list_again_is_no_news(
    app: Flask, keeper: Browser, session: Session, schools: Schools, ada: Person, since: date
) -> None:
    row = _row(since, "0,75")
    done = press(app, _send(app, keeper, schools, row), "uebernehmen")
    last = date.fromordinal(since.toordinal() - 1)
    assert _days(session) == [(HALF, AUGUST, last), (MORE, since, None)]
    again = _send(app, keeper, schools, row)
    assert again.h1 == "Die Liste ändert nichts", again.main
    assert "Nicht in der Liste" not in again.main
    assert "Was vorher galt, bleibt erhalten" in done.main
    take_back(app, done)
    assert _days(session) == [(HALF, AUGUST, None)]


def test_what_follows_an_end_leaves_that_end_and_is_no_news_again(
    app: Flask, keeper: Browser, session: Session, schools: Schools, ada: Person
) -> None:
    first = every(session, Assignment)[0]
    first.valid_until = first.funded_until = date(2026, 12, 31)
    session.commit()
    for row in (_row(YEAR), _row(date(2027, 2, 1), "0,75")):
        done = press(app, _send(app, keeper, schools, row), "uebernehmen")
        share = MORE if row[2] == "0,75" else HALF
        assert _days(session) == [(HALF, AUGUST, date(2026, 12, 31)), (share, row[3], None)]
        assert every(session, Assignment)[-1].funded_until is None
        assert _send(app, keeper, schools, row).h1 == "Die Liste ändert nichts"
        take_back(app, done)
        assert _days(session) == [(HALF, AUGUST, date(2026, 12, 31))]


@pytest.mark.parametrize("turned", [False, True])
def test_now_and_later_in_one_list_are_told_apart_in_any_order(
    app: Flask, keeper: Browser, session: Session, schools: Schools, ada: Person, *, turned: bool
) -> None:
    rows = [_row(AUGUST, until=date(2026, 12, 31)), _row(YEAR, "0,75")]
    if turned:
        rows.reverse()
    press(app, _send(app, keeper, schools, *rows), "uebernehmen")
    assert _days(session) == [(HALF, AUGUST, date(2026, 12, 31)), (MORE, YEAR, None)]
    assert _send(app, keeper, schools, *rows).h1 == "Die Liste ändert nichts"


def test_an_earlier_first_day_is_said_stored_and_taken_back(
    app: Flask, keeper: Browser, session: Session, schools: Schools, ada: Person
) -> None:
    row = _row(date(2025, 2, 1))
    page = _send(app, keeper, schools, row)
    assert "Fröbelschule: Der erste Tag rückt von 01.08.2025 auf 01.02.2025." in page.main
    done = press(app, page, "uebernehmen")
    assert _days(session) == [(HALF, date(2025, 2, 1), None)]
    assert _send(app, keeper, schools, row).h1 == "Die Liste ändert nichts"
    take_back(app, done)
    assert _days(session) == [(HALF, AUGUST, None)]


def test_an_earlier_first_day_does_not_cover_what_held_then(
    app: Flask, keeper: Browser, session: Session, schools: Schools, ada: Person
) -> None:
    """A list says since when somebody is there; meanwhile the share has changed."""
    _there(session, schools, ada, share_posts=MORE, valid_from=date(2024, 8, 1), valid_until=date(2025, 7, 31))
    page = _send(app, keeper, schools, _row(date(2024, 8, 1)))
    assert page.h1 == "Die Liste ändert nichts"
    assert "Bis 31.07.2025 steht dort ein früherer Eintrag; er bleibt" in page.main
    assert _days(session) == [(HALF, AUGUST, None), (MORE, date(2024, 8, 1), date(2025, 7, 31))]


def test_a_change_from_today_on_is_no_news_with_the_old_first_day(
    app: Flask, keeper: Browser, session: Session, schools: Schools, ada: Person
) -> None:
    row = _row(AUGUST, "0,75")
    press(app, _send(app, keeper, schools, row), "uebernehmen")
    assert _days(session) == [(HALF, AUGUST, date(2026, 11, 24)), (MORE, WEDNESDAY, None)]
    assert _send(app, keeper, schools, row).h1 == "Die Liste ändert nichts"


def test_what_is_only_planned_moves_to_the_day_that_the_list_says(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    who = factories.person(session, organisation_id=schools.employer)
    _there(session, schools, who, valid_from=YEAR)
    press(app, _send(app, keeper, schools, _row(date(2027, 2, 1))), "uebernehmen")
    assert _days(session) == [(HALF, date(2027, 2, 1), None)]


@pytest.mark.parametrize("last", [date(2026, 10, 31), date(2026, 12, 31)])
def test_what_is_only_planned_does_not_cover_what_held_or_holds_until_then(
    app: Flask, keeper: Browser, session: Session, schools: Schools, ada: Person, last: date
) -> None:
    """The same person, after a pause or with another target group."""
    before = every(session, Assignment)[0]
    before.valid_until, before.target_group = last, "Klassen 1 und 2"
    _there(session, schools, ada, valid_from=date(2027, 2, 1), target_group="Klassen 3 und 4")
    rows = [(*HEADINGS, "Zielgruppe"), (*_row(date(2025, 2, 1)), "Klassen 3 und 4")]
    page = send(app, keeper, workbook(rows), schools.employer)
    assert f"Bis {last:%d.%m.%Y} steht dort ein früherer Eintrag; er bleibt" in page.main
    assert _days(session) == [(HALF, AUGUST, last), (HALF, date(2027, 2, 1), None)]
