"""A facility that comes to the young people has no fixed address: it says so, instead of seeming incomplete."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.directory.mobile import TYPES, is_mobile
from coordination.directory.models import Place
from coordination.directory.rules import PlaceKind
from coordination.search import services as search
from coordination.search.queries import find
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town, earlier
from tests.directory.papers.sheets_read import paper
from tests.directory.papers.test_lists import table

SAID = "mobil, ohne festen Ort"


@pytest.fixture
def bus(session: Session, town: Town) -> Place:
    """Return a bus with toys, whose entry has a town and no street."""
    found = factories.place(
        session,
        "Rolli",
        facility_type="Spielmobil",
        district_id=town.mitte.id,
        operator_id=town.provider.id,
        city="Bielefeld",
    )
    factories.assignment(session, town.jonas, found, town.provider)
    session.commit()
    return found


@pytest.mark.parametrize("said", [*TYPES, "spielmobil", "Mobile Jugendarbeit / Streetwork", "Strassensozialarbeit"])
def test_a_type_of_the_table_is_mobile_however_it_is_written(said: str) -> None:
    assert is_mobile(Place(kind=PlaceKind.YOUTH_FACILITY, name="X", facility_type=said, street=""))
    assert is_mobile(Place(kind=PlaceKind.OTHER, name="X", facility_type=said, street=""))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Jugendzentrum",
        "Automobilausstellung",
        "HoT",
        "Haus der offenen Tür, Mobile Jugendarbeit",
        "Jugendhaus mit Spielmobil",
    ],
)
def test_other_types_are_not(said: str) -> None:
    assert not is_mobile(Place(kind=PlaceKind.YOUTH_FACILITY, name="X", facility_type=said, street=""))


def test_neither_a_school_nor_what_has_an_address_is(session: Session, town: Town) -> None:
    assert not is_mobile(Place(kind=PlaceKind.SCHOOL, name="X", facility_type="Spielmobil", street=""))
    assert not is_mobile(Place(kind=PlaceKind.OTHER, name="X", facility_type="Spielmobil", street="Hof 1"))


Asked = Callable[[Browser, Place, Town], str]
PAGES: dict[str, Asked] = {
    "place": lambda b, p, _t: b.get(f"/orte/{p.id}").select(".page-head")[0],
    "places": lambda b, _p, _t: b.get("/orte?art=jugend").main,
    "district": lambda b, _p, t: b.get(f"/bezirke/{t.mitte.id}").main,
    "printed": lambda b, _p, t: b.get(f"/bezirke/{t.mitte.id}/liste").main,
    "paper": lambda b, _p, _t: " ".join(paper(b, "/orte/liste.pdf?art=jugend")),
    "week": lambda b, p, _t: " ".join(paper(b, f"/orte/{p.id}/wochenplan.pdf")),
    "table": lambda b, _p, _t: " ".join(str(row) for row in table(b, "/orte/liste.xlsx?art=jugend")),
}


@pytest.mark.parametrize("where", PAGES)
def test_it_says_so_where_others_have_an_address(
    professional: Browser, session: Session, town: Town, bus: Place, where: str
) -> None:
    said = PAGES[where](professional, bus, town)
    assert "mobil, ohne festen" in said
    assert said.count("ohne festen") == 1, "the club has an address, or none that anybody knows"
    bus.street = "Betriebshof 1"
    session.commit()
    assert "ohne festen" not in PAGES[where](professional, bus, town)


def test_of_an_earlier_day_its_type_of_then_counts(
    professional: Browser, session: Session, town: Town, bus: Place
) -> None:
    earlier(session, bus, "facility_type", "Jugendtreff", date(2026, 10, 31))
    session.commit()
    assert SAID not in professional.get(f"/orte/{bus.id}?stand=2026-10-01").main
    assert SAID in professional.get(f"/orte/{bus.id}").html


def test_on_the_map_nobody_is_said_to_have_forgotten_it(
    professional: Browser, session: Session, town: Town, bus: Place
) -> None:
    for place in (None, town.school):
        if place is not None:
            place.utm_east, place.utm_north = 468_400, 5_763_200
            session.commit()
        page = professional.get("/orte/karte")
        assert page.select("#mobile + ul li a") == ["Rolli"]
        assert "Mobil, ohne festen Ort 1" in page.main
        assert "Rolli" not in page.main.partition("Ohne Ort auf der Karte")[2]
        assert "Jugendtreff Ärmel" in page.main.partition("Ohne Ort auf der Karte")[2]
    assert "Ohne Ort auf der Karte" not in professional.get("/orte/karte?form=02").main


def test_the_search_says_so(app: Flask, session: Session, bus: Place) -> None:
    search.rebuild(session)
    session.commit()
    with app.test_request_context():
        group = find(session, Actor(user_id=1), "rolli", day=date(2026, 11, 25))[0]
    assert group.results[0].hit.detail == f"Spielmobil · {SAID} · Mitte"
