"""What the office of some bodies has to keep in view, in one statement: the desk asks every part of the product."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from coordination.bodies.models import Body
from coordination.bodies.queries import goes_on
from coordination.mail import outbox, stuck
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings import letters, untold
from coordination.meetings.models import AgendaItem, DeadlineOverride, Invitation, Meeting
from coordination.meetings.rules import Answer, Deadline, ItemState, MeetingState

OVER = (MeetingState.CLOSED, MeetingState.CANCELLED)


@dataclass(slots=True)
class OpenMeeting:
    """A meeting with something left to do.

    ``asked`` were told of the date that holds by a mail that has left, or have answered; ``silent`` of them have not.
    For ``unsent`` people a mail has not left yet; ``stuck`` mails about it did not get through or may not have arrived;
    ``untold`` people know another time or place, or nothing of its cancellation; ``in_vain`` mails about a cancelled
    meeting still wait. ``leavers`` are no longer to come and do not know it. ``proposed`` items wait for the office to
    take them up or not.
    """

    meeting: Meeting
    asked: int
    silent: int
    unsent: int
    stuck: int
    untold: int
    in_vain: int
    leavers: int
    proposed: int
    overrides: dict[Deadline, DeadlineOverride] = field(default_factory=dict)


@dataclass(slots=True)
class OfficeBody:
    """A body with its open meetings, the day of its last one, and whether another is planned."""

    body: Body
    last_on: date | None
    is_planned: bool
    open: dict[int, OpenMeeting] = field(default_factory=dict)


def bodies_of(session: Session, body_ids: Collection[int], day: date) -> list[OfficeBody]:
    """Return those of some bodies that go on, by name.

    Cancelled meetings count for nothing; those still ahead are among the open ones, for their mails.
    """
    now = datetime.combine(day, time.max)
    of = aliased(Meeting)
    counts = and_(of.body_id == Body.id, of.state != MeetingState.CANCELLED)
    last = select(func.max(of.starts_at)).where(counts, of.starts_at <= now).correlate(Body).scalar_subquery()
    # Whom a cancellation has reached, or nothing yet, is not waited for.
    knows = or_(Invitation.mailed_sequence.is_not(None), Invitation.silent_at.is_not(None))
    is_asked = Invitation.meeting_id == Meeting.id, Invitation.removed_at.is_(None), ~Invitation.is_informed, knows
    # Nobody owes an answer to a date that they were not told.
    owes = and_(_has_left(), ~untold.is_behind())
    asked = select(func.count()).where(*is_asked, untold.belongs(), or_(Invitation.answer != Answer.OPEN, owes))
    invited = select(func.count()).select_from(Invitation).where(Invitation.meeting_id == Meeting.id)
    starts = letters.ABOUT, f"{letters.REMINDER}:", f"{letters.REFUSAL}:"
    about = [start + cast(Meeting.id, String) for start in starts]
    # Once it is over nobody is invited any more.
    is_near = Meeting.ends_at >= datetime.combine(day, time())
    stuck_mails = select(func.count()).where(OutboxMail.about.in_(about), stuck.is_stuck(), is_near)
    is_ahead = and_(Meeting.state == MeetingState.CANCELLED, Meeting.ends_at >= datetime.combine(day, time()))
    rows = session.execute(
        select(
            Body,
            last.label("last"),
            exists().where(counts, of.starts_at > now).correlate(Body).label("is_planned"),
            Meeting,
            DeadlineOverride,
            asked.correlate(Meeting).scalar_subquery().label("asked"),
            asked.where(Invitation.answer == Answer.OPEN).correlate(Meeting).scalar_subquery().label("silent"),
            outbox.unsent(about[0]).correlate(Meeting).scalar_subquery().label("unsent"),
            stuck_mails.correlate(Meeting).scalar_subquery().label("stuck"),
            invited.where(untold.is_behind()).correlate(Meeting).scalar_subquery().label("untold"),
            invited.where(untold.is_in_vain()).correlate(Meeting).scalar_subquery().label("in_vain"),
            invited.where(untold.is_expected_in_vain()).correlate(Meeting).scalar_subquery().label("leavers"),
            _proposed().correlate(Meeting).scalar_subquery().label("proposed"),
        )
        .outerjoin(Meeting, and_(Meeting.body_id == Body.id, or_(Meeting.state.not_in(OVER), is_ahead)))
        .outerjoin(DeadlineOverride, DeadlineOverride.meeting_id == Meeting.id)
        .where(Body.id.in_(body_ids), goes_on(Body, day))
        .order_by(Body.name, Body.id, Meeting.starts_at, Meeting.id)
    )
    found: dict[int, OfficeBody] = {}
    for row in rows:
        _note(found, row)
    return list(found.values())


def _has_left() -> ColumnElement[bool]:
    """Return the condition that somebody invited is not without the last mail: else they owe no answer."""
    mail, later = aliased(OutboxMail), aliased(OutboxMail)
    theirs = mail.about == letters.ABOUT + cast(Invitation.meeting_id, String), mail.person_id == Invitation.person_id
    is_overtaken = exists().where(later.about == mail.about, later.person_id == mail.person_id, later.id > mail.id)
    is_lost = and_(mail.state == MailState.FAILED, mail.settled_at.is_(None), ~is_overtaken)
    return ~exists().where(*theirs, or_(mail.state.in_(outbox.ON_THE_WAY), is_lost))


def _proposed() -> Select[Any]:
    """Return how many items somebody proposed for a meeting that has not begun, and the office has not looked at."""
    is_ahead = Meeting.state.in_((MeetingState.FIXED, MeetingState.INVITED))
    item = AgendaItem.meeting_id == Meeting.id, AgendaItem.state == ItemState.PROPOSED
    return select(func.count()).select_from(AgendaItem).where(*item, is_ahead)


def _note(found: dict[int, OfficeBody], row: Row[Any]) -> None:
    last_on = row.last.date() if row.last else None
    one = found.setdefault(row.Body.id, OfficeBody(row.Body, last_on, bool(row.is_planned)))
    if row.Meeting is None:
        return
    meeting = one.open.setdefault(
        row.Meeting.id,
        OpenMeeting(
            meeting=row.Meeting,
            asked=row.asked,
            silent=row.silent,
            unsent=row.unsent,
            stuck=row.stuck,
            untold=row.untold,
            in_vain=row.in_vain,
            leavers=row.leavers,
            proposed=row.proposed,
        ),
    )
    if row.DeadlineOverride is not None:
        meeting.overrides[row.DeadlineOverride.deadline] = row.DeadlineOverride
