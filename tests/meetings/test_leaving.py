"""Before a membership ends its page names the meetings ahead, and what becomes of what the person was told."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coordination.bodies.models import Membership
from coordination.core import clock
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.leaving import meetings_left
from coordination.meetings.models import Meeting
from coordination.meetings.rules import Answer
from tests.browser import Browser
from tests.meetings import world as worlds
from tests.meetings.mailing import answer, invite, move, plan_lines, subject_of, token_of
from tests.meetings.world import World
from tests.statements import counted

Arrive = Callable[[], dict[str, EmailMessage]]


@pytest.fixture
def url(session: Session, world: World, meeting: Meeting) -> str:
    found = select(Membership.id).filter_by(body_id=meeting.body_id, person_id=world.emre.id)
    return f"/gremien/mitgliedschaften/{session.scalars(found).one()}/beenden"


def test_who_was_invited_and_answered_gets_a_cancellation_that_waits_in_the_plan(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, url: str
) -> None:
    assert meeting.title not in mira.get(url).main
    invite(session, world, meeting, site)
    arrive()
    answer(session, site, token_of(session, site, meeting, world.emre), AnswerInput(Answer.ACCEPTED))
    worlds.meeting(session, world, key="behind", days=-3)
    page = mira.get(url)
    day = f"{meeting.starts_at:%d.%m.%Y}"
    assert f"{meeting.title} am {day} (Antwort: zugesagt): Emre Probe ist eingeladen." in page.main
    assert "geht erst hinaus, wenn Sie sie dort senden" in page.main
    assert page.main.count("(Antwort:") == 1
    assert plan_lines(session, meeting)["Emre"] is None
    assert page.submit("Mitgliedschaft beenden").status == 303
    assert plan_lines(session, meeting)["Emre"] == "cancellation"


def test_who_was_told_without_a_mail_is_to_be_told_by_the_office(
    mira: Browser, session: Session, world: World, meeting: Meeting, url: str
) -> None:
    mira.get(f"/sitzungen/{meeting.id}/einladen").submit("Ohne Mail speichern")
    assert "Bisher ging keine Mail hinaus" in mira.get(url).main


def test_a_waiting_invitation_is_taken_back_with_the_membership(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, url: str
) -> None:
    invite(session, world, meeting, site)
    page = mira.get(url)
    assert "Die Einladung an Emre Probe wartet noch. Endet die Mitgliedschaft vorher, wird sie zurück" in page.main
    left = page.submit("Mitgliedschaft beenden").follow()
    assert "braucht noch eine Absage" not in left.flash
    assert "emre@example.org" not in arrive()
    assert "Emre" not in plan_lines(session, meeting)
    assert "gehört nicht mehr dazu" not in mira.get("/").main


def test_who_had_answered_an_earlier_date_is_owed_a_cancellation_and_not_the_mail_that_waits(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, url: str
) -> None:
    invite(session, world, meeting, site)
    answer(session, site, token_of(session, site, meeting, world.emre), AnswerInput(Answer.ACCEPTED))
    move(session, world, meeting)
    invite(session, world, meeting, site)
    page = mira.get(url)
    assert "Emre Probe weiß davon, die neueste Mail wartet noch" in page.main
    assert "wird sie zurückgenommen, und im Mailplan der Sitzung steht eine Absage" in page.main
    left = page.submit("Mitgliedschaft beenden").follow()
    assert "Emre Probe weiß von diesen Sitzungen und braucht noch eine Absage: " in left.flash
    assert "emre@example.org" not in arrive()
    assert "Eine Person gehört nicht mehr dazu und weiß es noch nicht." in mira.get("/").main
    (title,) = [link for link in left.select(".flashes a") if meeting.title in link]
    plan = left.click(title)
    assert plan.h1 == "Mails zu dieser Sitzung"
    plan.submit("Eine Mail senden")
    assert subject_of(arrive()["emre@example.org"]).startswith("Sie brauchen nicht zu kommen: ")
    assert "gehört nicht mehr dazu" not in mira.get("/").main


def test_the_page_that_cancels_knows_that_a_waiting_cancellation_is_kept(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, url: str
) -> None:
    invite(session, world, meeting, site)
    arrive()
    mira.get(url).submit("Mitgliedschaft beenden")
    mira.get(f"/sitzungen/{meeting.id}/einladen").submit("Eine Mail senden")
    page = mira.get(f"/sitzungen/{meeting.id}/absagen")
    assert "wird zurückgenommen" not in page.main
    assert "Eine Absage, die noch wartet, geht trotzdem hinaus." in page.main
    page.submit("Sitzung absagen", reason="Zu viele fehlen.")
    assert subject_of(arrive()["emre@example.org"]).startswith("Sie brauchen nicht zu kommen: ")


def test_of_an_invitation_that_never_came_no_cancellation_goes_out(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, url: str
) -> None:
    invite(session, world, meeting, site)
    mine = OutboxMail.recipient == "emre@example.org"
    session.execute(update(OutboxMail).where(mine).values(state=MailState.FAILED, problem="550"))
    session.commit()
    page = mira.get(url)
    assert "Die Einladung an Emre Probe kam nicht an; es geht keine Absage hinaus." in page.main
    assert "braucht noch eine Absage" not in page.submit("Mitgliedschaft beenden").follow().flash
    assert "Emre" not in plan_lines(session, meeting)
    session.rollback()
    assert session.scalars(select(OutboxMail.problem).where(mine)).one() == "withdrawn"


def test_of_an_invitation_that_is_kept_no_longer_nothing_is_said_to_wait(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, url: str
) -> None:
    invite(session, world, meeting, site)
    session.execute(delete(OutboxMail).where(OutboxMail.recipient == "emre@example.org"))
    session.commit()
    page = mira.get(url)
    assert "wartet noch" not in page.main
    assert "Ob die Einladung ankam, ist nicht mehr bekannt" in page.main


def test_who_still_sits_there_on_the_day_stays_invited(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, url: str
) -> None:
    invite(session, world, meeting, site)
    mira.get(url).submit("Mitgliedschaft beenden", last_on=meeting.starts_at.date())
    assert "emre@example.org" in arrive()
    assert plan_lines(session, meeting)["Emre"] is None


def test_a_deputy_who_stays_invited_is_named_before_the_membership_ends_and_afterwards(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, url: str
) -> None:
    invite(session, world, meeting, site)
    arrive()
    token = token_of(session, site, meeting, world.emre)
    answer(session, site, token, AnswerInput(Answer.DECLINED, deputy_id=world.nele.id))
    page = mira.get(url)
    assert "Nele Probe vertritt dort Emre Probe und bleibt eingeladen." in page.main
    answers = f"/sitzungen/{meeting.id}/antworten"
    assert "vertritt Emre Probe (" not in mira.get(answers).main
    page.submit("Mitgliedschaft beenden")
    assert "vertritt Emre Probe (nicht mehr auf der Liste)" in mira.get(answers).main


def test_many_meetings_ahead_are_read_in_one_statement(
    app: Flask, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    body_id, person_id, today = meeting.body_id, world.emre.id, clock.today()
    asked = []
    for number in range(3):
        more = worlds.meeting(session, world, key=f"more{number}", days=40 + number)
        invite(session, world, more, site)
        session.rollback()
        session.expire_all()
        with counted(app) as seen:
            said = meetings_left(session, body_id, person_id, today)
        asked.append((len(said), sum("FROM invitation" in one for one in seen), len(seen)))
    # On SQLite the transaction begins with one, too.
    begun = asked[0][2] - 1
    assert asked == [(1, 1, 1 + begun), (2, 1, 1 + begun), (3, 1, 1 + begun)]
