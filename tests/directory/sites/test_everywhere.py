"""A site of a school on every page and paper: told with its school, which is not "a school with nobody"."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM, Actor
from coordination.core.work import work_as
from coordination.directory import edit_choices
from coordination.directory.models import FreeDay, Place
from coordination.directory.papers import zones
from coordination.directory.rules import PlaceKind
from coordination.search import services as search
from coordination.search.nearest import look
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, earlier
from tests.directory.papers.sheets_read import paper
from tests.directory.papers.test_lists import WHO, table
from tests.directory.sites.conftest import LABEL, NAME, ZONE, Association
from tests.statements import counted

Titles = Callable[[str], list[str]]
OF = f"Standort von {NAME}"
ONLY = f"nur am Standort: {LABEL}"


def test_the_page_of_a_school_shows_its_sites_with_who_is_there(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    page = professional.get(f"/orte/{association.school.id}")
    (today,) = page.select(".panel--today")
    assert "Am Hauptstandort ist niemand eingesetzt. Wer an den Standorten ist, steht weiter unten." in today
    (sites,) = page.select("section[aria-labelledby=sites]")
    assert "Die Anschrift ist noch nicht eingetragen." in sites
    assert "Ida Immerda heute vor Ort 8–12 Uhr, Pavillon" in sites
    site.street, site.postcode, site.city, site.phone = "Am Dorf 1", "33619", "Bielefeld", "+49521519992"
    session.commit()
    page = professional.get(f"/orte/{association.school.id}")
    (sites,) = page.select("section[aria-labelledby=sites]")
    assert "Am Dorf 1, 33619 Bielefeld" in sites
    assert page.href(f"{LABEL} anrufen") == "tel:+49521519992"


def test_the_page_of_a_site_leads_to_its_school(professional: Browser, association: Association, site: Place) -> None:
    page = professional.get(f"/orte/{site.id}")
    assert OF in page.select(".page-head")[0]
    assert page.href(NAME) == f"/orte/{association.school.id}"


def test_what_a_site_has_not_itself_is_that_of_its_school_and_said_so(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    school = association.school
    school.phone, school.email = "+49521519993", "124461@schule.nrw.de"
    session.commit()
    page = professional.get(f"/orte/{site.id}")
    (head,) = page.select(".page-head")
    assert page.href(f"{NAME} anrufen") == "tel:+49521519993"
    assert "Telefon der Schule 0521 519993" in head
    assert "Mail an die Schule" in head
    assert page.soup.select_one(f".page-head .lead a[href='/orte/{school.id}']") is not None
    assert "Stadtbezirk Dornberg (wie die Schule)" in page.main
    site.phone, site.email, site.district_id = "+49521519994", "standort@example.org", school.district_id
    session.commit()
    page = professional.get(f"/orte/{site.id}")
    assert "+49521519993" not in page.html
    assert "der Schule" not in page.select(".page-head")[0]
    assert "wie die Schule" not in page.main


def test_two_sites_are_told_in_the_plural(professional: Browser, session: Session, association: Association) -> None:
    for name in ("Am Bach", "Am Wald"):
        one = factories.place(session, name, kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
        factories.assignment(session, association.ida, one, association.provider)
    session.commit()
    page = professional.get(f"/orte?bezirk={association.district.id}")
    assert "nur an den Standorten: Am Bach, Am Wald" in page.main


def test_the_page_of_a_person_names_the_school_with_the_site(
    professional: Browser, association: Association, site: Place
) -> None:
    page = professional.get(f"/personen/{association.ida.id}")
    assert OF in page.select(".panel--today")[0]


def test_a_site_is_called_by_what_its_school_was_called_then(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    earlier(session, association.school, "name", "Schule am Kamp", date(2026, 10, 31))
    page = professional.get(f"/orte/{site.id}?stand=2026-10-01")
    assert "Standort von Schule am Kamp" in page.select(".page-head")[0]


def test_a_day_off_of_the_school_is_one_of_its_sites(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    session.add(FreeDay(place_id=association.school.id, day=WEDNESDAY))
    session.commit()
    assert "Beweglicher Ferientag" in professional.get(f"/orte/{site.id}").select(".panel--today")[0]
    assert "Dornberg 1 Schule" in professional.get("/wer-ist-wo").main
    assert "1 Person" not in " ".join(professional.get("/wer-ist-wo").select("a[href*='/bezirke/']"))


@pytest.mark.parametrize("day", ["", "&stand=2026-10-01"])
@pytest.mark.parametrize("narrowed", ["bezirk={district}", "form=02"])
def test_lists_name_the_site_with_its_school(
    professional: Browser, association: Association, site: Place, narrowed: str, day: str
) -> None:
    asked = narrowed.format(district=association.district.id) + day
    page = professional.get(f"/orte?{asked}")
    assert f"{LABEL} {OF}" in page.main
    assert f"{NAME} Grundschule" in page.main
    assert ONLY in page.main
    rows = {row[0]: row for row in table(professional, f"/orte/liste.xlsx?{asked}")}
    assert rows[LABEL][2:4] == [NAME, "Grundschule"]
    assert rows[LABEL][WHO] == "Immerda, Ida"
    assert rows[NAME][WHO] == ONLY
    (sheet, *_more) = paper(professional, f"/orte/liste.pdf?{asked}")
    assert "Ida Immerda" in sheet
    # The line breaks within: between its halves stands what the columns beside it say.
    assert re.search(r"\(Standort\b.+\bvon Grundschule Dornberg", sheet)


def test_the_list_of_an_employer_names_the_school(professional: Browser, association: Association, site: Place) -> None:
    rows = table(professional, f"/organisationen/{association.provider.id}/liste.xlsx")
    assert [LABEL, "", NAME] in [row[:3] for row in rows]


def test_a_district_shows_the_site_among_the_schools_of_its_form(
    professional: Browser, association: Association, site: Place
) -> None:
    address = f"/bezirke/{association.district.id}"
    page = professional.get(address)
    assert "Grundschule 1 Schule und 1 Standort" in page.main
    assert "Dornberg 1 Schule und 1 Standort" in professional.get("/wer-ist-wo").main
    assert "2 Schulen und 1 Standort" in professional.get("/orte?form=02").main
    assert f"{LABEL} {OF}" in page.main
    assert ONLY in page.main
    printed = professional.get(f"{address}/liste").main
    assert f"{LABEL} {OF}" in printed
    assert ONLY in printed
    (sheet, *_more) = paper(professional, f"{address}/plakat.pdf")
    assert "Ida Immerda" in sheet
    assert "Niemand" not in sheet


def test_a_site_without_a_district_of_its_own_is_shown_with_that_of_its_school(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    before = factories.district(session, "Jöllenbeck", "7")
    earlier(session, association.school, "district_id", str(before.id), date(2026, 7, 31))
    session.commit()
    for day, name in (("", "Dornberg"), ("?stand=2026-07-01", "Jöllenbeck")):
        (row,) = (one for one in professional.get(f"/orte{day}").select("main tbody tr") if OF in one)
        assert f" {name} " in row
        (line,) = (one for one in table(professional, f"/orte/liste.xlsx{day}") if one[0] == LABEL)
        assert name in line


def test_a_site_with_a_district_of_its_own_lies_there(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    assert LABEL not in professional.get("/orte?bezirk=ohne").main
    other = factories.district(session, "Jöllenbeck", "7")
    site.district_id = other.id
    session.commit()
    assert LABEL not in professional.get(f"/orte?bezirk={association.district.id}").main.replace(ONLY, "")
    assert LABEL in professional.get(f"/orte?bezirk={other.id}").main


def test_neither_school_nor_site_is_one_with_nobody(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    page = professional.get("/orte?lage=unbesetzt")
    assert NAME not in page.main
    factories.place(session, "Leerer Standort", kind="school_site", parent_id=association.school.id)
    session.commit()
    assert "Leerer Standort" not in professional.get("/orte?lage=unbesetzt").main
    assert "Leerer Standort" in professional.get("/orte?lage=unbesetzt&art=standort").main
    professional.forget()
    professional.sign_in("planung@example.org", factories.PASSWORD)
    assert NAME not in professional.get("/").main


def test_the_map_draws_a_site_and_a_zone_leads_to_it(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    association.school.utm_east, association.school.utm_north = 464_500, 5_766_300
    session.commit()
    page = professional.get("/orte/karte")
    assert page.soup.select_one(f"svg.map a[aria-label='{NAME} (Grundschule): {ONLY}'] .map__point--empty") is None
    assert f"{LABEL} {OF}" in page.main.partition("Ohne Ort auf der Karte")[2]
    site.utm_east, site.utm_north = 463_900, 5_770_000
    session.commit()
    page = professional.get("/orte/karte")
    assert page.soup.select_one(f"svg.map a[aria-label='{LABEL} ({OF}): Ida Immerda'] circle") is not None
    leads = {one.get_text(): one["href"] for one in page.soup.select("svg.map a.map__of")}
    assert leads[f"Einzugsbereich: {ZONE}"] == f"/orte/{site.id}"
    assert leads[f"Einzugsbereich: {ZONE.replace('Teil', 'Haupt')}"] == f"/orte/{association.school.id}"
    assert len(leads) == 3
    assert len(page.soup.select("svg.map path.map__zone")) == len(zones.zones())


def test_without_a_site_its_zone_leads_to_the_school(
    professional: Browser, session: Session, association: Association
) -> None:
    association.school.utm_east, association.school.utm_north = 464_500, 5_766_300
    session.commit()
    leads = {one.get_text(): one["href"] for one in professional.get("/orte/karte").soup.select("svg.map a.map__of")}
    assert leads[f"Einzugsbereich: {ZONE}"] == f"/orte/{association.school.id}"


@pytest.fixture
def titles_of(app: Flask, session: Session) -> Titles:
    """Return what a professional finds by some words."""

    def found(words: str) -> list[str]:
        session.rollback()
        with app.test_request_context():
            answer = look(session, Actor(user_id=1), words, day=clock.today())
        nothing = bool(answer.similar or answer.is_any)
        return [] if nothing else [one.hit.title for group in answer.groups for one in group.results]

    return found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("teilstandort dornberg", [LABEL, NAME]),
        ("gsv dornberg", [NAME, LABEL]),
        ("Schröttinghausen", [LABEL, NAME]),
        ("124461", [NAME, LABEL]),
        ("Immerda Dornberg", ["Ida Immerda"]),
    ],
)
def test_the_search_finds_site_and_school_by_either_name(
    titles_of: Titles, session: Session, association: Association, site: Place, words: str, found: list[str]
) -> None:
    search.rebuild(session)
    session.commit()
    assert set(found) <= set(titles_of(words))


def test_the_search_follows_a_site_to_another_school(
    titles_of: Titles, session: Session, association: Association, site: Place
) -> None:
    site.name = "Josefshaus"
    search.rebuild(session)
    other = factories.school(session, "Neue Schule", "200009")
    session.commit()
    assert NAME in titles_of("Josefshaus")
    with work_as(session, SYSTEM) as work:
        site.parent_id = other.id
        work.record("place.changed", site)
    assert NAME not in titles_of("Josefshaus")
    assert "Neue Schule" in titles_of("Josefshaus")
    with work_as(session, SYSTEM) as work:
        other.name = "Schule am Berg"
        work.record("place.changed", other)
    assert "Josefshaus" in titles_of("teilstandort berg")


def test_a_form_offers_the_site_by_the_name_of_its_school(
    session: Session, association: Association, site: Place
) -> None:
    offered = edit_choices.places(session, SYSTEM, clock.today(), q="dornberg").options
    assert (site.id, f"{LABEL} – {OF}") in offered


def test_more_sites_cost_no_more_statements(
    app: Flask, professional: Browser, session: Session, association: Association, site: Place
) -> None:
    addresses = (f"/orte/{association.school.id}", "/orte", f"/bezirke/{association.district.id}", "/orte/karte")
    numbers = []
    for number in range(2):
        for address in addresses:
            professional.get(address)
            with counted(app) as statements:
                professional.get(address)
            numbers.append(len(statements))
        for n in range(4 * (1 - number)):
            school = factories.school(session, f"Schule {n}", f"30000{n}", district_id=association.district.id)
            more = factories.place(session, f"Standort {n}", kind="school_site", parent_id=school.id)
            here = factories.place(session, f"Haus {n}", kind="school_site", parent_id=association.school.id)
            for one in (more, here):
                factories.assignment(session, association.ida, one, association.provider)
        session.commit()
    assert numbers[: len(addresses)] == numbers[len(addresses) :]


def test_the_week_for_the_door_of_the_school_has_those_at_its_sites(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    zoe = factories.person(session, "Zoe", "Zander")
    factories.assignment(session, zoe, association.school, association.provider, times=[(1, 9, 11, "")])
    session.commit()
    (sheet,) = paper(professional, f"/orte/{association.school.id}/wochenplan.pdf")
    said = ("Wer ist wann da", "Zoe Zander", "Ida Immerda", ONLY)
    assert [sheet.index(one) for one in said] == sorted(sheet.index(one) for one in said)
    assert sheet.count(ONLY) == 1, "of the main building no site is said"
    (sheet,) = paper(professional, f"/orte/{site.id}/wochenplan.pdf")
    assert "Ida Immerda" in sheet
    assert "nur am Standort" not in sheet
    (sheet,) = paper(professional, f"/personen/{association.ida.id}/wochenplan.pdf")
    assert "Standort von Grundschule" in sheet


def test_the_week_for_the_door_leaves_out_a_site_that_has_closed(
    professional: Browser, session: Session, association: Association, site: Place
) -> None:
    site.valid_until = date(2026, 10, 31)
    session.commit()
    (sheet,) = paper(professional, f"/orte/{association.school.id}/wochenplan.pdf")
    assert "Ida Immerda" not in sheet
