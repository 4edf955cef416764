"""A place that has closed, or will: said first on its page and in the search, to whom it may be told."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.directory.models import Place
from coordination.directory.rules import PlaceKind
from coordination.search import services as search
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town, earlier
from tests.statements import counted

LAST = date(2025, 7, 31)
SAID = "geschlossen seit 01.08.2025"


@pytest.fixture
def closed(session: Session, town: Town) -> Place:
    """Return a school that has closed; Fröbelschule followed it the day after."""
    found = factories.school(session, "Alte Schule", "654321", valid_until=LAST, phone="+49521519990")
    factories.succession(session, found, town.school, date(2025, 8, 1))
    session.commit()
    return found


def test_a_closed_school_says_first_since_when_and_what_follows(
    keeper: Browser, session: Session, town: Town, closed: Place
) -> None:
    page = keeper.get(f"/orte/{closed.id}")
    (notice,) = page.select(".notice:has(#succession)")
    assert notice.startswith("Geschlossen seit 01.08.2025 Nachfolge: Fröbelschule (seit 01.08.2025)")
    links = [str(one["href"]) for one in page.soup.select("main a[href]") if not one.find_parent(class_="breadcrumb")]
    first = next(one for one in links if one.startswith(("tel:", "mailto:")) or one == f"/orte/{town.school.id}")
    assert first == f"/orte/{town.school.id}"
    assert "tel:+49521519990" not in page.html
    assert "0521 519990" in page.main, "who looks for it finds it among the facts"
    assert "Einsatz hinzufügen" not in page.main
    assert "ort=" in page.href("Früheren Einsatz nachtragen")
    assert "Angebot eintragen" not in page.main
    assert "Einsatz hinzufügen" in keeper.get(f"/orte/{town.school.id}").main


def test_a_closed_school_without_a_successor_asks_its_keeper(
    keeper: Browser, professional: Browser, session: Session, town: Town
) -> None:
    found = factories.school(session, "Alte Schule", "654321", valid_until=LAST)
    session.commit()
    page = keeper.get(f"/orte/{found.id}")
    (notice,) = page.select(".notice:has(#succession)")
    assert notice.startswith("Geschlossen seit 01.08.2025 Was nachfolgt, ist nicht eingetragen.")
    (notice,) = professional.get(f"/orte/{found.id}").select(".notice:has(#succession)")
    assert notice == "Geschlossen seit 01.08.2025"
    then = professional.get(f"/orte/{found.id}?stand=2025-06-01")
    assert "Geschlossen" not in then.main


def test_a_school_that_left_the_official_list_says_so_first(
    professional: Browser, session: Session, town: Town
) -> None:
    found = factories.school(session, "Alte Schule", "654321", phone="+49521519990")
    assert found.school is not None
    found.school.gone_since = date(2026, 9, 1)
    session.commit()
    page = professional.get(f"/orte/{found.id}")
    (notice,) = page.select(".notice:has(#succession)")
    assert notice.startswith("Seit 01.09.2026 nicht mehr in der amtlichen Liste")
    assert "tel:+49521519990" not in page.html


def test_the_search_says_it_in_words_and_names_what_follows(
    app: Flask, professional: Browser, session: Session, town: Town, closed: Place
) -> None:
    factories.succession(session, closed, town.club, date(2027, 8, 1))
    session.commit()
    search.rebuild(session)
    session.commit()
    for headers in ({}, {"HX-Request": "true"}):
        answer = professional.get("/suche?q=alte+schule", headers).html
        assert f"{SAID} · jetzt: Fröbelschule · Grundschule" in answer.replace("<mark>", "").replace("</mark>", "")
        assert "tel:+49521519990" not in answer
    with counted(app) as statements:
        professional.get("/suche?q=schule")
    assert len([one for one in statements if "place_succession" in one]) == 1


def test_a_planned_end_is_told_to_who_sees_plans(
    professional: Browser, keeper: Browser, session: Session, town: Town
) -> None:
    town.club.valid_until = date(2027, 7, 31)
    session.commit()
    assert "endet am 31.07.2027" in keeper.get(f"/orte/{town.club.id}").select(".page-head")[0]
    assert "endet am" not in professional.get(f"/orte/{town.club.id}").main
    town.club.valid_until = date(2026, 11, 25)
    session.commit()
    assert "endet am 25.11.2026" in professional.get(f"/orte/{town.club.id}").select(".page-head")[0]


def test_a_site_does_not_lead_to_the_telephone_of_a_school_that_has_closed(
    professional: Browser, session: Session, closed: Place
) -> None:
    site = factories.place(session, "Haus Berg", kind=PlaceKind.SCHOOL_SITE, parent_id=closed.id)
    session.commit()
    page = professional.get(f"/orte/{site.id}")
    assert "Alte Schule: geschlossen seit 01.08.2025" in page.main
    assert "tel:" not in str(page.soup.select_one(".page-head"))
    then = professional.get(f"/orte/{site.id}?stand=2025-06-01")
    assert "geschlossen" not in then.main


@pytest.mark.parametrize(
    ("key", "turns", "notice", "badge"),
    [
        ("5", None, "Geschlossen", "geschlossen"),
        ("0", date(2026, 7, 31), "Geschlossen seit 01.08.2026", "geschlossen"),
        ("0", date(2027, 7, 31), "", "läuft aus am 31.07.2027"),
    ],
)
def test_notice_and_badge_say_the_same(
    professional: Browser, session: Session, town: Town, *, key: str, turns: date | None, notice: str, badge: str
) -> None:
    assert town.school.school is not None
    town.school.school.operation_key, town.school.school.operation_date = key, turns
    session.commit()
    page = professional.get(f"/orte/{town.school.id}")
    assert [one.split(" Was ")[0] for one in page.select(".notice:has(#succession)")] == ([notice] if notice else [])
    head = " ".join(page.select(".page-head"))
    assert badge in head
    assert ("geschlossen" in head) is bool(notice)


def test_an_earlier_day_says_what_the_official_list_said_then(
    professional: Browser, session: Session, town: Town
) -> None:
    school = town.school.school
    assert school is not None
    school.operation_key, school.operation_date = "5", date(2025, 7, 31)
    for field, value in (("operation_key", "1"), ("operation_date", "")):
        earlier(session, town.school, field, value, date(2026, 9, 30))
    session.commit()
    assert "Geschlossen seit 01.08.2025" in professional.get(f"/orte/{town.school.id}").main
    assert "eschlossen" not in professional.get(f"/orte/{town.school.id}?stand=2026-09-01").main
