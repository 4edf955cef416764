"""The ways in: start page, list of places, districts, organisations, sources."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.i18n import in_language
from coordination.directory.models import Person, Place
from coordination.directory.sources import DATA_SOURCES
from coordination.directory.words import schools_and_sites
from coordination.web.templating import whole_times
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town
from tests.statements import counted


def test_the_start_page_counts(professional: Browser, session: Session, town: Town) -> None:
    factories.place(session, "Ohne Bezirk")
    session.commit()
    page = professional.get("/wer-ist-wo")
    assert page.select(".tile") == ["Mitte 1 Schule, 1 Einrichtung 1 Person eingeplant"]
    assert "Grundschule 1" in page.main
    assert "1 Ort ist in der Liste der Stadt keinem Stadtbezirk zugeordnet." in page.main
    assert page.click("Grundschule").h1 == "Grundschule"
    assert page.submit(0, q="frö").url.startswith("/suche")


def test_who_is_absent_is_not_counted(professional: Browser, session: Session, town: Town) -> None:
    factories.absence(session, town.aylin, WEDNESDAY)
    session.commit()
    assert professional.get("/wer-ist-wo").select(".tile") == ["Mitte 1 Schule, 1 Einrichtung"]


def names(browser: Browser, address: str) -> list[str]:
    return browser.get(address).select("tbody th a")


def test_the_list_is_in_german_order(professional: Browser, session: Session, town: Town) -> None:
    for name in ("Zebra", "Aster", "Äpfel", "apfelbaum", "Straße", "Strasse A", "Łuk", "Lukas", "Übung", "Uhr"):
        factories.place(session, name)
    session.commit()
    assert names(professional, "/orte") == [
        "Äpfel", "apfelbaum", "Aster", "Fröbelschule", "Jugendtreff Ärmel", "Łuk", "Lukas", "Straße", "Strasse A",
        "Übung", "Uhr", "Zebra",
    ]  # fmt: skip


def test_people_sort_by_family_name(session: Session) -> None:
    for given, family in (
        ("Zoe", "Meier"),
        ("Ada", "Meier-Schulz"),
        ("Ada", "Meierling"),
        ("Ida", "Öz"),
        ("Uli", "Otto"),
    ):
        factories.person(session, given, family)
    session.commit()
    found = session.scalars(select(Person).order_by(Person.sort_name)).all()
    assert [one.name for one in found] == ["Zoe Meier", "Ada Meier-Schulz", "Ada Meierling", "Uli Otto", "Ida Öz"]
    found[0].family_name = "Zander"
    session.commit()
    assert session.scalars(select(Person).order_by(Person.sort_name.desc())).first() is found[0]


def test_filters_are_links(professional: Browser, session: Session, town: Town) -> None:
    factories.school(session, "Gymnasium Probe", "222222", form_code="20")
    session.commit()
    page = professional.get("/orte")
    assert page.h1 == "Schulen und Einrichtungen"
    assert page.click("Mitte").select("tbody th a") == ["Fröbelschule", "Jugendtreff Ärmel"]
    assert page.click("Jugendeinrichtung").select("tbody th a") == ["Jugendtreff Ärmel"]
    assert page.click("Gymnasium").h1 == "Gymnasium"
    assert page.click("niemand eingesetzt").select("tbody th a") == ["Gymnasium Probe"]
    both = page.click("Mitte").click("Grundschule")
    assert (both.h1, both.select("tbody th a")) == ("Grundschule – Mitte", ["Fröbelschule"])
    assert "Kein Ort passt" in professional.get("/orte?form=18").main


@pytest.mark.parametrize("query", ["bezirk=x", "form=zz", "art=9", "seite=-1", "seite=0", f"bezirk={10**20}"])
def test_a_strange_address_shows_the_list(professional: Browser, town: Town, query: str) -> None:
    assert names(professional, f"/orte?{query}") == ["Fröbelschule", "Jugendtreff Ärmel"]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("art=unknown", "unknown"),
        ("form=zz&bezirk=ohne", "zz"),
        ("lage=voll", "voll"),
        ("bezirk=x", "x"),
        ("sozialraum=0", "0"),
        ("bezirk=99999", "99999"),
        ("sozialraum=99999", "99999"),
        ("schulform=G", "schulform"),
    ],
)
def test_what_no_filter_knows_is_left_out_and_said(professional: Browser, town: Town, query: str, text: str) -> None:
    for path in ("/orte", "/orte/karte"):
        page = professional.get(f"{path}?{query}")
        assert page.flash == f"„{text}“ ist kein Filter dieser Liste. Die Angabe wurde ausgelassen."


def test_what_was_left_out_narrows_nothing(professional: Browser, town: Town) -> None:
    for query in ("bezirk=99999", "schulform=G", "sozialraum=99999"):
        page = professional.get(f"/orte?{query}")
        assert names(professional, f"/orte?{query}") == names(professional, "/orte") != []
        assert page.soup.select_one("details.filter-box[open]") is None
    assert professional.get(f"/orte?bezirk={town.mitte.id}").soup.select_one("details.filter-box[open]") is not None


@pytest.mark.parametrize(
    "query", ["", "art=schule&bezirk=ohne&lage=unbesetzt", "form=02&bezirk={district}", "sozialraum={space}&seite=1"]
)
def test_of_what_filters_know_nothing_is_said(professional: Browser, session: Session, town: Town, query: str) -> None:
    space = factories.social_space(session, "Ostmannturm")
    session.commit()
    query = query.format(district=town.mitte.id, space=space.id)
    for path in ("/orte", "/orte/karte"):
        assert professional.get(f"{path}?{query}").flash == ""


def test_who_is_there_stands_in_the_list(professional: Browser, session: Session, town: Town) -> None:
    factories.assignment(session, None, town.club, town.provider)
    session.commit()
    rows = professional.get("/orte").select("tbody tr")
    assert "Aylin Musterfrau heute vor Ort 8–13 Uhr, Raum 104" in rows[0]
    assert "Jonas Probemann heute nicht vor Ort nächste Präsenz Do 26.11., 14–18 Uhr" in rows[1]
    assert "unbesetzt Schulsozialarbeit" in rows[1]


def many(session: Session, town: Town, number: int) -> None:
    for n in range(number):
        place = factories.place(session, f"Ort {n:03}", district_id=town.mitte.id)
        factories.assignment(session, factories.person(session, f"V{n}", f"N{n}"), place, town.provider)
    session.commit()


def test_fifty_on_a_page(professional: Browser, session: Session, town: Town) -> None:
    many(session, town, 60)
    page = professional.get("/orte?art=jugend")
    assert "61 Orte" in page.main
    assert len(page.select("tbody tr")) == 50
    assert "1 bis 50 von 61" in page.main
    page = page.click("Weiter")
    assert "51 bis 61 von 61" in page.main
    assert page.click("Zurück").select("tbody th a")[0] == "Jugendtreff Ärmel"


def test_statements_do_not_grow(app: Flask, keeper: Browser, session: Session, town: Town) -> None:
    addresses = (
        "/orte",
        "/wer-ist-wo",
        f"/bezirke/{town.mitte.id}",
        f"/organisationen/{town.provider.id}",
        "/organisationen",
    )
    small = {}
    for address in addresses:
        with counted(app) as seen:
            keeper.get(address)
        small[address] = len(seen)
    assert small["/orte"] <= 12
    many(session, town, 55)
    for address in addresses:
        with counted(app) as seen:
            keeper.get(address)
        assert len(seen) == small[address], address


def test_a_district_shows_gaps(professional: Browser, session: Session, town: Town) -> None:
    factories.school(session, "Leere Schule", "654321", district_id=town.mitte.id)
    session.commit()
    page = professional.get(f"/bezirke/{town.mitte.id}")
    assert "Heute, Mi 25.11.: 1 Person ist eingeplant" in page.main
    assert page.select(".section h2") == ["Grundschule 2", "Jugendeinrichtung 1"]
    assert any("Leere Schule" in row and "niemand eingesetzt" in row for row in page.select("tbody tr"))
    paper = page.click("Liste zum Drucken")
    assert "Fröbelschule Fröbelstr. 7, 0521 511234 Aylin Musterfrau" in paper.main
    assert "Mo, Mi 8–13 Uhr" in paper.main.replace("\u2060", "")
    assert "aylin@<wbr>example.org" in paper.html
    assert "Stand Mi, 25.11.2026" in paper.main


def test_organisations_as_a_tree(professional: Browser, town: Town) -> None:
    page = professional.get("/organisationen")
    assert page.select(".tree > li > ul a") == ["Beispielwerk gGmbH"]
    page = page.click("Beispielwerk gGmbH")
    assert page.select(".breadcrumb a")[-1] == "Stadt"
    assert page.select("h2")[:3] == ["Personen 2", "Orte in Trägerschaft 1", "Einsätze dieses Trägers 2"]
    assert "Aylin Musterfrau Fröbelschule Schulsozialarbeit heute vor Ort" in page.main


def test_sources_name_everybody(browser: Browser) -> None:
    page = browser.get("/datenquellen")
    for source in DATA_SOURCES:
        assert source.attribution in page.main
        assert source.licence in page.main


def test_a_changed_name_moves_in_the_list(professional: Browser, session: Session, town: Town) -> None:
    session.get_one(Place, town.school.id).name = "Zentrale Schule"
    session.commit()
    assert names(professional, "/orte") == ["Jugendtreff Ärmel", "Zentrale Schule"]


def test_places_without_a_district_are_listed_by_themselves(
    professional: Browser, session: Session, town: Town
) -> None:
    factories.place(session, "Haus ohne Bezirk")
    session.commit()
    page = professional.get("/wer-ist-wo").click("Diese Orte zeigen")
    assert page.select("tbody th a") == ["Haus ohne Bezirk"]


def test_a_time_stays_in_one_piece(professional: Browser, town: Town) -> None:
    page = professional.get(f"/orte/{town.school.id}")
    assert "8–13 Uhr," in [one.get_text() for one in page.soup.select(".entry__meta .nowrap")]
    assert "8–13 Uhr," in [one.get_text() for one in professional.get("/orte").soup.select(".who__when .nowrap")]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Mi 8–11:30 Uhr, Raum <1>", '<span class="nowrap">Mi 8–11:30 Uhr,</span> Raum &lt;1&gt;'),
        ("Do 26.11., 12–15:30 Uhr", 'Do 26.11., <span class="nowrap">12–15:30 Uhr</span>'),
        ("Wed 08:00–11:30; 1", '<span class="nowrap">Wed 08:00–11:30</span>; 1'),
        ("A & B", "A &amp; B"),
        (None, ""),
    ],
)
def test_which_words_stay_together(text: str | None, whole: str) -> None:
    assert whole_times(text) == whole


def test_a_number_stays_with_what_it_counts() -> None:
    with in_language("de"):
        assert schools_and_sites(17, 1) == "17\u00a0Schulen und 1\u00a0Standort"
