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
    session = db.session()
    meeting = queries.seen_meeting(session, current_actor(), meeting_id)
    subject = access.subject_of(session, meeting)
    authorize(Permission.MEETING_READ, subject)
    return meeting, subject


def managed(meeting_id: int) -> Meeting:
    """Return a meeting that the actor runs; 403 to who may only read it."""
    meeting, subject = opened(meeting_id)
    authorize(Permission.MEETING_MANAGE, subject)
    return meeting
