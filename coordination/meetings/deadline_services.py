"""Setting a deadline otherwise than the rules of procedure say, with a reason that is kept; and taking that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.meetings.models import DeadlineOverride, Meeting, MeetingChange
from coordination.meetings.rules import ChangeKind, Deadline
from coordination.meetings.services import check_open, take


@dataclass(frozen=True, slots=True)
class DeadlineInput:
    """Another day for a deadline, as typed."""

    deadline: Deadline
    due_on: date
    reason: str


def set_deadline(work: Work, meeting_id: int, data: DeadlineInput, *, version: int) -> DeadlineOverride:
    """Let a deadline be another day than the rules say.

    Raises:
        RuleViolation: the day lies on the wrong side of the meeting, or the meeting is over for good.
    """
    meeting, deadline, due_on = _taken(work, meeting_id, version), data.deadline, data.due_on
    if deadline is Deadline.MINUTES and due_on < meeting.ends_at.date():
        raise RuleViolation(N_("Minutes are written after the meeting. Please choose a later day."), field="due_on")
    if deadline is not Deadline.MINUTES and due_on > meeting.starts_at.date():
        raise RuleViolation(N_("That is after the meeting. Please choose an earlier day."), field="due_on")
    row = _row(work, meeting, deadline)
    before = row.due_on.isoformat() if row else ""
    if row is None:
        row = DeadlineOverride(meeting_id=meeting.id, deadline=deadline)
        work.session.add(row)
    row.due_on, row.reason = due_on, data.reason
    _note(work, meeting, deadline, days=(before, due_on.isoformat()), reason=data.reason)
    return row


def reset_deadline(work: Work, meeting_id: int, deadline: Deadline, *, version: int) -> None:
    """Let a deadline follow from the rules again."""
    meeting = _taken(work, meeting_id, version)
    row = _row(work, meeting, deadline)
    if row is not None:
        _note(work, meeting, deadline, days=(row.due_on.isoformat(), ""))
        work.session.delete(row)


def _taken(work: Work, meeting_id: int, version: int) -> Meeting:
    meeting = take(work, meeting_id, version)
    check_open(work.session, meeting)
    # Two forms about the deadlines of one meeting meet each other in its version.
    flag_modified(meeting, "note")
    return meeting


def _row(work: Work, meeting: Meeting, deadline: Deadline) -> DeadlineOverride | None:
    found = select(DeadlineOverride).where(
        DeadlineOverride.meeting_id == meeting.id, DeadlineOverride.deadline == deadline
    )
    return work.session.scalars(found).one_or_none()


def _note(work: Work, meeting: Meeting, deadline: Deadline, *, days: tuple[str, str], reason: str = "") -> None:
    before, after = days
    row = MeetingChange(
        meeting_id=meeting.id,
        at=work.now,
        user_id=work.actor.user_id,
        kind=ChangeKind.DEADLINE,
        before=f"{deadline}\t{before}",
        after=after,
        reason=reason,
    )
    work.session.add(row)
    work.record("meeting.deadline_set", meeting)
