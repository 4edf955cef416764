"""What pages say of mails that wait or did not arrive, and of an invitation that was stored without one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from coordination.core.clock import utc_now
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings.models import Meeting
from tests import factories
from tests.browser import Browser
from tests.mail.sink import Sink
from tests.meetings import world as worlds
from tests.meetings.world import World

TOLD = "Alle wissen Bescheid"


@pytest.fixture
def world(session: Session) -> World:
    return worlds.with_accounts(session)


@pytest.fixture
def meeting(session: Session, world: World) -> Meeting:
    return worlds.meeting(session, world)


@pytest.fixture
def plan(meeting: Meeting) -> str:
    return f"/sitzungen/{meeting.id}/einladen"


@pytest.fixture
def office(browser: Browser, world: World) -> Browser:
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


def set_mails(session: Session, state: MailState, *, to: str = "") -> None:
    session.rollback()
    of = OutboxMail.recipient == to if to else OutboxMail.id > 0
    session.execute(update(OutboxMail).where(of).values(state=state, sent_at=utc_now()))
    session.commit()


def deadline(office: Browser, meeting: Meeting) -> str:
    (line,) = [one for one in office.get(f"/sitzungen/{meeting.id}").select(".dues li") if "Einladung" in one]
    return line


def stage(office: Browser, meeting: Meeting) -> str:
    (found,) = [one for one in office.get(f"/sitzungen/{meeting.id}").select(".stages li") if "Einladung" in one]
    return found


def test_while_mails_wait_nobody_is_said_to_know(office: Browser, meeting: Meeting, plan: str) -> None:
    office.get(plan).submit("5 Mails senden")
    page = office.get(plan)
    assert TOLD not in page.main
    assert "5 Mails warten noch." in page.main
    assert "informiert am" not in page.main
    for path in (plan, f"/sitzungen/{meeting.id}", f"/sitzungen/{meeting.id}/antworten"):
        assert "Es ist noch kein Mailserver eingerichtet. Die Verwaltung weiß davon" in office.get(path).main


def test_with_a_server_mails_are_on_their_way(app: Flask, office: Browser, sink: Sink, plan: str) -> None:
    app.extensions["koordination.mail_server"] = sink.server
    page = office.get(plan).submit("5 Mails senden").follow()
    assert page.flash == "5 Mails sind unterwegs."
    assert "Mailserver" not in page.main


def test_a_mail_that_came_back_is_no_news(office: Browser, session: Session, meeting: Meeting, plan: str) -> None:
    office.get(plan).submit("5 Mails senden")
    set_mails(session, MailState.SENT)
    set_mails(session, MailState.FAILED, to="tom@example.org")
    page = office.get(plan)
    assert TOLD not in page.main
    assert "Eine Mail kam nicht an." in page.main
    (tom,) = [one for one in page.select("tbody tr") if "Tom" in one]
    assert "kam nicht an" in tom
    assert "informiert am" not in tom
    (tom,) = [one for one in office.get(f"/sitzungen/{meeting.id}/erinnern").select("tbody tr") if "Tom" in one]
    assert "kam nicht an" in tom


def test_what_was_stored_without_a_mail_can_be_mailed_after_all(
    office: Browser, session: Session, meeting: Meeting, plan: str
) -> None:
    office.get(plan).submit("Ohne Mail speichern")
    page = office.get(plan)
    assert TOLD not in page.main
    assert "5 Personen haben davon keine Mail erhalten und wissen es nur von Ihnen." in page.main
    page = page.submit("Doch per Mail einladen").follow()
    assert set(page.select("td .badge")) == {"Einladung"}
    assert office.get(f"/sitzungen/{meeting.id}").select(".page-head .button--primary") == ["Tagesordnung schreiben"]
    page.submit("5 Mails senden")
    set_mails(session, MailState.SENT)
    assert TOLD in office.get(plan).main


def test_who_was_mailed_is_not_mailed_again_for_others(
    office: Browser, session: Session, world: World, plan: str
) -> None:
    office.get(plan).submit("5 Mails senden")
    set_mails(session, MailState.SENT)
    office.get(plan).submit("Auf die Liste setzen", person_id=str(world.nele.id))
    office.get(plan).submit("Ohne Mail speichern")
    assert "Eine Person hat davon keine Mail" in office.get(plan).main
    assert "Eine Mail senden" in office.get(plan).submit("Doch per Mail einladen").follow().main


def test_a_deadline_is_kept_by_mails_that_went_out_in_time(
    office: Browser, session: Session, meeting: Meeting, plan: str
) -> None:
    office.get(plan).submit("5 Mails senden")
    assert "eingehalten" not in deadline(office, meeting)
    assert "erledigt" not in stage(office, meeting)
    set_mails(session, MailState.SENT)
    assert "eingehalten" in deadline(office, meeting)
    assert "erledigt" in stage(office, meeting)
    session.execute(update(OutboxMail).values(sent_at=utc_now() + timedelta(days=29)))
    session.commit()
    assert "verspätet" in deadline(office, meeting)


def test_a_deadline_is_not_kept_without_a_mail(office: Browser, meeting: Meeting, plan: str) -> None:
    office.get(plan).submit("Ohne Mail speichern")
    assert "ohne Mail" in deadline(office, meeting)
    assert "eingehalten" not in deadline(office, meeting)


def test_a_meeting_begun_without_an_invitation_says_so(office: Browser, session: Session, world: World) -> None:
    held = worlds.meeting(session, world, days=0)
    office.get(f"/sitzungen/{held.id}").submit("Sitzung beginnen")
    assert "nicht eingeladen" in deadline(office, held)
    assert "niemand wurde eingeladen" in stage(office, held)
    assert "erledigt" not in stage(office, held)
