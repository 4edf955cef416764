"""The map: points where places are, zones below them, and a list with everything."""

import dataclasses
import hashlib
import re
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.collation import german_key
from coordination.directory.models import Place
from coordination.directory.papers import street_map, zones
from coordination.directory.rules import PlaceKind
from coordination.web.headers import CSP
from tests import factories
from tests.browser import Browser, Page
from tests.directory.conftest import Town
from tests.statements import counted

#: Fröbelschule, as the official file has it.
EAST, NORTH = 468_400, 5_763_200


@pytest.fixture
def placed(session: Session, town: Town) -> Town:
    """Return the town with its school on the map; where the club is, nobody knows."""
    town.school.utm_east, town.school.utm_north = EAST, NORTH
    session.commit()
    return town


def points(page: Page) -> dict[str, tuple[float, float]]:
    """Return what is drawn: label → where."""
    found = {}
    for one in page.soup.select("svg.map a[aria-label]"):
        shape = one.select_one("circle") or one.select_one("rect")
        assert shape is not None
        x, y = shape.get("cx") or shape.get("x"), shape.get("cy") or shape.get("y")
        found[str(one["aria-label"])] = float(str(x)), float(str(y))
    return found


def box(page: Page) -> list[float]:
    svg = page.soup.select_one("svg.map")
    assert svg is not None
    return [float(one) for one in str(svg.get("viewBox") or svg["viewbox"]).split()]


@pytest.fixture
def streets(app: Flask) -> None:
    """Give the installation a street map."""
    settings = app.extensions["koordination.settings"]
    app.extensions["koordination.settings"] = dataclasses.replace(
        settings, tiles_url="https://kacheln.example.org:8443/{z}/{x}/{y}.png", tiles_credit="© Amt <für> Karten"
    )


def test_without_a_street_map_nothing_of_other_servers_is_allowed_or_loaded(
    professional: Browser, placed: Town
) -> None:
    page = professional.get("/orte/karte")
    assert page.headers["Content-Security-Policy"] == CSP
    assert not page.soup.select("[data-tiles], [data-latitude], script[src*=leaflet]")
    assert "Eine Ausnahme" not in professional.get("/datenschutz").main


def test_a_street_map_is_allowed_on_its_page_alone_and_says_whose_it_is(
    professional: Browser, placed: Town, streets: None
) -> None:
    page = professional.get("/orte/karte")
    expected = "img-src 'self' data: https://kacheln.example.org:8443;"
    assert page.headers["Content-Security-Policy"] == CSP.replace("img-src 'self' data:;", expected)
    frame = page.soup.select_one(".street-map")
    assert frame is not None
    assert frame["data-tiles"] == "https://kacheln.example.org:8443/{z}/{x}/{y}.png"
    assert frame.has_attr("hidden"), "without a script the drawing stays"
    assert "Straßenkarte: © Amt <für> Karten. Ihre Bilder kommen von kacheln.example.org." in page.main
    for path in ("/orte", "/datenschutz", "/"):
        assert professional.get(path).headers["Content-Security-Policy"] == CSP
    assert "Eine Ausnahme: Die Karte lädt ihre Bilder von kacheln.example.org" in professional.get("/datenschutz").main


def test_degrees_are_those_of_the_state_s_own_positions() -> None:
    """Origin and a place whose degrees both ways are known: the middle of zone 32 at 52° north."""
    assert street_map.degrees(500_000, 5_761_038.21) == pytest.approx((52.0, 9.0), abs=2e-6)
    latitude, longitude = street_map.degrees(EAST, NORTH)
    assert 52.0 < latitude < 52.1
    assert 8.5 < longitude < 8.6


def test_a_point_on_the_street_map_lies_where_the_place_is(professional: Browser, placed: Town, streets: None) -> None:
    point = professional.get("/orte/karte").soup.select_one("svg.map a[aria-label]")
    assert point is not None
    found = float(str(point["data-latitude"])), float(str(point["data-longitude"]))
    assert found == street_map.degrees(EAST, NORTH)
    assert point["data-sign"] == "school"


