"""How often a body meets between two days: what bodies ask before a day of theirs is moved."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState


def meetings_between(session: Session, body_id: int, first: date, last: date) -> int:
    """Return how many meetings of a body begin between two days; cancelled ones are none."""
    statement = select(func.count(Meeting.id)).where(
        Meeting.body_id == body_id,
        Meeting.state != MeetingState.CANCELLED,
        Meeting.starts_at.between(datetime.combine(first, time()), datetime.combine(last, time.max)),
    )
    return session.scalar(statement) or 0
