"""Reminding of an invitation: who is on the list, who is left out, and that a reminder tells nothing new."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import invitation_services, reminders
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer
from tests.browser import Browser
from tests.meetings import mailing
from tests.meetings.mailing import answer, do, invite, row_of, subject_of, token_of
from tests.meetings.test_calendar_rows import edit_room
from tests.meetings.world import World

Arrive = Callable[[], dict[str, EmailMessage]]


def told_long_ago(session: Session, meeting: Meeting) -> None:
    session.execute(update(Invitation).values(mailed_at=clock.utc_now() - timedelta(days=4)))
    session.execute(update(Meeting).values(revised_at=clock.utc_now() - timedelta(days=5)))
    session.commit()


def remind(mira: Browser, meeting: Meeting, *people: Person) -> None:
    page = mira.get(f"/sitzungen/{meeting.id}/erinnern")
    assert page.submit(0, person=[str(one.id) for one in people]).status == 303


def reminded(session: Session) -> list[str]:
    session.rollback()
    waiting = OutboxMail.purpose == "meeting.reminder", OutboxMail.state == MailState.WAITING
    return sorted(one.split("@")[0] for one in session.scalars(select(OutboxMail.recipient).where(*waiting)))


def boxes(browser: Browser, meeting: Meeting) -> dict[str, bool]:
    """Return first name → whether the box is ticked."""
    page = browser.get(f"/sitzungen/{meeting.id}/erinnern")
    return {
        label.get_text(strip=True).removeprefix("Erinnern: ").split()[0]: "checked" in label.input.attrs
        for label in page.soup.select("label.choice")
        if label.input is not None
    }


def test_those_who_have_not_answered_are_reminded_and_some_are_left_out(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    first = arrive()
    answer(session, site, token_of(session, site, meeting, world.tom), AnswerInput(Answer.ACCEPTED))
    session.get_one(Person, world.lena.id).email = ""
    told_long_ago(session, meeting)
    page = mira.get(f"/sitzungen/{meeting.id}/antworten").click("Erinnern")
    assert boxes(mira, meeting) == {"Ada": True, "Emre": True, "Mira": True}
    assert page.select("button[data-counts]") == ["3 Erinnerungen senden"]
    # Nobody without an address: but the way to where it is entered.
    assert page.href("Adresse eintragen : Lena Probe").endswith(f"/personen/{world.lena.id}")
    chosen = [str(world.emre.id), str(world.ada.id)]
    assert page.submit(0, person=chosen).status == 303
    mails = arrive()
    assert sorted(mails) == ["ada@example.org", "emre@example.org"]
    mail = mails["emre@example.org"]
    assert subject_of(mail).startswith("Erinnerung, bitte antworten: ")
    assert mail["In-Reply-To"] == first["emre@example.org"]["Message-ID"]
    assert b"text/calendar" not in mail.as_bytes()
    body = mail.get_body(("plain",))
    assert body is not None
    assert "/antwort/" in body.get_content()
    # Whoever was reminded just now is not proposed again.
    assert mira.get(page.url).select("button[data-counts]") == ["Eine Erinnerung senden"]
    assert boxes(mira, meeting) == {"Ada": False, "Emre": False, "Mira": True}
    twice = page.submit(0, person=chosen)
    assert twice.status == 409
    assert arrive() == {}
    later = clock.utc_now() - timedelta(days=4)
    for row in session.scalars(select(OutboxMail).where(OutboxMail.purpose == "meeting.reminder")):
        row.created_at = later
    session.commit()
    assert boxes(mira, meeting) == {"Ada": True, "Emre": True, "Mira": True}


def test_nobody_chosen_is_a_sentence_and_no_mail(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    assert "niemand zu erinnern" in mira.get(f"/sitzungen/{meeting.id}/erinnern").main
    invite(session, world, meeting, site)
    arrive()
    page = mira.get(f"/sitzungen/{meeting.id}/erinnern").submit(0, person=[])
    assert page.status == 422
    assert "Bitte wählen Sie, wer erinnert werden soll." in page.main
    assert arrive() == {}


def test_where_nobody_is_to_be_reminded_the_page_says_why(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    def why() -> str:
        return mira.get(f"/sitzungen/{meeting.id}/erinnern").main

    assert "Eine Antwort wird zurzeit nicht erwartet." in why()
    invite(session, world, meeting, site)
    assert "5 Personen haben noch nicht geantwortet, aber auch die Mail noch nicht bekommen" in why()
    arrive()
    session.execute(update(Invitation).values(answer=Answer.ACCEPTED))
    session.commit()
    assert "Alle, die gefragt wurden, haben geantwortet." in why()


def test_a_reminder_tells_nothing_and_replaces_nothing(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    arrive()
    page = mira.get(f"/sitzungen/{meeting.id}/erinnern")
    page.submit(0, person=[str(world.emre.id)])
    assert sorted(session.scalars(select(OutboxMail.recipient))).count("emre@example.org") == 2
    session.rollback()
    arrive()
    do(session, world.actor, lambda work: edit_room(work, meeting))
    # The change is due and asks by itself; it says what is new since the invitation, not since the reminder.
    assert "niemand zu erinnern" in mira.get(f"/sitzungen/{meeting.id}/erinnern").main
    invite(session, world, meeting, site)
    body = arrive()["emre@example.org"].get_body(("plain",))
    assert body is not None
    assert "Raum: Raum 3 (bisher: Rathaus, Raum 2)" in body.get_content()
    mailing.cancel(session, world, meeting)
    assert "niemand zu erinnern" in mira.get(f"/sitzungen/{meeting.id}/erinnern").main
    assert row_of(session, meeting, world.emre).answer is Answer.OPEN


def test_nobody_is_offered_whose_mail_waits_and_nobody_proposed_who_was_only_just_told(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    nobody = dict.fromkeys(("Ada", "Emre", "Lena", "Mira", "Tom"), False)
    assert boxes(mira, meeting) == {}
    arrive()
    assert boxes(mira, meeting) == nobody
    told_long_ago(session, meeting)
    assert boxes(mira, meeting) == dict.fromkeys(nobody, True)


def line_of(mira: Browser, meeting: Meeting, name: str) -> str:
    (found,) = [one for one in mira.get(f"/sitzungen/{meeting.id}/erinnern").select("tbody tr") if name in one]
    return found


@pytest.mark.parametrize(
    ("state", "days", "said", "is_proposed"),
    [
        (MailState.WAITING, 4, "wartet noch", False),
        (MailState.FAILED, 0, "kam nicht an", True),
        (MailState.UNCLEAR, 0, "kam vielleicht nicht an", False),
        (MailState.SENT, 0, "erinnert am", False),
        (MailState.SENT, 4, "erinnert am", True),
    ],
)
def test_only_a_reminder_that_may_have_arrived_counts(
    mira: Browser,
    session: Session,
    world: World,
    meeting: Meeting,
    site: Site,
    arrive: Arrive,
    state: MailState,
    days: int,
    said: str,
    is_proposed: bool,
) -> None:
    invite(session, world, meeting, site)
    arrive()
    told_long_ago(session, meeting)
    remind(mira, meeting, world.emre)
    of_reminder = OutboxMail.purpose == "meeting.reminder"
    then = clock.utc_now() - timedelta(days=days)
    session.execute(update(OutboxMail).where(of_reminder).values(state=state, created_at=then))
    session.commit()
    assert said in line_of(mira, meeting, "Emre")
    assert boxes(mira, meeting)["Emre"] is is_proposed
    # Who was told otherwise has been reminded.
    session.execute(update(OutboxMail).where(of_reminder).values(settled_at=clock.utc_now()))
    session.commit()
    if state is MailState.FAILED:
        assert boxes(mira, meeting)["Emre"] is False
        assert "anders mitgeteilt am" in line_of(mira, meeting, "Emre")


def test_a_waiting_reminder_goes_with_what_it_reminds_of(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    arrive()
    remind(mira, meeting, world.tom, world.emre, world.lena, world.ada)
    answer(session, site, token_of(session, site, meeting, world.tom), AnswerInput(Answer.TENTATIVE))
    assert reminded(session) == ["ada", "emre", "lena"]
    do(session, world.actor, lambda work: invitation_services.remove(work, meeting.id, world.emre.id))
    assert reminded(session) == ["ada", "lena"]
    mailing.move(session, world, meeting)
    assert reminded(session) == []


def test_a_cancelled_meeting_reminds_nobody(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    arrive()
    remind(mira, meeting, world.tom, world.ada)
    mailing.cancel(session, world, meeting)
    assert reminded(session) == []
    assert arrive() == {}


@pytest.mark.parametrize("is_changed", [False, True])
def test_mails_are_made_before_the_transaction_and_taken_if_they_still_say_the_same(
    session: Session, world: World, meeting: Meeting, site: Site, is_changed: bool
) -> None:
    invite(session, world, meeting, site)
    session.execute(update(OutboxMail).values(state=MailState.SENT))
    told_long_ago(session, meeting)
    people = reminders.silent(session, meeting, clock.utc_now())
    plan = reminders.Mailing(site, reminders.fingerprint(people), [each.key for each in people])
    made = reminders.prepare(Work(session, world.actor, clock.utc_now()), meeting.id, plan)
    assert reminded(session) == []
    if is_changed:
        # Who signs the mail is no longer the one who did when it was made.
        session.get_one(Person, world.mira.id).family_name = "Anders"
        session.commit()
    assert do(session, world.actor, lambda work: reminders.remind(work, meeting.id, made)) == len(people)
    session.rollback()
    sent = set(session.scalars(select(OutboxMail.message_id).where(OutboxMail.purpose == "meeting.reminder")))
    assert len(sent) == len(made.made) == len(people)
    assert sent.isdisjoint(one.message_id for one in made.made.values()) is is_changed
