"""What minutes put on the page of their meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.i18n import gettext
from coordination.core.registry import Section
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes import queries, services
from coordination.minutes.attendance import Sheet, sheet
from coordination.minutes.document import described, quorum_words
from coordination.minutes.rules import STATE_WORDS, MinutesState, Quorum

#: Since when there is something to show.
_HELD = (MeetingState.RUNNING, MeetingState.MINUTES_OPEN, MeetingState.CLOSED)


def quorum_now(meeting: Meeting, found: Sheet) -> Quorum:
    """Return the quorum as of now, while the meeting is under way; else that of its beginning."""
    return found.quorum(_at(meeting))


def words_of(meeting: Meeting) -> Callable[[Quorum], str]:
    """Return how the quorum of ``quorum_now`` is said: of its beginning, unless the meeting is under way."""

    def said(quorum: Quorum) -> str:
        words = quorum_words(quorum)
        is_now = _at(meeting) != meeting.starts_at.time()
        return words if is_now else gettext("%(quorum)s (at the beginning)", quorum=words)

    return said


def _at(meeting: Meeting) -> time:
    wall = clock.wall_clock(clock.utc_now())
    return wall.time() if meeting.starts_at <= wall < meeting.ends_at else meeting.starts_at.time()


def minutes_section(session: Session, actor: Actor, meeting: Meeting, _day: date) -> Section | None:
    """Return how far the minutes are, with the way to them; nothing to who may not read them."""
    if meeting.state not in _HELD:
        return None
    # Whoever belongs to the body needs no invitation to read.
    is_member = meeting.body_id in actor.body_roles
    subject = Subject(body_id=meeting.body_id) if is_member else queries.subject(session, meeting)
    minutes = queries.minutes_of(session, meeting.id)
    may_read = minutes is not None and queries.may_read(actor, subject, minutes)
    is_written = minutes is None or minutes.state is MinutesState.DRAFT
    may_write = is_written and meeting.state in services.BEGUN and allows(actor, Permission.MINUTES_WRITE, subject)
    if not (may_read or may_write):
        return None
    values = {"minutes": minutes, "may_read": may_read, "may_write": may_write, "state_words": STATE_WORDS}
    return Section("minutes/_meeting_left.html", values)


def attendance_section(session: Session, actor: Actor, meeting: Meeting, _day: date) -> Section | None:
    """Return who is there, for people of the body; for others nothing until the minutes are theirs to read."""
    if meeting.state not in services.BEGUN:
        return None
    subject = Subject(body_id=meeting.body_id)
    if not allows(actor, Permission.MINUTES_READ, subject):
        return None
    found = sheet(session, meeting)
    may_write = allows(actor, Permission.MINUTES_WRITE, subject)
    if not found.is_stored and not may_write:
        return None
    minutes = queries.minutes_of(session, meeting.id)
    is_written = minutes is None or minutes.state is MinutesState.DRAFT
    values = {
        "sheet": found,
        "quorum": quorum_now(meeting, found),
        "quorum_words": words_of(meeting),
        "described": described,
        "may_write": may_write and is_written,
    }
    return Section("minutes/_meeting_right.html", values)
