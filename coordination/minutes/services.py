"""Writing minutes: a text for each item, saved as it is typed, never over what somebody else has written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from coordination.core.access import Permission, Subject, require
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import next_version
from coordination.core.work import Work
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import NUMBERED, MeetingState
from coordination.meetings.services import AT_REST
from coordination.minutes.models import ItemText, Minutes
from coordination.minutes.queries import minutes_of
from coordination.minutes.rules import MinutesState, check_length

__all__ = ["check_begun", "check_writable", "ensure", "minutes_of", "save_text", "take"]

#: Saving goes on all the time while somebody types: the trail of changes gets one line for so long.
ONE_LINE_IN = timedelta(minutes=15)
#: While and after it is held minutes are written; before it there is nothing to say.
BEGUN = frozenset({MeetingState.RUNNING, MeetingState.MINUTES_OPEN})


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one text: stored, or not since somebody else has written something else meanwhile."""

    row: ItemText | None
    is_conflict: bool = False


def take(work: Work, meeting_id: int) -> Meeting:
    """Return a meeting whose minutes are to be changed: locked, so that all who write come one after another."""
    meeting = work.session.get(Meeting, meeting_id, with_for_update=True, populate_existing=True)
    if meeting is None:
        raise NotFound
    require(work.actor, Permission.MINUTES_WRITE, Subject(body_id=meeting.body_id))
    return meeting


def check_begun(meeting: Meeting) -> None:
    """Raise unless the meeting is under way or its minutes are open."""
    if meeting.state not in BEGUN:
        raise RuleViolation(N_("Minutes are written once the meeting has begun, and until it is closed."))


def is_live(meeting: Meeting, today: date) -> bool:
    """Return whether what is stored now is said now: else the time of typing tells nothing of the meeting."""
    return meeting.state is MeetingState.RUNNING and meeting.starts_at.date() <= today <= meeting.ends_at.date()


def check_writable(minutes: Minutes | None) -> None:
    """Raise unless the minutes are being written, or not begun: nothing they say changes behind a reader's back."""
    if minutes is None or minutes.state is MinutesState.DRAFT:
        return
    if minutes.state is MinutesState.APPROVED:
        raise RuleViolation(N_("These minutes are approved. What is wrong in them is put right by a correction."))
    raise RuleViolation(AT_REST)


def ensure(work: Work, meeting: Meeting) -> Minutes:
    """Return the minutes of a meeting that was taken for change; begin them if need be."""
    found = minutes_of(work.session, meeting.id)
    if found is None:
        found = Minutes(
            meeting_id=meeting.id,
            state=MinutesState.DRAFT,
            taker_id=work.actor.person_id,
            version=next_version(None),
        )
        work.session.add(found)
        work.record("minutes.begun", found)
    return found


def save_text(work: Work, meeting_id: int, item_id: int, text: str, *, version: int) -> Saved:
    """Store what the minutes say of one item. ``version`` is that of the text the writer had before (0: none).

    The same text again changes nothing. Another one over a newer version is refused, and nothing is lost: the
    caller has the writer's text, and gets the newer row.

    Raises:
        RuleViolation: the text is too long, or the minutes are not being written.
    """
    check_length(text)
    meeting = take(work, meeting_id)
    check_begun(meeting)
    check_writable(minutes_of(work.session, meeting.id))
    item = work.session.get(AgendaItem, item_id)
    if item is None or item.meeting_id != meeting.id or item.state not in NUMBERED:
        raise NotFound
    row = work.session.scalars(select(ItemText).where(ItemText.item_id == item.id)).one_or_none()
    before = row.text if row is not None else ""
    if text == before:
        return Saved(row)
    if (row.version if row is not None else 0) != version:
        return Saved(row, is_conflict=True)
    minutes = ensure(work, meeting)
    is_noted = row is None or row.saved_by_id != work.actor.user_id or work.now - row.saved_at > ONE_LINE_IN
    if row is None:
        row = ItemText(item_id=item.id, text="", version=next_version(None))
        row.begun_at = work.now if is_live(meeting, work.today) else None
        work.session.add(row)
    row.text, row.saved_at, row.saved_by_id = text, work.now, work.actor.user_id
    work.session.flush()
    if is_noted:
        work.record("minutes.text_stored", minutes)
    work.changed.append(row)
    return Saved(row)
