"""How every page about one meeting begins: found, seen, allowed."""

from __future__ import annotations

from coordination.core.access import Permission, Subject
from coordination.meetings import access, queries
from coordination.meetings.models import Meeting
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor


def opened(meeting_id: int) -> tuple[Meeting, Subject]:
    """Return a meeting that the actor may know of, with what the policy is asked about it; else 404."""
    authorize(Permission.SIGNED_IN)
    session, actor = db.session(), current_actor()
    meeting = queries.seen_meeting(session, actor, meeting_id)
    # Whoever belongs to the body needs no invitation to see it.
    is_member = meeting.body_id in actor.body_roles
    subject = Subject(body_id=meeting.body_id) if is_member else access.subject_of(session, meeting)
    authorize(Permission.MEETING_READ, subject)
    return meeting, subject


def managed(meeting_id: int) -> Meeting:
    """Return a meeting that the actor runs; 403 to who may only read it."""
    meeting, subject = opened(meeting_id)
    authorize(Permission.MEETING_MANAGE, subject)
    return meeting
