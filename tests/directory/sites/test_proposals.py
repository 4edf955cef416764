"""Sites that the catchment zones speak of: told to who can enter them, never as a fact; a no is remembered."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.work import AuditEntry
from coordination.directory.models import Place
from coordination.directory.papers import zones
from coordination.directory.rules import PlaceKind
from coordination.directory.sites import proposals, rules
from coordination.directory.sites.models import NoSite
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town
from tests.directory.sites.conftest import LABEL, NAME, ZONE, Association
from tests.statements import counted

SAID = f"Nach den Einzugsbereichen hat diese Schule einen Teilstandort: {LABEL}."
IMPORTS = "/verzeichnis/import/"


@pytest.mark.parametrize(
    ("zone", "names"),
    [
        ("GG Süd", ("Südschule", "GG Südschule")),
        ("GS Sieker", ("Grundschule Sieker", "GG Sieker")),
        ("GG Am Waldschlößchen", ("Grundschule Am Waldschlösschen",)),
        ("GSV Wellensiek-Hoberge-Uerentrup - Teilstandort", ("Grundschulverbund Wellensiek-Hoberge-Uerentrup",)),
        ("GSV Hellingskampschule - Hauptstandort", ("Hellingskampschule", "GG (Verb.) Hellingskampschule")),
    ],
)
def test_a_zone_is_known_by_the_name_of_its_school(zone: str, names: tuple[str, ...]) -> None:
    assert rules.is_called(names, zone)
    assert not rules.is_called(("Fröbelschule", "GG Fröbelschule"), zone)


def test_only_who_can_enter_a_site_is_told_of_it(
    professional: Browser, keeper: Browser, association: Association
) -> None:
    address = f"/orte/{association.school.id}"
    page = keeper.get(address)
    assert SAID in page.main
    assert "/orte/neu" in page.href("Standort anlegen")
    assert "Einzugsbereich" not in professional.get(address).main
    assert "Einzugsbereich" not in keeper.get(f"{address}?stand=2026-11-01").main, "it is a matter of today"


def test_the_form_has_what_is_known_and_no_address(keeper: Browser, session: Session, association: Association) -> None:
    page = keeper.get(f"/orte/{association.school.id}")
    shown = keeper.get(page.href("Standort anlegen"))
    assert shown.h1.startswith("Neuer Standort von ")
    form = shown.form("Ort speichern")
    assert form.values("name") == [LABEL]
    assert form.values("kind") == ["school_site"]
    assert form.values("parent_id") == [str(association.school.id)]
    assert [form.values(one) for one in ("street", "postcode", "position")] == [[""]] * 3
    assert form.values("district_id") == ["0"]
    assert keeper.send(page.href("Standort anlegen"), form.fill(None, {})).status == 303
    site = session.scalars(select(Place).where(Place.kind == PlaceKind.SCHOOL_SITE)).one()
    assert (site.parent_id, site.street, site.utm_east) == (association.school.id, "", None)
    assert SAID not in keeper.get(f"/orte/{association.school.id}").main
    assert LABEL not in keeper.get(IMPORTS).main


def test_there_is_none_is_remembered_and_can_be_taken_back(
    keeper: Browser, session: Session, association: Association
) -> None:
    assert keeper.get(f"/orte/{association.school.id}").submit("Gibt es nicht").status == 303
    assert SAID not in keeper.get(f"/orte/{association.school.id}").main
    assert session.scalars(select(NoSite.zone)).all() == [ZONE]
    page = keeper.get(IMPORTS)
    assert f"{NAME}: {LABEL}" in page.main
    assert page.submit("Wieder vorschlagen").status == 303
    session.rollback()
    assert session.scalars(select(NoSite)).all() == []
    assert SAID in keeper.get(f"/orte/{association.school.id}").main
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["place.site_denied", "place.site_proposed"]


def test_on_the_list_the_answer_says_where_on_it_the_site_stands_now(keeper: Browser, association: Association) -> None:
    answer = keeper.get(IMPORTS).submit("Gibt es nicht")
    assert answer.location == f"{IMPORTS}#sites"
    said = answer.follow().flash
    assert "Weiter unten unter „Gibt es nicht“" in said
    assert "Schuldatei einlesen" not in said


def test_the_list_says_which_zones_have_no_school(keeper: Browser, association: Association) -> None:
    page = keeper.get(IMPORTS)
    assert f"{NAME} {LABEL} {ZONE}" in page.main
    assert "Einzugsbereiche ohne bekannte Schule 45" in page.main
    assert "GG Brake" in page.main
    assert "GG Fröbelschule" not in page.main


def test_two_schools_of_one_name_are_not_guessed(session: Session, association: Association) -> None:
    factories.school(session, NAME, "124462")
    found = proposals.read(session, clock.today())
    assert ZONE in found.unmatched
    assert not found.open


def test_a_city_that_the_zones_are_not_of_hears_nothing(session: Session) -> None:
    factories.school(session, "Nordschule Anderswo", "999999")
    found = proposals.read(session, clock.today())
    assert (found.open, found.unmatched, found.places) == ([], [], {})


def test_what_is_not_proposed_cannot_be_denied(
    keeper: Browser, session: Session, association: Association, town: Town
) -> None:
    (token,) = keeper.get(f"/orte/{association.school.id}").form("Gibt es nicht").values("csrf_token")
    for place, zone in ((association.school, "GG Brake"), (town.school, ZONE)):
        answer = keeper.post(f"/orte/{place.id}/teilstandort", {"csrf_token": token, "zone": zone, "zurueck": "liste"})
        assert answer.location == f"{IMPORTS}#sites"
        assert "wird nicht mehr vorgeschlagen. Bitte sehen Sie" in answer.follow().text
    for zone in ("", "GS Anderswo"):
        for again in ("", "1"):
            sent = {"csrf_token": token, "zone": zone, "wieder": again}
            assert keeper.post(f"/orte/{association.school.id}/teilstandort", sent).status == 404
    assert session.scalars(select(NoSite)).all() == []


def test_a_site_by_any_name_answers_the_proposal(keeper: Browser, session: Session, association: Association) -> None:
    factories.place(session, "Nebengebäude", kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    session.commit()
    assert SAID not in keeper.get(f"/orte/{association.school.id}").main
    assert proposals.targets(session, clock.today())[ZONE].name == "Nebengebäude"


def test_of_several_zones_each_has_its_own_site(session: Session, association: Association) -> None:
    own = factories.place(session, "Schröttinghausen", kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    assert proposals.targets(session, clock.today())[ZONE] is own
    rows = [(one, association.school) for one in zones.zones() if one.name == ZONE]
    rows.append((zones.Zone(f"{ZONE} 2", "", "Josefschule"), association.school))
    paired = {zone.name: site for zone, _school, site in proposals._paired(rows, [own])}
    assert paired == {ZONE: own, f"{ZONE} 2": None}


def middle_of(zone: str) -> tuple[int, int]:
    """Return a point within a zone."""
    ring = next(ring for name, _label, ring in zones._rings() if name == zone)
    points = [(sum(x) / 3, sum(y) / 3) for x, y in (zip(*ring[n : n + 3], strict=True) for n in range(len(ring) - 2))]
    east, north = next(one for one in points if zones.zone_at(round(one[0]), round(one[1])) == zone)
    return round(east), round(north)


def lying(session: Session, association: Association, name: str, zone: str) -> Place:
    """Return a site of the school that lies in a zone."""
    east, north = middle_of(zone)
    more = {"utm_east": east, "utm_north": north, "parent_id": association.school.id}
    return factories.place(session, name, kind=PlaceKind.SCHOOL_SITE, **more)


def test_where_a_site_lies_says_more_than_what_it_is_called(session: Session, association: Association) -> None:
    factories.place(session, LABEL, kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    there = lying(session, association, "Nebengebäude", ZONE)
    session.commit()
    assert proposals.targets(session, clock.today())[ZONE] is there


def test_a_site_that_lies_in_another_zone_takes_nobody_s_place(session: Session, association: Association) -> None:
    other = "GSV Dornberg-Schröttinghausen - Hauptstandort"
    lying(session, association, "Pavillon am Hauptgebäude", other)
    session.commit()
    found = proposals.read(session, clock.today())
    assert [one.zone for one in found.open] == [ZONE]
    assert found.places[ZONE] is association.school


@pytest.mark.parametrize("name", [LABEL, "Nebengebäude"])
def test_a_site_that_has_closed_is_not_proposed_again(
    keeper: Browser, session: Session, association: Association, name: str
) -> None:
    yesterday = clock.today() - timedelta(days=1)
    more = {"parent_id": association.school.id, "valid_until": yesterday}
    closed = factories.place(session, name, kind=PlaceKind.SCHOOL_SITE, **more)
    session.commit()
    assert SAID not in keeper.get(f"/orte/{association.school.id}").main
    assert LABEL not in keeper.get(IMPORTS).main
    assert proposals.targets(session, clock.today())[ZONE] is association.school, "nobody is led to what has closed"
    new = factories.place(session, "Neubau", kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    session.commit()
    assert proposals.targets(session, clock.today())[ZONE] is (association.school if name == LABEL else new)
    session.delete(closed)
    session.delete(new)
    session.commit()
    assert SAID in keeper.get(f"/orte/{association.school.id}").main


def test_reading_takes_two_statements(app: Flask, session: Session, association: Association) -> None:
    today = clock.today()
    with counted(app) as statements:
        proposals.read(session, today)
    assert len([one for one in statements if one.startswith("SELECT")]) == 2
