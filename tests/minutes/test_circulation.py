"""Asking for objections: a second click, and minutes that are taken back before all mails have left."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings.models import AgendaItem, Meeting
from tests.browser import Browser


def url(meeting: Meeting, part: str) -> str:
    return f"/sitzungen/{meeting.id}/protokoll{part}"


@pytest.fixture
def written(office: Browser, meeting: Meeting, items: list[AgendaItem]) -> Meeting:
    office.get(f"/sitzungen/{meeting.id}/anwesenheit").submit("Anwesenheit speichern")
    office.get(url(meeting, "")).submit("Alles speichern", **{f"text_{items[0].id}": "Zur Lage."})
    return meeting


def test_a_second_click_says_that_nothing_more_was_written(office: Browser, written: Meeting) -> None:
    page = office.get(url(written, "/abstimmung"))
    said = [page.submit("6 Mails senden").follow().flash for _ in range(3)]
    assert said[0] == "6 Mails sind unterwegs."
    again = "Das Protokoll ist schon zur Abstimmung gegeben. Es wurde keine weitere Mail geschrieben."
    assert said[1:] == [again, again]


def test_minutes_that_are_taken_back_take_their_waiting_mails_with_them(
    office: Browser, session: Session, written: Meeting
) -> None:
    office.get(url(written, "/abstimmung")).submit("6 Mails senden")
    mails = session.scalars(select(OutboxMail)).all()
    mails[0].state = MailState.SENT
    session.commit()
    office.get(url(written, "/lesen")).submit("Zurückholen und weiterschreiben")
    session.rollback()
    assert session.scalars(select(OutboxMail.state)).all() == [MailState.SENT]


def test_a_mail_about_something_else_is_left_alone(office: Browser, session: Session, written: Meeting) -> None:
    office.get(url(written, "/abstimmung")).submit("6 Mails senden")
    mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()[0]
    mail.state, mail.problem = MailState.FAILED, "550"
    session.commit()
    page = office.get(url(written, "/lesen"))
    mail.about = "minutes:999"
    session.commit()
    for button in ("Erneut senden", "Anders mitgeteilt"):
        assert page.submit(page.select(f"button:-soup-contains('{button}')")[0]).status == 404
    session.refresh(mail)
    assert (mail.state, mail.settled_at) == (MailState.FAILED, None)
