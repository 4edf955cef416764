"""What meetings put on the pages of bodies and places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.i18n import format_day
from coordination.core.i18n import gettext as _
from coordination.core.registry import Panel, PartLink, Section
from coordination.meetings import queries, words
from coordination.meetings.deadlines import longest_gap
from coordination.meetings.models import Meeting
from coordination.meetings.queries import MeetingFilter
from coordination.meetings.rules import MeetingState

#: Meetings of each kind; the list has all of them.
NEXT, PAST, AT_A_PLACE = 4, 3, 5


def body_section(session: Session, actor: Actor, body: Body, day: date) -> Section | None:
    """Return what comes in a body and what was last; nothing to who sees none of it."""
    may_plan = allows(actor, Permission.MEETING_MANAGE, Subject(body_id=body.id))
    coming = MeetingFilter(ahead=day, body_id=body.id, cancelled_last=True)
    behind = MeetingFilter(behind=day, body_id=body.id, cancelled_last=True)
    # A few are read, those that take place first; shown they are by their days.
    ahead = sorted(queries.meetings(session, actor, coming, most=NEXT), key=_begins)
    past = sorted(queries.meetings(session, actor, behind, newest_first=True, most=PAST), key=_begins, reverse=True)
    if not (ahead or past or may_plan):
        return None
    is_planned = any(one.state is not MeetingState.CANCELLED for one in ahead)
    values = {"ahead": ahead, "past": past, "is_planned": is_planned}
    values |= {"may_plan": may_plan, "body": body, "words": words}
    link = PartLink("meetings", _("Meetings"), queries.number_of(session, actor, body.id) or None)
    facts = [_next_fact(ahead)]
    if body.id in actor.body_roles:
        # Who belongs to a body sees all of its meetings; of others' nobody can tell whether that were all.
        facts += _rhythm_fact(body, ahead, past, day)
    return Section("meetings/_body_section.html", values, link, facts)


def _begins(meeting: Meeting) -> tuple[datetime, int]:
    return meeting.starts_at, meeting.id


def _next_fact(ahead: Sequence[Meeting]) -> tuple[str, str, str]:
    found = next((one for one in ahead if one.state is not MeetingState.CANCELLED), None)
    if found is None:
        return _("Next meeting"), _("none planned"), ""
    return _("Next meeting"), format_day(found.starts_at.date()), f"/sitzungen/{found.id}"


def _rhythm_fact(
    body: Body, ahead: Sequence[Meeting], past: Sequence[Meeting], day: date
) -> Iterator[tuple[str, str, str]]:
    """Yield whether the body meets as often as its rules want it to; nothing if they want nothing."""
    gap = longest_gap(body.procedure)
    if gap is None:
        return
    last = next((one.starts_at.date() for one in past if one.state is not MeetingState.CANCELLED), None)
    coming = next((one.starts_at.date() for one in ahead if one.state is not MeetingState.CANCELLED), None)
    yield _("Rhythm kept"), words.rhythm_kept(last, coming, gap, day), ""


def place_panel(session: Session, actor: Actor, place_id: int, day: date) -> Panel | None:
    """Return the meetings that take place somewhere."""
    found = queries.meetings(session, actor, MeetingFilter(ahead=day, place_id=place_id), most=AT_A_PLACE)
    lines = [(words.label(one), f"/sitzungen/{one.id}") for one in found]
    return Panel(_("Meetings here"), lines) if lines else None
