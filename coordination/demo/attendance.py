"""Who was there in the meetings of the demonstration: as they had answered, and some came later or left early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

from sqlalchemy import select

from coordination.bodies.rules import VOTING
from coordination.core.access import BodyRole
from coordination.core.work import Work
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes.attendance import Line, sheet
from coordination.minutes.models import Attendance
from coordination.minutes.rules import Presence, There, check_attendance

LATE, EARLY = timedelta(minutes=20), timedelta(minutes=35)


def load(work: Work) -> None:
    """Enter the attendance of what lies behind."""
    over = (MeetingState.MINUTES_OPEN, MeetingState.CLOSED)
    for meeting in work.session.scalars(select(Meeting).where(Meeting.state.in_(over)).order_by(Meeting.id)).all():
        people = _people(meeting, sheet(work.session, meeting).lines)
        check_attendance(people)
        work.session.add_all(_row(meeting, one) for one in people)
    work.session.flush()


def _people(meeting: Meeting, lines: Sequence[Line]) -> list[There]:
    # Who did not answer and did not come is absent; nobody was asked why.
    found = [
        replace(one.there, presence=Presence.ABSENT) if one.there.presence is Presence.UNKNOWN else one.there
        for one in lines
    ]
    there = [
        n
        for n, one in enumerate(found)
        if one.presence is Presence.PRESENT and one.role in VOTING and one.role is not BodyRole.CHAIR
    ]
    if len(there) > 2 and meeting.id % 2:
        found[there[1]] = replace(found[there[1]], came_at=_shifted(meeting, LATE))
    if len(there) > 3 and meeting.id % 3 == 0:
        found[there[3]] = replace(
            found[there[3]], left_at=_shifted(meeting, meeting.ends_at - meeting.starts_at - EARLY)
        )
    return found


def _shifted(meeting: Meeting, by: timedelta) -> time:
    return (meeting.starts_at + by).time()


def _row(meeting: Meeting, there: There) -> Attendance:
    return Attendance(
        meeting_id=meeting.id,
        person_id=there.person_id,
        role=there.role,
        presence=there.presence,
        stands_in_for_id=there.stands_in_for_id,
        came_at=there.came_at,
        left_at=there.left_at,
    )
