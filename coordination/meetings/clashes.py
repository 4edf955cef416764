"""What speaks against a time for a meeting: days off, other meetings of the same people, a period that is too short.

Nothing of it blocks. People are named only to who may see the other meeting; else they are counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from coordination.bodies.models import Body, Membership
from coordination.bodies.queries import holds
from coordination.core import special_days
from coordination.core.access import Actor
from coordination.core.i18n import format_day, gettext, ngettext
from coordination.directory.models import Person
from coordination.meetings import words
from coordination.meetings.access import visible
from coordination.meetings.deadlines import by_rules
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer, Deadline, MeetingState

#: Names in one sentence; more are counted.
MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Against:
    """One thing that speaks against a time; ``icon`` is drawn beside it."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Wish:
    """The time that is wanted for a meeting of a body; ``but``: the meeting that is being moved."""

    body: Body
    starts_at: datetime
    ends_at: datetime
    but: int = 0

    @property
    def day(self) -> date:
        """Return its first day."""
        return self.starts_at.date()


@dataclass(slots=True)
class _Busy:
    meeting: Meeting
    people: dict[int, str] = field(default_factory=dict)


def against(session: Session, actor: Actor, wish: Wish, today: date) -> list[Against]:
    """Return what speaks against a time."""
    found = [*_past(wish, today), *_days_off(wish.day), *_same_body(session, wish)]
    return [*found, *_people(session, actor, wish), *_notice(wish, today)]


def mark(found: Sequence[Against]) -> str:
    """Return a text that is the same as long as the same things speak against it: proof that they were shown."""
    return hashlib.sha256("\n".join(one.text for one in found).encode()).hexdigest()[:16]


def _past(wish: Wish, today: date) -> list[Against]:
    if wish.ends_at.date() >= today:
        return []
    text = gettext("The day lies in the past. Enter it if the meeting has taken place already.")
    return [Against("history", text)]


def _days_off(day: date) -> list[Against]:
    found = []
    if name := special_days.public_holiday(day):
        found.append(gettext("%(day)s is a public holiday: %(name)s.", day=format_day(day), name=name))
    elif day.weekday() >= 5:
        found.append(gettext("%(day)s is at the weekend.", day=format_day(day)))
    school = special_days.school_holiday(day)
    if school:
        found.append(gettext("Schools are on holiday: %(name)s.", name=school))
    elif school is None:
        found.append(gettext("The school holidays of that time are not known yet."))
    return [Against("calendar-off", text) for text in found]


def _same_body(session: Session, wish: Wish) -> list[Against]:
    begins = datetime.combine(wish.day, time())
    others = session.scalars(
        select(Meeting)
        .where(
            Meeting.body_id == wish.body.id,
            Meeting.id != wish.but,
            Meeting.state != MeetingState.CANCELLED,
            Meeting.ends_at > begins,
            Meeting.starts_at < datetime.combine(wish.ends_at.date() + timedelta(days=1), time()),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [
        Against(
            "calendar-days",
            gettext("“%(title)s” of this body is on that day too: %(when)s.", title=one.title, when=words.when(one)),
        )
        for one in others
    ]


def _people(session: Session, actor: Actor, wish: Wish) -> list[Against]:
    busy = _busy(session, wish)
    if not busy:
        return []
    seen = set(session.scalars(visible(actor).where(Meeting.id.in_([one.meeting.id for one in busy]))))
    named = [_named(one) for one in busy if one.meeting.id in seen]
    told = {key for one in busy if one.meeting.id in seen for key in one.people}
    # What another body is only planning is nobody's business and binds nobody yet.
    fixed = [one for one in busy if one.meeting.id not in seen and one.meeting.state is not MeetingState.DRAFT]
    hidden = {key for one in fixed for key in one.people} - told
    if hidden:
        n = len(hidden)
        text = ngettext(
            "One member has a meeting then already.", "%(count)s members have a meeting then already.", n, count=n
        )
        named.append(Against("users-round", text))
    return named


def _named(one: _Busy) -> Against:
    names = sorted(one.people.values())
    who = ", ".join(names[:MOST_NAMES])
    if (more := len(names) - MOST_NAMES) > 0:
        who = gettext("%(names)s and %(n)s more", names=who, n=more)
    text = ngettext(
        "One member is in %(body)s then (%(when)s): %(who)s.",
        "%(count)s members are in %(body)s then (%(when)s): %(who)s.",
        len(names),
        count=len(names),
        body=one.meeting.body.name,
        when=words.hours(one.meeting.starts_at, one.meeting.ends_at),
        who=who,
    )
    return Against("users-round", text)


def _busy(session: Session, wish: Wish) -> list[_Busy]:
    """Return the meetings of other bodies at that time with the members of the body who belong there.

    Somebody belongs there with a seat in that body on the day, or asked by name and not declined.
    """
    mine = select(Membership.person_id).where(Membership.body_id == wish.body.id, holds(Membership, wish.day))
    sits = and_(Membership.body_id == Meeting.body_id, Membership.person_id.in_(mine), holds(Membership, wish.day))
    asked = and_(
        Invitation.meeting_id == Meeting.id,
        Invitation.person_id.in_(mine),
        Invitation.removed_at.is_(None),
        ~Invitation.is_informed,
    )
    meets = and_(
        Meeting.body_id != wish.body.id,
        Meeting.state != MeetingState.CANCELLED,
        Meeting.starts_at < wish.ends_at,
        Meeting.ends_at > wish.starts_at,
    )
    members = select(Meeting.id, Membership.person_id).join(Membership, sits).where(meets)
    guests = (
        select(Meeting.id, Invitation.person_id)
        .join(Invitation, asked)
        .where(meets, Invitation.answer != Answer.DECLINED)
    )
    pairs = {(meeting, person) for meeting, person in session.execute(members.union(guests))}
    pairs -= _declined(session, {meeting for meeting, _person in pairs})
    return _gathered(session, pairs)


def _declined(session: Session, meetings: set[int]) -> set[tuple[int, int]]:
    if not meetings:
        return set()
    rows = session.execute(
        select(Invitation.meeting_id, Invitation.person_id).where(
            Invitation.meeting_id.in_(meetings),
            or_(Invitation.answer == Answer.DECLINED, Invitation.removed_at.is_not(None)),
        )
    )
    return {(meeting, person) for meeting, person in rows}


def _gathered(session: Session, pairs: set[tuple[int, int]]) -> list[_Busy]:
    if not pairs:
        return []
    meetings = session.scalars(
        select(Meeting)
        .where(Meeting.id.in_({meeting for meeting, _person in pairs}))
        .options(joinedload(Meeting.body))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    people = {
        one.id: one.name
        for one in session.scalars(select(Person).where(Person.id.in_({person for _meeting, person in pairs})))
    }
    return [
        _Busy(one, {person: people[person] for meeting, person in sorted(pairs) if meeting == one.id})
        for one in meetings
    ]


def _notice(wish: Wish, today: date) -> list[Against]:
    counted, due = by_rules(wish.body.procedure, (wish.day, wish.day), Deadline.INVITATION)
    if due >= today or wish.day < today:
        return []
    if due != counted:
        text = gettext(
            "The notice period cannot be kept: the invitation was due on %(due)s (by counting on %(counted)s).",
            due=format_day(due),
            counted=format_day(counted),
        )
    else:
        text = gettext("The notice period cannot be kept: the invitation was due on %(due)s.", due=format_day(due))
    return [Against("hourglass", text)]
