"""What everybody sees of schools once the city wants it so, and what nobody sees there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.core.errors import NotFound
from coordination.core.work import AuditEntry, Work
from coordination.directory.models import Assignment, FreeDay, Place
from coordination.directory.public import services
from coordination.directory.public.rules import is_office_s, joined
from coordination.directory.rules import HolidayPresence, WeeklyTime
from tests import factories
from tests.browser import Browser, Page
from tests.directory.conftest import WEDNESDAY
from tests.directory.public.conftest import LIST, REPORT, SCHOOL, SECRETS, SWITCH, Open
from tests.statements import counted

PAGES = (LIST, SCHOOL, REPORT)


def leaked(text: str) -> list[str]:
    return [one for one in SECRETS if one.casefold() in text.casefold()]


@pytest.mark.parametrize("address", [*PAGES, f"{LIST}/999999"])
def test_it_is_off_until_somebody_switches_it_on(browser: Browser, planted: Open, address: str) -> None:
    page = browser.get(address)
    assert (page.status, page.h1) == (404, "Diese Seite ist nicht eingeschaltet")
    assert page.select("main a") == ["Anmelden", "Koordination fragen"]
    assert "Fröbelschule" not in page.html
    assert browser.post(REPORT, {"text": "Hallo"}).status == 404


def test_the_administration_switches_it_on_and_off(
    browser: Browser, administrator: Browser, session: Session, planted: Open
) -> None:
    page = administrator.get("/verwaltung/konten").click("Öffentliche Seite")
    assert "ausgeschaltet" in page.main
    preview = page.click("Vorschau")
    assert (preview.status, "bisher nur die Verwaltung" in preview.main) == (200, True)
    page = page.submit("Einschalten").follow()
    assert page.flash == "Die öffentliche Seite ist jetzt für alle da."
    assert "eingeschaltet seit 25.11.2026" in page.main
    assert "bisher nur die Verwaltung" not in browser.get(LIST).main
    assert browser.get(LIST).status == 200
    page.submit("Ausschalten").follow()
    assert browser.get(LIST).status == 404
    session.rollback()
    lines = session.execute(
        select(AuditEntry.action, AuditEntry.subject)
        .where(AuditEntry.action.startswith("public_page"))
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(line) for line in lines] == [
        ("public_page.switched_on", "public_page:1"),
        ("public_page.switched_off", "public_page:1"),
    ]
    trail = administrator.get("/pruefspur?alle=1").main
    assert "Öffentliche Seite eingeschaltet" in trail


def test_switching_on_what_is_on_leaves_no_line(administrator: Browser, session: Session, opened: Open) -> None:
    form = administrator.get(SWITCH).form("Ausschalten")
    filled = form.fill("Ausschalten", {})
    filled.data["an"] = "1"
    administrator.send(SWITCH, filled)
    session.rollback()
    assert session.scalars(select(AuditEntry).where(AuditEntry.subject == "public_page:1")).all() == []


def test_others_do_not_find_the_switch(browser: Browser, planted: Open) -> None:
    browser.sign_in("fach@example.org", factories.PASSWORD)
    assert browser.get(SWITCH).status == 404
    assert browser.get(LIST).status == 404


def test_the_service_asks_for_itself_who_switches(session: Session, planted: Open) -> None:
    work = Work(
        session, Actor(user_id=1, roles=frozenset(Role) - {Role.ADMINISTRATOR}, keeps_all=True), clock.utc_now()
    )
    with pytest.raises(NotFound):
        services.switch(work, to_on=True)


@pytest.mark.parametrize("address", [*PAGES, f"{LIST}?q=geheim", f"{LIST}?form=02&bezirk=1"])
def test_nothing_about_people_gets_out(browser: Browser, site_of: Place, address: str) -> None:
    page = browser.get(address)
    assert page.status == 200
    assert leaked(page.html + str(page.headers)) == []
    assert "noindex" in page.html
    assert page.select('[href^="tel:"]') == []


def test_a_school_is_found_by_the_name_of_its_site(browser: Browser, site_of: Place) -> None:
    assert browser.get(f"{LIST}?q=nord").select("tbody th a") == ["Fröbelschule"]


def test_looking_leaves_no_cookie(browser: Browser, opened: Open) -> None:
    for address in PAGES:
        assert "Set-Cookie" not in browser.get(address).headers
    assert "Set-Cookie" not in browser.get(REPORT).submit("Senden", text="Die Zeiten stimmen nicht").headers


def test_the_list_says_when_and_where_to_write(browser: Browser, opened: Open) -> None:
    (row,) = browser.get(LIST).select("tbody tr")
    # Two people's times on Monday are one span; an absence of today shows nowhere.
    assert row == (
        "Fröbelschule Grundschule Mitte Mo 8–14 Uhr; Mi 8–10 Uhr; Do, Fr 9–11 Uhr ssa@beispielwerk.example.org"
    )


def test_the_page_of_a_school(browser: Browser, site_of: Place) -> None:
    page = browser.get(LIST).click("Fröbelschule")
    assert page.url == SCHOOL
    assert page.href("An das Sekretariat schreiben") == "mailto:123456@schule.nrw.de"
    rows = page.select(".week tbody tr")
    assert rows[0].startswith("Beispielwerk gGmbH 8–14 Uhr")
    assert rows[-1].startswith("Beispielwerk gGmbH Fröbelschule, Standort Nord")
    assert page.select(".facts dd") == [
        "ssa@beispielwerk.example.org",
        # What belongs to a person, and what lies at a provider of private mail, is no office's.
        "über das Sekretariat der Schule",
        "über das Sekretariat der Schule",
        "ssa@beispielwerk.example.org",
    ]


@pytest.mark.parametrize("number", ["%00", "123456%00", "abc", "²²²²²²", "9" * 5000])
def test_what_is_no_school_number_is_no_school(browser: Browser, opened: Open, number: str) -> None:
    assert browser.get(f"{LIST}/{number}").status == 404
    assert browser.get(f"{LIST}/{number}/melden").status == 404


def test_a_school_without_an_entry_says_whom_to_ask(browser: Browser, session: Session, opened: Open) -> None:
    factories.school(session, "Leere Schule", "200001")
    factories.school(session, "Schulamt", "200002", form_code="0A")
    factories.school(session, "Kommende Schule", "200003", valid_from=date_after())
    session.commit()
    assert "Bitte fragen Sie das Sekretariat" in browser.get(f"{LIST}/200001").main
    # What is no school, and what is only planned, is not there.
    assert [browser.get(f"{LIST}/{number}").status for number in ("200002", "200003", "123457")] == [404] * 3
    assert len(browser.get(LIST).select("tbody tr")) == 2


def date_after() -> object:
    return WEDNESDAY.replace(day=26)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=froebel", ["Fröbelschule"]),
        ("q=BEL+schu", ["Fröbelschule"]),
        ("q=%25", []),
        ("q=ärmel", ["Ärmelschule"]),
        ("form=20", ["Ärmelschule"]),
        ("form=99", ["Ärmelschule", "Fröbelschule"]),
        ("bezirk={district}", ["Fröbelschule"]),
        ("bezirk=abc", ["Ärmelschule", "Fröbelschule"]),
        ("q=geheimname", []),
    ],
)
def test_the_list_is_narrowed(browser: Browser, session: Session, opened: Open, query: str, found: list[str]) -> None:
    factories.school(session, "Ärmelschule", "200001", form_code="20")
    district = opened.school.district_id
    session.commit()
    page = browser.get(f"{LIST}?{query.format(district=district)}")
    assert page.select("tbody th a") == found
    assert found or "Keine Schule passt" in page.main


def test_only_forms_that_occur_are_offered(browser: Browser, session: Session, opened: Open) -> None:
    factories.school(session, "Alte Volksschule", "200077", form_code="01", valid_until=date(2026, 7, 31))
    factories.school(session, "Gesamtschule Rose", "200078", form_code="15")
    session.commit()

    def forms(page: Page) -> list[str]:
        return [str(one["value"]) for one in page.soup.select("#form option")]

    assert forms(browser.get(LIST)) == ["", "02", "15"]
    chosen = browser.get(f"{LIST}?form=17")
    assert forms(chosen) == ["", "02", "15", "17"], "what an address asks for is shown as chosen"


def test_the_list_goes_on_after_fifty(browser: Browser, session: Session, opened: Open) -> None:
    for number in range(51):
        factories.school(session, f"Schule {number:02}", f"2000{number:02}")
    session.commit()
    first = browser.get(LIST)
    assert len(first.select("tbody tr")) == 50
    assert browser.get(f"{LIST}?q=schule").click("Weiter").select("tbody th a") == ["Schule 49", "Schule 50"]


def test_a_day_off_is_said(browser: Browser, session: Session, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    session.add(FreeDay(place_id=opened.school.id, day=WEDNESDAY))
    session.commit()
    assert "Heute: Beweglicher Ferientag dieser Schule" in browser.get(SCHOOL).main
    assert "Heute:" not in browser.get(LIST).main
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 12, 28, 9, 0, tzinfo=UTC))
    assert "Heute: Weihnachtsferien" in browser.get(LIST).main
    assert "Heute: Weihnachtsferien" in browser.get(SCHOOL).main


@pytest.mark.parametrize(
    ("said", "sentence", "note"),
    [
        (["by_arrangement"] * 4, "in den Ferien nach Absprache da", "in den Ferien: nach Absprache"),
        (["yes"] * 4, "auch in den Ferien zu den üblichen Zeiten da", "in den Ferien: ja"),
        # One of two who is there: their times stand as one, and would be promised as a whole.
        (["yes", None, "no", "no"], "in der Regel nicht vor Ort", None),
        (["no"] * 4, "in der Regel nicht vor Ort", None),
    ],
)
def test_the_holidays_are_named_where_somebody_is_there_in_them(
    browser: Browser,
    session: Session,
    opened: Open,
    monkeypatch: pytest.MonkeyPatch,
    said: list[str | None],
    sentence: str,
    note: str | None,
) -> None:
    statement = select(Assignment).where(Assignment.place_id == opened.school.id, Assignment.person_id.is_not(None))
    # Those who are there now, then one who comes before the holidays.
    for number, row in enumerate(session.scalars(statement.order_by(Assignment.id))):
        one = said[min(number, 3)]
        row.in_holidays = HolidayPresence(one) if one else None
    session.commit()
    for page in (browser.get(SCHOOL), browser.get(LIST)):
        assert (note in page.main) if note else ("in den Ferien:" not in page.main)
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 12, 28, 9, 0, tzinfo=UTC))
    assert sentence in browser.get(SCHOOL).main
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 12, 25, 9, 0, tzinfo=UTC))
    assert "in der Regel nicht vor Ort" in browser.get(SCHOOL).main


def test_the_pages_take_a_fixed_number_of_statements(
    app: Flask, browser: Browser, session: Session, opened: Open
) -> None:
    def statements(address: str) -> int:
        with counted(app) as seen:
            assert browser.get(address).status == 200
        return len([one for one in seen if not one.startswith("BEGIN")])

    before = [statements(address) for address in (LIST, SCHOOL)]
    for number in range(8):
        place = factories.school(session, f"Schule {number}", f"2000{number:02}")
        unit = factories.organisation(session, f"Träger {number}", email=f"t{number}@example.org")
        who = factories.person(session, f"N{number}", "Viel", email=f"n{number}@example.org")
        for where in (place, opened.school):
            factories.assignment(session, who, where, unit)
    session.commit()
    # The switch, schools, sites, assignments, times, mailboxes; a list also
    # the districts, the forms that there are and the number of schools, a school its days off.
    assert [statements(address) for address in (LIST, SCHOOL)] == before == [9, 7]


def time_of(day: int, first: int, last: int, room: str = "") -> WeeklyTime:
    return WeeklyTime(day, time(first), time(last), room)


def test_times_are_joined_as_if_they_were_one_person_s() -> None:
    times = [time_of(0, 10, 14, "A"), time_of(0, 8, 12, "B"), time_of(0, 9, 10), time_of(0, 15, 16), time_of(1, 8, 9)]
    assert joined(times) == (time_of(0, 8, 14), time_of(0, 15, 16), time_of(1, 8, 9))
    assert joined([time_of(2, 8, 10), time_of(2, 10, 12)]) == (time_of(2, 8, 12),)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("ssa@example.org", True),
        ("Ada@Example.org ", False),
        ("ssa@gmx.de", False),
        ("ssa@t-online.de", False),
        ("", False),
        ("ohne-at", False),
    ],
)
def test_which_mailbox_is_an_office_s(address: str, *, is_one: bool) -> None:
    found = is_office_s(address, of_people={"ada@example.org"}, private={"gmx", "t-online"})
    assert found is is_one
