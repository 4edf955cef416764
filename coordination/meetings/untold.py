"""Who knows a meeting other than it stands: one rule for the desk, the page of the meeting, its button and its notice.

The rule is SQL, so that the desk counts many meetings in the statement that it asks anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Date, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from coordination.bodies.models import Membership
from coordination.bodies.queries import holds
from coordination.core.once import once
from coordination.mail.outbox import ON_THE_WAY, OutboxMail
from coordination.meetings import letters
from coordination.meetings.invitees import Listed, listed, plan_of
from coordination.meetings.models import AnswerEntry, Invitation, Meeting
from coordination.meetings.reached import NOT_THERE
from coordination.meetings.rules import MeetingState, Origin


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
    """Return who has not been told how a meeting stands; at most one statement beside its list of people."""
    if meeting.state not in {MeetingState.INVITED, MeetingState.CANCELLED}:
        return Untold()
    people = listed(session, meeting)
    lines = [line for line in plan_of(meeting, people).lines if line.kind is not None]
    if not lines:
        return Untold()
    behind, in_vain = set[int](), set[int]()
    if meeting.state is MeetingState.CANCELLED or any(_has_older(one, meeting) for one in people):
        behind, in_vain = once(session, ("untold", meeting.id), lambda: _read(session, meeting.id))
    if meeting.state is MeetingState.CANCELLED:
        return Untold(due=len(behind), behind=len(behind), waiting=len(in_vain))
    # An agenda that has changed makes a mail due, but raises no SEQUENCE: nobody comes at the wrong time for it.
    due = sum(line.can_be_sent or line.invitee.person_id in behind for line in lines)
    return Untold(due=due, behind=len(behind))


def _has_older(one: Listed, meeting: Meeting) -> bool:
    """Return whether the last mail to somebody was an older one; where that is nobody, nothing needs to be asked."""
    last = one.invitation.mailed_sequence if one.invitation is not None else None
    return last is not None and last < meeting.sequence


def _read(session: Session, meeting_id: int) -> tuple[set[int], set[int]]:
    rows = session.execute(
        select(Invitation.person_id, is_behind(), is_in_vain())
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .where(Meeting.id == meeting_id, or_(is_behind(), is_in_vain()))
    ).all()
    return {key for key, behind, _vain in rows if behind}, {key for key, _behind, in_vain in rows if in_vain}


def is_behind() -> ColumnElement[bool]:
    """Return the condition that somebody invited knows another time or place, or nothing of the cancellation."""
    of_guests = func.coalesce(Meeting.guests_revised_at, Meeting.revised_at)
    is_guest = and_(Invitation.role.is_(None), ~sits())
    revised_at = case((is_guest, of_guests), else_=Meeting.revised_at)
    knows_other = and_(
        Meeting.state == MeetingState.INVITED,
        Invitation.removed_at.is_(None),
        Invitation.mailed_sequence < Meeting.sequence,
        Invitation.mailed_at < revised_at,
        or_(Invitation.silent_at.is_(None), Invitation.silent_at < revised_at),
        # Who left the body before that day is due another mail: that nobody expects them.
        belongs(),
    )
    return and_(_was_mailed(), or_(knows_other, Meeting.state == MeetingState.CANCELLED), knows())


def is_expected_in_vain() -> ColumnElement[bool]:
    """Return the condition that somebody who is no longer to come to a meeting ahead knows of it, and not of that."""
    is_off = or_(Invitation.removed_at.is_not(None), ~belongs())
    return and_(_was_mailed(), Meeting.state == MeetingState.INVITED, is_off, knows())


def belongs() -> ColumnElement[bool]:
    """Return the condition that somebody invited is to come: as a member on its day, or as named for this meeting."""
    return or_(
        Invitation.role.is_(None), Invitation.stands_in_for_id.is_not(None), Invitation.is_informed.is_(True), sits()
    )


def is_in_vain() -> ColumnElement[bool]:
    """Return the condition that only the mail that waits would tell somebody of a cancelled meeting: take it back.

    Of one that is undeliverable nothing can be taken back, and nobody has to be told anything.
    """
    waits = exists().where(*theirs(), OutboxMail.state.in_(ON_THE_WAY))
    return and_(_was_mailed(), Meeting.state == MeetingState.CANCELLED, ~knows(), waits)


def _was_mailed() -> ColumnElement[bool]:
    # Who was told for information and belongs to the body by now has not been asked yet.
    is_asked_anew = and_(Invitation.is_informed.is_(True), sits())
    return and_(Invitation.mailed_sequence.is_not(None), Invitation.mailed_at.is_not(None), ~is_asked_anew)


def sits() -> ColumnElement[bool]:
    """Return the condition that somebody invited is a member on the day of the meeting."""
    day = func.date(Meeting.starts_at, type_=Date)
    found = exists().where(
        Membership.body_id == Meeting.body_id, Membership.person_id == Invitation.person_id, holds(Membership, day)
    )
    # Said, because it stands two statements deep on the desk: by itself it would ask there for any meeting of the body.
    return found.correlate(Meeting, Invitation)


def knows() -> ColumnElement[bool]:
    """Return the condition that somebody invited knows of the meeting: by a mail, or they have answered themselves."""
    has_it = exists().where(*theirs(), OutboxMail.state.not_in(NOT_THERE))
    has_said = exists().where(
        AnswerEntry.invitation_id == Invitation.id, AnswerEntry.origin.in_((Origin.LINK, Origin.SIGNED_IN))
    )
    return or_(has_it, has_said)


def theirs() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions of the mails about the meeting to somebody invited."""
    about = letters.ABOUT + cast(Invitation.meeting_id, String)
    return OutboxMail.about == about, OutboxMail.person_id == Invitation.person_id
