"""A place: who is there today, why not, what it was before, and what only keepers see."""

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Role
from coordination.directory.models import FreeDay, Organisation, Person, Place
from coordination.search import services as search
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import NOW, WEDNESDAY, Town, earlier
from tests.statements import counted


def on(monkeypatch: pytest.MonkeyPatch, day: date, browser: Browser) -> None:
    """Let it be nine o'clock on another day, and sign in again: sessions do not last for weeks."""
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.combine(day, time(9), NOW.tzinfo))
    browser.forget()
    browser.sign_in("fach@example.org", factories.PASSWORD)


def test_who_is_there_today_with_time_room_and_call_button(professional: Browser, town: Town) -> None:
    page = professional.get(f"/orte/{town.school.id}")
    panel = page.select(".panel--today")[0]
    assert panel.startswith("Heute, Mi 25.11.")
    assert "Aylin Musterfrau heute vor Ort 8–13 Uhr, Raum 104 · Schulsozialarbeit · Beispielwerk gGmbH" in panel
    assert page.href("Aylin Musterfrau anrufen") == "tel:+4915199990017"
    assert page.href("Fröbelschule (Büro) anrufen") == "tel:+49521511234"
    assert "mailto:aylin@example.org" in page.html
    assert "0,5 Stelle" in page.main
    assert "03.09.2026 durch Beispielwerk" in page.main


def test_on_another_weekday_the_next_presence_is_said(
    professional: Browser, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, date(2026, 11, 26), professional)
    panel = professional.get(f"/orte/{town.school.id}").select(".panel--today")[0]
    assert "Heute ist niemand vor Ort. Nächste Präsenz: Mo 30.11., 8–13 Uhr." in panel


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2026, 10, 19), "Herbstferien"), (date(2026, 12, 25), "Weihnachtstag"), (date(2026, 11, 22), "Nächste")],
)
def test_holidays_are_named(
    professional: Browser, town: Town, monkeypatch: pytest.MonkeyPatch, day: date, words: str
) -> None:
    on(monkeypatch, day, professional)
    assert words in professional.get(f"/orte/{town.school.id}").select(".panel--today")[0]


def test_a_day_off_of_the_school(professional: Browser, session: Session, town: Town) -> None:
    session.add(FreeDay(place_id=town.school.id, day=WEDNESDAY))
    session.commit()
    panel = professional.get(f"/orte/{town.school.id}").select(".panel--today")[0]
    assert "Beweglicher Ferientag dieser Schule: voraussichtlich niemand vor Ort." in panel


def test_an_absence_has_no_reason_but_a_substitute(professional: Browser, session: Session, town: Town) -> None:
    factories.absence(session, town.aylin, WEDNESDAY, substitute_id=town.jonas.id)
    session.commit()
    page = professional.get(f"/orte/{town.school.id}")
    panel = page.select(".panel--today")[0]
    assert "Aylin Musterfrau heute nicht vor Ort" in panel
    assert "Vertretung: Jonas Probemann" in panel
    assert page.href("Jonas Probemann anrufen") == "tel:+49521519999"
    for word in ("krank", "abwesend", "Urlaub", "Elternzeit"):
        assert word not in page.main


def test_the_week_strikes_the_days_that_are_known_to_fail(
    professional: Browser, session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday, next_monday = WEDNESDAY - timedelta(days=2), WEDNESDAY + timedelta(days=5)
    factories.absence(session, town.aylin, monday, monday)
    factories.absence(session, town.jonas, WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=1))
    session.add(FreeDay(place_id=town.school.id, day=next_monday))
    session.commit()
    page = professional.get(f"/orte/{town.school.id}")
    assert (page.select("#week"), page.select(".week thead th")[3]) == (["Diese Woche"], "Mi 25.11. (heute)")
    assert page.select(".slot--away .slot__time") == ["8–13 Uhr"]
    assert page.select("td.is-today .slot--away") == []
    assert professional.get(f"/orte/{town.club.id}").select(".slot--away") == ["14–18 Uhr nicht vor Ort"]
    on(monkeypatch, WEDNESDAY + timedelta(days=4), professional)
    page = professional.get(f"/orte/{town.school.id}")
    assert (page.select("#week"), page.select(".week thead th")[1]) == (["Nächste Woche"], "Mo 30.11.")
    assert page.select(".slot--away") == ["8–13 Uhr Beweglicher Ferientag dieser Schule"]


