"""The demonstration's minutes: believable to whoever has taken some. What they say adds up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.work import AuditEntry
from coordination.decisions.models import Decision
from coordination.decisions.rules import Means, Result
from coordination.demo import scripts
from coordination.files.store import Store
from coordination.meetings.models import AgendaItem, Invitation, Meeting, MeetingChange
from coordination.meetings.rules import Answer, ItemState, MeetingState
from coordination.minutes.attendance import sheet
from coordination.minutes.models import Attendance, FrozenMinutes, ItemText, Minutes
from coordination.minutes.rules import MinutesState, Presence, check_attendance
from tests.journeys.demo import NOW, SQLITE_FIRST, fill
from tests.meetings.conftest import every


@pytest.fixture
def told(app: Flask, session: Session, database_kind: str) -> Session:
    with time_machine.travel(NOW, tick=True):
        fill(app)
    return session


@SQLITE_FIRST
def test_what_a_formal_body_closed_is_approved_and_frozen_with_its_file(app: Flask, told: Session) -> None:
    states = dict(told.execute(select(Minutes.meeting_id, Minutes.state)).all())
    closed = [one for one in every(told, Meeting) if one.state is MeetingState.CLOSED]
    formal = [one for one in closed if one.body.procedure.is_formal]
    assert len(formal) >= 5
    assert {states[one.id] for one in formal} == {MinutesState.APPROVED}
    told_of = {one.meeting_id for one in every(told, MeetingChange) if one.after == MeetingState.CLOSED}
    assert {one.id for one in closed} == told_of
    store = Store(Path(app.instance_path) / "files")
    frozen = every(told, FrozenMinutes)
    assert len(frozen) == len(formal)
    for one in frozen:
        assert one.pdf is not None
        assert store.get(one.pdf.digest).startswith(b"%PDF-")
        assert one.minutes.approved_on is not None
        assert one.frozen_at.date() == one.minutes.approved_on


@SQLITE_FIRST
def test_every_state_of_minutes_is_there_and_drafts_lie_about(told: Session) -> None:
    states = Counter(one.state for one in every(told, Minutes))
    assert {MinutesState.DRAFT, MinutesState.CIRCULATED, MinutesState.APPROVED} <= set(states)
    running = told.scalars(select(Meeting.id).where(Meeting.state == MeetingState.RUNNING)).all()
    drafts = [one for one in every(told, Minutes) if one.state is MinutesState.DRAFT and one.meeting_id not in running]
    saved = [
        max(row.saved_at for row in every(told, ItemText) if row.item.meeting_id == one.meeting_id) for one in drafts
    ]
    assert max((NOW - at).days for at in saved) >= 5


@SQLITE_FIRST
def test_attendance_has_all_that_happens_and_nobody_votes_twice(told: Session) -> None:
    rows = every(told, Attendance)
    assert {one.presence for one in rows} == {Presence.PRESENT, Presence.EXCUSED, Presence.ABSENT}
    for part in ("came_at", "left_at", "stands_in_for_id"):
        assert sum(getattr(one, part) is not None for one in rows) >= 3, part
    for meeting in every(told, Meeting):
        if meeting.state in {MeetingState.CLOSED, MeetingState.MINUTES_OPEN}:
            check_attendance([one.there for one in sheet(told, meeting).lines])


@SQLITE_FIRST
def test_votes_are_those_of_who_was_there_and_there_were_enough(told: Session) -> None:
    votes = [one for one in every(told, Decision) if one.means is Means.VOTE]
    assert len(votes) >= 8
    for one in votes:
        assert one.voted_at is not None
        quorum = sheet(told, one.meeting).quorum(one.voted_at)
        assert one.yes + one.no + one.abstained + one.conflicted == quorum.there
        assert (one.yes > one.no) == (one.result is Result.ACCEPTED)
        assert quorum.is_reached


@SQLITE_FIRST
def test_agendas_ahead_and_answers_come_in_every_colour(told: Session) -> None:
    assert {one.state for one in every(told, AgendaItem)} >= {ItemState.PROPOSED, ItemState.REFUSED}
    invited = [one for one in every(told, Meeting) if one.state is MeetingState.INVITED]
    for meeting in invited:
        assert [one for one in every(told, AgendaItem) if one.meeting_id == meeting.id], meeting.title
    colours = [
        {one.answer for one in every(told, Invitation) if one.meeting_id == meeting.id}
        for meeting in invited
        if meeting.moved_from is None
    ]
    assert set.union(*colours) == set(Answer)
    assert all(Answer.DELEGATED in one and len(one) >= 4 for one in colours)


def test_no_text_is_told_twice() -> None:
    texts = Counter(
        theme.text
        for name in [*scripts.FILES.values(), "konferenzen"]
        for meeting in scripts.read(name).held
        for theme in meeting
        if theme.text
    )
    assert [text for text, times in texts.items() if times > 1] == []
    assert len(texts) >= 80


@SQLITE_FIRST
def test_the_trail_tells_of_minutes_when_and_by_whom_they_were_written(told: Session) -> None:
    lines = told.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [one.at for one in lines] == sorted(one.at for one in lines)
    begun = {one.subject: one for one in lines if one.action == "minutes.begun"}
    meetings = {one.id: one for one in every(told, Meeting)}
    for row in every(told, Minutes):
        line = begun.pop(f"minutes:{row.id}")
        assert line.at == clock.zoned(meetings[row.meeting_id].starts_at)
        assert line.user_id is not None
    assert begun == {}
    assert all(one.user_id for one in lines if one.action in {"minutes.approved", "meeting.created"})
