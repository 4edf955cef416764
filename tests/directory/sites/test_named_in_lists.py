"""What a list of an employer means: the school by its number, its site by name or by saying so; else it is asked."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.directory.models import Place
from coordination.directory.rules import PlaceKind
from coordination.directory.staff.known import load
from coordination.directory.staff.schools import Match
from coordination.directory.staff.schools import Schools as Finder
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY
from tests.directory.sites.conftest import LABEL, NAME, Association
from tests.directory.staff.pages import send
from tests.directory.staff.test_nasty_lists import KEEPER

SHORT = "GSV Dornberg-Schröttinghausen"


def finder(session: Session) -> Finder:
    session.commit()
    return Finder(load(session, KEEPER, WEDNESDAY).places)


@pytest.mark.parametrize(
    "text",
    [
        LABEL,
        f"{SHORT} Teilstandort",
        f"{SHORT} - Teilstandort",
        f"{SHORT}, Teilstandort",
        f"{SHORT} (Teilstandort)",
        f"Teilstandort {SHORT}",
        f"{NAME} Nebenstelle",
        "124461 Teilstandort",
    ],
)
def test_a_cell_that_names_a_site_means_the_site(
    session: Session, association: Association, site: Place, text: str
) -> None:
    assert finder(session).named(text) == Match(site.id)


@pytest.mark.parametrize("text", ["124461", NAME, SHORT, f"{SHORT} - Hauptstandort", "GG (Verb) Dornberg-Schröttingh"])
def test_a_cell_that_names_the_school_means_the_school(
    session: Session, association: Association, site: Place, text: str
) -> None:
    assert finder(session).named(text) == Match(association.school.id)


@pytest.mark.parametrize(
    ("name", "is_site"),
    [("", False), (NAME, False), (LABEL, True), (f"{SHORT} Teilstandort", True), ("Teilstandort", True)],
)
def test_beside_a_number_the_name_says_which_building(
    session: Session, association: Association, site: Place, name: str, is_site: bool
) -> None:
    assert finder(session).meant(association.school.id, name) == Match(site.id if is_site else association.school.id)


def test_of_several_sites_and_of_none_it_is_asked(session: Session, association: Association, site: Place) -> None:
    second = factories.place(session, "Haus Zwei", kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    plain = factories.school(session, "Schule ohne Haus", "200003")
    found = finder(session)
    assert found.named(f"{SHORT} Teilstandort").offered == (site.id, second.id, association.school.id)
    assert found.named("Schule ohne Haus Teilstandort") == Match(offered=(plain.id,))
    assert found.named("Haus Zwei") == Match(second.id)


@pytest.mark.parametrize(
    "text", ["Luisenschule Teilstandort", "Teilstandort Luisenschule", "Luisenschule – Teilstandort Berg"]
)
def test_beside_a_number_another_school_is_no_building_of_it(
    session: Session, association: Association, site: Place, text: str
) -> None:
    factories.school(session, "Luisenschule", "200003")
    assert finder(session).meant(association.school.id, text) == Match()


@pytest.mark.parametrize("text", [f"{SHORT} – Teilstandort Berg", "Dornberg (Nebenstelle am Berg)"])
def test_a_building_that_nobody_knows_is_asked(
    session: Session, association: Association, site: Place, text: str
) -> None:
    assert finder(session).meant(association.school.id, text) == Match(offered=(site.id, association.school.id))


def test_of_several_sites_the_one_that_is_named_is_meant(
    session: Session, association: Association, site: Place
) -> None:
    second = factories.place(session, "Haus Zwei", kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    found = finder(session)
    for text in (f"{SHORT} – Teilstandort Haus Zwei", "Haus Zwei, Teilstandort", "Teilstandort Haus Zwei"):
        assert found.meant(association.school.id, text) == Match(second.id)
        assert found.named(text) == Match(second.id)
    assert found.named(f"124461 {SHORT} – Teilstandort Haus Zwei") == Match(second.id)
    assert found.meant(association.school.id, f"{SHORT} – Hauptstandort") == Match(association.school.id)


def test_of_two_sites_of_one_name_the_column_says_whose_is_meant(
    app: Flask, keeper: Browser, session: Session, association: Association
) -> None:
    other = factories.school(session, "Luisenschule", "200003")
    mine, theirs = (
        factories.place(session, "Haus Berg", kind=PlaceKind.SCHOOL_SITE, parent_id=key)
        for key in (association.school.id, other.id)
    )
    bare = factories.school(session, "Bückardtschule", "200004")
    found = finder(session)
    both = (mine.id, theirs.id)
    assert found.named("Haus Berg").offered == both
    assert found.named("Haus Berg", school=NAME) == Match(mine.id)
    assert found.named("Haus Berg", school="Luisenschule") == Match(theirs.id)
    assert found.named("Haus Berg", school="Grundschule Unbekannt").offered == both, "as without a hint"
    assert found.named("Haus Berg", school=bare.name).offered == both, "one of the two cells is wrong"
    assert found.named(bare.name, school=NAME).offered == (bare.id,), "it is no site of that school"
    raw = b"Schule;Standort von;Fachkraft\nHaus Berg;Luisenschule;Zeder, Zoe\n"
    page = send(app, keeper, raw, association.provider.id)
    assert "Was die Liste ändert" in page.h1, page.main
    assert f"/orte/{theirs.id}" in str(page.soup.main)


def test_beside_a_number_another_school_is_a_contradiction(
    app: Flask, keeper: Browser, session: Session, association: Association, site: Place
) -> None:
    factories.school(session, "Luisenschule", "200003")
    session.commit()
    raw = b"Schulnummer;Schule;Fachkraft\n124461;Luisenschule Teilstandort;Zeder, Zoe\n"
    page = send(app, keeper, raw, association.provider.id)
    assert "Luisenschule Teilstandort" in page.main
    assert "Fehlerhafte Zeilen 1" in page.main
