"""Lists of meetings: coming, past, a month, a year; narrowed, empty, and where else they are shown."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.bodies.models import Body
from coordination.core import clock
from coordination.meetings import calendar_sheets
from coordination.meetings.models import DeadlineOverride, Invitation, Meeting
from coordination.meetings.rules import Deadline
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser
from tests.meetings.conftest import DAY
from tests.statements import counted

#: How German writes dates and times, and what no English page has.
GERMAN = (
    r"\d\d\.\d\d\.|\bUhr\b|Ferien|ferien|\b(?:Mo|Di|Mi|Do|Fr|Sa|So),? \d|Januar\b|Februar\b|März|\bMai\b|Juni\b|Juli\b"
    r"|Oktober|Dezember|heute|morgen|Wochen|Monaten"
)


def body(session: Session, key: int) -> Body:
    return session.get_one(Body, key)


def test_empty_lists_say_what_belongs_there(office: Browser, ada: Browser) -> None:
    assert "Keine Sitzungen geplant" in office.get("/termine").main
    assert "Sitzung planen" in office.get("/termine").main
    assert "Sitzung planen" not in ada.get("/termine").main
    assert "Noch keine vergangenen Sitzungen" in ada.get("/termine?vergangen=1").main
    assert "Keine Sitzungen in diesem Jahr" in ada.get("/termine/jahr/2026").main
    assert "In diesem Monat ist keine Sitzung." in ada.get("/termine/monat/2026-11").main


def test_what_comes_and_what_was_by_month(ada: Browser, town: dict[str, int], session: Session) -> None:
    today = clock.today()
    for days, title in ((-40, "Alt"), (-1, "Gestern"), (0, "Heute"), (40, "Bald")):
        factories.meeting(session, body(session, town["formal"]), today + days * DAY, 23, hours=0.5, title=title)
    factories.meeting(session, body(session, town["other"]), today - DAY, hours=48, title="Läuft noch")
    session.commit()
    assert ada.get("/termine").select(".term__title a") == ["Läuft noch", "Heute", "Bald"]
    assert ada.get("/termine").click("Vergangene").select(".term__title a")[:2] == ["Gestern", "Läuft noch"]


def test_links_narrow_every_list(office: Browser, town: dict[str, int], session: Session) -> None:
    today = clock.today()
    district = factories.district(session)
    host = factories.place(session, "Treff Mitte", district_id=district.id)
    formal, light = body(session, town["formal"]), body(session, town["light"])
    light.topics = [Topic(name="Sprache")]
    factories.meeting(session, formal, today, 23, hours=0.5, title="Beiratssitzung", place_id=host.id)
    factories.meeting(session, light, today, 22, hours=0.5, title="Rundentreff")
    other = body(session, town["other"])
    factories.meeting(session, other, today, 21, hours=0.5, title="Öffentliches", is_public=True)
    session.commit()
    page = office.get("/termine")
    assert page.select(".term__title a") == ["Öffentliches", "Rundentreff", "Beiratssitzung"]
    assert page.click("meine Sitzungen").select(".term__title a") == ["Rundentreff", "Beiratssitzung"]
    assert page.click("Sprache").select(".term__title a") == ["Rundentreff"]
    assert page.click("Mitte").select(".term__title a") == ["Beiratssitzung"]
    assert "Keine Sitzung passt" in office.get(f"/termine?thema={light.topics[0].id}&bezirk={district.id}").main
    assert len(office.get("/termine?thema=x&bezirk=%00&gremium=-1&meine=2").select(".term__title a")) == 3
    for address in (f"/termine/monat/{today:%Y-%m}", f"/termine/jahr/{today.year}"):
        narrowed = office.get(f"{address}?gremium={light.id}").main
        assert "Rundentreff" in narrowed
        assert "Beiratssitzung" not in narrowed


def test_a_month_has_its_days_off_with_their_names(ada: Browser, town: dict[str, int], session: Session) -> None:
    factories.meeting(session, body(session, town["formal"]), date(2026, 12, 1), title="Adventssitzung")
    session.commit()
    page = ada.get("/termine/monat/2026-12")
    assert page.h1 == "Dezember 2026"
    assert "Erster Weihnachtstag" in page.main
    assert "Weihnachtsferien" in page.main
    assert "Adventssitzung" in page.main
    # What a short name stands for is there to be read, on paper, too.
    named = session.get_one(Body, town["formal"])
    assert page.select(".month__names div") == [f"{named.short_name} {named.name}"]
    assert len(page.select(".month tbody tr")) == 5
    assert page.click("Monat danach").h1 == "Januar 2027"
    assert page.click("Monat davor").h1 == "November 2026"
    assert "noch nicht bekannt" in ada.get("/termine/monat/2035-03").main


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "2026", "x", "2026-1", "99999-01", "1999-12", "2026-1x", "²026-01"]
)
def test_what_is_no_month_is_not_there(ada: Browser, month: str) -> None:
    assert ada.get(f"/termine/monat/{month}").status == 404


def test_a_year_has_bodies_by_months(ada: Browser, town: dict[str, int], session: Session) -> None:
    factories.meeting(session, body(session, town["formal"]), date(2026, 3, 10), title="Märzsitzung")
    factories.meeting(session, body(session, town["other"]), date(2026, 12, 31), title="Silvester", hours=24)
    session.commit()
    page = ada.get("/termine/jahr/2026")
    assert page.h1 == "Jahresplan 2026"
    assert page.select(".year tbody th a") == ["Beirat Probe", "Fremde Gruppe"]
    assert "Schulferien" in page.main
    assert page.select('td[data-label="März 2026"] .year__date') == ["Di 10. Märzsitzung"]
    # It reaches into the new year, and stands in the one in which it begins.
    assert "Silvester" not in page.click("2027").main
    assert ada.get("/termine/jahr/3000").status == 404


def test_a_meeting_over_midnight_stands_on_both_days(session: Session, town: dict[str, int]) -> None:
    two = factories.meeting(session, body(session, town["formal"]), date(2026, 10, 31), 20, hours=8)
    weeks = calendar_sheets.month_sheet(date(2026, 10, 1), [two])
    shown = [day.day for week in weeks for day in week if day.meetings]
    assert shown == [date(2026, 10, 31), date(2026, 11, 1)]
    days = [day.day for week in weeks for day in week]
    assert days == [days[0] + n * DAY for n in range(len(days))]
    assert (days[0].weekday(), len(days) % 7) == (0, 0)


def test_the_body_and_the_place_show_them(ada: Browser, town: dict[str, int], session: Session) -> None:
    day = clock.today() + 9 * DAY
    factories.meeting(session, body(session, town["formal"]), day, title="Vor Ort", place_id=town["place"])
    session.commit()
    assert "Vor Ort" in ada.get(f"/gremien/{town['formal']}").main
    panel = ada.get(f"/orte/{town['place']}")
    assert "Sitzungen hier" in panel.main
    assert panel.click(f"{day:%d.%m.%Y}, Vor Ort (Beirat Probe)").h1 == "Vor Ort"


def test_a_reader_sees_of_a_public_meeting_when_and_where(
    browser: Browser, town: dict[str, int], session: Session
) -> None:
    day = clock.today() + 9 * DAY
    link = "https://konferenz.example.org/x"
    meeting = factories.meeting(session, body(session, town["formal"]), day, is_public=True, note="Intern", link=link)
    hidden = factories.meeting(session, body(session, town["formal"]), day)
    session.commit()
    browser.sign_in("liest@example.org", factories.PASSWORD)
    page = browser.get(f"/sitzungen/{meeting.id}")
    assert "14:00–16:00 Uhr" in page.main
    for inside in ("Intern", "Fristen", "Verlauf", "Online teilnehmen", "Mehr"):
        assert inside not in page.main
    assert browser.get(f"/sitzungen/{hidden.id}").status == 404


def test_pages_take_the_same_statements_however_much_is_there(
    app: Flask, office: Browser, town: dict[str, int], session: Session
) -> None:
    today = clock.today()

    def plant(first: int, last: int) -> int:
        session.rollback()
        keys = []
        for n in range(first, last):
            host = factories.place(session, f"Ort {n}")
            for key in (town["formal"], town["light"]):
                found = factories.meeting(session, body(session, key), today + timedelta(days=n % 9), place_id=host.id)
                keys.append(found.id)
        session.commit()
        return keys[0]

    key = plant(0, 2)

    def taken() -> dict[str, int]:
        found = {}
        month, formal = f"{today:%Y-%m}", town["formal"]
        for address in (
            f"/sitzungen/{key}",
            "/termine",
            f"/termine/monat/{month}",
            f"/termine/jahr/{today.year}",
            f"/gremien/{formal}/sitzungen/neu",
            f"/gremien/{formal}",
            "/",
        ):
            office.get(address)
            with counted(app) as seen:
                assert office.get(address).status == 200
            found[address] = len(seen)
        return found

    few = taken()
    plant(2, 25)
    assert taken() == few
    assert few[f"/sitzungen/{key}"] <= 10, few
    assert few["/"] <= 10, few
    assert max(few.values()) <= 17, few


def test_the_desk_has_one_s_own_and_what_one_is_invited_to(
    browser: Browser, town: dict[str, int], session: Session
) -> None:
    guest = factories.person(session, "Gina", "Gast")
    factories.account(session, "gast@example.org", person_id=guest.id)
    day = clock.today() + 9 * DAY
    asked = factories.meeting(session, body(session, town["formal"]), day, is_public=True, title="Eingeladen dazu")
    factories.meeting(session, body(session, town["formal"]), day, is_public=True, title="Nur öffentlich")
    session.add(Invitation(meeting_id=asked.id, person_id=guest.id))
    session.commit()
    browser.sign_in("gast@example.org", factories.PASSWORD)
    assert browser.get("/").select(".term__title a") == ["Eingeladen dazu"]
    assert len(browser.get("/termine").select(".term__title a")) == 2


@pytest.mark.parametrize("state", ["fixed", "invited", "running", "minutes_open", "closed", "cancelled"])
def test_a_meeting_of_any_size_takes_ten_reads(
    app: Flask, office: Browser, town: dict[str, int], session: Session, state: str
) -> None:
    meeting = factories.meeting(session, body(session, town["formal"]), clock.today(), state=state)
    session.commit()
    key = meeting.id

    def taken() -> int:
        session.rollback()
        office.get(f"/sitzungen/{key}")
        with counted(app) as seen:
            assert office.get(f"/sitzungen/{key}").status == 200
        # That a transaction begins is said on SQLite alone.
        return len([one for one in seen if not one.startswith("BEGIN")])

    few = taken()
    held = session.get_one(Meeting, key)
    session.add(DeadlineOverride(meeting_id=key, deadline=Deadline.MINUTES, due_on=clock.today(), reason="Urlaub"))
    for n in range(12):
        item = factories.item(session, held, f"Punkt {n}", is_public=n % 2 == 0, version=1)
        for file in range(3):
            factories.item_file(session, item, f"{n}-{file}.txt")
        guest = factories.person(session, f"Gast {n}")
        session.add(Invitation(meeting_id=key, person_id=guest.id))
        if state != "cancelled":
            factories.decision(session, held, f"Beschluss {n}", on=item)
            factories.task(session, held, f"Aufgabe {n}", guest)
    session.commit()
    assert taken() == few <= 10


def test_in_english_no_date_is_german(browser: Browser, session: Session, town: dict[str, int], far: date) -> None:
    of = body(session, town["formal"])
    for day, state in ((far, "invited"), (far + timedelta(days=1), "fixed"), (far - timedelta(days=90), "cancelled")):
        factories.meeting(session, of, day, state=state, title="Probe")
    session.execute(update(UserAccount).values(language="en"))
    session.commit()
    browser.sign_in("buero@example.org", factories.PASSWORD)
    first = session.query(Meeting).order_by(Meeting.id).first()
    assert first is not None
    one = f"/sitzungen/{first.id}"
    pages = ["/", "/termine", "/termine?vergangen=1", f"/termine/monat/{far:%Y-%m}", f"/termine/jahr/{far:%Y}"]
    for page in [*pages, one, f"{one}/einladen", f"{one}/antworten", f"{one}/verlegen"]:
        shown = browser.get(page)
        assert shown.status == 200, page
        assert shown.soup.html is not None
        assert shown.soup.html["lang"] == "en"
        assert re.findall(GERMAN, shown.main) == [], page
