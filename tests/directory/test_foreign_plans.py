"""What would follow from a step is told without what other providers plan: the keeper does not know of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Organisation, Person, Place
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import build, enter


def test_a_plan_of_another_provider_is_no_double_presence_and_closes_no_gap(
    browser: Browser, other_browser: Browser, session: Session
) -> None:
    city, begins = build(session), clock.today() + timedelta(days=60)
    ben, place = session.get_one(Person, city.ben), session.get_one(Place, city.second_school)
    other = session.get_one(Organisation, city.other)
    monday = [(0, 8, 12, "")]
    factories.assignment(session, ben, session.get_one(Place, city.facility), other, times=monday, valid_from=begins)
    session.commit()
    values: dict[str, Any] = {
        "person_id": city.ben,
        "place_id": place.id,
        "employer_id": city.provider,
        "function": "school_social_work",
        "share": "0,5",
        "valid_from": f"{begins:%Y-%m-%d}",
        "day0_starts": "09:00",
        "day0_ends": "11:00",
    }
    told = {}
    for name, who in (("eins", browser), ("alles", other_browser)):
        page = enter(who, name).get("/einsaetze/neu").submit("Weiter zur Vorschau", **values)
        assert page.status == 200, page.main
        told[name] = "zur gleichen Zeit" in page.main or "gleichzeitig" in page.main
    assert told == {"eins": False, "alles": True}


def test_what_has_begun_is_told_whoever_it_belongs_to(
    browser: Browser, other_browser: Browser, session: Session
) -> None:
    city = build(session)
    ben = session.get_one(Person, city.ben)
    other = session.get_one(Organisation, city.other)
    since = date(2025, 8, 1)
    until = clock.today() + timedelta(days=90)
    more: dict[str, Any] = {"times": [(0, 8, 12, "")], "valid_from": since, "valid_until": until}
    factories.assignment(session, ben, session.get_one(Place, city.facility), other, **more)
    session.commit()
    values: dict[str, Any] = {"person_id": city.ben, "place_id": city.second_school, "employer_id": city.provider}
    values |= {"function": "school_social_work", "share": "0,5", "valid_from": f"{clock.today():%Y-%m-%d}"}
    values |= {"day0_starts": "09:00", "day0_ends": "11:00"}
    page = enter(browser, "eins").get("/einsaetze/neu").submit("Weiter zur Vorschau", **values)
    assert "zur gleichen Zeit" in page.main or "gleichzeitig" in page.main, page.main
    # When it ends is the other employer's plan.
    assert "seit 01.08.2025)" in page.main
    page = enter(other_browser, "alles").get("/einsaetze/neu").submit("Weiter zur Vorschau", **values)
    assert f"01.08.2025 – {until:%d.%m.%Y})" in page.main