def test_a_point_is_where_the_place_is_and_leads_to_it(professional: Browser, placed: Town) -> None:
    page = professional.get("/wer-ist-wo").click("Karte der Stadt")
    assert page.h1 == "Karte: Schulen und Einrichtungen"
    assert points(page) == {"Fröbelschule (Grundschule): Aylin Musterfrau": (EAST / 10, -NORTH / 10)}
    left, top, width, height = box(page)
    assert left < EAST / 10 < left + width
    assert top < -NORTH / 10 < top + height
    assert len(page.soup.select("svg.map path.map__zone")) == 48
    link = page.soup.select_one("svg.map a[aria-label]")
    assert link is not None
    assert professional.get(str(link["href"])).h1 == "Fröbelschule"
    # Readers of screens and keyboards have all of it beside the map.
    assert page.select("#map-list li a") == ["Fröbelschule", "Jugendtreff Ärmel"]
    assert "Ohne Ort auf der Karte 1" in page.main
    assert "Datenquelle: Stadt Bielefeld" in page.main
    assert professional.get("/orte").click("Auf der Karte").h1 == page.h1


def test_a_kind_and_a_place_without_anybody_look_different(
    professional: Browser, session: Session, placed: Town
) -> None:
    placed.club.utm_east, placed.club.utm_north = EAST + 900, NORTH
    factories.school(session, "Leerschule", "222222", utm_east=EAST, utm_north=NORTH + 900)
    session.commit()
    page = professional.get("/orte/karte")
    assert len(page.soup.select("svg.map rect")) == 1
    assert len(page.soup.select("svg.map circle")) == 2
    assert len(page.soup.select("svg.map .map__point--empty")) == 1
    assert "Leerschule (Grundschule): niemand eingesetzt" in points(page)


