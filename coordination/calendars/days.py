"""Subscriptions of whole days: what is due by rules and decisions, and the holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import or_, select

from coordination.calendars.reader import Reader
from coordination.calendars.rules import window
from coordination.core import special_days
from coordination.core.i18n import gettext
from coordination.core.ical import DayEntry
from coordination.core.tokens import Signer
from coordination.decisions.access import managed_bodies as decided_bodies
from coordination.decisions.models import Decision, Task
from coordination.decisions.queries import undone
from coordination.decisions.queries import whole as shown
from coordination.decisions.words import number_of
from coordination.mail.site import Site
from coordination.meetings import office, overview
from coordination.meetings.access import managed_bodies
from coordination.meetings.deadlines import DueState
from coordination.meetings.rules import Deadline, MeetingState

#: Days that are not stored count as changed when the product first knew of them: their lines rest for ever.
KNOWN_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
#: Longer texts of decisions are cut: a calendar shows a line.
SHOWN = 120


def identity(signer: Signer, *what: object) -> str:
    """Return the UID of an entry that has no row of its own: always the same, and not to be guessed or counted."""
    return f"{signer.fingerprint('uid', '/'.join(str(one) for one in what))}@koordination"


def deadlines(reader: Reader) -> Iterator[DayEntry]:
    """Yield what somebody owes: invitations and minutes of the bodies they run, decisions there, their own tasks."""
    for body in office.bodies_of(reader.session, managed_bodies(reader.actor), reader.today):
        for one in body.open.values():
            if one.meeting.state is MeetingState.CANCELLED:
                continue
            yield from _of_meeting(one, reader.today, reader.site)
    yield from _of_decisions(reader)


def _of_meeting(one: office.OpenMeeting, today: date, site: Site) -> Iterator[DayEntry]:
    meeting = one.meeting
    texts = {
        Deadline.INVITATION: gettext("Invite by today: %(what)s", what=f"{meeting.body.name}, {meeting.title}"),
        Deadline.MINUTES: gettext("Minutes due: %(what)s", what=f"{meeting.body.name}, {meeting.title}"),
    }
    for due in overview.due_of(meeting, today, one.overrides.values()):
        if due.deadline not in texts or due.state is DueState.KEPT:
            continue
        uid = identity(site.signer, due.deadline, meeting.uid)
        page = site.url(f"/sitzungen/{meeting.id}")
        yield DayEntry(
            uid, meeting.revised_at, due.due, due.due, texts[due.deadline], page, page, sequence=meeting.version
        )


def _of_decisions(reader: Reader) -> Iterator[DayEntry]:
    session, actor, site = reader.session, reader.actor, reader.site
    first, _last = window(reader.today)
    runs = decided_bodies(actor)
    decided = select(Decision).where(Decision.body_id.in_(runs), undone(Decision), Decision.due_on >= first)
    own = or_(Task.person_id == (actor.person_id or 0), Task.body_id.in_(runs))
    tasks = select(Task).where(own, undone(Task), Task.due_on >= first)
    for row in session.scalars(decided.options(*shown(Decision)).order_by(Decision.due_on, Decision.id)):
        yield _due(row, gettext("Decision due: %(what)s", what=f"{number_of(row)} {_short(row.text)}"), site)
    for task in session.scalars(tasks.options(*shown(Task)).order_by(Task.due_on, Task.id)):
        yield _due(task, gettext("Task due: %(what)s", what=_short(task.text)), site)


def _due(row: Decision | Task, summary: str, site: Site) -> DayEntry:
    assert row.due_on is not None
    page = site.url(f"/sitzungen/{row.meeting_id}")
    known = datetime.combine(row.meeting.starts_at.date(), time(), tzinfo=UTC)
    uid = identity(site.signer, type(row).__tablename__, row.id)
    return DayEntry(uid, known, row.due_on, row.due_on, summary, page, page, sequence=row.version)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1].rstrip() + "…"


def holidays(reader: Reader) -> Iterator[DayEntry]:
    """Yield public holidays and school holidays of North Rhine-Westphalia, each span once."""
    first, last = window(reader.today)
    # A span that has begun is told from its beginning: its identity must not move with the window.
    for name, begin, end in _spans(first - timedelta(days=60), last):
        if end >= first:
            yield DayEntry(identity(reader.site.signer, "holiday", begin, name), KNOWN_SINCE, begin, end, name)


def _spans(first: date, last: date) -> Iterator[tuple[str, date, date]]:
    for lookup in (special_days.public_holiday, lambda day: special_days.school_holiday(day) or ""):
        day = first
        while day <= last:
            name = lookup(day)
            end = day
            while name and lookup(end + DAY) == name:
                end += DAY
            if name:
                yield name, day, end
            day = end + DAY
