"""What the pages of minutes read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, String, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from coordination.bodies.models import Membership
from coordination.core import registry
from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.once import once
from coordination.mail import outbox, stuck
from coordination.mail.outbox import OutboxMail
from coordination.meetings import agenda
from coordination.meetings.access import managed_bodies, subject_of
from coordination.meetings.models import AgendaItem, DeadlineOverride, Invitation, Meeting
from coordination.meetings.rules import NUMBERED, Deadline, MeetingState
from coordination.minutes.models import FrozenMinutes, ItemText, Minutes
from coordination.minutes.rules import ABOUT, READ, MinutesState


@dataclass(frozen=True, slots=True)
class Written:
    """One item with what the minutes say of it so far; ``number`` is that of the agenda."""

    number: str
    item: AgendaItem
    row: ItemText | None

    @property
    def text(self) -> str:
        """Return the text, empty at first."""
        return self.row.text if self.row is not None else ""

    @property
    def version(self) -> int:
        """Return the version that a form is filled from; 0: nothing was stored yet."""
        return self.row.version if self.row is not None else 0


def items(session: Session, meeting_id: int) -> list[Written]:
    """Return the agenda of a meeting in its order, with the texts of its minutes; one statement."""
    rows = session.execute(
        select(AgendaItem, ItemText)
        .outerjoin(ItemText, ItemText.item_id == AgendaItem.id)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.state.in_(NUMBERED))
    ).all()
    there = {item.id: (item, row) for item, row in rows}
    found = [item for item, _row in there.values()]
    numbers = agenda.numbers(found)
    return [Written(numbers[one.id], *there[one.id]) for one in agenda.in_order(found)]


def minutes_of(session: Session, meeting_id: int) -> Minutes | None:
    """Return the minutes of a meeting, once they are begun."""
    key = {"meeting_id": meeting_id}
    return once(session, ("minutes", meeting_id), lambda: session.scalars(_of_meeting(), key).one_or_none())


@cache
def _of_meeting() -> Select[Minutes]:
    return select(Minutes).where(Minutes.meeting_id == bindparam("meeting_id")).options(joinedload(Minutes.taker))


def frozen_of(session: Session, minutes_id: int) -> Sequence[FrozenMinutes]:
    """Return the approved versions, the newest first."""
    return session.scalars(
        select(FrozenMinutes).where(FrozenMinutes.minutes_id == minutes_id).order_by(FrozenMinutes.number.desc())
    ).all()


def names_of(session: Session, account_ids: Collection[int]) -> dict[int, str]:
    """Return account keys → names of their people."""
    names: dict[int, str] = {}
    for ask in registry.account_names:
        names |= ask(session, account_ids)
    return names


def may_read(actor: Actor, subject: Subject, minutes: Minutes | None) -> bool:
    """Return whether an actor may read minutes as they stand: a draft only who writes them."""
    if minutes is None or minutes.state in {MinutesState.DRAFT, MinutesState.CHECKED}:
        return allows(actor, Permission.MINUTES_WRITE, subject)
    return allows(actor, Permission.MINUTES_READ, subject)


def subject(session: Session, meeting: Meeting) -> Subject:
    """Return what the policy is asked about minutes: made public they are only by hand, never by the meeting."""
    asked = subject_of(session, meeting)
    return Subject(body_id=asked.body_id, invited=asked.invited)


def facts(session: Session, meeting_id: int) -> dict[str, bool]:
    """Return what the page of a meeting knows of its minutes; one statement."""
    minutes = minutes_of(session, meeting_id)
    state = minutes.state if minutes is not None else None
    return {
        "minutes_begun": state is not None,
        "minutes_at_rest": state in {MinutesState.CHECKED, MinutesState.CIRCULATED},
        "minutes_circulated": state is MinutesState.CIRCULATED,
        "minutes_approved": state is MinutesState.APPROVED,
    }


@dataclass(frozen=True, slots=True)
class OpenMinutes:
    """A meeting whose minutes are not approved: None if they are not begun; ``last`` is when somebody last wrote."""

    meeting: Meeting
    minutes: Minutes | None
    last: datetime | None
    #: By when they are due where the chair has set it otherwise than the rules.
    override: DeadlineOverride | None
    #: Mails with these minutes that did not get through, or may not have.
    stuck: int
    #: For how many people the mail with them has not left yet.
    unsent: int


def open_minutes(session: Session, body_ids: Collection[int]) -> list[OpenMinutes]:
    """Return what some bodies have not approved yet, the oldest first; one statement."""
    of = aliased(Meeting)
    last = (
        select(func.max(ItemText.saved_at))
        .join(AgendaItem, AgendaItem.id == ItemText.item_id)
        .where(AgendaItem.meeting_id == of.id)
        .scalar_subquery()
    )
    about = ABOUT + cast(of.id, String)
    undelivered = select(func.count()).where(OutboxMail.about == about, stuck.is_stuck()).correlate(of)
    unsent = outbox.unsent(about).correlate(of)
    otherwise = and_(DeadlineOverride.meeting_id == of.id, DeadlineOverride.deadline == Deadline.MINUTES)
    rows = session.execute(
        select(of, Minutes, last, DeadlineOverride, undelivered.scalar_subquery(), unsent.scalar_subquery())
        .outerjoin(Minutes, Minutes.meeting_id == of.id)
        .outerjoin(DeadlineOverride, otherwise)
        .where(of.body_id.in_(body_ids), of.state.in_((MeetingState.RUNNING, MeetingState.MINUTES_OPEN)))
        .where(or_(Minutes.id.is_(None), Minutes.state != MinutesState.APPROVED))
        .options(joinedload(of.body))
        .order_by(of.starts_at, of.id)
    )
    return [OpenMinutes(*row) for row in rows]


def later_meetings(session: Session, meeting: Meeting, most: int = 12) -> Sequence[Meeting]:
    """Return meetings of the same body in which its minutes may have been approved, the nearest first."""
    held = (MeetingState.RUNNING, MeetingState.MINUTES_OPEN, MeetingState.CLOSED)
    return session.scalars(
        select(Meeting)
        .where(Meeting.body_id == meeting.body_id, Meeting.starts_at > meeting.starts_at, Meeting.state.in_(held))
        .order_by(Meeting.starts_at)
        .limit(most)
    ).all()


def readable_texts(actor: Actor) -> Select[Any]:
    """Return the keys of the texts that an actor may find: the same condition as that of the reading page.

    Joined rather than nested: the search puts it into a statement that is deep already.
    """
    day = func.date(Meeting.starts_at, type_=Date)
    asked = and_(
        Invitation.meeting_id == Meeting.id,
        Invitation.person_id == (actor.person_id or 0),
        Invitation.removed_at.is_(None),
    )
    # Who was asked as a member, and left the body before the meeting, was not there.
    sat = and_(
        Membership.body_id == Meeting.body_id,
        Membership.person_id == Invitation.person_id,
        Membership.valid_from <= day,
        or_(Membership.valid_until.is_(None), Membership.valid_until >= day),
    )
    as_guest = and_(Invitation.id.is_not(None), Invitation.role.is_(None), AgendaItem.is_public)
    as_member = and_(
        Invitation.role.is_not(None), or_(Invitation.stands_in_for_id.is_not(None), Membership.id.is_not(None))
    )
    done = Minutes.state.in_(READ)
    read = and_(done, or_(Meeting.body_id.in_(list(actor.body_roles)), as_member, as_guest))
    return (
        select(ItemText.id)
        .join(AgendaItem, AgendaItem.id == ItemText.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(Minutes, Minutes.meeting_id == Meeting.id)
        .outerjoin(Invitation, asked)
        .outerjoin(Membership, sat)
        .where(AgendaItem.state.in_(NUMBERED), or_(Meeting.body_id.in_(managed_bodies(actor)), read))
    )


def texts_with_items(session: Session, keys: Collection[int]) -> Sequence[ItemText]:
    """Return texts with their items and meetings, for what a search result shows."""
    return session.scalars(
        select(ItemText)
        .join(ItemText.item)
        .join(AgendaItem.meeting)
        .where(ItemText.id.in_(keys))
        .options(contains_eager(ItemText.item).contains_eager(AgendaItem.meeting).joinedload(Meeting.body))
    ).all()
