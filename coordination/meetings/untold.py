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

    Who has lost the address that they were invited at counts with them: somebody has to tell them.
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
    lines = [line for line in plan_of(meeting, people).lines if line.kind is not None]
    if not lines:
        return Untold()
    if meeting.state is MeetingState.CANCELLED:
        known = reached(session, meeting.id)
        told = sum(known.fitting(MailKind.CANCELLATION, line.invitee.person_id) is not None for line in lines)
        return Untold(due=told, behind=told, waiting=len(lines) - told)
    rows = {one.person.id: one.invitation for one in people}
    # An agenda that has changed makes a mail due, but raises no SEQUENCE: nobody comes at the wrong time for it.
    due = behind = 0
    for line in lines:
        row = rows[line.invitee.person_id]
        last = row.mailed_sequence if row is not None else None
        is_older = line.kind is MailKind.UPDATE and last is not None and last < meeting.sequence
        # Who has got no mail knows no other time; it is read only where it can matter.
        is_behind = (
            is_older and reached(session, meeting.id).fitting(MailKind.CANCELLATION, line.invitee.person_id) is not None
        )
        due += line.can_be_sent or is_behind
        behind += is_behind
    return Untold(due=due, behind=behind)
