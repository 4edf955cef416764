"""From a keeper's desk over the mail to "zuletzt bestätigt" on the school's page; answered on a phone, no scripts."""

from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.directory.models import Person
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.demo import KEEPER, PROFESSIONAL, SQLITE_FIRST, sign_in
from tests.journeys.mails import delivered, link
from tests.journeys.test_invitation import follow, heading, press
from tests.journeys.test_phone import THUMB, does_not_scroll_sideways

SCHOOL = "Fröbelschule"


def whose(session: Session) -> tuple[str, str]:
    """Return name and address of the professional of the demonstration."""
    statement = select(Person).join(UserAccount, UserAccount.person_id == Person.id)
    person = session.scalars(statement.where(UserAccount.email == PROFESSIONAL)).one()
    said = person.name, person.email
    session.rollback()
    return said


@SQLITE_FIRST
def test_from_the_mail_to_last_confirmed_on_the_page_of_the_school(
    demo: None, app: Flask, desktop: Page, open_page: OpenPage, session: Session
) -> None:
    name, address = whose(session)
    sign_in(desktop, KEEPER)
    line = desktop.get_by_role("listitem").filter(has_text="Die Angaben von Stadt Bielefeld wurden zuletzt am")
    line.get_by_role("link", name="Bestätigen lassen").click()
    heading(desktop, "Angaben bestätigen lassen")
    desktop.get_by_role("link", name=name, exact=True).click()
    expect(desktop.get_by_role("complementary", name=f"Vorschau für {name}")).to_contain_text(SCHOOL)
    press(desktop, re.compile(r"^\d+ Mails senden$"))
    heading(desktop, "Wer hat geantwortet?")
    row = desktop.get_by_role("row").filter(has=desktop.get_by_role("link", name=name, exact=True))
    expect(row).to_contain_text("offen")

    phone = open_page(PHONE, javascript=False)
    phone.goto(link(delivered(app)[address], "bestaetigen"))
    heading(phone, "Stimmen Ihre Angaben noch?")
    expect(phone.get_by_role("region", name=SCHOOL)).to_contain_text("Schulsozialarbeit")
    box = phone.get_by_role("button", name="Stimmt so").bounding_box()
    assert box is not None
    assert box["height"] >= THUMB - 4
    assert does_not_scroll_sideways(phone)
    press(phone, "Stimmt so")
    expect(phone.get_by_role("main")).to_contain_text("Danke, Ihre Angaben sind bestätigt")
    follow(phone, "Ändern")
    phone.get_by_label("Montag, Raum", exact=True).fill("Raum 118")
    press(phone, "Senden")
    expect(phone.get_by_role("main")).to_contain_text("Danke, Ihre Änderung gilt ab heute")
    assert does_not_scroll_sideways(phone)
    assert phone.context.cookies() == []

    desktop.reload()
    expect(row).to_contain_text("geändert")
    reader = open_page(PHONE, javascript=False)
    sign_in(reader, PROFESSIONAL)
    reader.goto("/suche?q=fröbelschule")
    reader.get_by_role("main").get_by_role("link", name=SCHOOL, exact=True).click()
    table = reader.get_by_role("table", name="Einsätze", exact=True)
    assigned = table.get_by_role("row").filter(has=reader.get_by_role("link", name=name, exact=True))
    expect(assigned).to_contain_text("25.11.2026")
    expect(assigned).to_contain_text("von der Person selbst")
