"""What meetings put on the desk: one's own next ones, and what their office owes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core.access import Actor
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.core.registry import DeskLine, Section
from coordination.meetings import overview, queries, words
from coordination.meetings.access import own
from coordination.meetings.deadlines import Due, DueState, longest_gap
from coordination.meetings.models import Meeting
from coordination.meetings.queries import MeetingFilter
from coordination.meetings.rules import Deadline, MeetingState

#: Sentences of one kind.
MOST_OF_A_KIND = 5
MY_NEXT = 4
#: A rhythm that is missed waits longer than a deadline that nears.
RHYTHM = 40


def my_meetings(session: Session, actor: Actor, day: date) -> Section | None:
    """Return the next meetings of one's bodies, and those one is invited to."""
    found = queries.meetings(session, actor, MeetingFilter(first=day, own=own(actor)), most=MY_NEXT)
    return Section("meetings/_desk_section.html", {"meetings": found, "words": words}) if found else None


def desk_lines(session: Session, actor: Actor, day: date) -> Sequence[DeskLine]:
    """Return what the office of one's own bodies should do."""
    bodies = queries.managed(session, actor, day)
    if not bodies:
        return []
    return [*_due(session, bodies, day), *_rhythm(session, bodies, day)]


def _due(session: Session, bodies: Sequence[Body], day: date) -> list[DeskLine]:
    found = queries.open_meetings_of(session, [one.id for one in bodies])
    set_otherwise = queries.overrides_of(session, [one.id for one in found])
    invitations, minutes = [], []
    for one in found:
        for due in overview.due_of(one, day, set_otherwise.get(one.id, {})):
            is_urgent = due.state in {DueState.NEAR, DueState.OVER}
            # Where the rules bind nobody, what is over is let be.
            is_let_be = due.state is DueState.OVER and not one.body.procedure.is_formal
            if is_urgent and not is_let_be and due.deadline is Deadline.INVITATION and one.ends_at.date() >= day:
                invitations.append(_invitation(one, due, day))
            if is_urgent and due.deadline is Deadline.MINUTES and one.state is MeetingState.MINUTES_OPEN:
                minutes.append(_minutes(one, due, day))
    return invitations[:MOST_OF_A_KIND] + minutes[:MOST_OF_A_KIND]


def _invitation(meeting: Meeting, due: Due, day: date) -> DeskLine:
    text = (
        _("Invitation to %(title)s (%(body)s): the deadline ended on %(day)s.", **_named(meeting, due))
        if due.state is DueState.OVER
        else _(
            "Invitation to %(title)s (%(body)s): the deadline ends %(when)s.",
            when=words.distance(due.due, day),
            **_named(meeting, due, with_day=False),
        )
    )
    return DeskLine(due.days_left, text, _("Open the meeting"), f"/sitzungen/{meeting.id}")


def _minutes(meeting: Meeting, due: Due, day: date) -> DeskLine:
    text = (
        _("Minutes of %(title)s (%(body)s) were due on %(day)s.", **_named(meeting, due))
        if due.state is DueState.OVER
        else _(
            "Minutes of %(title)s (%(body)s) are due %(when)s.",
            when=words.distance(due.due, day),
            **_named(meeting, due, with_day=False),
        )
    )
    return DeskLine(due.days_left, text, _("Open the meeting"), f"/sitzungen/{meeting.id}")


def _named(meeting: Meeting, due: Due, *, with_day: bool = True) -> dict[str, str]:
    named = {"title": meeting.title, "body": meeting.body.name}
    return named | {"day": format_date(due.due)} if with_day else named


def _rhythm(session: Session, bodies: Sequence[Body], day: date) -> list[DeskLine]:
    wanted = [(one, gap) for one in bodies if (gap := longest_gap(one.procedure)) is not None]
    met = queries.last_and_next(session, [one.id for one, _gap in wanted], datetime.combine(day, time.max))
    lines = []
    for body, gap in wanted:
        last, is_planned = met.get(body.id, (None, False))
        silent = (day - last).days if last else None
        if is_planned or (silent is not None and silent <= gap):
            continue
        text = (
            _("%(body)s: no meeting yet.", body=body.name)
            if silent is None
            else _("%(body)s: no meeting %(since)s.", body=body.name, since=words.since(silent))
        )
        lines.append(DeskLine(RHYTHM, text, _("Plan a meeting"), f"/gremien/{body.id}/sitzungen/neu"))
    return lines[:MOST_OF_A_KIND]
