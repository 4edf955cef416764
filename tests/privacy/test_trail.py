"""The trail of changes: everybody sees the own lines, the administration all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.bodies.models import Deputy, Membership, Seat
from coordination.core import clock, registry
from coordination.core.access import Actor, BodyRole, Role
from coordination.core.i18n import format_date
from coordination.core.work import AuditEntry
from coordination.directory import findable
from coordination.directory.models import Person
from coordination.minutes.models import Minutes
from coordination.privacy import pages, subjects
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser
from tests.meetings import world as worlds
from tests.statements import counted


@pytest.fixture
def ada(session: Session) -> int:
    """Return an account with lines of its own, beside those of another and of the program."""
    found = factories.account(session)
    for user_id, action in ((found.id, "own.probe"), (4711, "foreign.probe"), (None, "program.probe")):
        session.add(AuditEntry(at=clock.utc_now(), user_id=user_id, action=action, subject="probe:1"))
    session.commit()
    number: int = found.id
    return number


def test_everybody_sees_the_own_lines_and_no_others(browser: Browser, ada: int) -> None:
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/pruefspur")
    assert "own.probe" in page.main
    assert "foreign.probe" not in page.main
    assert "program.probe" not in page.main


def test_all_lines_are_not_there_for_others_than_the_administration(browser: Browser, ada: int) -> None:
    assert browser.get("/pruefspur").status == 303
    browser.sign_in("ada@example.org", factories.PASSWORD)
    assert browser.get("/pruefspur?alle=1").status == 404


def test_the_administration_sees_all_lines_but_first_its_own(browser: Browser, ada: int, session: Session) -> None:
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    assert "own.probe" not in browser.get("/pruefspur").main
    page = browser.get("/pruefspur?alle=1")
    assert all(one in page.main for one in ("own.probe", "foreign.probe", "program.probe"))


def test_a_hundred_lines_make_a_page_and_the_next_goes_on(browser: Browser, ada: int, session: Session) -> None:
    for number in range(150):
        session.add(AuditEntry(at=clock.utc_now(), user_id=ada, action=f"n{number:03}", subject="probe:1"))
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/pruefspur")
    older = (
        page.click("Ältere")
        if "Ältere" in page.main
        else browser.get(str(page.soup.select("a[href*='vor=']")[0]["href"]))
    )
    shown = page.select("tbody tr td:first-of-type") + older.select("tbody tr td:first-of-type")
    assert [one for one in shown if one[0] == "n"] == [f"n{number:03}" for number in reversed(range(150))]


@pytest.mark.parametrize("before", ["", "x", "-1", "²", "9" * 30, "1.5"])
def test_a_strange_beginning_is_ignored(browser: Browser, ada: int, before: str) -> None:
    browser.sign_in("ada@example.org", factories.PASSWORD)
    assert "own.probe" in browser.get(f"/pruefspur?vor={before}").main


def test_signing_in_and_a_new_password_are_lines_of_the_account(browser: Browser, ada: int, session: Session) -> None:
    browser.sign_in("ada@example.org", factories.PASSWORD)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "account.signed_in")).all()
    assert [entry.user_id for entry in entries] == [ada]
    assert "Angemeldet" in browser.get("/pruefspur").main


def test_what_was_refused_is_no_change(browser: Browser, ada: int, session: Session) -> None:
    browser.sign_in("ada@example.org", factories.PASSWORD)
    assert browser.get("/verwaltung/konten").status == 404
    assert "Zugriff abgelehnt" not in browser.get("/pruefspur").main
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    session.commit()
    browser.forget()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    assert "Zugriff abgelehnt" in browser.get("/pruefspur?alle=1").select("tbody")[0]


def test_lines_name_what_they_are_about_and_are_narrowed(browser: Browser, ada: int, session: Session) -> None:
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    person = factories.person(session, "Aylin", "Musterfrau")
    place = factories.school(session, "Fröbelschule", "654321")
    planned = factories.assignment(
        session, person, place, factories.organisation(session), valid_from=clock.today() + timedelta(days=9)
    )
    for action, subject, days in (
        ("person.created", f"person:{person.id}", 0),
        ("account.changed", f"user_account:{ada}", 0),
        ("assignment.created", f"assignment:{planned.id}", 0),
        ("place.changed", f"place:{place.id}", 3),
    ):
        session.add(AuditEntry(at=clock.utc_now() - timedelta(days=days), user_id=ada, action=action, subject=subject))
    session.commit()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    page = browser.get("/").click("Änderungsprotokoll")
    assert page.click("Person: Aylin Musterfrau").h1 == "Aylin Musterfrau"
    assert page.click("Konto: Ada").status == 200
    assert page.click("Ort: Fröbelschule").h1 == "Fröbelschule"
    assert "Einsatz: " not in page.main, "the administration does not see plans"
    assert len(browser.get("/pruefspur?alle=1&vorgang=person.created").select("tbody tr")) == 1
    day = (clock.today() - timedelta(days=3)).isoformat()
    assert len(browser.get(f"/pruefspur?alle=1&tag={day}").select("tbody tr")) == 1
    assert "Keine Zeile passt" in browser.get(f"/pruefspur?alle=1&tag={day}&vorgang=person.created").main


def test_the_trail_takes_as_many_statements_whatever_it_names(
    app: Flask, browser: Browser, ada: int, session: Session
) -> None:
    def add(count: int) -> None:
        for number in range(count):
            who = factories.person(session, f"V{number}", f"N{number}")
            session.add(
                AuditEntry(at=clock.utc_now(), user_id=ada, action="person.created", subject=f"person:{who.id}")
            )
        session.commit()

    add(1)
    browser.sign_in("ada@example.org", factories.PASSWORD)
    with counted(app) as few:
        browser.get("/pruefspur")
    add(9)
    with counted(app) as many:
        browser.get("/pruefspur")
    assert len(many) == len(few)


def test_lines_about_a_body_name_it_and_what_is_planned_only_to_its_office(
    browser: Browser, ada: int, session: Session
) -> None:
    who = factories.person(session, "Aylin", "Musterfrau")
    body = factories.member(session, who, "Beirat Probe")
    soon = clock.today() + timedelta(days=9)
    ben = factories.person(session, "Ben", "Birke")
    planned = Membership(body_id=body.id, person_id=ben.id, role=BodyRole.CHAIR, valid_from=soon)
    seat = Seat(body_id=body.id, label="Schulaufsicht", role=BodyRole.VOTING_MEMBER, valid_from=factories.LONG_AGO)
    topic = Topic(name="Übergang")
    session.add_all([planned, seat, topic])
    session.flush()
    now = session.scalars(select(Membership).where(Membership.person_id == who.id)).one()
    deputy = Deputy(body_id=body.id, membership_id=now.id, person_id=ben.id, valid_from=factories.LONG_AGO)
    session.add(deputy)
    session.flush()
    rows = {"membership": now.id, "seat": seat.id, "deputy": deputy.id, "topic": topic.id}
    for subject in [f"membership:{planned.id}", *(f"{kind}:{key}" for kind, key in rows.items())]:
        session.add(AuditEntry(at=clock.utc_now(), user_id=ada, action="seat.created", subject=subject))
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/pruefspur")
    assert page.click("Mitgliedschaft: Aylin Musterfrau, Beirat Probe").h1 == "Beirat Probe"
    assert "Sitz: Schulaufsicht, Beirat Probe" in page.main
    assert "Vertretung: Ben Birke, Beirat Probe" in page.main
    assert "Thema: Übergang" in page.main
    assert "Mitgliedschaft: Ben Birke" not in page.main, "a plan of the office"
    account = session.get_one(UserAccount, ada)
    account.person_id = ben.id
    factories.member(session, ben, "Beirat Probe", BodyRole.SECRETARIAT)
    session.commit()
    assert "Mitgliedschaft: Ben Birke, Beirat Probe" in browser.get("/pruefspur").main


def test_who_no_longer_keeps_accounts_reads_no_names_of_them(browser: Browser, ada: int, session: Session) -> None:
    other = factories.account(session, "eva@example.org", Role.ADMINISTRATOR).id
    for key in (ada, other):
        session.add(
            AuditEntry(at=clock.utc_now(), user_id=ada, action="account.changed", subject=f"user_account:{key}")
        )
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/pruefspur")
    assert "Konto: Ada" in page.main, "the own name"
    assert "Eva" not in page.main


def test_names_of_what_a_reader_does_not_find_are_not_said(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, hidden = factories.person(session, "Aylin"), factories.person(session, "Verborgen")
    source = next(one for one in findable.SOURCES if one.kind == "person")
    narrowed = replace(source, visible=lambda _actor, _day: select(Person.id).where(Person.id == seen.id))
    closed = replace(source, may_see=lambda _actor: False)
    paths = [f"/personen/{seen.id}", f"/personen/{hidden.id}"]
    subjects_of = {f"person:{one.id}" for one in (seen, hidden)}
    for sources, count in (([narrowed], 1), ([closed], 0), ([source], 2)):
        monkeypatch.setattr(registry, "search_sources", sources)
        actor = Actor(user_id=1)
        assert len(pages.names(session, actor, paths, clock.today())) == count
        named = [one for one in subjects.of(session, actor, subjects_of, clock.today()).values() if one.name]
        assert len(named) == count


def test_lines_about_minutes_and_decisions_name_their_meeting_to_whoever_may_know_of_it(
    browser: Browser, session: Session
) -> None:
    world = worlds.make(session)
    meeting = worlds.meeting(session, world, days=-1)
    item = factories.item(session, meeting, "Haushalt", version=1)
    minutes = Minutes(meeting_id=meeting.id)
    session.add(minutes)
    decision = factories.decision(session, meeting, "Wir fangen an.", on=item)
    session.flush()
    inside = factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=world.mira.id).id
    outside = factories.account(session, "fremd@example.org").id
    for user in (inside, outside):
        for action, subject in (
            ("minutes.approved", f"minutes:{minutes.id}"),
            ("decision.recorded", f"decision:{decision.id}"),
            ("agenda.item_added", f"agenda_item:{item.id}"),
        ):
            session.add(AuditEntry(at=clock.utc_now(), user_id=user, action=action, subject=subject))
    session.commit()
    held = f"der Sitzung „{meeting.title}“ am {format_date(meeting.starts_at.date())}"
    browser.sign_in("mira@example.org", factories.PASSWORD)
    page = browser.get("/pruefspur")
    assert page.click(f"Protokoll {held}").h1 == meeting.title
    assert f"Tagesordnung {held}" in page.main
    assert f"Wir fangen an. (Sitzung „{meeting.title}“" in page.main
    browser.forget()
    browser.sign_in("fremd@example.org", factories.PASSWORD)
    told = browser.get("/pruefspur").main
    assert "Protokoll genehmigt" in told
    for hidden in (meeting.title, "Wir fangen an", "Haushalt"):
        assert hidden not in told, hidden
