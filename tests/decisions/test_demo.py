"""The demonstration: agendas of what lies behind, decisions and tasks in every state, the same each time."""

from __future__ import annotations

from collections import Counter

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from coordination.bodies.models import Membership
from coordination.core import clock
from coordination.core.access import SYSTEM, BodyRole
from coordination.core.work import Work
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import Result, Status
from coordination.decisions.words import is_overdue
from coordination.demo import decisions as demo
from coordination.demo import ground
from coordination.directory.models import Organisation
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState
from tests.journeys.demo import NOW, SQLITE_FIRST, fill
from tests.meetings.conftest import every


@SQLITE_FIRST
@pytest.mark.usefixtures("database_kind")
def test_what_lies_behind_has_an_agenda_and_is_followed(app: Flask, session: Session) -> None:
    with time_machine.travel(NOW, tick=True):
        fill(app)
        items = Counter(one.meeting_id for one in every(session, AgendaItem))
        held = [one for one in every(session, Meeting) if one.state in {MeetingState.CLOSED, MeetingState.MINUTES_OPEN}]
        assert all(5 <= items[one.id] <= 6 for one in held)
        for rows in (every(session, Decision), every(session, Task)):
            found = {one.status for one in rows}
            assert {Status.OPEN, Status.IN_PROGRESS, Status.DONE, Status.DEFERRED} <= found
            assert any(is_overdue(one, NOW.date()) for one in rows)
            # Nobody settles or takes on the same thing twice.
            assert len({one.text for one in rows}) == len(rows)
        assert [one.result for one in every(session, Decision)].count(Result.REJECTED) == 1
        assert [one.status for one in every(session, Decision)].count(Status.OBSOLETE) == 1
        lost = next(one for one in every(session, Decision) if one.result is Result.REJECTED)
        assert lost.no > lost.yes > 0
        assert (lost.status, lost.due_on) == (Status.OPEN, None)
        first = sorted((one.body_id, one.year, one.number, one.text) for one in every(session, Decision))
        for model in (StatusEntry, Decision, Task):
            session.execute(delete(model))
        work = Work(session, SYSTEM, clock.utc_now())
        demo.load(work)
        work.finish()
        assert sorted((one.body_id, one.year, one.number, one.text) for one in every(session, Decision)) == first


@SQLITE_FIRST
@pytest.mark.usefixtures("database_kind")
def test_several_people_chair_and_each_unit_of_the_city_has_an_address(app: Flask, session: Session) -> None:
    with time_machine.travel(NOW, tick=True):
        fill(app)
    chairs = Counter(one.person_id for one in every(session, Membership) if one.role is BodyRole.CHAIR)
    assert len(chairs) >= 5
    assert max(chairs.values()) <= 2
    silent = [one.name for one in every(session, Organisation) if not one.email]
    own = {name for _key, _parent, _kind, name, _short in ground.UNITS} | set(ground.EMPLOYERS)
    assert own.isdisjoint(silent)
    # No mail of the demonstration reaches anybody.
    assert all(one.email.endswith("@example.org") for one in every(session, Organisation) if one.name in own)
