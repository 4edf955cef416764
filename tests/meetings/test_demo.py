"""The meetings of the demonstration: every state, believable days, and the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock, special_days
from coordination.core.access import SYSTEM
from coordination.core.work import Work
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.demo import meetings as demo
from coordination.meetings.invitees import listed, plan_of
from coordination.meetings.models import AgendaItem, AnswerEntry, DeadlineOverride, Invitation, Meeting, MeetingChange
from coordination.meetings.rules import Answer, MeetingState, Origin
from coordination.minutes.models import Attendance, FrozenMinutes, ItemText, Minutes
from tests.journeys.demo import NOW, fill
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


def test_it_is_the_same_each_time(filled: None, session: Session) -> None:
    def told() -> list[tuple[str, datetime, str, str]]:
        return sorted((one.uid, one.starts_at, one.title, one.state) for one in every(session, Meeting))

    first = told()
    planted = (AnswerEntry, Invitation, StatusEntry, Decision, Task, AgendaItem, MeetingChange, DeadlineOverride)
    for model in (FrozenMinutes, ItemText, Attendance, Minutes, *planted, Meeting):
        session.query(model).delete()
    work = Work(session, SYSTEM, clock.utc_now())
    demo.load(work)
    work.finish()
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
