"""Who knows a meeting other than it stands: what the page of the meeting, its one button and its notice all say."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from coordination.meetings.invitees import listed, plan_of
from coordination.meetings.mail_plan import MailKind
from coordination.meetings.models import Meeting
from coordination.meetings.reached import reached
from coordination.meetings.rules import MeetingState


@dataclass(frozen=True, slots=True)
class Untold:
    """How many are due a mail (``due``), and how many of them know another time, place or end (``behind``).

    ``waiting`` know nothing of a meeting that was cancelled: the mail that would tell them of it only has to be
    taken back.
    """

    due: int = 0
    behind: int = 0
    waiting: int = 0


def untold(session: Session, meeting: Meeting) -> Untold:
    """Return who has not been told how a meeting stands; at most two statements beside its list of people."""
    if meeting.state not in {MeetingState.INVITED, MeetingState.CANCELLED}:
        return Untold()
    people = listed(session, meeting)
    due = plan_of(meeting, people).due
    if not due:
        return Untold()
    if meeting.state is MeetingState.CANCELLED:
        known = reached(session, meeting.id)
        told = sum(known.fitting(MailKind.CANCELLATION, line.invitee.person_id) is not None for line in due)
        return Untold(due=told, behind=told, waiting=len(due) - told)
    rows = {one.person.id: one.invitation for one in people}
    # An agenda that has changed makes a mail due, but raises no SEQUENCE: nobody comes at the wrong time for it.
    behind = 0
    known = reached(session, meeting.id)
    for line in due:
        row = rows[line.invitee.person_id]
        last = row.mailed_sequence if row is not None else None
        behind += line.kind is MailKind.UPDATE and (
            last is not None
            and last < meeting.sequence
            # Who has got no mail knows no other time.
            and known.fitting(MailKind.CANCELLATION, line.invitee.person_id) is not None
        )
    return Untold(due=len(due), behind=behind)
