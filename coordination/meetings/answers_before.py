"""What people said to a date that a meeting had before it was moved: it counts no longer, and is not forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.mail.outbox import OutboxMail
from coordination.meetings import letters
from coordination.meetings.history import unpack_start
from coordination.meetings.models import AnswerEntry, Invitation, Meeting, MeetingChange
from coordination.meetings.reached import NOT_THERE
from coordination.meetings.rules import Answer, ChangeKind, Origin


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
    moves = _moves(session, meeting.id)
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


@dataclass(frozen=True, slots=True)
class Moved:
    """From when a meeting was moved as one person knows it, and why it was moved the last time."""

    before: datetime
    reason: str


def moved_for(session: Session, row: Invitation) -> Moved | None:
    """Return from when a meeting was moved for somebody: the last other time that they were told.

    As their mail says it. None: they know of no other time than the one that holds.
    """
    meeting = row.meeting
    if meeting.moved_from is None:
        return None
    moves = _moves(session, meeting.id)
    about = OutboxMail.about == letters.about(meeting.id), OutboxMail.person_id == row.person_id
    mails = session.scalars(select(OutboxMail.created_at).where(*about, OutboxMail.state.not_in(NOT_THERE)))
    said = session.scalars(
        select(AnswerEntry.at).where(
            AnswerEntry.invitation_id == row.id, AnswerEntry.origin.in_((Origin.LINK, Origin.SIGNED_IN))
        )
    )
    known = (next(_moved_after(moves, at), None) for at in sorted((*mails, *said)))
    others = [start for one in known if one is not None and (start := unpack_start(one.before)) != meeting.starts_at]
    return Moved(others[-1], moves[-1].reason) if others else None


def _moves(session: Session, meeting_id: int) -> Sequence[MeetingChange]:
    return session.scalars(
        select(MeetingChange)
        .where(MeetingChange.meeting_id == meeting_id, MeetingChange.kind == ChangeKind.MOVED)
        .order_by(MeetingChange.at, MeetingChange.id)
    ).all()


def _moved_after(moves: Sequence[MeetingChange], at: datetime) -> Iterator[MeetingChange]:
    """Return the moves after an answer: the first of them took it from the date that it was for."""
    return (one for one in moves if one.at >= at)
