"""Whoever begins only later is planned: known to those who see plans, to nobody else, until the first day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies import choices as body_choices
from coordination.core import clock
from coordination.core.access import SYSTEM, Actor, Role
from coordination.core.work import AuditEntry, work_as
from coordination.directory import choices
from coordination.directory.models import Absence, Person
from coordination.directory.responsibilities.models import PostHolder
from coordination.privacy import known
from coordination.search import services as search
from coordination.search import statements
from coordination.search.nearest import look
from tests import factories
from tests.browser import Browser, Page
from tests.directory.conftest import NOW, WEDNESDAY, Town
from tests.directory.keepers import enter, every, forge, stored
from tests.directory.staff.conftest import Schools, schools  # noqa: F401 - a fixture
from tests.directory.staff.pages import press, send, take_back
from tests.directory.staff.sheets_made import workbook

FIRST = date(2027, 2, 1)
MARK = "Geheimgeplant"


@pytest.fixture
def zoe(session: Session, town: Town) -> Person:
    """Return somebody who begins at the school in February."""
    who = factories.person(
        session,
        "Zoe",
        MARK,
        organisation_id=town.provider.id,
        phone="+495219995551",
        email="zoe@example.org",
        valid_from=FIRST,
    )
    factories.assignment(session, who, town.school, town.provider, valid_from=FIRST)
    search.rebuild(session)
    session.commit()
    return who


def pages(town: Town, who: Person) -> tuple[str, ...]:
    """Return every page and file of the directory that people or their contact stand in."""
    return (
        f"/suche?q={MARK.lower()}",
        "/suche?q=zoe",
        "/suche?q=Geheimgeplannt",
        "/suche?q=0521+9995551",
        "/suche?q=zoe@example.org",
        f"/organisationen/{town.provider.id}",
        f"/organisationen/{town.provider.id}/liste.xlsx",
        f"/orte/{town.school.id}",
        "/orte",
        "/orte/liste.xlsx",
        f"/bezirke/{town.mitte.id}",
        "/wer-ist-wo",
        "/wen-frage-ich",
    )


def test_nobody_hears_of_somebody_before_their_first_day(professional: Browser, town: Town, zoe: Person) -> None:
    for address in pages(town, zoe):
        page = professional.get(address)
        assert page.status == 200, address
        # What was asked for stands in the page's own addresses.
        assert MARK not in page.html, address
        assert "Zoe" not in page.main, address
        assert "tel:+495219995551" not in page.html, address
    own = f"/personen/{zoe.id}"
    for address in (
        own,
        f"{own}?stand=2026-11-01",
        f"{own}.vcf",
        f"{own}/wochenplan.pdf",
        f"{own}/foto",
        f"{own}/bearbeiten",
        f"{own}/beenden",
        f"{own}/abwesenheiten",
        f"/kalender/abonnieren?was=person:{zoe.id}",
    ):
        assert professional.get(address).status == 404, address


def test_nobody_hears_of_them_where_kinds_are_looked_through_one_by_one(
    professional: Browser, keeper: Browser, zoe: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if more had these words than are read at once.
    monkeypatch.setattr(statements, "AT_ONCE", 0)
    monkeypatch.setattr(statements, "WITH_ONE", 0)
    for typed in ("zoe", "zoe geheim", "zoe@example.org"):
        page = professional.get(f"/suche?q={typed.replace(' ', '+')}")
        assert f"/personen/{zoe.id}" not in page.html, typed
        assert f"/personen/{zoe.id}" in keeper.get(f"/suche?q={typed.replace(' ', '+')}").html, typed


def test_lines_of_the_trail_name_nobody_before_their_first_day(app: Flask, session: Session, zoe: Person) -> None:
    def named(actor: Actor, day: date) -> bool:
        with app.test_request_context():
            return zoe.id in known.hits(known.Reader(session, actor, day), "person", [zoe.id])

    anybody, planner = Actor(user_id=1), Actor(user_id=2, roles=frozenset({Role.PLANNER}))
    assert (named(anybody, WEDNESDAY), named(anybody, FIRST), named(planner, WEDNESDAY)) == (False, True, True)


def test_those_who_see_plans_find_them_with_their_first_day(keeper: Browser, zoe: Person) -> None:
    assert f"Zoe {MARK} ab 01.02.2027" in keeper.get("/suche?q=zoe").main
    page = keeper.get(f"/personen/{zoe.id}")
    assert (page.status, f"Zoe {MARK}" in page.h1) == (200, True)
    assert "ab 01.02.2027" in page.select(".page-head")[0]
    assert keeper.get(f"/personen/{zoe.id}.vcf").status == 200


def test_from_the_first_day_on_everybody_knows(
    other_browser: Browser, town: Town, zoe: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.combine(FIRST, NOW.timetz()))
    other_browser.sign_in("fach@example.org", factories.PASSWORD)
    assert MARK in other_browser.get("/suche?q=zoe").main
    assert MARK in other_browser.get(f"/organisationen/{town.provider.id}").main
    page = other_browser.get(f"/personen/{zoe.id}")
    assert (page.status, "ab 01.02.2027" in page.main) == (200, False)


def test_nobody_is_offered_before_their_first_day(session: Session, zoe: Person) -> None:
    def offered(day: date) -> bool:
        return zoe.id in {key for key, _label in body_choices.people(session, day, "").options}

    assert (offered(WEDNESDAY), offered(FIRST)) == (False, True)
    assert MARK not in repr([str(one.label) for one in choices.people(session)])


def test_a_post_is_found_by_its_holder_only_while_they_belong_here(
    app: Flask, session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {
        ("Lerche", "Nord"): {"valid_until": WEDNESDAY},
        ("Neuner", "Ost"): {"valid_from": WEDNESDAY + timedelta(days=1)},
    }
    for (family, where), span in days.items():
        who = factories.person(session, "Lina", family, organisation_id=town.provider.id, **span)
        factories.post(session, town.city, who, function=f"Beratung {where}")
    search.rebuild(session)
    session.commit()

    def found(typed: str) -> set[str]:
        with app.test_request_context():
            groups = look(session, Actor(user_id=1), typed, day=clock.today()).groups
        return {one.hit.title for group in groups for one in group.results} & {"Beratung Nord", "Beratung Ost"}

    assert (found("lerche"), found("neuner")) == ({"Beratung Nord"}, set())
    monkeypatch.setattr(clock, "utc_now", lambda: NOW + timedelta(days=1))
    with work_as(session, SYSTEM):
        search.turn(session, WEDNESDAY, WEDNESDAY + timedelta(days=1))
    assert (found("lerche"), found("neuner")) == (set(), {"Beratung Ost"})


def test_nobody_stands_in_before_their_first_day(
    keeper: Browser, professional: Browser, session: Session, town: Town, zoe: Person
) -> None:
    form = keeper.get(f"/personen/{town.aylin.id}/abwesenheiten")
    assert f"{MARK}, Zoe (Beispielwerk gGmbH) – ab 01.02.2027" in form.main
    absence = {"last_on": "2027-02-26", "substitute_id": str(zoe.id)}
    before = len(every(session, Absence))
    refused = form.submit("Abwesenheit speichern", first_on="2026-11-25", **absence)
    assert (refused.status, len(every(session, Absence))) == (422, before)
    assert f"Zoe {MARK} beginnt erst am 01.02.2027. Bitte wählen Sie für die Tage davor jemand anderen." in refused.main
    for address in (f"/personen/{town.aylin.id}", f"/orte/{town.school.id}", "/suche?q=musterfrau"):
        assert MARK not in professional.get(address).main, address
    assert form.submit("Abwesenheit speichern", first_on="2027-02-01", **absence).status == 303
    assert [one.substitute_id for one in every(session, Absence)][-1] == zoe.id
    for address in (f"/personen/{town.aylin.id}", f"/orte/{town.school.id}", "/suche?q=musterfrau"):
        assert MARK not in professional.get(address).main, address


def test_the_form_asks_for_a_first_day(keeper: Browser, session: Session, town: Town) -> None:
    form = keeper.get("/personen/neu")
    done = form.submit(
        "Person speichern",
        given_name="Yara",
        family_name="Neu",
        organisation_id=town.provider.id,
        valid_from="2027-02-01",
    )
    page = done.follow()
    assert "ab 01.02.2027" in page.main
    who = every(session, Person)[-1]
    assert who.valid_from == FIRST
    keeper.get(f"/personen/{who.id}/bearbeiten").submit("Person speichern", valid_from="")
    assert stored(session, Person, who.id).valid_from is None


def test_the_first_day_is_no_later_than_what_begins_or_ends(
    keeper: Browser, session: Session, town: Town, zoe: Person
) -> None:
    holder = factories.person(session, "Vera", "Vogel", organisation_id=town.provider.id)
    factories.post(session, town.city, holder, valid_from=date(2026, 3, 1))
    leaver = factories.person(
        session, "Lina", "Lerche", organisation_id=town.provider.id, valid_until=date(2026, 12, 31)
    )
    session.commit()
    begins = (
        "Der erste Einsatz, die erste Stelle oder Vertretung beginnt am {}."
        " Bitte wählen Sie diesen Tag oder einen früheren."
    )
    ends = "Der letzte Tag ist der 31.12.2026. Bitte wählen Sie diesen Tag oder einen früheren."
    for who, day, why in (
        (town.aylin, "2027-02-01", begins.format(f"{factories.LONG_AGO:%d.%m.%Y}")),
        (holder, "2026-03-02", begins.format("01.03.2026")),
        (leaver, "2027-01-01", ends),
        (zoe, "2027-02-02", begins.format("01.02.2027")),
    ):
        before = stored(session, Person, who.id).valid_from
        page = keeper.get(f"/personen/{who.id}/bearbeiten").submit("Person speichern", valid_from=day)
        assert (page.status, page.select("#valid_from-error")[0]) == (422, why)
        assert stored(session, Person, who.id).valid_from == before
    for who, right in ((holder, date(2026, 3, 1)), (leaver, date(2026, 12, 31)), (zoe, date(2027, 1, 1))):
        page = keeper.get(f"/personen/{who.id}/bearbeiten").submit("Person speichern", valid_from=right.isoformat())
        assert (page.status, stored(session, Person, who.id).valid_from) == (303, right)


def test_the_first_day_is_no_later_than_a_substitution_that_is_entered(
    keeper: Browser, session: Session, town: Town
) -> None:
    yara = factories.person(session, "Yara", "Neu", organisation_id=town.provider.id, valid_from=date(2027, 1, 4))
    factories.absence(session, town.jonas, date(2027, 1, 11), date(2027, 1, 15), substitute_id=yara.id)
    session.commit()
    form = keeper.get(f"/personen/{yara.id}/bearbeiten")
    page = form.submit("Person speichern", valid_from="2027-01-12")
    assert (page.status, "Vertretung beginnt am 11.01.2027" in page.select("#valid_from-error")[0]) == (422, True)
    assert stored(session, Person, yara.id).valid_from == date(2027, 1, 4)
    assert form.submit("Person speichern", valid_from="2027-01-11").status == 303


def test_nobody_leaves_before_their_first_day(keeper: Browser, session: Session, town: Town, zoe: Person) -> None:
    form = keeper.get(f"/personen/{zoe.id}/beenden")
    assert form.form("Weiter zur Vorschau").values("last_on") == ["2027-02-01"]
    why = "Der erste Tag ist der 01.02.2027. Bitte wählen Sie diesen Tag oder einen späteren."
    early = form.submit("Weiter zur Vorschau", last_on="2027-01-31")
    assert (early.status, early.select("#last_on-error")) == (422, [why])
    preview = form.submit("Weiter zur Vorschau", last_on="2027-02-01")
    assert preview.status == 200
    # Meanwhile the first day was moved; or somebody tried it without the page in between.
    forged = forge(keeper, f"/personen/{zoe.id}/beenden", last_on="2027-01-31", version=zoe.version, step="save")
    assert forged.status == 422
    assert stored(session, Person, zoe.id).valid_until is None
    assert preview.submit().status == 303
    assert stored(session, Person, zoe.id).valid_until == FIRST


def test_nobody_holds_a_post_before_their_first_day(
    keeper: Browser, professional: Browser, session: Session, town: Town, zoe: Person
) -> None:
    vera = factories.person(session, "Vera", "Vogel", organisation_id=town.provider.id)
    post = factories.post(session, town.provider, vera, function="Fachberatung Probe")
    session.commit()
    why = f"Zoe {MARK} beginnt erst am 01.02.2027. Bitte wählen Sie für die Tage davor jemand anderen."
    changing = keeper.get(f"/stellen/{post.id}/wechsel")
    entering = keeper.get(f"/organisationen/{town.provider.id}/stellen/neu")
    for page in (
        changing.submit("Wechsel eintragen", person_id=zoe.id, first_on="2027-01-31"),
        entering.submit("Stelle speichern", function="Neue Stelle", person_id=zoe.id, valid_from="2027-01-31"),
    ):
        assert (page.status, page.select("#person_id-error")) == (422, [why])
    assert [one.person_id for one in every(session, PostHolder)] == [vera.id]
    assert MARK not in professional.get(f"/stellen/{post.id}").main
    assert changing.submit("Wechsel eintragen", person_id=zoe.id, first_on="2027-02-01").status == 303
    assert [one.person_id for one in every(session, PostHolder)] == [vera.id, zoe.id]


def test_an_earlier_assignment_is_an_earlier_first_day(
    keeper: Browser, session: Session, town: Town, zoe: Person
) -> None:
    form = keeper.get(f"/einsaetze/neu?person={zoe.id}&ort={town.club.id}")
    preview = form.submit(employer_id=town.provider.id, valid_from="2026-12-01", share="")
    done = preview.submit("Einsatz speichern").follow()
    assert stored(session, Person, zoe.id).valid_from == date(2026, 12, 1)
    done.submit("Rückgängig")
    assert stored(session, Person, zoe.id).valid_from == FIRST


def test_taking_back_hides_nobody_whose_other_assignment_begins_before(
    keeper: Browser, session: Session, town: Town, zoe: Person
) -> None:
    def enter_from(day: str, **more: str) -> Page:
        form = keeper.get(f"/einsaetze/neu?person={zoe.id}&ort={town.club.id}")
        page = form.submit(employer_id=town.provider.id, valid_from=day, share="")
        return (page.submit(**more) if more else page).submit("Einsatz speichern").follow()

    done = enter_from("2026-12-01")
    enter_from("2027-01-04", despite_twin="y")
    done.submit("Rückgängig")
    assert stored(session, Person, zoe.id).valid_from == date(2027, 1, 4)


def test_one_who_is_here_already_stays_so_when_entries_are_put_together(
    keeper: Browser, session: Session, town: Town, zoe: Person
) -> None:
    page = keeper.get(f"/personen/{zoe.id}/zusammenfuehren?mit={town.jonas.id}")
    page.submit("Zusammenführen")
    assert stored(session, Person, zoe.id).valid_from is None


LIST = (
    ("Schulnummer", "Fachkraft", "E-Mail", "gültig ab"),
    ("123456", f"{MARK}, Zoe", "zoe@example.org", "01.02.2027"),
    ("123457", f"{MARK}, Zoe", "zoe@example.org", "01.03.2027"),
    ("123457", "Birke, Ben", "", "01.08.2026"),
)


def test_a_list_brings_people_with_their_first_day_and_takes_them_back(
    app: Flask,
    browser: Browser,
    other_browser: Browser,
    session: Session,
    schools: Schools,  # noqa: F811
) -> None:
    keeper, reader = enter(browser, "eins"), enter(other_browser, "liest")
    page = send(app, keeper, workbook(LIST), schools.employer)
    done = press(app, page, "uebernehmen")
    days = {one.family_name: one.valid_from for one in every(session, Person)}
    assert days == {MARK: FIRST, "Birke": None}
    assert MARK not in reader.get("/suche?q=zoe").main
    assert MARK in keeper.get("/suche?q=zoe").main
    take_back(app, done)
    assert every(session, Person) == []
    assert MARK not in keeper.get("/suche?q=zoe").main
    press(app, send(app, keeper, workbook(LIST), schools.employer), "uebernehmen")
    # A later list lets the first assignment begin earlier.
    earlier = (LIST[0], ("123456", f"{MARK}, Zoe", "zoe@example.org", "01.01.2027"), *LIST[2:])
    before = {one.family_name: one.version for one in every(session, Person)}[MARK]
    done = press(app, send(app, keeper, workbook(earlier), schools.employer), "uebernehmen")
    who = next(one for one in every(session, Person) if one.family_name == MARK)
    assert (who.valid_from, who.version) == (date(2027, 1, 1), before + 1)
    trail = select(AuditEntry.action).where(AuditEntry.subject == f"person:{who.id}")
    assert "person.changed" in session.scalars(trail).all()
    take_back(app, done)
    assert stored(session, Person, who.id).valid_from == FIRST
