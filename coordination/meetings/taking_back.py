"""Takes back the mails about a meeting that still wait once what they say holds no longer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.work import Work
from coordination.mail import outbox
from coordination.mail.outbox import ON_THE_WAY
from coordination.meetings import letters
from coordination.meetings.models import Invitation, Meeting, MeetingChange
from coordination.meetings.reached import mails_of, reached
from coordination.meetings.rules import ChangeKind


def waiting(session: Session, meeting_id: int) -> tuple[int, int]:
    """Return for how many people a mail waits that ``take_back`` would take back, and for how many one that stays."""
    theirs = {one.person_id for one in mails_of(session, meeting_id) if one.state in ON_THE_WAY} - {None}
    due = select(Invitation.person_id).where(
        Invitation.meeting_id == meeting_id, Invitation.mailed_sequence.is_not(None), Invitation.person_id.in_(theirs)
    )
    lost = len(set(session.scalars(due))) if theirs else 0
    return lost, len(theirs) - lost


def take_back(work: Work, meeting: Meeting, *people: int) -> int:
    """Take back what waits for some people, without any named for everybody, and return how many mails that were.

    Who knows nothing beside it is as if never mailed, and is told of no end. Whoever knows of the meeting by an earlier
    mail or has answered stays due to be told. A cancellation that waits holds all the same, and goes out.
    """
    statement = select(Invitation).where(Invitation.meeting_id == meeting.id, Invitation.mailed_sequence.is_not(None))
    if people:
        statement = statement.where(Invitation.person_id.in_(people))
    rows = {row.person_id: row for row in work.session.scalars(statement)}
    if not rows:
        return 0
    lost = outbox.take_back(work, letters.about(meeting.id), *sorted(rows))
    work.session.flush()
    # Asked afterwards: what a worker has claimed meanwhile may arrive.
    known = reached(work.session, meeting.id)
    for key in lost & rows.keys():
        if key not in known.left:
            # No later mail may refer to one that nobody has got.
            rows[key].first_message_id = ""
        if not known.has_heard(key):
            rows[key].mailed_sequence = None
    if lost:
        change = MeetingChange(meeting_id=meeting.id, at=work.now, user_id=work.actor.user_id, after=str(len(lost)))
        change.kind = ChangeKind.TAKEN_BACK
        work.session.add(change)
    return len(lost)
