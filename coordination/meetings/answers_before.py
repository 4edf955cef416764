"""What people said to a date that a meeting had before it was moved: it counts no longer, and is not forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.meetings.history import unpack_start
from coordination.meetings.models import AnswerEntry, Invitation, Meeting, MeetingChange
from coordination.meetings.rules import Answer, ChangeKind


@dataclass(frozen=True, slots=True)
class Before:
    """The last answer to an earlier date, with its remark."""

    day: date
    answer: Answer
    comment: str


def before_move(session: Session, meeting: Meeting) -> dict[int, Before]:
    """Return person → the last answer before the last move; two statements, none where it was never moved."""
    if meeting.moved_from is None:
        return {}
    moves = session.scalars(
        select(MeetingChange)
        .where(MeetingChange.meeting_id == meeting.id, MeetingChange.kind == ChangeKind.MOVED)
        .order_by(MeetingChange.at, MeetingChange.id)
    ).all()
    entries = session.execute(
        select(Invitation.person_id, AnswerEntry)
        .join(Invitation, Invitation.id == AnswerEntry.invitation_id)
        .where(Invitation.meeting_id == meeting.id)
        .order_by(AnswerEntry.at, AnswerEntry.id)
    )
    found = {}
    for person_id, entry in entries:
        first = next(_moved_after(moves, entry.at), None)
        if first is not None:
            found[person_id] = Before(unpack_start(first.before).date(), entry.answer, entry.comment)
    return found


def _moved_after(moves: Sequence[MeetingChange], at: datetime) -> Iterator[MeetingChange]:
    """Return the moves after an answer: the first of them took it from the date that it was for."""
    return (one for one in moves if one.at >= at)