def test_nobody_is_missed_before_the_first_day_nor_after_the_last(
    professional: Browser, session: Session, town: Town
) -> None:
    place = factories.school(session, "Neue Schule", "654322")
    mornings = [(day, 8, 12, "") for day in range(5)]
    span = {"valid_from": WEDNESDAY, "valid_until": WEDNESDAY + timedelta(days=1)}
    factories.assignment(session, town.aylin, place, town.provider, times=mornings, **span)
    session.commit()
    page = professional.get(f"/orte/{place.id}")
    free = "– nicht vor Ort"
    assert page.select(".week tbody td") == [free, free, "8–12 Uhr", "8–12 Uhr", "noch offen"]
    assert page.select(".slot--away") == []


def test_unknown_times_are_not_a_no(professional: Browser, session: Session, town: Town) -> None:
    factories.assignment(session, town.jonas, town.school, town.provider, times=[])
    session.commit()
    assert "Jonas Probemann nicht bekannt" in professional.get(f"/orte/{town.school.id}").select(".panel--today")[0]


def test_a_vacancy_and_an_empty_place(professional: Browser, session: Session, town: Town) -> None:
    empty = factories.school(session, "Leere Schule", "654321")
    factories.assignment(session, None, empty, town.provider)
    other = factories.school(session, "Neue Schule", "654322")
    session.commit()
    assert "Die Stelle ist unbesetzt." in professional.get(f"/orte/{empty.id}").main
    assert "Hier ist niemand eingesetzt." in professional.get(f"/orte/{other.id}").main


def test_as_of_shows_names_employers_and_people_of_then(professional: Browser, session: Session, town: Town) -> None:
    earlier(session, town.school, "name", "Schule am Park", date(2026, 7, 31))
    earlier(session, town.school, "name", "Schule im Feld", date(2024, 7, 31))
    earlier(session, town.provider, "name", "Altes Werk e. V.", date(2026, 7, 31))
    earlier(session, town.aylin, "family_name", "Vormals", date(2026, 7, 31))
    earlier(session, town.school, "phone", "+49521333333", date(2026, 7, 31))
    page = professional.get(f"/orte/{town.school.id}?stand=2025-06-04")
    assert page.h1 == "Schule am Park"
    assert "Stand 04.06.2025" in page.main
    assert "Aylin Vormals" in page.main
    assert "Altes Werk e. V." in page.main
    assert "0521 333333" in page.main
    assert "tel:" not in page.html
    today = page.click("Heutigen Stand zeigen")
    assert today.h1 == "Fröbelschule"
    assert "bis 31.07.2026 Name: Schule am Park" in today.main
    assert "bis 31.07.2026 Telefon: 0521 333333" in today.main


def test_all_former_assignments_are_a_click_away(professional: Browser, session: Session, town: Town) -> None:
    for n in range(23):
        last = WEDNESDAY - timedelta(days=30 + n)
        factories.assignment(session, town.jonas, town.club, town.provider, valid_until=last, times=[])
    session.commit()
    for address in (f"/orte/{town.club.id}", f"/personen/{town.jonas.id}"):
        page = professional.get(address)
        assert len(page.select(".section:has(#history) tbody tr")) == 20
        page = page.click("Alle 23 früheren Einsätze zeigen")
        assert len(page.select(".section:has(#history) tbody tr")) == 23
        assert "früheren Einsätze zeigen" not in page.main


def test_former_assignments_stay(professional: Browser, session: Session, town: Town) -> None:
    factories.assignment(session, town.jonas, town.school, town.provider, valid_until=date(2026, 10, 31))
    session.commit()
    page = professional.get(f"/orte/{town.school.id}")
    assert "Jonas Probemann" not in page.select(".panel--today")[0]
    assert "01.08.2020 – 31.10.2026" in page.main
    month_ago = professional.get(f"/orte/{town.school.id}?stand=2026-10-22")
    assert "Jonas Probemann" in month_ago.select(".panel--today")[0]


def test_what_is_planned_is_for_those_who_plan(
    professional: Browser, keeper: Browser, session: Session, town: Town
) -> None:
    town.work.valid_until = date(2027, 1, 31)
    factories.assignment(session, town.jonas, town.school, town.provider, valid_from=date(2027, 2, 1))
    session.commit()
    address = f"/orte/{town.school.id}"
    page = professional.get(address)
    assert "Jonas Probemann" not in page.main
    assert "31.01.2027" not in page.main
    assert "Förderung" not in page.main
    page = keeper.get(address)
    assert "ab 01.02.2027" in page.main
    assert "bis 31.01.2027" in page.main
    assert "Förderung" in page.main
    later = "?stand=2027-03-03"
    assert "Jonas Probemann heute" not in keeper.get(address + later).main
    assert "Jonas Probemann vor Ort" in keeper.get(address + later).main
    page = professional.get(address + later)
    assert "Was für den 03.03.2027 geplant ist, wird nicht gezeigt." in page.main
    assert "Aylin Musterfrau heute vor Ort" in page.main


