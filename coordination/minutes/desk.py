"""What minutes put on the desk of those who write them: one sentence for each meeting, with the way to go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor
from coordination.core.i18n import format_date, format_short_day, ngettext
from coordination.core.i18n import gettext as _
from coordination.core.registry import DeskLine
from coordination.mail import stuck
from coordination.mail.desk import still_here
from coordination.meetings import words
from coordination.meetings.access import clerical_bodies, managed_bodies
from coordination.meetings.deadlines import Due, DueState
from coordination.meetings.overview import due_of
from coordination.meetings.rules import Deadline, MeetingState
from coordination.minutes.models import Minutes
from coordination.minutes.queries import OpenMinutes, open_minutes
from coordination.minutes.rules import MinutesState

#: Before that the writer is still at it.
PATIENCE = 3
MOST = 5
#: What waits for a decision rather than for somebody who writes.
APPROVED_NEXT = frozenset({MinutesState.CHECKED, MinutesState.CIRCULATED})
URGENCY = 20


def desk_lines(session: Session, actor: Actor, day: date) -> Sequence[DeskLine]:
    """Return minutes that are due, drafts that lie about, and circulated ones whose day for objections is over."""
    bodies = managed_bodies(actor)
    if not bodies:
        return []
    # Who chairs approves; writing and mails are the office's.
    clerical = set(clerical_bodies(session, actor, day))
    lines = []
    for one in open_minutes(session, bodies):
        is_clerical = one.meeting.body_id in clerical
        if is_clerical:
            lines.append(_undelivered(one))
        if is_clerical or (one.minutes is not None and one.minutes.state in APPROVED_NEXT):
            lines.append(_line(one, day))
    return sorted((line for line in lines if line is not None), key=lambda line: line.urgency)[:MOST]


def _undelivered(one: OpenMinutes) -> DeskLine | None:
    """Return that mails with circulated minutes did not get through; whoever is not asked cannot object."""
    if not one.stuck or one.minutes is None or one.minutes.state is not MinutesState.CIRCULATED:
        return None
    text = ngettext(
        "Minutes of %(day)s (%(body)s): one mail did not get through, or may not have.",
        "Minutes of %(day)s (%(body)s): %(count)s mails did not get through, or may not have.",
        one.stuck,
        count=one.stuck,
        **_named(one),
    )
    return DeskLine(stuck.URGENCY, text, _("Look at the mails"), _url(one, "/lesen"))


def _line(one: OpenMinutes, day: date) -> DeskLine | None:
    if one.minutes is None:
        return _not_begun(one, day)
    if one.minutes.state is MinutesState.CIRCULATED:
        return _circulated(one, one.minutes, day)
    due = _due(one, day)
    is_over = due is not None and due.state is DueState.OVER
    since = clock.wall_date(one.last) if one.last is not None else one.meeting.starts_at.date()
    days = (day - since).days
    if days < PATIENCE and not is_over:
        return None
    text = _unfinished(days, _named(one))
    if due is not None and is_over:
        text += " " + _("They were due on %(day)s.", day=format_date(due.due))
    is_draft = one.minutes.state is MinutesState.DRAFT
    word = _("Go on writing") if is_draft else _("Read the minutes")
    urgency = due.days_left if due is not None and is_over else URGENCY - min(days, 15)
    return DeskLine(urgency, text, word, _url(one, "" if is_draft else "/lesen"))


def _unfinished(days: int, values: dict[str, str]) -> str:
    if not days:
        return _("Minutes of %(day)s (%(body)s) are not finished.", **values)
    return ngettext(
        "Minutes of %(day)s (%(body)s): not written on for one day.",
        "Minutes of %(day)s (%(body)s): not written on for %(count)s days.",
        days,
        count=days,
        **values,
    )


def _circulated(one: OpenMinutes, minutes: Minutes, day: date) -> DeskLine:
    until, values = minutes.circulated_until, _named(one)
    if until is not None and until < day:
        text = _("Minutes of %(day)s (%(body)s): the time for objections is over.", **values)
        if one.unsent:
            text += f" {still_here(one.unsent)}"
        return DeskLine(URGENCY, text, _("Enter the approval"), _url(one, "/genehmigen"))
    if one.unsent:
        # Who has no mail yet does not know that there is something to read.
        text = f"{_to_be_read(until, values)} {still_here(one.unsent)}"
    elif until is None:
        text = _("Minutes of %(day)s (%(body)s) are circulated.", **values)
    else:
        text = _("Minutes of %(day)s (%(body)s) are circulated until %(until)s.", until=format_date(until), **values)
    return DeskLine((until - day).days if until else URGENCY, text, _("Read"), _url(one, "/lesen"), waits=True)


def _to_be_read(until: date | None, values: dict[str, str]) -> str:
    if until is None:
        return _("Minutes of %(day)s (%(body)s):", **values)
    return _("Minutes of %(day)s (%(body)s), objections until %(until)s:", until=format_date(until), **values)


def _not_begun(one: OpenMinutes, day: date) -> DeskLine | None:
    """Return since or until when minutes are due that nobody has begun."""
    due = _due(one, day)
    if one.meeting.state is not MeetingState.MINUTES_OPEN or due is None:
        return None
    values = {"title": one.meeting.title, "body": one.meeting.body.name}
    if due.state is DueState.OVER:
        text = _("Minutes of %(title)s (%(body)s) were due on %(day)s.", day=format_date(due.due), **values)
    elif due.state is DueState.NEAR:
        text = _("Minutes of %(title)s (%(body)s) are due %(when)s.", when=words.distance(due.due, day), **values)
    else:
        return None
    return DeskLine(due.days_left, text, _("Write the minutes"), _url(one, ""))


def _due(one: OpenMinutes, day: date) -> Due | None:
    known = [one.override] if one.override is not None else []
    return next((due for due in due_of(one.meeting, day, known) if due.deadline is Deadline.MINUTES), None)


def _named(one: OpenMinutes) -> dict[str, str]:
    return {"day": format_short_day(one.meeting.starts_at.date()), "body": one.meeting.body.name}


def _url(one: OpenMinutes, page: str) -> str:
    return f"/sitzungen/{one.meeting.id}/protokoll{page}"
