"""What minutes put on the desk of those who write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor
from coordination.core.i18n import format_date, format_short_day, ngettext
from coordination.core.i18n import gettext as _
from coordination.core.registry import DeskLine
from coordination.meetings.access import managed_bodies
from coordination.meetings.progress import Next
from coordination.minutes.models import Minutes
from coordination.minutes.queries import open_minutes
from coordination.minutes.rules import MinutesState

#: Before that the writer is still at it.
PATIENCE = 3
MOST = 5
#: Of what is said about the minutes of one meeting the desk shows the most urgent.
ABOUT = Next.MINUTES
URGENCY = 20


def desk_lines(session: Session, actor: Actor, day: date) -> Sequence[DeskLine]:
    """Return drafts that lie about, and circulated minutes whose day for objections is over."""
    bodies = managed_bodies(actor)
    if not bodies:
        return []
    lines = []
    for minutes, meeting, last in open_minutes(session, bodies):
        values = {"day": format_short_day(meeting.starts_at.date()), "body": meeting.body.name}
        base = f"/sitzungen/{meeting.id}/protokoll"
        if minutes.state is MinutesState.CIRCULATED:
            lines.append(_circulated(minutes, day, base, values))
            continue
        since = clock.wall_date(last) if last is not None else meeting.starts_at.date()
        days = (day - since).days
        if days >= PATIENCE:
            text = ngettext(
                "Minutes of %(day)s (%(body)s): a draft for one day.",
                "Minutes of %(day)s (%(body)s): a draft for %(count)s days.",
                days,
                count=days,
                **values,
            )
            url = base if minutes.state is MinutesState.DRAFT else f"{base}/lesen"
            lines.append(
                DeskLine(URGENCY - min(days, 15), text, _("Go on writing"), url, about=f"{ABOUT}:{meeting.id}")
            )
    return lines[:MOST]


def _circulated(minutes: Minutes, day: date, base: str, values: dict[str, str]) -> DeskLine:
    until = minutes.circulated_until
    if until is not None and until < day:
        text = _("Minutes of %(day)s (%(body)s): the time for objections is over.", **values)
        return DeskLine(URGENCY, text, _("Enter the approval"), f"{base}/genehmigen")
    text = (
        _("Minutes of %(day)s (%(body)s) are circulated.", **values)
        if until is None
        else _("Minutes of %(day)s (%(body)s) are circulated until %(until)s.", until=format_date(until), **values)
    )
    return DeskLine((until - day).days if until else URGENCY, text, _("Read"), f"{base}/lesen", waits=True)
