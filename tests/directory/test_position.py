"""Where a place lies: pasted in degrees, stored in metres, shown on the map."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coordination.core.work import AuditEntry
from coordination.directory import position
from coordination.directory.models import EarlierValue, Place
from coordination.directory.position import LATITUDES, LONGITUDES, Fault
from coordination.directory.rules import PlaceKind
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import City, a_day_later, build, enter, every, forge, stored

#: What stands in most map programs, and the same in metres.
TYPED, SPOT = "52.0212, 8.5347", (468_072, 5_763_498)
SHOWN = "52.02120, 8.53470"
NORTH_OF_TOWN = (468_400, 5_764_000)

latitudes = st.floats(*LATITUDES)
longitudes = st.floats(*LONGITUDES)


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    return enter(browser, "eins")


@pytest.fixture
def chief(other_browser: Browser, city: City) -> Browser:
    return enter(other_browser, "alles")


def spot(session: Session, key: int) -> tuple[int | None, int | None]:
    row = stored(session, Place, key)
    return row.utm_east, row.utm_north


def change(browser: Browser, key: int, **fields: Any) -> Page:
    return browser.get(f"/orte/{key}/bearbeiten").submit("Ort speichern", **fields)


def typed(page: Page) -> str:
    field = page.soup.select_one("#position")
    assert field is not None
    return str(field.get("value", ""))


def error(page: Page) -> str:
    """Return what is said beside the field; it has to be part of what is read with it."""
    field = page.soup.select_one("#position")
    assert field is not None
    assert field["aria-invalid"] == "true"
    assert "position-error" in str(field["aria-describedby"])
    found = page.soup.select_one("#position-error")
    assert found is not None
    return " ".join(found.get_text(" ").split())


@pytest.mark.parametrize(
    "text",
    [
        TYPED,
        "52.0212,8.5347",
        "52.0212 8.5347",
        "(52.0212, 8.5347)",
        "52.0212°, 8.5347°",
        "52,0212 8,5347",
        "52,0212, 8,5347",
        "52,0212; 8,5347",
        "52,0212,8,5347",
        "N 52.0212° E 8.5347°",
        "n52,0212 o8,5347",
        "52.0212° N, 8.5347° E",
        "52.0212N 8.5347E",
        "E 8.5347 N 52.0212",
        "  52.0212,\t 8.5347 ",
        "52.02120000000000, 8.53470000000000",
    ],
)
def test_all_ways_in_which_maps_write_a_position_are_read(text: str) -> None:
    assert position.read(text) == SPOT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "52.0212",
        "52 8",
        "52.0212, 8,5347",
        "N 52.0212 N 8.5347",
        "N 52.0212 8.5347",
        "468072 5763498",
        "52.0212, 8.5347, 3.5",
        "1" * 5000,
        "1.1 " * 2000,
    ],
)
def test_what_is_no_position_is_not_read(text: str) -> None:
    assert position.read(text) is Fault.UNREADABLE


@pytest.mark.parametrize(
    "text",
    ["48.1374, 11.5755", "-52.0212, 8.5347", "S 52.0212 E 8.5347", "52.0212 N 8.5347 W", "0.0, 0.0", "999.9, 999.9"],
)
def test_a_position_far_away_is_not_taken(text: str) -> None:
    assert position.read(text) is Fault.ELSEWHERE


@pytest.mark.parametrize("text", ["8.5347, 52.0212", "8,5347 52,0212", "N 8.5347 E 52.0212"])
def test_swapped_numbers_are_recognized(text: str) -> None:
    assert position.read(text) is Fault.SWAPPED


@given(latitudes, longitudes)
def test_what_is_written_is_read_again_within_a_metre(latitude: float, longitude: float) -> None:
    first = position.read(f"{latitude:.7f}, {longitude:.7f}")
    assert not isinstance(first, Fault)
    again = position.read(position.written(*first))
    # On the very border of what is taken, the last digit may lie beyond it.
    if not isinstance(again, Fault):
        assert position.is_same(first, again)
    back = position.degrees(*first, digits=7)
    assert abs(back[0] - latitude) < 0.00001
    assert abs(back[1] - longitude) < 0.00002


@given(latitudes, longitudes)
def test_commas_and_letters_mean_the_same(latitude: float, longitude: float) -> None:
    texts = f"{latitude:.6f}", f"{longitude:.6f}"
    plain = position.read(", ".join(texts))
    assert position.read(" ".join(texts).replace(".", ",")) == plain
    assert position.read(f"N {texts[0]}° E {texts[1]}°") == plain


def test_metres_are_those_of_one_zone_even_where_the_state_reaches_into_the_next() -> None:
    # On the middle meridian a position lies 500 kilometres to the east, by definition; Selfkant is west of the zone.
    assert position.read("51.5, 9.0") == (500_000, 5_705_429)
    selfkant = position.read("51.03, 5.87")
    assert not isinstance(selfkant, Fault)
    assert 275_000 < selfkant[0] < 285_000


def test_a_facility_gets_its_place_on_the_map(keeper: Browser, city: City, session: Session) -> None:
    assert keeper.get("/orte/karte").soup.select("svg.map") == []
    assert change(keeper, city.facility, position=TYPED).status == 303
    assert spot(session, city.facility) == SPOT
    assert every(session, AuditEntry)[-1].action == "place.changed"
    labels = [str(one["aria-label"]) for one in keeper.get("/orte/karte").soup.select("svg.map a[aria-label]")]
    assert [one.partition(" (")[0] for one in labels] == ["Jugendtreff Probe"]
    assert typed(keeper.get(f"/orte/{city.facility}/bearbeiten")) == SHOWN


def test_a_new_place_and_a_site_of_a_school_can_have_one(chief: Browser, city: City, session: Session) -> None:
    new = chief.get("/orte/neu")
    assert new.submit("Ort speichern", name="Treff am Teich", kind="other", position="52,0212 8,5347").status == 303
    site = {"name": "Nebengebäude", "kind": "school_site", "parent_id": str(city.school)}
    assert new.submit("Ort speichern", **site, position="N 52.0212° E 8.5347°").status == 303
    other, building = every(session, Place)[-2:]
    assert (other.utm_east, other.utm_north) == (building.utm_east, building.utm_north) == SPOT
    assert building.kind is PlaceKind.SCHOOL_SITE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("am Teich", "Das ist keine Lage"),
        ("8.5347, 52.0212", "Breite und Länge sind vertauscht"),
        ("48.1374, 11.5755", "liegt außerhalb von Nordrhein-Westfalen"),
        ("5" * 101, "Das ist keine Lage"),
    ],
)
def test_a_wrong_position_changes_nothing(keeper: Browser, city: City, session: Session, text: str, said: str) -> None:
    assert change(keeper, city.facility, position=TYPED).status == 303
    lines = len(every(session, AuditEntry))
    page = change(keeper, city.facility, position=text, name="Anderer Name")
    assert page.status == 422
    assert said in error(page)
    assert typed(page) == text
    assert spot(session, city.facility) == SPOT
    assert stored(session, Place, city.facility).name == "Jugendtreff Probe"
    assert len(every(session, AuditEntry)) == lines
    places = len(every(session, Place))
    refused = keeper.get("/orte/neu").submit("Ort speichern", name="X", operator_id=city.provider, position=text)
    assert refused.status == 422
    assert len(every(session, Place)) == places


def test_a_position_that_is_only_sent_back_does_not_move(keeper: Browser, city: City, session: Session) -> None:
    # Five digits of these degrees mean the metre beside.
    row = stored(session, Place, city.facility)
    row.utm_east, row.utm_north = moving = 468_510, 5_764_070
    assert position.read(position.written(*moving)) != moving
    session.commit()
    version = stored(session, Place, city.facility).version
    assert change(keeper, city.facility).status == 303
    assert spot(session, city.facility) == moving
    assert stored(session, Place, city.facility).version == version
    assert change(keeper, city.facility, phone="0521 511234").status == 303
    assert spot(session, city.facility) == moving


def test_a_position_is_taken_away_again(keeper: Browser, city: City, session: Session) -> None:
    change(keeper, city.facility, position=TYPED)
    a_day_later(session)
    assert change(keeper, city.facility, position="").status == 303
    assert spot(session, city.facility) == (None, None)
    assert every(session, EarlierValue) == []
    assert typed(keeper.get(f"/orte/{city.facility}/bearbeiten")) == ""


def test_of_what_the_official_list_keeps_nobody_types_a_position(chief: Browser, city: City, session: Session) -> None:
    school = stored(session, Place, city.school)
    school.utm_east, school.utm_north = NORTH_OF_TOWN
    # A seminar stands in the official list and is no school.
    seminar = factories.school(session, "Studienseminar", "222222")
    seminar.kind = PlaceKind.OTHER
    seminar.utm_east, seminar.utm_north = NORTH_OF_TOWN
    session.commit()
    listed = seminar.id
    for key in (city.school, listed):
        url = f"/orte/{key}/bearbeiten"
        assert chief.get(url).soup.select("#position") == []
        forge(chief, url, name="Seminar", kind="other", position=TYPED, version=stored(session, Place, key).version)
        assert spot(session, key) == NORTH_OF_TOWN
    assert stored(session, Place, listed).name == "Seminar"


def test_of_a_conflict_both_positions_are_shown(keeper: Browser, city: City, session: Session) -> None:
    page = keeper.get(f"/orte/{city.facility}/bearbeiten")
    assert change(keeper, city.facility, position="52.03, 8.53").status == 303
    late = page.submit("Ort speichern", position=TYPED)
    assert late.status == 409
    assert "52.03000, 8.53000" in late.main
    assert typed(late) == TYPED
    assert late.submit("Ort speichern").status == 303
    assert spot(session, city.facility) == SPOT


def test_without_the_right_nobody_stores_a_position(browser: Browser, city: City, session: Session) -> None:
    reader = enter(browser, "liest")
    assert forge(reader, "/orte", f"/orte/{city.facility}/bearbeiten", position=TYPED).status == 403
    assert spot(session, city.facility) == (None, None)
