"""Answers: whose they are, which holds, who stands in, and when a link is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.bodies.models import Seat
from coordination.bodies.roster import roster
from coordination.core.access import Actor, BodyRole
from coordination.core.errors import LinkOver, RuleViolation
from coordination.core.work import work_as
from coordination.mail.site import Site
from coordination.meetings import answer_services, invitation_services, services
from coordination.meetings.answer_services import AnswerInput, OtherDate
from coordination.meetings.invitees import expectation, listed, quorum_of
from coordination.meetings.models import AnswerEntry, Meeting
from coordination.meetings.rules import Answer, Origin
from tests import factories
from tests.meetings import world as worlds
from tests.meetings.mailing import (
    answer,
    calendar_of,
    do,
    invite,
    move,
    row_of,
    subject_of,
    token_of,
    unfolded,
)
from tests.meetings.world import World
from tests.together import engine_of, meanwhile, work_of


def test_an_answer_by_link_is_that_persons_own(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.tom)
    for _ in range(3):
        answer(session, site, token, AnswerInput(Answer.ACCEPTED, "gern"))
    row = row_of(session, meeting, world.tom)
    assert (row.answer, row.comment, row.origin) == (Answer.ACCEPTED, "gern", Origin.LINK)
    assert row_of(session, meeting, world.emre).answer is Answer.OPEN
    assert session.scalar(select(func.count()).select_from(AnswerEntry)) == 1


def test_the_same_answer_five_times_at_once_is_stored_once(
    app: Flask, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    token, engine = token_of(session, site, meeting, world.tom), engine_of(app)
    session.rollback()
    together = Barrier(5)

    def one(_n: int) -> None:
        with Session(engine) as own:
            together.wait()
            answer(own, site, token, AnswerInput(Answer.ACCEPTED, "gern"))

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(one, range(5)))
    assert session.scalar(select(func.count()).select_from(AnswerEntry)) == 1


def test_an_answer_at_the_moment_of_a_move_is_asked_for_again(
    app: Flask, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    token, engine, key = token_of(session, site, meeting, world.tom), engine_of(app), meeting.id
    shown, version = meeting.starts_at.isoformat(), meeting.version
    session.rollback()
    said = AnswerInput(Answer.ACCEPTED, seen=shown)
    by_link = work_of(engine, Actor(), lambda own: answer_services.answer_by_link(own, site, token, said))
    with ExitStack() as stack:
        with Session(engine) as own, work_as(own, world.actor) as work:
            services.move_meeting(work, key, services.Move(worlds.span(37), "Raum belegt"), version=version)
            own.flush()
            found = stack.enter_context(meanwhile(engine, by_link))
        with pytest.raises(OtherDate):
            found.result()
    assert row_of(session, meeting, world.tom).answer is Answer.OPEN


def test_the_newest_answer_holds_and_the_earlier_ones_stay(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.tom)
    answer(session, site, token, AnswerInput(Answer.ACCEPTED))
    office = AnswerInput(Answer.DECLINED, "angerufen")
    do(
        session,
        world.actor,
        lambda work: answer_services.answer_by_office(work, site, meeting.id, world.tom.id, data=office),
    )
    row = row_of(session, meeting, world.tom)
    assert (row.answer, row.origin, row.entered_by_id) == (Answer.DECLINED, Origin.OFFICE, world.actor.user_id)
    assert session.scalars(select(AnswerEntry.answer).order_by(AnswerEntry.id)).all() == [
        Answer.ACCEPTED,
        Answer.DECLINED,
    ]


def test_a_deputy_is_asked_and_let_go_again(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    invite(session, world, meeting, site)
    arrive()
    token = token_of(session, site, meeting, world.tom)
    asks = AnswerInput(Answer.DECLINED, "Fortbildung", deputy_id=world.paul.id)
    answer(session, site, token, asks)
    assert row_of(session, meeting, world.tom).answer is Answer.DELEGATED
    mails = arrive()
    assert list(mails) == ["paul@example.org"]
    assert "Tom Probe kann nicht" in mails["paul@example.org"].get_body(("plain",)).get_content()
    assert "DELEGATED-FROM" in "".join(unfolded(calendar_of(mails["paul@example.org"])[1]))
    pauls = token_of(session, site, meeting, world.paul)
    answer(session, site, pauls, AnswerInput(Answer.ACCEPTED))
    row = session.get_one(Meeting, meeting.id)
    assert expectation(session, row, listed(session, row)).coming_with_vote == 1
    # The member comes after all: the deputy is told, and that link is over.
    answer(session, site, token, AnswerInput(Answer.ACCEPTED))
    off = arrive()["paul@example.org"]
    assert calendar_of(off)[0] == "CANCEL"
    assert subject_of(off).startswith("Tom Probe kommt selbst: ")
    body = off.get_body(("plain",)).get_content()
    assert body.startswith("Guten Tag Paul Probe,\r\n\r\nzur Sitzung „")
    session.rollback()
    row = session.get_one(Meeting, meeting.id)
    assert expectation(session, row, listed(session, row)).coming_with_vote == 1
    with pytest.raises(LinkOver):
        answer_services.invitation_behind(session, site, pauls)


def test_a_deputy_for_whom_the_office_had_answered_is_asked_anew_like_anybody(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.tom)
    asks = AnswerInput(Answer.DECLINED, deputy_id=world.paul.id)
    answer(session, site, token, asks)
    called = AnswerInput(Answer.ACCEPTED)
    do(
        session,
        world.actor,
        lambda work: answer_services.answer_by_office(work, site, meeting.id, world.paul.id, data=called),
    )
    answer(session, site, token, AnswerInput(Answer.ACCEPTED))
    answer(session, site, token, asks)
    # Else the attendance would take them for somebody it put on the list itself, and strike them off again.
    row = row_of(session, meeting, world.paul)
    assert (row.removed_at, row.origin, row.answered_at, row.entered_by_id) == (None, None, None, None)


def test_only_a_deputy_of_the_list_is_asked(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.emre)
    for wrong in (world.paul, world.lena):
        data = AnswerInput(Answer.DECLINED, deputy_id=wrong.id)
        with pytest.raises(RuleViolation) as caught:
            answer(session, site, token, data)
        assert caught.value.field == "deputy_id"
    assert row_of(session, meeting, world.emre).answer is Answer.OPEN


def test_two_members_cannot_send_the_same_deputy(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    asks = AnswerInput(Answer.DECLINED, deputy_id=world.nele.id)
    tom, emre = (token_of(session, site, meeting, one) for one in (world.tom, world.emre))
    answer(session, site, tom, asks)
    with pytest.raises(RuleViolation):
        answer(session, site, emre, asks)


def test_a_link_is_over_with_its_meeting(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.tom)
    row = session.get_one(Meeting, meeting.id)
    row.starts_at, row.ends_at = (at - timedelta(days=30, hours=20) for at in (row.starts_at, row.ends_at))
    session.commit()
    assert answer_services.invitation_behind(session, site, token).person_id == world.tom.id
    with pytest.raises(RuleViolation):
        answer(session, site, token, AnswerInput(Answer.ACCEPTED))
    row = session.get_one(Meeting, meeting.id)
    row.starts_at, row.ends_at = (at - timedelta(days=9) for at in (row.starts_at, row.ends_at))
    session.commit()
    with pytest.raises(LinkOver):
        answer_services.invitation_behind(session, site, token)


def test_a_guest_is_asked_and_reads_the_public_part(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    guest = factories.person(session, "Gesa", "Gast", email="gesa@example.org")
    session.commit()
    do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, guest.id))
    with pytest.raises(RuleViolation):
        do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, world.tom.id))
    assert invite(session, world, meeting, site) == 6
    lines = unfolded(calendar_of(arrive()["gesa@example.org"])[1])
    assert any("ROLE=OPT-PARTICIPANT" in line for line in lines)


def test_quorum_follows_the_answers(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    session.rollback()
    row = session.get_one(Meeting, meeting.id)
    before = expectation(session, row, listed(session, row))
    assert (before.needed, before.coming_with_vote, before.open_with_vote) == (2, 0, 3)
    assert not before.is_reached
    assert before.can_be_reached
    for one in (world.ada, world.tom):
        token = token_of(session, site, meeting, one)
        data = AnswerInput(Answer.ACCEPTED)
        answer(session, site, token, data)
    row = session.get_one(Meeting, meeting.id)
    assert expectation(session, row, listed(session, row)).is_reached


def test_the_quorum_counts_the_seats_that_the_list_of_members_counts(
    session: Session, world: World, meeting: Meeting
) -> None:
    """Three members without a seat of their own and a vacant one are four, on every page."""
    row = session.get_one(Meeting, meeting.id)
    vacant = Seat(body_id=row.body_id, role=BodyRole.VOTING_MEMBER, valid_from=factories.LONG_AGO)
    vacant.organisation_id = factories.organisation(session, "Amt für Schule").id
    session.add(vacant)
    session.commit()
    row = session.get_one(Meeting, meeting.id)
    base, needed = quorum_of(session, row, listed(session, row))
    assert (base, needed) == (4, 3)
    assert roster(session, row.body, row.starts_at.date(), planned=False).voting == base


def test_a_move_opens_the_answers_again(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.tom)
    answer(session, site, token, AnswerInput(Answer.ACCEPTED))
    move(session, world, meeting)
    row = row_of(session, meeting, world.tom)
    assert (row.answer, row.origin, row.comment) == (Answer.OPEN, None, "")
    assert session.scalars(select(AnswerEntry.answer)).all() == [Answer.ACCEPTED]