def test_points_at_one_address_do_not_cover_one_another(professional: Browser, session: Session, placed: Town) -> None:
    for n in range(4):
        factories.school(session, f"Schule {n}", f"22222{n}", utm_east=EAST, utm_north=NORTH)
    session.commit()
    found = list(points(professional.get("/orte/karte")).values())
    assert len(set(found)) == 5
    near = [((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a in found for b in found if a < b]
    assert min(near) >= 30
    # Apart, but not elsewhere: within half a kilometre.
    assert max(near) < 100


def test_what_lies_beyond_the_city_is_only_listed(professional: Browser, session: Session, placed: Town) -> None:
    factories.school(session, "Fernschule", "222222", utm_east=290_000, utm_north=5_630_000)
    session.commit()
    page = professional.get("/orte/karte")
    assert len(points(page)) == 1
    assert "Fernschule" in page.select("#beyond-map + ul li a")
    assert page.select("#not-on-map + p + ul li a") == ["Jugendtreff Ärmel"]


def test_what_nobody_knows_the_place_of_is_listed_with_its_district(
    professional: Browser, session: Session, placed: Town
) -> None:
    factories.place(session, "Zelt", kind=PlaceKind.OTHER)
    session.commit()
    listed = "#not-on-map + p + ul li"
    page = professional.get("/orte/karte")
    assert page.select(listed) == [
        "Jugendtreff Ärmel Jugendeinrichtung · Mitte · Jonas Probemann",
        "Zelt Anderer Ort · niemand eingesetzt",
    ]
    assert "Mitte" not in page.select("#on-map + ul")[0], "a point says where it lies"


def test_filters_are_links_and_a_district_comes_closer(professional: Browser, placed: Town) -> None:
    page = professional.get("/orte/karte")
    near = page.click("Mitte")
    assert near.h1 == "Karte: Schulen und Einrichtungen – Mitte"
    assert box(near)[2] < box(page)[2] / 4
    assert page.click("Jugendeinrichtung").h1 == "Karte: Jugendeinrichtung"
    assert page.click("Grundschule").click("Als Liste").h1 == "Grundschule"


def test_a_city_without_zones_has_a_map_of_its_points(professional: Browser, session: Session, placed: Town) -> None:
    placed.school.utm_east, placed.school.utm_north = 290_000, 5_630_000
    session.commit()
    page = professional.get("/orte/karte")
    assert page.soup.select("svg.map path") == []
    assert len(points(page)) == 1


def test_nothing_to_draw_says_so(professional: Browser, session: Session, town: Town) -> None:
    page = professional.get("/orte/karte")
    assert "Von keinem dieser Orte ist die Lage bekannt." in page.main
    assert page.select("#map-list li a") == ["Fröbelschule", "Jugendtreff Ärmel"]
    assert "Kein Ort passt" in professional.get("/orte/karte?form=18").main


def test_the_zones_are_those_of_the_data_without_what_nobody_sees() -> None:
    listed = (zones.FILE.parents[1] / "SHA256SUMS").read_text(encoding="ascii")
    digest = hashlib.sha256(zones.FILE.read_bytes()).hexdigest()
    assert f"{digest}  bielefeld/{zones.FILE.name}" in listed
    found = zones.zones()
    assert len(found) == 48
    assert all(re.fullmatch(r"M-?\d+ -?\d+l[-\d ]+z", one.path) for one in found)
    assert all(one.name for one in found)
    assert sum(len(one.path) for one in found) < 40_000
    corners = [one.text for one in ET.parse(zones.FILE).iter("{http://www.opengis.net/gml}upperCorner")]
    east, north = (float(one) for one in (corners[0] or "").split())
    bounds = zones.bounds()
    assert bounds is not None
    assert abs(bounds.left + bounds.width - east / 10) <= 2
    assert abs(bounds.top + north / 10) <= 2


def test_a_line_keeps_its_bends_and_loses_its_tremor() -> None:
    line = [(0.0, 0.0), (50.0, 3.0), (100.0, 0.0), (100.0, 100.0), (0.0, 0.0)]
    assert zones.simplified(line, 10) == [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 0.0)]
    assert zones.simplified([(0.0, 0.0), (0.0, 0.0)]) == [(0.0, 0.0), (0.0, 0.0)]


def test_statements_do_not_grow(app: Flask, professional: Browser, session: Session, placed: Town) -> None:
    def number() -> int:
        with counted(app) as seen:
            professional.get("/orte/karte")
        return len([one for one in seen if not one.startswith("BEGIN")])

    few = number()
    for n in range(6):
        place: Place = factories.place(session, f"Ort {n}", utm_east=EAST + 200 * n, utm_north=NORTH)
        factories.assignment(session, factories.person(session, f"V{n}", f"N{n}"), place, placed.provider)
    session.commit()
    # One for sites of schools with nobody else, one for whose each zone is.
    assert number() == few == 10


def test_zones_are_reached_by_keyboard_behind_the_points(professional: Browser, session: Session, placed: Town) -> None:
    names = ("Wellbachschule", "Bückardtschule")
    known = {one.name: one for one in zones.zones()}
    calls = [one for one in known if any(name in one for name in names)]
    assert len(calls) == 2, "the city's own zones"
    for number, name in enumerate(calls):
        factories.school(session, name, f"3{number:05}")
    session.commit()
    page = professional.get("/orte/karte")
    links = page.soup.select("svg.map a.map__by-key")
    said = [str(one.title.string) for one in links if one.title]
    assert {f"Einzugsbereich: {name}" for name in calls} <= set(said)
    assert said == sorted(said, key=german_key)
    for one in links:
        assert "tabindex" not in one.attrs
        title = page.soup.find(id=str(one["aria-labelledby"]))
        assert title is not None
        school = str(title.string).removeprefix("Einzugsbereich: ")
        assert professional.get(str(one["href"])).h1 == school or school not in calls
    # First the way past the map, then the points, then the zones, then the list.
    order = [str(one["href"]) for one in page.soup.select(".map-page a[href]") if one.get("tabindex") != "-1"]
    assert order[0] == "#map-list"
    assert order[1] == f"/orte/{placed.school.id}"
    assert order[2 : 2 + len(links)] == [str(one["href"]) for one in links]


def test_a_zone_out_of_sight_is_no_stop_on_the_way(professional: Browser, session: Session, placed: Town) -> None:
    for number, one in enumerate(zones.zones()):
        factories.school(session, one.name, f"3{number:05}")
    session.commit()
    whole = len(professional.get("/orte/karte").soup.select("svg.map a.map__by-key"))
    part = len(professional.get(f"/orte/karte?bezirk={placed.mitte.id}").soup.select("svg.map a.map__by-key"))
    assert 0 < part < whole


def test_the_filters_are_folded_up_and_say_what_is_chosen(professional: Browser, town: Town) -> None:
    page = professional.get("/orte/karte")
    assert page.select(".filter-box > summary") == ["Filter"]
    page = professional.get(f"/orte/karte?form=02&lage=unbesetzt&bezirk={town.mitte.id}")
    assert page.select(".filter-box > summary") == ["Filter: Mitte, Grundschule, niemand eingesetzt"]
    assert not page.soup.select(".filter-box[open]")
