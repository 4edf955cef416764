"""What still waits of a meeting is taken back once it holds no longer: at its end, and at another time."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

from sqlalchemy import update
from sqlalchemy.orm import Session

from coordination.bodies.models import Membership
from coordination.core import clock
from coordination.mail.outbox import OutboxMail, mails_about
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import invitation_services
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.models import Meeting
from coordination.meetings.rules import Answer
from tests.browser import Browser
from tests.meetings import mailing
from tests.meetings.mailing import answer, do, invite, plan_lines, row_of, subject_of, token_of
from tests.meetings.test_moved import ANEW, text_of
from tests.meetings.world import World

Arrive = Callable[[], dict[str, EmailMessage]]


def waiting(session: Session, meeting: Meeting) -> list[str]:
    session.rollback()
    found = mails_about(session, f"meeting:{meeting.id}")
    return sorted(mail.recipient.partition("@")[0] for mail in found if mail.state is MailState.WAITING)


def arrived(session: Session, name: str) -> None:
    mine = OutboxMail.recipient == f"{name}@example.org"
    session.execute(update(OutboxMail).where(mine).values(state=MailState.SENT))
    session.commit()


def test_a_cancelled_meeting_is_told_only_to_those_who_know_of_it(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    arrived(session, "tom")
    answer(session, site, token_of(session, site, meeting, world.emre), AnswerInput(Answer.ACCEPTED))
    asked = mira.get(f"/sitzungen/{meeting.id}/absagen")
    assert "4 Mails zu ihr, die noch warten, werden zurückgenommen." in asked.main
    assert "wer von der Sitzung weiß, bekommt die Absage, sobald Sie sie senden" in asked.main
    page = asked.submit("Sitzung absagen", reason="Irrtum").follow()
    assert page.flash == "Die Sitzung ist abgesagt. 4 wartende Mails sind zurückgenommen."
    assert "von selbst hinaus" not in page.main
    assert "zurückgenommen und" not in page.main
    assert waiting(session, meeting) == []
    plan = mira.get(f"/sitzungen/{meeting.id}/einladen").main
    assert plan.count("hat nichts davon erfahren, braucht keine Mail") == 3
    assert "keine Angabe" not in plan
    # Emre has answered, so he knows of it, whatever became of his mail.
    assert {name for name, kind in plan_lines(session, meeting).items() if kind} == {"Tom", "Emre"}
    assert "ist abgesagt; 2 Personen wissen es noch nicht." in mira.get("/").main
    # Once their mails are out, each row says so.
    mira.get(f"/sitzungen/{meeting.id}/einladen").submit("2 Mails senden")
    after = mira.get(f"/sitzungen/{meeting.id}/einladen").main
    assert (after.count(" wartet noch"), "keine Angabe" in after) == (2, False)
    arrived(session, "tom")
    arrived(session, "emre")
    after = mira.get(f"/sitzungen/{meeting.id}/einladen").main
    assert (after.count("informiert am"), "keine Angabe" in after) == (2, False)


def test_who_was_told_of_a_cancellation_without_a_mail_is_not_said_to_have_had_one(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    arrived(session, "tom")
    mailing.cancel(session, world, meeting)
    mira.get(f"/sitzungen/{meeting.id}/einladen").submit("Ohne Mail speichern")
    after = mira.get(f"/sitzungen/{meeting.id}/einladen").main
    assert ("ohne Mail informiert" in after, "informiert am" in after, "keine Angabe" in after) == (True, False, False)


def test_a_cancellation_that_waits_goes_out_after_the_end_of_the_meeting(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    arrive()
    do(session, world.actor, lambda work: invitation_services.remove(work, meeting.id, world.tom.id))
    invite(session, world, meeting, site)
    mailing.cancel(session, world, meeting)
    assert waiting(session, meeting) == ["tom"]


def test_after_a_move_nobody_gets_a_mail_with_the_time_before(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    answer(session, site, token_of(session, site, meeting, world.tom), AnswerInput(Answer.ACCEPTED))
    mailing.move(session, world, meeting)
    assert waiting(session, meeting) == []
    assert row_of(session, meeting, world.tom).first_message_id == ""
    plan = plan_lines(session, meeting)
    assert (plan["Tom"], plan["Emre"]) == ("update", "invitation")
    invite(session, world, meeting, site)
    mails = arrive()
    assert subject_of(mails["tom@example.org"]).startswith("Geändert: ")
    assert ANEW in text_of(mails["tom@example.org"])
    assert subject_of(mails["emre@example.org"]).startswith("Einladung")
    assert ANEW not in text_of(mails["emre@example.org"])


def test_nobody_owes_an_answer_to_a_date_they_were_not_told(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    arrive()
    assert "5 von 5 Antworten stehen noch aus" in mira.get("/").main
    mailing.move(session, world, meeting)
    desk = mira.get("/").main
    assert "5 Personen kennen noch die frühere Zeit" in desk
    assert "stehen noch aus" not in desk
    assert "niemand zu erinnern" in mira.get(f"/sitzungen/{meeting.id}/erinnern").main
    invite(session, world, meeting, site)
    arrive()
    assert "5 von 5 Antworten stehen noch aus" in mira.get("/").main


def test_who_left_the_body_owes_no_answer(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    arrive()
    mine = Membership.body_id == meeting.body_id, Membership.person_id == world.emre.id
    session.execute(update(Membership).where(*mine).values(valid_until=clock.today()))
    session.commit()
    assert "4 von 4 Antworten stehen noch aus" in mira.get("/").main
