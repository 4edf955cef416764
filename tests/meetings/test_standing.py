"""What pages say of mails that wait or did not arrive, and of an invitation that was stored without one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core.clock import today, utc_now, wall_clock
from coordination.mail.outbox import REFUSED, TEXT_GONE, OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.models import AgendaItem, Invitation, Meeting
from coordination.meetings.rules import Answer, Origin
from tests import factories
from tests.browser import Browser
from tests.mail.sink import Sink
from tests.meetings import world as worlds
from tests.meetings.mailing import answer, cancel, token_of
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
    assert office.get(plan).submit("5 Mails senden").follow().select(".flashes .notice--warning")
    page = office.get(plan)
    assert TOLD not in page.main
    assert "5 Mails warten noch." in page.main
    assert "informiert am" not in page.main
    for path in (plan, f"/sitzungen/{meeting.id}", f"/sitzungen/{meeting.id}/antworten"):
        assert "Es ist noch kein Mailserver eingerichtet. Die Verwaltung weiß davon" in office.get(path).main


def test_with_a_server_mails_are_on_their_way(
    app: Flask, office: Browser, sink: Sink, meeting: Meeting, plan: str
) -> None:
    app.extensions["koordination.mail_server"] = sink.server
    page = office.get(plan).submit("5 Mails senden").follow()
    assert page.flash == "5 Mails sind unterwegs."
    assert page.select(".flashes .notice--success")
    assert "Mailserver" not in page.main
    # What waits for a moment is no matter of the page of the meeting.
    assert "Noch nicht gesendet" not in office.get(f"/sitzungen/{meeting.id}").main
    assert "5 Mails sind noch unterwegs." in office.get(plan).main


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("ConnectionRefusedError", "Der Mailserver ist zurzeit nicht zu erreichen. Die Mails gehen von selbst hinaus"),
        (REFUSED, "Der Mailserver nimmt die Anmeldung dieses Programms zurzeit nicht an."),
        ("451 4.7.1", ""),
    ],
)
def test_the_pages_say_why_mails_do_not_leave(
    app: Flask, office: Browser, session: Session, meeting: Meeting, sink: Sink, *, plan: str, problem: str, said: str
) -> None:
    app.extensions["koordination.mail_server"] = sink.server
    office.get(plan).submit("5 Mails senden")
    session.rollback()
    # The first was tried, and the others are left alone for now.
    first = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).first()
    assert first is not None
    first.problem = problem
    session.commit()
    for path in (plan, f"/sitzungen/{meeting.id}", f"/sitzungen/{meeting.id}/antworten"):
        page = office.get(path)
        assert said in page.main
        assert ("Mailserver ist zurzeit" in page.main or "Mailserver nimmt" in page.main) is bool(said)
        assert bool(page.select("main .notice--warning:-soup-contains('5 Mails warten noch.')")) is bool(said)


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
    # Nor is anybody reminded of what they have not got.
    reminded = office.get(f"/sitzungen/{meeting.id}/erinnern").select("tbody tr")
    assert len(reminded) == 4
    assert not any("Tom" in one for one in reminded)


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


def test_a_change_left_out_is_no_invitation_left_out(
    office: Browser, session: Session, meeting: Meeting, plan: str
) -> None:
    """Those invited by mail know the meeting; only of the change they hear from the office."""
    url, mark = f"/sitzungen/{meeting.id}", ".page-head__badges .badge"
    office.get(plan).submit("5 Mails senden")
    set_mails(session, MailState.SENT)
    office.get(f"{url}/bearbeiten").submit("Angaben speichern", room="Saal 9")
    office.get(plan).submit("Ohne Mail speichern")
    page = office.get(url)
    assert "Saal 9" in page.main
    assert page.select(mark) == ["eingeladen", "Änderung ohne Mail"]
    assert "Doch per Mail mitteilen" in office.get(plan).main
    moved = {"day": str(today() + timedelta(days=60)), "reason": "Der Saal fehlt."}
    office.get(f"{url}/verlegen").submit("Sitzung verlegen", **moved)
    office.get(plan).submit("Ohne Mail speichern")
    assert "ohne Mail" in office.get(url).select(mark)


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


def test_the_invitation_is_done_when_everybody_knows_and_says_what_is_open(
    office: Browser, session: Session, site: Site, world: World, meeting: Meeting, plan: str
) -> None:
    def primary() -> list[str]:
        return office.get(f"/sitzungen/{meeting.id}").select(".page-head .button--primary")

    session.add(AgendaItem(meeting_id=meeting.id, title="Haushalt", position=1))
    session.commit()
    office.get(plan).submit("5 Mails senden")
    assert "5 Mails warten" in stage(office, meeting)
    # One who has opened the link knows, whatever the product knows of the mail; four still do not.
    answer(session, site, token_of(session, site, meeting, world.tom), AnswerInput(Answer.ACCEPTED))
    assert "4 Mails warten" in stage(office, meeting)
    assert "eingehalten" not in deadline(office, meeting)
    assert primary() == ["Antworten ansehen"]
    set_mails(session, MailState.FAILED)
    assert "4 Mails unzustellbar" in stage(office, meeting)
    assert "eingehalten" not in deadline(office, meeting)
    assert primary() == ["Unzustellbare Mails klären"]
    assert "erledigt" not in stage(office, meeting)
    assert office.get(f"/sitzungen/{meeting.id}/erinnern").select("label.choice") == []
    session.execute(update(OutboxMail).values(settled_at=utc_now()))
    session.commit()
    assert "erledigt" in stage(office, meeting)
    assert "eingehalten" in deadline(office, meeting)
    office.get(plan).submit("Auf die Liste setzen", person_id=str(world.nele.id))
    assert "eine Person noch nicht eingeladen" in stage(office, meeting)


def test_a_reminder_is_what_comes_next_once_people_have_had_time(
    office: Browser, session: Session, meeting: Meeting, plan: str
) -> None:
    def primary() -> list[str]:
        return office.get(f"/sitzungen/{meeting.id}").select(".page-head .button--primary")

    session.add(AgendaItem(meeting_id=meeting.id, title="Haushalt", position=1))
    session.commit()
    office.get(plan).submit("5 Mails senden")
    set_mails(session, MailState.SENT)
    assert primary() == ["Antworten ansehen"]
    session.execute(update(Meeting).values(answer_until=today() + timedelta(days=2)))
    session.commit()
    assert primary() == ["An die Antwort erinnern"]
    long_ago = utc_now() - timedelta(days=9)
    values = {"answer_until": None, "revised_at": long_ago - timedelta(days=1)}
    session.execute(update(Meeting).values(**values))
    session.commit()
    assert primary() == ["Antworten ansehen"]
    session.execute(update(Invitation).values(mailed_at=long_ago))
    session.commit()
    assert primary() == ["An die Antwort erinnern"]
    set_mails(session, MailState.WAITING)
    assert primary() == ["Antworten ansehen"]


def test_an_invitation_without_a_mail_is_not_done_and_holds_up_nothing(
    office: Browser, meeting: Meeting, plan: str
) -> None:
    office.get(plan).submit("Ohne Mail speichern")
    assert "5 Personen ohne Mail" in stage(office, meeting)
    assert "erledigt" not in stage(office, meeting)
    page = office.get(f"/sitzungen/{meeting.id}")
    assert page.select('.stages [aria-current="step"] .stages__word') == ["Tagesordnung"]
    assert "erinnern" not in page.main.lower()
    assert office.get(f"/sitzungen/{meeting.id}/erinnern").select("label.choice") == []


def test_a_deadline_is_not_kept_without_a_mail(office: Browser, meeting: Meeting, plan: str) -> None:
    office.get(plan).submit("Ohne Mail speichern")
    assert "ohne Mail" in deadline(office, meeting)
    assert "eingehalten" not in deadline(office, meeting)


def test_a_mail_that_may_have_arrived_and_has_no_text_can_only_be_told_otherwise(
    office: Browser, session: Session, meeting: Meeting, plan: str
) -> None:
    office.get(plan).submit("5 Mails senden")
    set_mails(session, MailState.SENT)
    set_mails(session, MailState.UNCLEAR, to="tom@example.org")
    here = f"/sitzungen/{meeting.id}/antworten"
    assert office.get(here).select("button:-soup-contains('Erneut senden')")
    session.execute(update(OutboxMail).where(OutboxMail.state == MailState.UNCLEAR).values(problem=TEXT_GONE))
    session.commit()
    page = office.get(here)
    assert page.select("button:-soup-contains('Erneut senden')") == []
    assert "Ihr Text ist nach 90 Tagen gelöscht" in page.main
    assert "weiß auf anderem Weg Bescheid" in page.submit("Anders mitgeteilt : Tom Probe").follow().flash


def test_a_meeting_begun_without_an_invitation_says_so(office: Browser, session: Session, world: World) -> None:
    held = worlds.meeting(session, world, days=0)
    # Now, whatever the clock says where this runs.
    now = wall_clock(utc_now())
    held.starts_at, held.ends_at = now, now + timedelta(hours=1)
    session.commit()
    office.get(f"/sitzungen/{held.id}").submit("Sitzung beginnen")
    assert "nicht eingeladen" in deadline(office, held)
    assert "ohne Einladung" in stage(office, held)
    assert "erledigt" not in stage(office, held)


def test_after_a_cancellation_a_mail_that_did_not_arrive_is_not_said_to_wait(
    office: Browser, session: Session, world: World, meeting: Meeting, plan: str
) -> None:
    office.get(plan).submit("5 Mails senden")
    set_mails(session, MailState.FAILED)
    cancel(session, world, meeting)
    # Nothing of it can be taken back, and nobody has to be told of the end of what they never heard of.
    for address in ("/", f"/sitzungen/{meeting.id}", plan):
        page = office.get(address).main
        assert "zurück" not in page.replace("Zurück", "")
    page_of_mails = office.get(plan)
    assert set(page_of_mails.select("td .badge")) == {"keine: die letzte Mail kam nicht an"}
    after = page_of_mails.submit("Als erledigt vermerken").follow()
    assert after.flash == "Es war nichts mehr zu senden."
    assert "Als erledigt vermerken" not in office.get(plan).main


def test_who_had_answered_before_a_change_does_not_know_of_it_when_its_mail_comes_back(
    office: Browser, session: Session, world: World, meeting: Meeting, plan: str
) -> None:
    office.get(plan).submit("5 Mails senden")
    set_mails(session, MailState.SENT)
    rows = session.scalars(select(Invitation).filter_by(meeting_id=meeting.id)).all()
    for row in rows:
        row.answer, row.origin, row.answered_at = Answer.ACCEPTED, Origin.LINK, utc_now()
    session.commit()
    assert "eine Mail" not in stage(office, meeting)
    session.execute(
        update(OutboxMail)
        .where(OutboxMail.person_id == world.tom.id)
        .values(state=MailState.FAILED, created_at=utc_now() + timedelta(minutes=1))
    )
    session.commit()
    assert "eine Mail unzustellbar" in stage(office, meeting)
