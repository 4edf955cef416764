"""The meetings of the demonstration: every state, believable days, and the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, Membership
from coordination.core import clock, special_days
from coordination.core.access import SYSTEM, BodyRole
from coordination.core.db import Base
from coordination.core.i18n import format_date
from coordination.core.work import work_as
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.demo import invitations, load
from coordination.demo import meetings as demo
from coordination.demo.scripts import themes
from coordination.directory.models import Person
from coordination.mail import outbox
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings.invitees import listed, plan_of
from coordination.meetings.letters import about
from coordination.meetings.models import (
    AgendaItem,
    AgendaTold,
    AnswerEntry,
    DeadlineOverride,
    Invitation,
    Meeting,
    MeetingChange,
)
from coordination.meetings.rules import Answer, ChangeKind, ItemState, MeetingState, Origin
from coordination.minutes.models import Attendance, FrozenMinutes, ItemText, Minutes
from coordination.minutes.rules import MinutesState
from tests.journeys.demo import NOW, PASSWORD, fill
from tests.meetings.conftest import every

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def filled(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        fill(app)
        yield


def test_there_is_a_meeting_in_every_state_on_days_that_people_meet(filled: None, session: Session) -> None:
    found = every(session, Meeting)
    assert {one.state for one in found} == set(MeetingState)
    assert any(one.moved_from for one in found)
    assert any(one.place_id for one in found)
    assert any(one.link for one in found)
    for one in found:
        day = one.starts_at.date()
        assert special_days.is_working_day(day), one.starts_at
        assert not special_days.school_holiday(day), one.starts_at
    # Nobody is in two of a body's meetings at once, and nothing is told of the future.
    assert len({(one.body_id, one.starts_at) for one in found}) == len(found)
    # The clock goes on a little while the demonstration is made.
    end = clock.utc_now() + timedelta(minutes=5)
    assert all(one.at <= end for one in every(session, MeetingChange))


def test_every_body_of_the_demonstration_has_met(filled: None, session: Session) -> None:
    over = {MeetingState.MINUTES_OPEN, MeetingState.CLOSED}
    met = {one.body_id for one in every(session, Meeting) if one.state in over}
    assert {one.name for one in every(session, Body) if one.id not in met} == set()


def test_it_is_the_same_each_time(filled: None, app: Flask, session: Session) -> None:
    def told() -> list[tuple[str, datetime, str, str]]:
        return sorted((one.uid, one.starts_at, one.title, one.state) for one in every(session, Meeting))

    first = told()
    planted: tuple[type[Base], ...] = (AnswerEntry, Invitation, StatusEntry, Decision, Task, AgendaItem, AgendaTold)
    planted += (MeetingChange, DeadlineOverride)
    models: tuple[type[Base], ...] = (FrozenMinutes, ItemText, Attendance, Minutes, *planted, Meeting)
    for model in models:
        session.execute(delete(model))
    session.commit()
    with work_as(session, SYSTEM) as work:
        demo.load(work)
        invitations.load(work, app.extensions["koordination.site"])
    assert told() == first


@pytest.mark.parametrize("weekday", range(5))
def test_a_day_for_a_meeting_is_never_in_the_holidays(weekday: int, database_kind: str) -> None:
    day = NOW.date()
    for n in range(0, 400, 3):
        found = demo.school_day(day + timedelta(days=n), weekday)
        assert found.weekday() == weekday
        assert special_days.school_holiday(found) == ""
        assert special_days.is_working_day(found)


def test_there_are_answers_in_every_colour_and_way(filled: None, session: Session) -> None:
    rows = every(session, Invitation)
    assert {one.answer for one in rows} == set(Answer)
    assert {one.origin for one in rows} - {None} == {Origin.LINK, Origin.SIGNED_IN, Origin.OFFICE}
    assert any(one.stands_in_for_id for one in rows)
    # One meeting was moved, and nobody has been told yet.
    (moved,) = [one for one in every(session, Meeting) if one.moved_from and one.state is MeetingState.INVITED]
    assert plan_of(moved, listed(session, moved)).due
    told = [one for one in every(session, Meeting) if one.state is MeetingState.INVITED and one.id != moved.id]
    assert told
    for one in told:
        assert plan_of(one, listed(session, one)).due == ()


def test_the_meeting_of_today_is_under_way_when_the_demonstration_is_loaded(filled: None, session: Session) -> None:
    now = clock.wall_clock(clock.utc_now())
    running = [one for one in every(session, Meeting) if one.state is MeetingState.RUNNING]
    assert running
    for one in running:
        assert timedelta(minutes=15) <= now - one.starts_at < timedelta(minutes=45)
        assert now < one.ends_at


@pytest.mark.slow
@pytest.mark.parametrize(("hour", "state"), [(6, MeetingState.INVITED), (19, MeetingState.MINUTES_OPEN)])
def test_loaded_outside_of_office_hours_the_meeting_of_today_is_ahead_or_over(
    app: Flask, session: Session, hour: int, state: MeetingState
) -> None:
    with time_machine.travel(NOW.replace(hour=hour), tick=False):
        with app.app_context():
            load.make("05711000", dict.fromkeys(load.LABELS, PASSWORD))
        today = [one for one in every(session, Meeting) if one.starts_at.date() == clock.today()]
        assert {one.state for one in today} == {state}
        rows = {one.meeting_id: one for one in every(session, Minutes)}
        written = [rows[one.id].state for one in today if one.id in rows]
        assert written == ([MinutesState.DRAFT] if state is MeetingState.MINUTES_OPEN else [])
        for one in every(session, ItemText):
            assert one.saved_at <= clock.utc_now()


#: Before, in and after holidays, around the turn of the year, on a Sunday, on public holidays.
TODAYS = ("2026-12-22", "2027-01-03", "2027-03-19", "2027-05-06", "2027-07-28", "2027-09-05", "2027-10-29")


@pytest.mark.slow
@pytest.mark.parametrize("today", TODAYS)
def test_on_whatever_day_it_is_loaded_meetings_are_on_days_and_have_pasts(
    today: str, app: Flask, session: Session
) -> None:
    now = datetime.fromisoformat(f"{today}T10:15:00").replace(tzinfo=clock.ZONE)
    with time_machine.travel(now, tick=False):
        with app.app_context():
            load.make("05711000", dict.fromkeys(load.LABELS, PASSWORD))
        found = every(session, Meeting)
        assert {one.state for one in found} >= set(MeetingState) - {MeetingState.RUNNING, MeetingState.CANCELLED}
        assert len({(one.body_id, one.starts_at) for one in found}) == len(found)
        for one in found:
            check_day(one.starts_at.date())
        check_pasts(session, now)


def check_day(day: date) -> None:
    assert special_days.is_working_day(day), day
    assert not special_days.school_holiday(day), day
    assert not (day.month == 12 and day.day >= 20), day


def check_pasts(session: Session, now: datetime) -> None:
    for one in every(session, Meeting):
        lines = session.scalars(
            select(MeetingChange).where(MeetingChange.meeting_id == one.id).order_by(MeetingChange.at, MeetingChange.id)
        ).all()
        assert lines[0].kind is ChangeKind.CREATED, one.title
        assert all(line.at <= now and line.user_id for line in lines), one.title
        states = [line for line in lines if line.kind is ChangeKind.STATE]
        # Each step begins where the one before it ended.
        assert [line.before for line in states[1:]] == [line.after for line in states[:-1]], one.title
        if one.state in {MeetingState.FIXED, MeetingState.INVITED, MeetingState.RUNNING, MeetingState.MINUTES_OPEN}:
            assert states[-1].after == one.state, one.title
        for line in lines:
            if line.kind is ChangeKind.STATE and line.after in {MeetingState.FIXED, MeetingState.INVITED}:
                assert 8 <= clock.wall_clock(line.at).hour < 17, one.title
                assert special_days.is_working_day(clock.wall_date(line.at)), one.title
    (moved,) = [one for one in every(session, Meeting) if one.moved_from]
    invited, moving = (
        session.scalars(
            select(MeetingChange).where(MeetingChange.meeting_id == moved.id, MeetingChange.kind == kind)
        ).one()
        for kind in (ChangeKind.INVITED, ChangeKind.MOVED)
    )
    assert invited.at < moving.at
    assert moving.reason


def test_what_people_were_invited_with_lies_in_the_outbox(filled: None, app: Flask, session: Session) -> None:
    for one in every(session, Meeting):
        mails = session.scalars(select(OutboxMail).where(OutboxMail.about == about(one.id))).all()
        asked = session.scalars(select(Invitation).where(Invitation.meeting_id == one.id)).all()
        if one.state is not MeetingState.INVITED:
            assert mails == []
            continue
        assert sorted(mail.recipient for mail in mails) == sorted(row.person.email for row in asked)
        assert {mail.state for mail in mails} == {MailState.SENT}
        content = outbox.content_of(mails[0], app.extensions["koordination.site"].sender)
        text = message_from_bytes(content, policy=policy.default)
        body = text.get_body(("plain",))
        assert body is not None
        said = body.get_content()
        assert "- TOP 1: " in said
        assert format_date((one.moved_from or one.starts_at).date()) in said


def test_leaders_of_offices_schools_and_day_care_sit_where_they_belong(filled: None, session: Session) -> None:
    rows = session.execute(
        select(Body.short_name, Person.function, Person.email)
        .join(Membership, Membership.body_id == Body.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == BodyRole.VOTING_MEMBER)
    ).all()
    assert all(row.email.endswith("@example.org") for row in rows)
    wanted = {
        "STG": ("Dezernatsleitung", "Amtsleitung", "Schulaufsicht"),
        "RUCK": ("Leitung der Kita", "Schulleitung", "Kommunales Integrationszentrum"),
        "AKÜ": ("Schulleitung", "Leitung der Kita", "Schulaufsicht"),
        "AG78": ("Geschäftsführung", "Offene Kinder- und Jugendarbeit"),
    }
    for body, functions in wanted.items():
        there = [row.function for row in rows if row.short_name == body]
        for function in functions:
            assert any(function in one for one in there), (body, function)
        assert "Schulsozialarbeit" not in there[: len(functions)], body


@pytest.mark.parametrize("state", [MeetingState.INVITED, MeetingState.RUNNING])
def test_the_meeting_of_today_has_an_agenda_whether_it_has_begun_or_not(
    filled: None, session: Session, state: MeetingState
) -> None:
    (today,) = (one for one in every(session, Meeting) if one.starts_at.date() == clock.today())
    today.state = state
    session.commit()
    with work_as(session, SYSTEM) as work:
        told = themes(work)
    assert [one.state for one in told[today.id]] == [ItemState.ON_AGENDA] * 3
    ahead = [
        one.id
        for one in every(session, Meeting)
        if one.body_id == today.body_id and one.starts_at.date() > clock.today()
    ]
    assert [one.state for one in told[ahead[0]]] == [ItemState.PROPOSED]
