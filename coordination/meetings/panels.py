"""What meetings put on the pages of bodies and places."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.i18n import gettext as _
from coordination.core.registry import Panel, Section
from coordination.meetings import queries, words
from coordination.meetings.queries import MeetingFilter

#: Meetings of each kind; the list has all of them.
NEXT, PAST, AT_A_PLACE = 4, 3, 5
DAY = timedelta(days=1)


def body_section(session: Session, actor: Actor, body: Body, day: date) -> Section | None:
    """Return what comes in a body and what was last; nothing to who sees none of it."""
    may_plan = allows(actor, Permission.MEETING_MANAGE, Subject(body_id=body.id))
    ahead = queries.meetings(session, actor, MeetingFilter(first=day, body_id=body.id), most=NEXT)
    before = MeetingFilter(last=day - DAY, body_id=body.id)
    past = queries.meetings(session, actor, before, newest_first=True, most=PAST)
    if not (ahead or past or may_plan):
        return None
    values = {"ahead": ahead, "past": past, "may_plan": may_plan, "body": body, "words": words}
    return Section("meetings/_body_section.html", values)


def place_panel(session: Session, actor: Actor, place_id: int, day: date) -> Panel | None:
    """Return the meetings that take place somewhere."""
    found = queries.meetings(session, actor, MeetingFilter(first=day, place_id=place_id), most=AT_A_PLACE)
    lines = [(words.label(one), f"/sitzungen/{one.id}") for one in found]
    return Panel(_("Meetings here"), lines) if lines else None
