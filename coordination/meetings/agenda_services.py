"""Changing the agenda of a meeting."""

from __future__ import annotations

from sqlalchemy import func, select

from coordination.core import registry
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import next_version
from coordination.core.work import Work
from coordination.meetings import services
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState


def check_open(work: Work, meeting: Meeting) -> None:
    """Raise if the agenda can change no more: the meeting is over for good, or its minutes are approved."""
    if meeting.state in {MeetingState.CLOSED, MeetingState.CANCELLED}:
        raise RuleViolation(N_("This is not possible with the meeting as it stands now."))
    if any(ask(work.session, meeting.id).get("minutes_approved") for ask in registry.meeting_facts):
        raise RuleViolation(N_("The minutes are approved: nothing of this meeting can be changed any more."))


def add_item(work: Work, meeting_id: int, title: str, *, text: str = "", is_public: bool = False) -> AgendaItem:
    """Put an item at the end of the agenda.

    Raises:
        RuleViolation: it has no title, or the agenda can change no more.
    """
    meeting = services.take(work, meeting_id)
    check_open(work, meeting)
    if not title:
        raise RuleViolation(N_("Please give the item a title."), field="title")
    last = work.session.scalar(select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting.id))
    item = AgendaItem(
        meeting_id=meeting.id,
        position=(last or 0) + 1,
        title=title,
        text=text,
        is_public=is_public,
        version=next_version(None),
    )
    work.session.add(item)
    work.record("agenda.item_added", item)
    return item