def test_a_keeper_sees_the_plans_of_the_own_organisation_alone(
    browser: Browser, keeper: Browser, session: Session, town: Town
) -> None:
    other = factories.organisation(session, "Anderer e. V.")
    starts, ends = date(2027, 2, 1), date(2027, 1, 31)
    names = {}
    for unit, name, paid in ((town.provider, "Eigen", 29), (other, "Fremd", 30)):
        who = factories.person(session, "Neu", name, organisation_id=unit.id, valid_from=starts)
        factories.assignment(session, who, town.school, unit, valid_from=starts)
        here = factories.person(session, "Da", name, organisation_id=unit.id)
        factories.assignment(*(session, here, town.school, unit), valid_until=ends, funded_until=date(2026, 12, paid))
        factories.offer(session, town.school, f"Kurs {name}", organisation_id=unit.id, valid_from=starts)
        names[name] = who.id
    factories.account(session, "teil@example.org", Role.DIRECTORY_KEEPER, keeps=town.provider)
    session.commit()
    search.rebuild(session)
    session.commit()
    address = f"/orte/{town.school.id}"
    browser.sign_in("teil@example.org", factories.PASSWORD)
    page = browser.get(address)
    assert ("Neu Eigen" in page.main, "Kurs Eigen" in page.main) == (True, True)
    assert ("Neu Fremd" in page.main, "Kurs Fremd" in page.main) == (False, False)
    assert page.main.count("bis 31.01.2027") == 1
    assert ("29.12.2026" in page.main, "30.12.2026" in page.main) == (True, False)
    assert [browser.get(f"/personen/{key}").status for key in names.values()] == [200, 404]
    found = browser.get("/suche?q=neu").main
    assert ("Neu Eigen" in found, "Neu Fremd" in found) == (True, False)
    assert "wird nicht gezeigt" in browser.get(f"{address}?stand=2027-03-03").main
    all_of_it = keeper.get(address).main
    assert all(text in all_of_it for text in ("Neu Eigen", "Neu Fremd", "Kurs Fremd"))


@pytest.mark.parametrize("text", ["quatsch", "2026-02-30", "0001-01-01", "9999-12-31", "٢٠٢٦-٠١-٠١", "2026-1-1x"])
def test_a_bad_date_is_a_sentence(professional: Browser, town: Town, text: str) -> None:
    for address in (f"/orte/{town.school.id}", f"/personen/{town.aylin.id}", "/orte", "/wer-ist-wo"):
        page = professional.get(f"{address}?stand={text}")
        assert page.status == 200
        assert "ist kein Datum, das gezeigt werden kann" in page.main


def test_an_inferred_district_is_nowhere(professional: Browser, session: Session, town: Town) -> None:
    place = factories.place(session, "Ohne Bezirk", inferred_district_id=town.mitte.id)
    session.commit()
    assert "Mitte" not in professional.get(f"/orte/{place.id}").main
    assert "Ohne Bezirk" not in professional.get(f"/bezirke/{town.mitte.id}").main
    assert "Ohne Bezirk" not in professional.get(f"/orte?bezirk={town.mitte.id}").main


def test_badges_of_the_official_list(professional: Browser, session: Session, town: Town) -> None:
    school = town.school.school
    assert school is not None
    school.operation_key, school.operation_date = "3", date(2027, 8, 1)
    session.commit()
    assert "ab 01.08.2027" in professional.get(f"/orte/{town.school.id}").select(".page-head")[0]
    school.operation_key, school.operation_date = "0", date(2027, 7, 31)
    school.gone_since = date(2026, 11, 1)
    session.commit()
    head = professional.get(f"/orte/{town.school.id}").select(".page-head")[0]
    assert "läuft aus am 31.07.2027" in head
    assert "seit 01.11.2026 nicht mehr in der amtlichen Liste" in head


def test_sites_parent_and_neighbours(professional: Browser, session: Session, town: Town) -> None:
    site = factories.place(session, "Standort Süd", kind="school_site", parent_id=town.school.id)
    factories.place(session, "Nachbarhaus", street="Fröbelstr. 7", postcode="33604")
    session.commit()
    page = professional.get(f"/orte/{town.school.id}")
    assert "Standorte 1 Standort Süd" in page.main
    assert "Unter derselben Anschrift Nachbarhaus" in page.main
    assert "Standort von Fröbelschule" in professional.get(f"/orte/{site.id}").main


