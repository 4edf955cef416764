"""Keepers see which of their entries nobody has confirmed for half a year, and the pages where they say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.confirming import queries
from coordination.directory.models import Organisation, Person, Place
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import City, build, enter
from tests.statements import counted

PAGE = "/bestaetigungen"


@pytest.fixture
def city(session: Session) -> City:
    """Return a city in which one place was confirmed long ago, one of late, and a post and an offer never."""
    found, today = build(session), clock.today()
    provider, facility = session.get_one(Organisation, found.provider), session.get_one(Place, found.facility)
    provider.confirmed_on = today - timedelta(days=183)
    facility.confirmed_on = today - timedelta(days=184)
    older = factories.place(session, "Jugendtreff Uralt", operator_id=provider.id)
    older.confirmed_on = today - timedelta(days=400)
    closed = factories.place(session, "Jugendtreff Zu", operator_id=provider.id)
    closed.valid_until = today - timedelta(days=1)
    topic = Topic(name="Thema Probe")
    session.add(topic)
    factories.post(session, provider, session.get_one(Person, found.ada), topic, function="Fachberatung Probe")
    factories.offer(session, session.get_one(Place, found.school), "Kurs Probe", organisation_id=provider.id)
    factories.offer(session, facility, "Kurs Zuende", valid_until=today - timedelta(days=1))
    session.commit()
    return found


def listed(browser: Browser) -> list[str]:
    return browser.get(PAGE).select("#waiting ~ * tbody th a, section[aria-labelledby=waiting] tbody th a")


def test_longest_first_and_only_one_s_own(browser: Browser, city: City) -> None:
    keeper = enter(browser, "eins")
    assert listed(keeper) == [
        "Jugendtreff Uralt",
        "Jugendtreff Probe",
        "Kurs Probe",
        "Team Nord",
        "Fachberatung Probe",
    ]
    page = keeper.get(PAGE)
    assert "5 Einträge außer den Einsätzen sind seit einem halben Jahr nicht bestätigt, oder noch nie" in page.main
    assert page.click("Fachberatung Probe").h1 == "Fachberatung Probe"


@pytest.mark.parametrize(("days", "is_waiting"), [(183, False), (184, True)])
def test_what_was_entered_of_late_need_not_be_confirmed_yet(
    browser: Browser, city: City, session: Session, days: int, is_waiting: bool
) -> None:
    first = clock.today() - timedelta(days=days)
    provider, facility = session.get_one(Organisation, city.provider), session.get_one(Place, city.facility)
    factories.place(session, "Treff Neu", operator_id=provider.id, entered_on=first)
    factories.offer(session, facility, "Kurs Neu", valid_from=first)
    post = factories.post(session, provider, None, valid_from=first)
    post.function = "Stelle Neu"
    session.commit()
    new = {"Treff Neu", "Kurs Neu", "Stelle Neu"} & set(listed(enter(browser, "eins")))
    assert new == ({"Treff Neu", "Kurs Neu", "Stelle Neu"} if is_waiting else set())


def test_who_keeps_all_sees_all_but_schools_that_no_file_has_named(
    browser: Browser, city: City, session: Session
) -> None:
    school = session.get_one(Place, city.second_school)
    school.confirmed_on = clock.today() - timedelta(days=300)
    session.commit()
    found = listed(enter(browser, "alles"))
    assert {"Stadt Probe", "Anderer Träger gGmbH", "Luisenschule"} < set(found)
    assert "Fröbelschule" not in found


def test_many_take_one_statement_and_are_cut(
    app: Flask, browser: Browser, city: City, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = enter(browser, "eins")
    monkeypatch.setattr(queries, "MOST", 3)
    keeper.get(PAGE)
    with counted(app) as few:
        keeper.get(PAGE)
    for number in range(5):
        factories.place(session, f"Treff {number}", operator_id=city.provider)
    session.commit()
    with counted(app) as many:
        page = keeper.get(PAGE)
    assert len(few) == len(many)
    assert "Nur die ersten 3 stehen hier" in page.main
    assert "10 Einträge außer den Einsätzen" in page.main
