"""A decision and a task, taken down as the meeting runs: read as a PDF, reminded of, done by the link in the mail."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.core import clock
from coordination.directory.models import Person
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState
from tests.journeys.conftest import OpenPage
from tests.journeys.demo import PROFESSIONAL, SQLITE_FIRST, sign_in
from tests.journeys.mails import delivered, link
from tests.journeys.stations import EMAILS, OFFICE
from tests.journeys.test_invitation import choose, follow, press
from tests.pdf_text import text_of_pdf

DECISION = "Die gemeinsame Nummer am Freitagnachmittag bleibt bis zu den Osterferien."
TASK = "Erfahrungen mit der Nummer am Freitag zusammentragen"


def take_down(page: Page, item: int, name: str) -> None:
    """Mark a sentence of the text and make it a decision; then enter a task: all of it by keys."""
    field = page.locator(f"#text-{item}")
    field.fill(f"Die Nummer wird genutzt. {DECISION}")
    field.evaluate(
        "(field, from) => field.setSelectionRange(from, field.value.length)", len("Die Nummer wird genutzt. ")
    )
    field.press("Alt+v")
    card = page.get_by_role("group", name="Beschluss festhalten")
    expect(card.get_by_label("Wortlaut")).to_have_value(DECISION)
    card.get_by_label("Ja", exact=True).fill("4")
    card.get_by_label("Enthaltungen", exact=True).fill("1")
    card.get_by_role("button", name="Beschluss festhalten").click()
    section = page.locator(f"#top-{item}")
    expect(section.locator("article")).to_contain_text("einstimmig bei einer Enthaltung")
    expect(field).to_be_focused()
    # What became the decision left the note; its number stands in words.
    expect(field).to_have_value("Die Nummer wird genutzt. ")
    expect(section.locator("[data-status]")).to_contain_text(re.compile(r"Beschluss KSSA 2026-\d\d|gespeichert"))
    field.press("Alt+a")
    card = page.get_by_role("group", name="Aufgabe eintragen")
    card.get_by_label("Aufgabe", exact=True).fill(TASK)
    choose(page, "Person", name)
    card.get_by_label(re.compile("^Fällig")).fill((clock.today() + timedelta(days=3)).isoformat())
    card.get_by_role("button", name="Aufgabe eintragen").click()
    expect(section.locator("article")).to_have_count(2)
    expect(section.locator("article").last).to_contain_text(TASK)


def read_as_pdf(page: Page, address: str, folder: Path) -> str:
    """Return the text of the PDF that a member opens from the page of the minutes."""
    page.goto(address)
    expect(page.get_by_role("main")).to_contain_text(DECISION)
    with page.expect_download() as download:
        page.get_by_role("link", name="Als PDF").click()
    assert download.value.suggested_filename.startswith("Protokoll KSSA")
    file = folder / "minutes.pdf"
    download.value.save_as(file)
    # Words that the file divides at the end of a line are whole again.
    return re.sub("(?<=[a-zäöüß])[-\u00ad] (?=[a-zäöüß])", "", " ".join(text_of_pdf(file.read_bytes()).split()))


@SQLITE_FIRST
def test_a_decision_is_read_and_a_task_is_done_by_the_link_of_its_reminder(
    demo: None, app: Flask, open_page: OpenPage, phone: Page, session: Session, tmp_path: Path
) -> None:
    meeting = session.scalars(select(Meeting).where(Meeting.state == MeetingState.RUNNING)).one()
    items = session.scalars(select(AgendaItem).filter_by(meeting_id=meeting.id).order_by(AgendaItem.position)).all()
    professional = session.scalars(select(UserAccount).where(UserAccount.email == PROFESSIONAL)).one()
    person = session.get_one(Person, professional.person_id)
    address = f"/sitzungen/{meeting.id}/protokoll"
    page = sign_in(open_page(), EMAILS[OFFICE])
    page.goto(address)
    take_down(page, items[1].id, person.name)
    page.get_by_label("Text zu TOP 2").press("Control+s")
    expect(page.locator("[data-status]").nth(1)).to_contain_text(re.compile("^gespeichert"))
    follow(page, "Zur Abstimmung geben")
    press(page, "Ohne Mail zur Abstimmung geben")
    expect(page.get_by_role("main")).to_contain_text("zur Abstimmung")

    member = sign_in(open_page(), PROFESSIONAL)
    text = read_as_pdf(member, f"{address}/lesen", tmp_path)
    assert DECISION in text
    assert f"Aufgabe {TASK} {person.name}" in text

    page.goto("/beschluesse")
    follow(page, "Erinnern")
    expect(page.get_by_role("table", name="Wer wird woran erinnert")).to_contain_text(person.name)
    page.get_by_role("button", name=re.compile("Erinnerung(en)? senden$")).click()
    expect(page.get_by_role("main")).to_contain_text("warten: Es ist noch kein Mailserver eingerichtet")
    mail = delivered(app)[person.email]
    assert TASK in mail

    phone.goto(link(mail.partition(TASK)[2], "status"))
    expect(phone.get_by_role("main")).to_contain_text(TASK)
    phone.get_by_role("button", name="Erledigt").click()
    expect(phone.get_by_role("main")).to_contain_text("Gespeichert")
    assert phone.context.cookies() == []

    page.goto("/beschluesse?art=aufgaben&q=Nummer+am+Freitag")
    row = page.get_by_role("row").filter(has_text=TASK)
    expect(row).to_contain_text("erledigt")
