"""Minutes of the demonstration: circulated ones, and drafts that lie about; what is approved: see ``freezing``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from coordination.accounts.models import UserAccount
from coordination.bodies.models import Membership
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.core.i18n import format_date
from coordination.core.work import Work
from coordination.demo.agenda import FIRST, LAST
from coordination.demo.scripts import HELD, sentences, themes
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes.models import ItemText, Minutes
from coordination.minutes.rules import MinutesState

#: Minutes that an item takes of which no plan is known.
FRAME_OF_ITEM = 20
#: Days that circulated minutes of what is closed lay open for objections.
OPEN_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the newest minutes of a body stand: days from today, behind us if below zero."""

    state: MinutesState
    written: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """Who wrote, and when last."""

    at: datetime
    account_id: int | None


#: Drafts: two lie about, one was written on yesterday; of the circulated one's time is over, the other's is not.
NEWEST = {
    "RUCK": Stand(MinutesState.DRAFT, -9),
    "AKÜ": Stand(MinutesState.DRAFT, -5),
    "AGB": Stand(MinutesState.DRAFT, -1),
    "KSSA": Stand(MinutesState.CIRCULATED, -8, 6),
    "AG78": Stand(MinutesState.CIRCULATED, -18, -4),
}


def load(work: Work) -> None:
    """Write the minutes of what lies behind, and begin those of what is under way."""
    told = themes(work)
    meetings = work.session.scalars(select(Meeting).where(Meeting.state.in_(HELD)).order_by(Meeting.starts_at)).all()
    takers = dict(
        work.session.execute(
            select(Membership.body_id, Membership.person_id).where(Membership.role == BodyRole.SECRETARIAT)
        ).all()
    )
    accounts = dict(work.session.execute(select(UserAccount.person_id, UserAccount.id)).all())
    items: dict[int, list[AgendaItem]] = {}
    for one in work.session.scalars(select(AgendaItem).order_by(AgendaItem.meeting_id, AgendaItem.position)):
        items.setdefault(one.meeting_id, []).append(one)
    for n, meeting in enumerate(meetings):
        following = next((one for one in meetings[n + 1 :] if one.body_id == meeting.body_id), None)
        said = {theme.title: theme.text for theme in told.get(meeting.id, ())}
        said[FIRST], said[LAST] = _frame(meeting, following, n)
        taker = takers.get(meeting.body_id)
        minutes = _minutes(work, meeting, taker)
        hand = Hand(_written_at(work, meeting, minutes), accounts.get(taker))
        _texts(work, meeting, items.get(meeting.id, []), said=said, hand=hand)
        work.record("minutes.begun", minutes)


def _frame(meeting: Meeting, following: Meeting | None, n: int) -> tuple[str, str]:
    """Return what stands at greeting and closing; what is not finished has no closing yet."""
    formal, light, closings = (part.strip().split("\n") for part in sentences().split("---\n"))
    openings = formal if meeting.body.procedure.is_formal else light
    first = openings[n % len(openings)].format(at=f"{meeting.starts_at:%H:%M}")
    if _stand(meeting).state is MinutesState.DRAFT:
        return first, ""
    day = f"Wir sehen uns wieder am {format_date(following.starts_at.date())}." if following else ""
    return first, closings[n % len(closings)].format(next=day or "Der nächste Termin wird abgestimmt.")


def _stand(meeting: Meeting) -> Stand:
    if meeting.starts_at.date() == clock.today():
        return Stand(MinutesState.DRAFT, 0)
    if meeting.state is MeetingState.MINUTES_OPEN:
        return NEWEST.get(meeting.body.short_name or "", Stand(MinutesState.DRAFT, -2))
    return Stand(MinutesState.CIRCULATED, -400)


def _minutes(work: Work, meeting: Meeting, taker: int | None) -> Minutes:
    stand = _stand(meeting)
    row = Minutes(meeting_id=meeting.id, state=stand.state, taker_id=taker)
    if stand.state is MinutesState.CIRCULATED:
        sent = meeting.starts_at + timedelta(days=3)
        row.rounds = 1
        row.circulated_at = clock.zoned(min(sent, clock.wall_clock(work.now)))
        row.circulated_until = work.today + timedelta(days=stand.until) if stand.until else sent.date() + OPEN_FOR
    work.session.add(row)
    return row


def _written_at(work: Work, meeting: Meeting, minutes: Minutes) -> datetime:
    """Return when somebody last wrote: never before the meeting was over, never ahead of us."""
    over = clock.zoned(meeting.ends_at) + timedelta(hours=1)
    wanted = max(over, work.now + timedelta(days=_stand(meeting).written))
    return min(wanted, minutes.circulated_at or wanted, work.now)


def _texts(work: Work, meeting: Meeting, items: Sequence[AgendaItem], *, said: Mapping[str, str], hand: Hand) -> None:
    begun = meeting.starts_at
    for n, item in enumerate(items):
        if text := said.get(item.title):
            row = ItemText(item_id=item.id, text=text, begun_at=clock.zoned(begun))
            row.saved_at, row.saved_by_id = hand.at, hand.account_id
            work.session.add(row)
            work.changed.append(row)
        # Some take a little longer than planned, some less.
        begun += timedelta(minutes=(item.minutes_planned or FRAME_OF_ITEM) + (3, -2, 4, -1)[n % 4])
