"""Organisations, places and their own days off."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import EarlierValue, FreeDay, Organisation, Place
from coordination.directory.rules import OrganisationKind, PlaceKind
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import City, a_day_later, build, enter, every, forge, stored


@pytest.fixture
def city(session: Session) -> City:
    found = build(session)
    factories.district(session)
    session.commit()
    return found


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    return enter(browser, "eins")


@pytest.fixture
def chief(other_browser: Browser, city: City) -> Browser:
    return enter(other_browser, "alles")


def new_organisation(keeper: Browser, city: City, **fields: Any) -> Page:
    values: dict[str, Any] = {"name": "Team Süd", "kind": "team", "parent_id": city.provider, **fields}
    return keeper.get("/organisationen/neu").submit("Organisation speichern", **values)


def test_an_organisation_is_entered_once(keeper: Browser, city: City, session: Session) -> None:
    assert new_organisation(keeper, city, website="www.example.org", phone="0521 511234").status == 303
    row = every(session, Organisation)[-1]
    assert (row.parent_id, row.kind, row.website) == (city.provider, OrganisationKind.TEAM, "https://www.example.org")
    again = new_organisation(keeper, city)
    assert again.status == 422
    assert "gibt es an dieser Stelle schon" in again.main


@pytest.mark.parametrize(
    ("field", "value"),
    [("website", "javascript:alert(1)"), ("website", "http://["), ("postcode", "33"), ("phone", "x"), ("name", "")],
)
def test_bad_contact_is_refused(keeper: Browser, city: City, session: Session, field: str, value: str) -> None:
    assert new_organisation(keeper, city, **{field: value}).status == 422
    assert len(every(session, Organisation)) == 4


@pytest.mark.parametrize(("kind", "model"), [("organisationen", Organisation), ("orte", Place)])
def test_a_stored_number_that_is_too_short_stays_while_something_else_is_changed(
    chief: Browser, city: City, session: Session, kind: str, model: type[Organisation | Place]
) -> None:
    club = factories.place(session)
    key = city.team if model is Organisation else club.id
    session.execute(update(model).where(model.id == key).values(phone="12"))
    session.commit()
    address, button = (
        f"/{kind}/{key}/bearbeiten",
        "Organisation speichern" if model is Organisation else "Ort speichern",
    )
    assert chief.get(address).submit(button, street="Neue Str. 1").status == 303
    kept = session.execute(select(model.phone, model.street).where(model.id == key)).one()
    assert tuple(kept) == ("12", "Neue Str. 1")
    assert "zu kurz" in chief.get(address).submit(button, phone="13").error("phone")


@pytest.mark.parametrize("kind", ["organisationen", "orte"])
def test_errors_are_listed_in_the_order_of_the_page(chief: Browser, city: City, kind: str) -> None:
    wrong = {"name": "", "postcode": "33", "phone": "x", "email": "x", "website": "http://["}
    page = chief.get(f"/{kind}/neu").submit(**wrong)
    listed = [one["href"] for one in page.soup.select(".error-summary a")]
    fields = [f"#{one['id']}" for one in page.soup.select("main [aria-invalid=true]")]
    assert listed == fields
    assert len(listed) == 5


def test_a_keeper_stays_below_the_own_organisation(keeper: Browser, city: City, session: Session) -> None:
    for parent in (0, city.city, city.other):
        answer = forge(keeper, "/organisationen/neu", name="X", kind="team", parent_id=parent)
        assert answer.status in {403, 422}
    for path in ("bearbeiten", "beenden"):
        assert keeper.get(f"/organisationen/{city.other}/{path}").status == 403
    assert forge(keeper, "/orte/neu", f"/organisationen/{city.other}/fortfuehren").status == 403
    assert len(every(session, Organisation)) == 4


def test_the_tree_has_no_circles(chief: Browser, city: City, session: Session) -> None:
    page = chief.get(f"/organisationen/{city.provider}/bearbeiten")
    assert str(city.provider) not in page.form("Organisation speichern").options("parent_id")
    answer = page.submit("Organisation speichern", parent_id=city.team)
    assert answer.status == 422
    assert "unter sich selbst" in answer.main
    assert stored(session, Organisation, city.provider).parent_id is None


def test_an_organisation_ends_after_saying_what_hangs_on_it(keeper: Browser, city: City, session: Session) -> None:
    today = clock.today()
    page = keeper.get(f"/organisationen/{city.provider}/beenden").submit("Weiter zur Vorschau")
    for said in ("1 Organisation darunter", "1 Person behält", "1 Ort behält", "nach diesem Tag weitergehen 1"):
        assert said in page.main
    done = page.submit(button="Organisation beenden").follow()
    assert stored(session, Organisation, city.provider).valid_until == today
    assert done.submit("Rückgängig").status == 303
    assert stored(session, Organisation, city.provider).valid_until is None


def new_place(keeper: Browser, city: City, **fields: Any) -> Page:
    values: dict[str, Any] = {
        "name": "Treff am Teich",
        "kind": "youth_facility",
        "operator_id": city.provider,
        **fields,
    }
    return keeper.get("/orte/neu").submit("Ort speichern", **values | fields)


def test_a_facility_is_entered_and_changed(keeper: Browser, city: City, session: Session) -> None:
    assert new_place(keeper, city, street="Teichweg 1").status == 303
    row = every(session, Place)[-1]
    key = row.id
    assert (row.kind, row.operator_id, row.district_id) == (PlaceKind.YOUTH_FACILITY, city.provider, None)
    assert new_place(keeper, city, street="Teichweg 1").status == 422
    page = keeper.get(f"/orte/{key}/bearbeiten").submit("Ort speichern", name="Treff am See", kind="day_care")
    assert page.status == 303
    assert stored(session, Place, key).kind is PlaceKind.DAY_CARE
    # What was entered today was nothing else yesterday.
    assert every(session, EarlierValue) == []
    a_day_later(session)
    keeper.get(f"/orte/{key}/bearbeiten").submit("Ort speichern", name="Treff am Bach")
    assert [(one.field, one.value) for one in every(session, EarlierValue)] == [("name", "Treff am See")]


def test_schools_and_their_sites_are_not_a_provider_s(keeper: Browser, city: City, session: Session) -> None:
    assert "school_site" not in keeper.get("/orte/neu").form("Ort speichern").options("kind")
    for kind in ("school", "school_site"):
        fields: dict[str, Any] = {
            "name": "X",
            "kind": kind,
            "operator_id": city.provider,
            "parent_id": city.school,
            "district_id": 0,
        }
        assert forge(keeper, "/orte/neu", **fields).status in {403, 422}
    for path in ("bearbeiten", "schliessen", "freie-tage"):
        assert keeper.get(f"/orte/{city.school}/{path}").status == 403
    assert forge(keeper, "/orte/neu", operator_id=city.other, name="X", kind="other", district_id=0).status == 422
    assert len(every(session, Place)) == 3


def test_of_a_school_only_the_rest_can_be_changed(chief: Browser, city: City, session: Session) -> None:
    page = chief.get(f"/orte/{city.school}/bearbeiten")
    assert "Aus der amtlichen Liste" in page.main
    fields = {str(tag["name"]) for tag in page.soup.select("main form [name]")}
    assert fields == {"csrf_token", "district_id", "further_ids", "operator_id", "version"}
    district = next(key for key in page.form("Ort speichern").options("district_id") if key != "0")
    assert page.submit("Ort speichern", district_id=district).status == 303
    version = stored(session, Place, city.school).version
    forged = forge(
        chief, f"/orte/{city.school}/bearbeiten", name="Andere", version=version, district_id=0, operator_id=0
    )
    assert forged.status == 303
    row = stored(session, Place, city.school)
    assert (row.name, row.district_id) == ("Fröbelschule", None)
    assert chief.get(f"/orte/{city.school}/schliessen").submit("Weiter zur Vorschau").status == 200
    closing = forge(chief, f"/orte/{city.school}/schliessen", step="save", last_on="2027-01-01", version=row.version)
    assert closing.status == 422


def test_a_site_needs_its_school(chief: Browser, city: City, session: Session) -> None:
    assert new_place(chief, city, kind="school_site").status == 422
    assert new_place(chief, city, kind="school_site", parent_id=city.school).status == 303
    assert every(session, Place)[-1].parent_id == city.school


def test_a_place_closes_and_opens(keeper: Browser, city: City, session: Session) -> None:
    page = keeper.get(f"/orte/{city.facility}/schliessen").submit("Weiter zur Vorschau", last_on="2027-07-31")
    assert "Nichts hängt daran" in page.main
    assert page.submit(button="Ort schließen").status == 303
    assert stored(session, Place, city.facility).valid_until == date(2027, 7, 31)
    assert keeper.get(f"/orte/{city.facility}/bearbeiten").submit("Ende zurücknehmen").status == 303
    assert stored(session, Place, city.facility).valid_until is None


def close(keeper: Browser, city: City, day: date) -> Page:
    page = keeper.get(f"/orte/{city.facility}/schliessen").submit("Weiter zur Vorschau", last_on=day.isoformat())
    return page.submit(button="Ort schließen").follow()


def test_an_undo_brings_the_earlier_end_back(keeper: Browser, city: City, session: Session) -> None:
    session.get_one(Place, city.facility).valid_until = date(2030, 7, 31)
    session.commit()
    back = close(keeper, city, date(2027, 7, 31)).submit("Rückgängig").follow()
    assert "gilt wieder bis zum 31.07.2030" in back.flash
    assert stored(session, Place, city.facility).valid_until == date(2030, 7, 31)


def test_a_stale_undo_of_a_place_refuses_kindly(keeper: Browser, city: City, session: Session) -> None:
    done = close(keeper, city, date(2027, 7, 31))
    page = keeper.get(f"/orte/{city.facility}/bearbeiten")
    session.get_one(Place, city.facility).street = "Neue Straße 1"
    session.commit()
    for shown, button in ((done, "Rückgängig"), (page, "Ende zurücknehmen")):
        assert "inzwischen noch einmal geändert" in shown.submit(button).follow().flash
        assert stored(session, Place, city.facility).valid_until == date(2027, 7, 31)
    for query in ("?bis=&t=abc", "?bis=2030-01-01&t=abc"):
        forged = forge(keeper, "/orte/neu", f"/orte/{city.facility}/fortfuehren{query}")
        assert forged.status == 404


def test_a_school_is_not_opened_by_hand(chief: Browser, city: City, session: Session) -> None:
    session.get_one(Place, city.school).valid_until = date(2026, 7, 31)
    session.commit()
    version = stored(session, Place, city.school).version
    assert "Ende zurücknehmen" not in chief.get(f"/orte/{city.school}/bearbeiten").main
    assert forge(chief, "/orte/neu", f"/orte/{city.school}/fortfuehren?version={version}").status == 422
    assert stored(session, Place, city.school).valid_until == date(2026, 7, 31)


def test_a_stale_place_shows_both(keeper: Browser, city: City, session: Session) -> None:
    page = keeper.get(f"/orte/{city.facility}/bearbeiten")
    session.get_one(Place, city.facility).street = "Neue Straße 1"
    session.commit()
    answer = page.submit("Ort speichern", street="Andere Straße 2")
    assert answer.status == 409
    assert "Neue Straße 1" in answer.main
    assert "Andere Straße 2" in answer.main


def test_days_off_are_entered_as_a_range_and_removed_after_asking(chief: Browser, city: City, session: Session) -> None:
    url = f"/orte/{city.school}/freie-tage"
    assert chief.get(url).submit("Tage speichern", first="2027-02-04", last="2027-02-09").status == 303
    assert [row.day.day for row in every(session, FreeDay)] == [4, 5, 8, 9]
    assert "schon eingetragen" in chief.get(url).submit("Tage speichern", first="2027-02-05").follow().flash
    for fields in (
        {"first": "2027-02-09", "last": "2027-02-04"},
        {"first": "2027-02-09", "last": "2028-02-09"},
        {"first": "gestern"},
    ):
        assert chief.get(url).submit("Tage speichern", **fields).status == 422
    keys = [str(row.id) for row in every(session, FreeDay)][:2]
    asked = chief.get(url).submit("Angekreuzte entfernen …", tag=keys)
    assert "Do, 04.02.2027" in asked.main
    assert len(every(session, FreeDay)) == 4
    assert "Entfernt: 04.02.2027, 05.02.2027." in asked.submit(button="Tage entfernen").follow().flash
    assert len(every(session, FreeDay)) == 2


def test_an_own_facility_has_own_days_off(keeper: Browser, city: City, session: Session) -> None:
    assert keeper.get(f"/orte/{city.facility}/freie-tage").submit("Tage speichern", first="2027-02-04").status == 303
    other = every(session, FreeDay)[0].id
    forge(keeper, "/orte/neu", f"/orte/{city.school}/freie-tage/entfernen", tag=other, step="save")
    assert len(every(session, FreeDay)) == 1
