"""Telling people otherwise than by mail, who goes and comes back: nobody is forgotten, nothing stale goes out."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.access import BodyRole
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import invitation_services
from coordination.meetings.models import Meeting
from tests import factories
from tests.browser import Browser
from tests.meetings import world as worlds
from tests.meetings.mailing import cancel, do, invite, move, plan_lines, row_of
from tests.meetings.test_calendar_rows import edit_room
from tests.meetings.world import World

Arrive = Callable[[], object]


def be_silent(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    do(
        session,
        world.actor,
        lambda work: invitation_services.stay_silent(
            work, meeting.id, site, version=work.session.get_one(Meeting, meeting.id).version
        ),
    )


def waiting(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(OutboxMail.subject).where(OutboxMail.state == MailState.WAITING)))


def test_a_silent_end_takes_back_what_still_waits(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    assert invite(session, world, meeting, site) == 5
    cancel(session, world, meeting)
    be_silent(session, world, meeting, site)
    assert waiting(session) == []
    assert set(plan_lines(session, meeting).values()) == {None}


def test_after_a_move_without_a_mail_no_old_one_goes_out(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    move(session, world, meeting)
    assert waiting(session) == []
    be_silent(session, world, meeting, site)
    assert set(plan_lines(session, meeting).values()) == {None}
    assert waiting(session) == []


def test_after_a_silent_change_waiting_mails_say_what_holds(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    do(session, world.actor, lambda work: edit_room(work, meeting))
    be_silent(session, world, meeting, site)
    assert set(plan_lines(session, meeting).values()) == {None}
    assert [one.startswith("Einladung: ") for one in waiting(session)] == [True] * 5


def test_the_meeting_is_marked_only_where_everybody_hears_of_it_without_a_mail(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    def marks() -> list[str]:
        return mira.get(f"/sitzungen/{meeting.id}").select(".page-head .badge")

    def store() -> str:
        return mira.get(f"/sitzungen/{meeting.id}/einladen").submit("Ohne Mail speichern").follow().flash

    invite(session, world, meeting, site)
    arrive()
    do(session, world.actor, lambda work: invitation_services.remove(work, meeting.id, world.tom.id))
    assert store() == "Ohne Mail gespeichert. Eine Person erfährt es nur von Ihnen."
    assert marks() == ["eingeladen"]
    move(session, world, meeting)
    assert store() == "Ohne Mail gespeichert. Die Eingeladenen erfahren es nur von Ihnen."
    assert marks() == ["eingeladen", "verlegt", "ohne Mail"]
    move(session, world, meeting, 50)
    assert marks() == ["eingeladen", "verlegt"]


def test_who_was_told_and_is_then_asked_gets_a_question(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    key = world.nele.id
    do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, key, is_informed=True))
    be_silent(session, world, meeting, site)
    do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, key))
    assert plan_lines(session, meeting)["Nele"] == "invitation"


def test_who_comes_back_is_invited_anew(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    key = world.tom.id
    invite(session, world, meeting, site)
    do(session, world.actor, lambda work: invitation_services.remove(work, meeting.id, key))
    be_silent(session, world, meeting, site)
    do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, key))
    # The link of the first mail ended with the removal.
    assert row_of(session, meeting, world.tom).generation == 2
    assert plan_lines(session, meeting)["Tom"] == "invitation"


def test_who_was_told_and_joins_the_body_is_asked(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    key = world.nele.id
    do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, key, is_informed=True))
    invite(session, world, meeting, site)
    assert plan_lines(session, meeting)["Nele"] is None
    factories.member(session, world.nele, worlds.BODY, BodyRole.VOTING_MEMBER)
    session.commit()
    assert plan_lines(session, meeting)["Nele"] == "invitation"
    invite(session, world, meeting, site)
    assert not row_of(session, meeting, world.nele).is_informed
