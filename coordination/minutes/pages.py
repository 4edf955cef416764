"""How every page about the minutes of one meeting begins: found, seen, allowed."""

from __future__ import annotations

from flask import current_app

from coordination.core.access import Permission, Subject
from coordination.core.errors import NotFound
from coordination.mail.site import Site
from coordination.meetings.models import Meeting
from coordination.meetings.pages import opened
from coordination.minutes import queries
from coordination.minutes.document import Setting
from coordination.minutes.models import Minutes
from coordination.minutes.rules import BeingRevised
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor


def written(meeting_id: int) -> Meeting:
    """Return a meeting whose minutes the actor writes; 403 to who may only read them."""
    meeting, subject = opened(meeting_id)
    authorize(Permission.MINUTES_WRITE, Subject(body_id=subject.body_id))
    return meeting


def read(meeting_id: int) -> tuple[Meeting, Minutes]:
    """Return a meeting with the minutes that the actor may read as they stand now; else 404.

    Raises:
        BeingRevised: the actor could read them, and will again, but they were taken back.
    """
    meeting, asked = opened(meeting_id)
    subject = Subject(body_id=asked.body_id, invited=asked.invited)
    authorize(Permission.MINUTES_READ, subject)
    minutes = queries.minutes_of(db.session(), meeting.id)
    if minutes is None or not queries.may_read(current_actor(), subject, minutes):
        if minutes is not None and minutes.rounds:
            raise BeingRevised(body_id=meeting.body_id)
        raise NotFound
    return meeting, minutes


def site() -> Site:
    """Return what letters need to know of this installation."""
    found: Site = current_app.extensions["koordination.site"]
    return found


def setting(note: str = "") -> Setting:
    """Return what surrounds a document."""
    return Setting(site().city_name, site().is_demo, note)
