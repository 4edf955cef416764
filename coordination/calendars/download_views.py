"""Files for those who want an entry once: one meeting, or a year as the list shows it."""

from __future__ import annotations

from datetime import date, datetime

from flask import Response

from coordination.calendars import parts
from coordination.calendars.blueprint import bp
from coordination.calendars.feed_views import installation
from coordination.calendars.rules import Variant
from coordination.core import ical
from coordination.core.access import Permission
from coordination.core.errors import NotFound
from coordination.core.i18n import gettext as _
from coordination.meetings import queries
from coordination.meetings.access import read_inside, takes_part
from coordination.meetings.answer_file_views import asked
from coordination.meetings.calendar_sheets import FIRST_YEAR, LAST_YEAR
from coordination.meetings.models import Meeting
from coordination.meetings.pages import opened
from coordination.meetings.queries import MeetingFilter
from coordination.meetings.rules import MeetingState
from coordination.web.downloads import file_answer
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor, open_to_all

MEDIA_TYPE = "text/calendar"
#: Meetings of a year, as the year plan has them.
MOST = 1000


@bp.get("/sitzungen/<int:meeting_id>/termin.ics")
def meeting_file(meeting_id: int) -> Response:
    """Return one meeting as a calendar file, with the same identity as in mails and subscriptions."""
    authorize(Permission.SIGNED_IN)
    if (kept := parts.seen_one(db.session(), current_actor(), meeting_id)) is not None:
        content, starts_at, body = kept
        return _named(content, starts_at, body)
    meeting, _subject = opened(meeting_id)
    return _file(meeting, is_inside=takes_part(db.session(), current_actor(), meeting))


@bp.get("/antwort/<token>/termin.ics")
@open_to_all("the signed link is the capability of one invited person")
def meeting_file_by_link(token: str) -> Response:
    """Return the meeting that somebody was invited to, without an account."""
    return _file(asked(token).meeting, is_inside=True)


def _file(meeting: Meeting, *, is_inside: bool) -> Response:
    content = parts.one(db.session(), meeting, installation(), is_inside=is_inside)
    return _named(content, meeting.starts_at, meeting.body.name)


def _named(lines: bytes, starts_at: datetime, body: str) -> Response:
    return file_answer(ical.file(lines), MEDIA_TYPE, f"{starts_at:%Y-%m-%d} {body}.ics")


@bp.get("/termine/<int:jahr>.ics")
def year_file(jahr: int) -> Response:
    """Return the meetings of a calendar year that one may see, without drafts and what was cancelled."""
    authorize(Permission.SIGNED_IN)
    if not FIRST_YEAR <= jahr <= LAST_YEAR:
        raise NotFound
    span = MeetingFilter(first=date(jahr, 1, 1), last=date(jahr, 12, 31))
    found = queries.meetings(db.session(), current_actor(), span, most=MOST)
    left_out = {MeetingState.DRAFT, MeetingState.CANCELLED}
    inside = set(db.session().scalars(read_inside(current_actor()).where(Meeting.id.in_([one.id for one in found]))))
    lines = [
        parts.lines(one, installation(), Variant.FULL if one.id in inside else Variant.OUTSIDE)
        for one in found
        if one.state not in left_out
    ]
    name = _("Meetings %(year)s", year=jahr)
    return file_answer(ical.file(*lines), MEDIA_TYPE, f"{name}.ics")
