"""What of a meeting's life can be taken back, and what is entered that nothing takes back any more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import registry
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.meetings.models import Meeting, MeetingChange
from coordination.meetings.rules import UNDONE_BY, ChangeKind, MeetingState, Step

#: What was taken for held, or begun, is so for good once anything is entered that only such a meeting has.
WHILE_NOTHING_IS_ENTERED = frozenset({Step.BACK_TO_FIXED, Step.BACK_TO_INVITED})
_TOOK_PLACE = N_(
    "Attendance, minutes, a decision or a task has been entered: this meeting took place. Please end it instead."
)


def took_place(session: Session, meeting: Meeting) -> bool:
    """Return whether a meeting that is under way has left something: it can be ended, and no longer cancelled."""
    return meeting.state is MeetingState.RUNNING and is_held_begun(session, meeting.id)


def check_not_held(session: Session, meeting: Meeting) -> None:
    """Raise RuleViolation if a meeting under way has left something that a cancellation would hide."""
    if took_place(session, meeting):
        raise RuleViolation(_TOOK_PLACE)


def is_held_begun(session: Session, meeting_id: int) -> bool:
    """Return whether anything is entered of a meeting that only one that was held has."""
    return any(ask(session, meeting_id) for ask in registry.held_begun)


def undo_of(session: Session, meeting: Meeting) -> Step | None:
    """Return the step that takes back the last click on a meeting's state, whoever made it; None: it is none."""
    last = session.scalars(
        select(MeetingChange)
        .where(MeetingChange.meeting_id == meeting.id, MeetingChange.kind == ChangeKind.STATE)
        .order_by(MeetingChange.id.desc())
        .limit(1)
    ).first()
    return undo_by(last) if last is not None and last.after == meeting.state else None


def undo_by(change: MeetingChange) -> Step | None:
    """Return the step that takes back a change of a meeting's state; None: it is none, or nothing takes it back."""
    if change.kind is not ChangeKind.STATE:
        return None
    return UNDONE_BY.get((MeetingState(change.before), MeetingState(change.after)))
