"""Which further districts a place works for: entered in its form, for a time, and never its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor
from coordination.core.errors import Forbidden
from coordination.core.work import AuditEntry, Work
from coordination.directory.further import services
from coordination.directory.further.models import PlaceFurtherDistrict
from coordination.directory.models import District, Place
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import City, a_day_later, build, enter, every, forge, stored

FIELD = "further_ids"
STORE = "Ort speichern"
YESTERDAY = timedelta(days=1)


@pytest.fixture
def districts(session: Session) -> tuple[int, int, int]:
    """Return the keys of Mitte, Brackwede and Heepen."""
    names = ("Mitte", "0"), ("Brackwede", "3"), ("Heepen", "5")
    return tuple(factories.district(session, *one).id for one in names)  # type: ignore[return-value]


@pytest.fixture
def city(session: Session, districts: tuple[int, int, int]) -> City:
    found = build(session)
    session.execute(update(Place).where(Place.id == found.facility).values(district_id=districts[0]))
    session.commit()
    return found


@pytest.fixture
def chief(browser: Browser, city: City) -> Browser:
    return enter(browser, "alles")


def edit(key: int) -> str:
    return f"/orte/{key}/bearbeiten"


def ticked(*keys: int) -> dict[str, Any]:
    return {FIELD: [str(key) for key in keys]}


def rows_of(session: Session, place_id: int) -> list[tuple[int, bool]]:
    """Return the further districts of a place in the order in which they came: key, and whether it goes on."""
    rows = [one for one in every(session, PlaceFurtherDistrict) if one.place_id == place_id]
    return [(one.district_id, one.valid_until is None) for one in rows]


def actions(session: Session) -> list[str]:
    return [one.action for one in every(session, AuditEntry) if "further" in one.action]


def test_a_facility_and_a_school_work_for_further_districts(
    chief: Browser, session: Session, city: City, districts: tuple[int, int, int]
) -> None:
    _mitte, brackwede, heepen = districts
    for key in (city.facility, city.school):
        page = chief.get(edit(key))
        assert "Auch für diese Stadtbezirke da" in page.main
        assert page.submit(STORE, **ticked(brackwede, heepen)).status == 303
        assert rows_of(session, key) == [(brackwede, True), (heepen, True)]
        assert {one.valid_from for one in every(session, PlaceFurtherDistrict)} == {clock.today()}
    assert actions(session) == ["place.further_districts_set"] * 2
    # Sent once more as it is, it says nothing new.
    assert chief.get(edit(city.facility)).submit(STORE).status == 303
    assert len(actions(session)) == 2


def test_a_new_place_has_them_for_as_long_as_it_is_known(
    chief: Browser, session: Session, districts: tuple[int, int, int]
) -> None:
    mitte, brackwede, _heepen = districts
    fields = {"name": "Spielmobil", "kind": "youth_facility", "district_id": str(mitte)}
    answer = chief.get("/orte/neu").submit(STORE, **fields, **ticked(brackwede))
    assert answer.status == 303, answer.main
    (row,) = every(session, PlaceFurtherDistrict)
    assert (row.district_id, row.valid_from, row.valid_until) == (brackwede, None, None)


def test_what_was_is_not_rewritten(
    chief: Browser, session: Session, city: City, districts: tuple[int, int, int]
) -> None:
    _mitte, brackwede, heepen = districts
    page = edit(city.facility)
    chief.get(page).submit(STORE, **ticked(brackwede))
    chief.get(page).submit(STORE, **ticked())
    assert rows_of(session, city.facility) == [], "what was entered today was no fact yesterday"
    chief.get(page).submit(STORE, **ticked(brackwede))
    a_day_later(session)
    session.execute(update(PlaceFurtherDistrict).values(valid_from=clock.today() - 3 * YESTERDAY))
    session.commit()
    chief.get(page).submit(STORE, **ticked(heepen))
    assert rows_of(session, city.facility) == [(brackwede, False), (heepen, True)]
    shown = chief.get(f"/orte/{city.facility}")
    assert "Auch da für" in shown.main
    chief.get(page).submit(STORE, **ticked(brackwede, heepen))
    assert rows_of(session, city.facility) == [(brackwede, True), (heepen, True)], "what it left today it never left"


def test_never_its_own_district(chief: Browser, session: Session, city: City, districts: tuple[int, int, int]) -> None:
    mitte, brackwede, _heepen = districts
    answer = chief.get(edit(city.facility)).submit(STORE, **ticked(mitte, brackwede))
    assert answer.status == 422
    assert "Der Ort liegt selbst in Mitte. Bitte nehmen Sie dieses Häkchen weg." in answer.main
    assert len(answer.soup.select(f"#{FIELD}, [id^={FIELD}-]")) > 0
    kept = [one["value"] for one in answer.soup.select(f"input[name={FIELD}][checked]")]
    assert kept == [str(mitte), str(brackwede)], "what was ticked stays"
    # Moved into a district that it worked for until now: the same form has to say so.
    chief.get(edit(city.facility)).submit(STORE, **ticked(brackwede))
    moved = chief.get(edit(city.facility)).submit(STORE, district_id=str(brackwede))
    assert (moved.status, "liegt selbst in Brackwede" in moved.main) == (422, True)
    assert stored(session, Place, city.facility).district_id == mitte, "all or nothing"
    assert rows_of(session, city.facility) == [(brackwede, True)]
    # The city's list may put it there: nothing is said twice, and the form offers it without the tick.
    session.execute(update(Place).where(Place.id == city.facility).values(district_id=brackwede))
    session.commit()
    assert "auch für" not in chief.get(f"/orte/{city.facility}").main
    assert chief.get(edit(city.facility)).submit(STORE).status == 303
    assert [one for one in rows_of(session, city.facility) if one[1]] == []


def test_a_site_without_a_district_lies_in_that_of_its_school(
    chief: Browser, session: Session, city: City, districts: tuple[int, int, int]
) -> None:
    mitte, brackwede, _heepen = districts
    session.execute(update(Place).where(Place.id == city.school).values(district_id=mitte))
    site = factories.place(session, "Nebenstelle", kind="school_site", parent_id=city.school).id
    session.commit()
    answer = chief.get(edit(site)).submit(STORE, **ticked(mitte))
    assert (answer.status, "liegt selbst in Mitte" in answer.main) == (422, True)
    assert chief.get(edit(site)).submit(STORE, **ticked(brackwede)).status == 303


def test_of_two_forms_at_once_the_second_sees_both(
    chief: Browser, session: Session, city: City, districts: tuple[int, int, int]
) -> None:
    _mitte, brackwede, heepen = districts
    first, second = (chief.get(edit(city.facility)) for _ in range(2))
    assert first.submit(STORE, **ticked(brackwede)).status == 303
    answer = second.submit(STORE, **ticked(heepen))
    assert answer.status == 409
    assert "Auch für diese Stadtbezirke da" in answer.main
    assert "Brackwede" in answer.main
    assert rows_of(session, city.facility) == [(brackwede, True)]
    assert answer.submit(STORE).status == 303
    assert [one for one in rows_of(session, city.facility) if one[1]] == [(heepen, True)]


def test_what_is_not_offered_is_refused(chief: Browser, session: Session, city: City) -> None:
    answer = forge(chief, edit(city.school), **{FIELD: "99999", "version": "1"})
    assert answer.status == 422
    assert rows_of(session, city.school) == []


def test_without_districts_nothing_is_asked(browser: Browser, session: Session) -> None:
    found = build(session)
    assert FIELD not in enter(browser, "alles").get(edit(found.facility)).html


def test_only_who_keeps_the_place_says_it(
    browser: Browser, session: Session, city: City, districts: tuple[int, int, int]
) -> None:
    page = enter(browser, "eins").get(edit(city.facility))
    assert page.submit(STORE, **ticked(districts[1])).status == 303
    assert rows_of(session, city.facility) == [(districts[1], True)]
    with pytest.raises(Forbidden):
        services.assign(
            Work(session, Actor(user_id=1), clock.utc_now()), session.get_one(Place, city.school), [districts[1]]
        )


def test_a_district_that_goes_takes_only_its_rows_with_it(
    session: Session, city: City, districts: tuple[int, int, int]
) -> None:
    factories.further_district(session, session.get_one(Place, city.facility), session.get_one(District, districts[1]))
    session.commit()
    session.delete(session.get_one(District, districts[1]))
    session.commit()
    assert every(session, PlaceFurtherDistrict) == []
    assert stored(session, Place, city.facility).district_id == districts[0]
