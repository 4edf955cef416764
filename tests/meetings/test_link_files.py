"""What a personal link gives to take along: agenda, attachments, the entry for a calendar, as far as its page shows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import icalendar
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.files.store import Store
from coordination.meetings.models import Invitation, ItemFile, Meeting
from tests import factories
from tests.browser import Browser
from tests.meetings import world as worlds
from tests.meetings.test_invitation_pages import link_of, plan_url
from tests.meetings.world import World
from tests.pdf_text import text_of_pdf


@pytest.fixture
def world(session: Session) -> World:
    return worlds.with_accounts(session)


@pytest.fixture
def meeting(session: Session, world: World) -> Meeting:
    return worlds.meeting(session, world)


@pytest.fixture
def office(browser: Browser, world: World) -> Browser:
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def files(app: Flask, session: Session, meeting: Meeting) -> tuple[ItemFile, ItemFile]:
    """Return an attachment of a public item and one of another."""
    found = []
    for name, is_public in (("offen", True), ("vertraulich", False)):
        item = factories.item(session, meeting, f"Punkt {name}", is_public=is_public, text=f"Worum es {name} geht.")
        found.append(factories.item_file(session, item, f"{name}.txt", name.encode()))
        Store(Path(app.instance_path) / "files").put(name.encode())
    session.commit()
    return found[0], found[1]


def taken(client: FlaskClient, path: str) -> tuple[int, bytes]:
    """Return status and bytes; the file behind an answer is closed with it."""
    with client.get(path) as answer:
        return answer.status_code, answer.data


def test_a_member_takes_all_along_without_an_account(
    app: Flask,
    session: Session,
    office: Browser,
    other_browser: Browser,
    world: World,
    meeting: Meeting,
    files: tuple[ItemFile, ItemFile],
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    link = link_of(app, session, meeting, world.tom.id)
    page = other_browser.get(link)
    assert "Worum es vertraulich geht." in page.main
    client = app.test_client()
    assert taken(client, page.href("vertraulich.txt")) == (200, b"vertraulich")
    agenda = client.get(page.href("Tagesordnung als PDF"))
    assert "Punkt vertraulich" in text_of_pdf(agenda.data)
    calendar = client.get(page.href("In den Kalender übernehmen"))
    (entry,) = icalendar.Calendar.from_ical(calendar.data).walk("VEVENT")
    session.expire_all()
    assert str(entry["UID"]) == session.get_one(Meeting, meeting.id).uid
    assert not any("Set-Cookie" in one.headers for one in (agenda, calendar))
    assert client.get_cookie("koordination") is None


def test_a_guest_gets_the_public_part_and_nobody_what_the_link_does_not_stand_for(
    app: Flask, session: Session, world: World, meeting: Meeting, files: tuple[ItemFile, ItemFile]
) -> None:
    row = Invitation(meeting_id=meeting.id, person_id=world.tom.id, role=None, generation=1)
    session.add(row)
    session.commit()
    token = worlds.site_of(app).signer.make("answer", row.id, 1)
    client, base = app.test_client(), f"/antwort/{token}"
    assert taken(client, f"{base}/anlagen/{files[0].id}") == (200, b"offen")
    assert client.get(f"{base}/anlagen/{files[1].id}").status_code == 404
    assert "vertraulich" not in text_of_pdf(client.get(f"{base}/tagesordnung.pdf").data)
    other = factories.meeting(session, world.body, clock.today() + timedelta(days=40), title="Andere")
    foreign = factories.item_file(session, factories.item(session, other, is_public=True), "fremd.txt")
    session.commit()
    assert client.get(f"{base}/anlagen/{foreign.id}").status_code == 404
    paths = ("tagesordnung.pdf", "termin.ics", f"anlagen/{files[0].id}")
    assert {client.get(f"{base[:-2]}AA/{path}").status_code for path in paths} == {404}
    with time_machine.travel(clock.utc_now() + timedelta(days=400)):
        assert {client.get(f"{base}/{path}").status_code for path in paths} == {404}