def test_edit_links_follow_the_rights(professional: Browser, keeper: Browser, town: Town) -> None:
    address = f"/orte/{town.school.id}"
    assert "Ändern" not in professional.get(address).main
    assert "Einsatz" not in " ".join(professional.get(address).select("a.menu__item"))
    page = keeper.get(address)
    assert page.href("Ort ändern") == f"{address}/bearbeiten"
    assert f"/einsaetze/{town.work.id}/beenden" in page.html


def test_report_an_error_knows_the_page(professional: Browser, town: Town) -> None:
    address = f"/orte/{town.school.id}"
    assert professional.get(address).href("Fehler melden").endswith(f"?thema=entry&seite={address}")


def test_nobody_signed_in_sees_nothing(browser: Browser, town: Town) -> None:
    for address in ("/wer-ist-wo", "/orte", f"/orte/{town.school.id}", f"/personen/{town.aylin.id}"):
        assert browser.get(address).status == 303
    assert browser.get("/datenquellen").status == 200


def fill(session: Session, town: Town, number: int) -> None:
    """Put ``number`` more people, with absences and history, to the school."""
    for n in range(number):
        one = factories.person(session, f"Vorname{n}", f"Name{n}")
        employer = factories.organisation(session, f"Träger {n}")
        factories.assignment(session, one, town.school, employer)
        factories.assignment(session, town.aylin, factories.place(session, f"Ort {n}"), employer)
        factories.assignment(session, one, town.school, employer, valid_until=date(2026, 1, 31))
        factories.absence(session, one, WEDNESDAY + timedelta(days=n))
        rows: list[Place | Person | Organisation] = [town.school, one, employer]
        for row in rows:
            earlier(
                session, row, "name" if not isinstance(row, Person) else "family_name", f"X{n}", date(2026, 1, n + 1)
            )
    session.commit()


@pytest.mark.parametrize("query", ["", "?stand=2025-06-04"])
def test_statements_do_not_grow(app: Flask, keeper: Browser, session: Session, town: Town, query: str) -> None:
    factories.member(session, town.aylin, "Runde Probe")
    session.commit()
    addresses = [f"/orte/{town.school.id}{query}", f"/personen/{town.aylin.id}{query}"]
    small = []
    for address in addresses:
        with counted(app) as seen:
            assert keeper.get(address).status == 200
        small.append(len(seen))
        assert len(seen) <= 17, "\n\n".join(seen)
    fill(session, town, 12)
    for address, before in zip(addresses, small, strict=True):
        with counted(app) as seen:
            assert keeper.get(address).status == 200
        assert len(seen) == before


def test_district_operator_and_organisation_are_those_of_the_day(
    professional: Browser, session: Session, town: Town
) -> None:
    heepen = factories.district(session, "Heepen", "5")
    old = factories.organisation(session, "Neuer Name e. V.")
    yesterday = WEDNESDAY - timedelta(days=1)
    earlier(session, old, "name", "Alter Name e. V.", yesterday)
    for row, field, value in (
        (town.school, "district_id", heepen.id),
        (town.school, "operator_id", old.id),
        (town.aylin, "organisation_id", old.id),
        (town.club, "district_id", ""),
    ):
        earlier(session, row, field, str(value), yesterday)
    then = "?stand=2026-10-25"
    for district, when, there in (
        (heepen.id, then, True),
        (heepen.id, "", False),
        (town.mitte.id, then, False),
        (town.mitte.id, "", True),
    ):
        for address in (f"/bezirke/{district}{when}", f"/orte{when or '?'}&bezirk={district}"):
            found = professional.get(address)
            assert found.status == 200
            assert ("Fröbelschule" in found.main) is there, address
    assert "Jugendtreff" not in professional.get(f"/bezirke/{town.mitte.id}{then}").main
    assert "Jugendtreff" in professional.get(f"/orte{then}").main
    page = professional.get(f"/orte/{town.school.id}{then}").main
    assert "Alter Name e. V." in page
    assert "Stadtbezirk Heepen" in page
    person = professional.get(f"/personen/{town.aylin.id}{then}").main
    assert "Organisation Alter Name e. V." in person
    assert "Aylin" in professional.get(f"/organisationen/{old.id}{then}").main
    assert "Aylin" not in professional.get(f"/organisationen/{old.id}").main
    today = professional.get(f"/orte/{town.school.id}").main
    assert "bis 24.11.2026 Stadtbezirk: Heepen" in today
    assert "Neuer Name e. V." in today
    assert "Organisation: Neuer Name e. V." in professional.get(f"/personen/{town.aylin.id}").main
    start = professional.get(f"/wer-ist-wo{then}").main
    assert "Heepen" in start
