"""What the page of a meeting shows of invitations and answers."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from coordination.bodies.procedure import Deputies
from coordination.core import clock
from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.registry import Section
from coordination.mail.desk import hindrance
from coordination.meetings.answers import is_open
from coordination.meetings.invitees import expectation, informed, listed, wanted
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import ANSWER_WORDS, MeetingState
from coordination.meetings.standing import standing
from coordination.meetings.undelivered import undelivered
from coordination.meetings.untold import untold


def answers(session: Session, actor: Actor, meeting: Meeting, _day: date) -> Section | None:
    """Return who comes, for people of the body and for those invited; guests see only their own answer."""
    if meeting.state is MeetingState.DRAFT:
        return None
    everybody = listed(session, meeting)
    people = wanted(everybody)
    own = next((one.invitation for one in people if one.person.id == actor.person_id), None)
    if own is not None and own.is_informed:
        # A member by now, and not asked yet.
        own = None
    invited = frozenset() if own is None else frozenset({own.person_id})
    subject = Subject(body_id=meeting.body_id, invited=invited)
    if not people or not allows(actor, Permission.MEETING_READ_INSIDE, subject):
        return None
    can_answer = is_open(meeting.state, meeting.starts_at, clock.wall_clock(clock.utc_now()))
    if not can_answer and not any(_was_asked(one.invitation) for one in people):
        return None
    sees_names = actor.is_system or meeting.body_id in actor.body_roles
    return Section(
        "meetings/_answers.html",
        {
            "people": people if sees_names else [],
            "informed": informed(everybody) if sees_names else [],
            "own": own,
            "can_answer": can_answer,
            "has_deputies": meeting.body.procedure.deputies is not Deputies.NONE,
            "expected": expectation(session, meeting, everybody),
            "answer_words": ANSWER_WORDS,
        },
    )


def _was_asked(row: Invitation | None) -> bool:
    """Return whether there is anything to say of an answer, once nobody can give one any more."""
    return row is not None and (row.was_invited or row.answered_at is not None)


def waiting(session: Session, actor: Actor, meeting: Meeting, day: date) -> Section | None:
    """Return how many have not been told of a change, and how many mails were stuck; for whoever sends the mails."""
    is_told = meeting.state in {MeetingState.INVITED, MeetingState.CANCELLED}
    if not is_told or not allows(actor, Permission.MEETING_MANAGE, Subject(body_id=meeting.body_id)):
        return None
    found = untold(session, meeting)
    stuck = len(undelivered(session, meeting.id)) if meeting.ends_at.date() >= day else 0
    known = standing(session, meeting.id)
    # What is only to be taken back does not go out by itself.
    rests = known.waiting - found.waiting
    # What has just been sent leaves in a moment.
    why = hindrance(session) if rests else ""
    if not (found.due or found.waiting or stuck or why):
        return None
    return Section(
        "meetings/_waiting.html", {"found": found, "stuck": stuck, "rests": rests if why else 0, "hindrance": why}
    )
