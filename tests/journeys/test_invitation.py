"""From a new body to an invitation that has arrived; and a member who cannot come, on a phone, without scripts."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Deputy, Membership
from coordination.directory.models import Person
from coordination.meetings.dispatch import ANSWER
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer, MeetingState
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.demo import SQLITE_FIRST, sign_in
from tests.journeys.mails import delivered, link
from tests.journeys.stations import EMAILS, OFFICE
from tests.journeys.test_phone import THUMB, does_not_scroll_sideways


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def choose(page: Page, label: str, name: str) -> None:
    """Choose from a long list as one types into it."""
    field = page.get_by_role("combobox", name=label)
    field.fill(name)
    field.press("Enter")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def make_body(page: Page, members: list[Person]) -> None:
    """Make a formal body with a chair and two who vote, and give it a longer notice."""
    page.get_by_role("navigation", name="Hauptnavigation").get_by_role("link", name="Gremien").click()
    follow(page, "Neues Gremium")
    page.get_by_label("Name", exact=True).fill("Beirat Familienzentren")
    page.get_by_label(re.compile("^Kurzname")).fill("BFZ")
    page.get_by_label("Art", exact=True).select_option(label="Beirat")
    page.get_by_label(re.compile("^Aufgabe")).fill("Begleitet die Familienzentren der Stadt.")
    page.get_by_label("Sprache und Elternbildung").check()
    press(page, "Gremium anlegen")
    heading(page, "Beirat Familienzentren")
    expect(page.get_by_role("main")).to_contain_text("Begleitet die Familienzentren der Stadt.")
    for one, role in zip(members, ("Vorsitz", "Stimmberechtigtes Mitglied", "Stimmberechtigtes Mitglied"), strict=True):
        follow(page, "Mitglied hinzufügen")
        choose(page, "Person", one.name)
        page.get_by_label("Rolle", exact=True).select_option(label=role)
        press(page, "Mitglied speichern")
        heading(page, "Beirat Familienzentren")
        expect(page.get_by_role("link", name=one.name, exact=True).first).to_be_visible()
    follow(page, "Regeln ändern")
    page.get_by_label("Einladung: volle Tage vorher").fill("21")
    press(page, "Regeln speichern")
    expect(page.get_by_role("main")).to_contain_text("Einladung 21 Kalendertage vorher")
    page.get_by_role("link", name="Beirat Familienzentren").click()


def plan(page: Page) -> None:
    """Plan a meeting with one item."""
    follow(page, "Sitzung planen")
    page.get_by_label("Tag", exact=True).fill("2027-02-04")
    page.get_by_label("von", exact=True).fill("14:00")
    page.get_by_label("bis", exact=True).fill("16:00")
    page.get_by_label(re.compile("^Raum")).fill("Rathaus, Raum 2")
    press(page, re.compile("^Termin( trotzdem)? eintragen"))
    heading(page, "1. Sitzung 2027")
    expect(page.get_by_role("main")).to_contain_text("Do, 04.02.2027, 14:00–16:00 Uhr")
    follow(page, "Tagesordnung schreiben")
    page.get_by_label("Titel", exact=True).fill("Vorstellung der Häuser")
    press(page, "Auf die Tagesordnung setzen")
    expect(page.get_by_role("main")).to_contain_text("Vorstellung der Häuser")
    follow(page, "Zur Sitzung")


@SQLITE_FIRST
def test_the_coordinator_from_a_new_body_to_an_invitation_that_arrives(
    demo: None, app: Flask, desktop: Page, session: Session
) -> None:
    people = session.scalars(select(Person).where(Person.email != "").order_by(Person.id)).all()
    members = [one for one in people if one.valid_until is None][20:23]
    page = sign_in(desktop, EMAILS[OFFICE])
    make_body(page, members)
    plan(page)
    follow(page, "Einladung vorbereiten")
    table = page.get_by_role("table", name="Mailplan")
    for one in members:
        expect(table).to_contain_text(one.name)
    # Nothing has left yet.
    assert members[0].email not in delivered(app)
    press(page, re.compile(r"^4 Mails senden"))
    heading(page, "1. Sitzung 2027")
    expect(page.get_by_role("main")).to_contain_text("eingeladen")

    mails = delivered(app)
    for one in members:
        assert "Vorstellung der Häuser" in mails[one.email]
        assert "04.02.2027, 14:00" in mails[one.email]
    page.goto(link(mails[members[1].email], "antwort"))
    heading(page, "Ihre Antwort")
    expect(page.get_by_role("main")).to_contain_text(members[1].name)


@pytest.fixture
def asked(demo: None, session: Session) -> Invitation:
    """Return the invitation of a member with a personal deputy who is not asked yet."""
    invited = select(Meeting.id).where(Meeting.state == MeetingState.INVITED, Meeting.moved_from.is_(None))
    others = select(Invitation.person_id).where(Invitation.meeting_id.in_(invited))
    found = session.scalars(
        select(Invitation)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .join(
            Membership,
            (Membership.person_id == Invitation.person_id) & (Membership.body_id == Meeting.body_id),
        )
        .join(Deputy, Deputy.membership_id == Membership.id)
        .where(Meeting.id.in_(invited), Deputy.person_id.not_in(others), Invitation.answer != Answer.DELEGATED)
        .order_by(Invitation.id)
    ).first()
    assert found is not None
    return found


@SQLITE_FIRST
def test_a_member_declines_on_a_phone_and_names_a_deputy_who_is_invited(
    asked: Invitation, app: Flask, phone: Page, open_page: OpenPage, session: Session
) -> None:
    token = app.extensions["koordination.site"].signer.make(ANSWER, asked.id, asked.generation)
    phone.goto(f"/antwort/{token}")
    heading(phone, "Ihre Antwort")
    expect(phone.get_by_role("main")).to_contain_text(asked.person.name)
    # Looking stores nothing, and nobody has to sign in.
    session.rollback()
    assert session.get_one(Invitation, asked.id).answer is asked.answer
    expect(phone.get_by_role("link", name="Anmelden")).to_have_count(0)
    phone.get_by_label("Ich komme nicht").check()
    offered = phone.get_by_label(re.compile("^Vertretung"))
    deputy = offered.locator("option").nth(1).inner_text()
    offered.select_option(label=deputy)
    phone.get_by_label(re.compile("^Nachricht an")).fill("Ich bin auf Klassenfahrt.")
    button = phone.get_by_role("button", name="Antwort speichern")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= THUMB
    button.click()
    expect(phone.get_by_role("main")).to_contain_text("Ihre Antwort ist gespeichert")
    expect(phone.get_by_role("main")).to_contain_text("Vertretung angefragt")
    assert does_not_scroll_sideways(phone)
    assert phone.context.cookies() == []

    person = next(one for one in session.scalars(select(Person)).all() if one.name == deputy)
    mails = delivered(app)
    assert asked.meeting.title in mails[person.email]
    other = open_page(PHONE, javascript=False)
    other.goto(link(mails[person.email], "antwort"))
    heading(other, "Ihre Antwort")
    expect(other.get_by_role("main")).to_contain_text(f"in Vertretung für {asked.person.name}")
    other.get_by_label("Ich komme", exact=True).check()
    other.get_by_role("button", name="Antwort speichern").click()
    expect(other.get_by_role("main")).to_contain_text("zugesagt")

    office = sign_in(open_page(), EMAILS[OFFICE])
    office.goto(f"/sitzungen/{asked.meeting_id}/antworten")
    # The line of the deputy names the member, too, but links to the deputy.
    name = office.get_by_role("link", name=asked.person.name, exact=True)
    line = office.get_by_role("row").filter(has=name).first
    expect(line).to_contain_text("Vertretung angefragt")
    expect(line).to_contain_text("Ich bin auf Klassenfahrt.")
