"""Meetings as the pages show them: one, and lists narrowed by links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from coordination.bodies.models import Body, body_topic
from coordination.bodies.queries import goes_on
from coordination.core import registry
from coordination.core.access import Actor
from coordination.core.errors import NotFound
from coordination.directory.models import District, Place
from coordination.meetings.access import KEPT, managed_bodies, own, sees
from coordination.meetings.models import AgendaItem, DeadlineOverride, Invitation, Meeting, MeetingChange
from coordination.meetings.rules import Answer, ChangeKind, Deadline, ItemState, MeetingState

#: More meetings than anybody reads on one page.
MOST = 300
#: Lines of a history that a page shows.
MOST_CHANGES = 30
HELD = (MeetingState.MINUTES_OPEN, MeetingState.CLOSED)


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """What a list is narrowed to; days are inclusive."""

    first: date | None = None
    last: date | None = None
    body_id: int | None = None
    topic_id: int | None = None
    district_id: int | None = None
    place_id: int | None = None
    #: What still comes on a day, or what lies behind: begun before it, or held on it.
    ahead: date | None = None
    behind: date | None = None
    #: Where there is room for few, cancelled ones stand behind all others.
    cancelled_last: bool = False
    #: Keys that ``access.own`` selects.
    own: Select[Any] | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How much a meeting has."""

    items: int
    invited: int
    to_remind: int = 0
    proposed: int = 0


def get_meeting(session: Session, meeting_id: int) -> Meeting:
    """Return a meeting with its body and place, or raise NotFound. Pages ask ``seen_meeting``."""
    return _one(session, _any_one(), meeting_id)


def seen_meeting(session: Session, actor: Actor, meeting_id: int) -> Meeting:
    """Return a meeting that ``actor`` may know of, or raise NotFound."""
    return _one(session, _seen_one(sees(actor)), meeting_id)


def _one(session: Session, statement: Select[Any], meeting_id: int) -> Meeting:
    found: Meeting | None = session.scalars(statement, {"meeting_id": meeting_id}).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


@lru_cache(maxsize=KEPT)
def _seen_one(condition: ColumnElement[bool]) -> Select[Any]:
    """Return the statement for one meeting under what ``sees`` returned, which is the same object for the same rights.

    Kept with it: SQLAlchemy takes longer to make and to recognise the statement than the database to answer it.
    """
    return _any_one().where(condition)


@cache
def _any_one() -> Select[Any]:
    return _with_all().where(Meeting.id == bindparam("meeting_id"))


@cache
def _shown() -> Select[Any]:
    """Return the statement for meetings as lists show them; built once, since that takes longer than asking it."""
    return select(Meeting).options(joinedload(Meeting.body), joinedload(Meeting.place).joinedload(Place.school))


@cache
def _with_all() -> Select[Any]:
    # The few deadlines that were set otherwise come along: there are four at most.
    return _shown().options(joinedload(Meeting.overrides))


def counted(session: Session, meeting_id: int) -> Counted:
    """Return how much a meeting has, in one statement."""
    of_it = select(func.count()).where(AgendaItem.meeting_id == meeting_id)
    items, proposed = (of_it.where(AgendaItem.state == one) for one in (ItemState.ON_AGENDA, ItemState.PROPOSED))
    is_asked = Invitation.removed_at.is_(None), ~Invitation.is_informed, Invitation.was_invited
    asked = Invitation.meeting_id == meeting_id, *is_asked
    invited = select(func.count()).where(*asked)
    row = session.execute(select(*(one.scalar_subquery() for one in (items, invited, proposed)))).one()
    return Counted(row[0], row[1], proposed=row[2])


def answers_given(session: Session, meeting_id: int) -> int:
    """Return how many have answered, or somebody for them: a move opens these again."""
    given = Invitation.meeting_id == meeting_id, Invitation.removed_at.is_(None), Invitation.answer != Answer.OPEN
    return session.scalar(select(func.count()).where(*given)) or 0


def overrides(session: Session, meeting_id: int) -> dict[Deadline, DeadlineOverride]:
    """Return the deadlines of a meeting that were set otherwise."""
    found = session.scalars(select(DeadlineOverride).where(DeadlineOverride.meeting_id == meeting_id))
    return {one.deadline: one for one in found}


def changes(session: Session, meeting_id: int) -> Sequence[tuple[MeetingChange, str]]:
    """Return the history of a meeting with who did it ("": nobody with an account), newest first."""
    return [(change, name) for change, name in session.execute(_changes(), {"meeting_id": meeting_id})]


@cache
def _changes() -> Select[MeetingChange, str]:
    (accounts,) = registry.account_rows
    who = accounts.subquery()
    return (
        select(MeetingChange, func.coalesce(who.c.name, ""))
        .outerjoin(who, who.c.id == MeetingChange.user_id)
        .where(MeetingChange.meeting_id == bindparam("meeting_id"))
        .order_by(MeetingChange.at.desc(), MeetingChange.id.desc())
        .limit(MOST_CHANGES)
    )


def taken_back_last(session: Session, meeting_id: int) -> int:
    """Return how many waiting mails were taken back by the newest change of a meeting."""
    newest = select(func.max(MeetingChange.at)).where(MeetingChange.meeting_id == meeting_id).scalar_subquery()
    count = select(MeetingChange.after).where(
        MeetingChange.meeting_id == meeting_id,
        MeetingChange.kind == ChangeKind.TAKEN_BACK,
        MeetingChange.at == newest,
    )
    return int(session.scalars(count.limit(1)).first() or 0)


def meetings(
    session: Session, actor: Actor, wanted: MeetingFilter, *, newest_first: bool = False, most: int = MOST
) -> Sequence[Meeting]:
    """Return the meetings that ``actor`` may know of, narrowed, in the order of their time."""
    order = (Meeting.starts_at.desc(), Meeting.id.desc()) if newest_first else (Meeting.starts_at, Meeting.id)
    order = (_cancelled_last(), *order) if wanted.cancelled_last else order
    statement = _narrowed(_shown().where(sees(actor)), wanted)
    return session.scalars(statement.order_by(*order).limit(most)).all()


def _cancelled_last() -> ColumnElement[int]:
    return case((Meeting.state == MeetingState.CANCELLED, 1), else_=0)


def number_of(session: Session, actor: Actor, body_id: int) -> int:
    """Return how many meetings of a body ``actor`` may know of."""
    statement = select(func.count(Meeting.id)).where(Meeting.body_id == body_id, sees(actor))
    return session.scalar(statement) or 0


def _narrowed(statement: Select[Any], wanted: MeetingFilter) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.first is not None:
        conditions.append(not_over(wanted.first, wanted.body_id))
    if wanted.last is not None:
        conditions.append(Meeting.starts_at < datetime.combine(wanted.last + timedelta(days=1), time()))
    if wanted.ahead is not None:
        conditions += [not_over(wanted.ahead, wanted.body_id), Meeting.state.not_in(HELD)]
    if wanted.behind is not None:
        conditions.append(_behind(wanted.behind))
    if wanted.topic_id is not None:
        of_topic = select(body_topic.c.body_id).where(body_topic.c.topic_id == wanted.topic_id)
        conditions.append(Meeting.body_id.in_(of_topic))
    if wanted.district_id is not None:
        there = select(Place.id).where(Place.district_id == wanted.district_id)
        conditions.append(Meeting.place_id.in_(there))
    return statement.where(*conditions, *_of_keys(wanted))


def _behind(day: date) -> ColumnElement[bool]:
    today, tomorrow = (datetime.combine(one, time()) for one in (day, day + timedelta(days=1)))
    return and_(Meeting.starts_at < tomorrow, or_(Meeting.starts_at < today, Meeting.state.in_(HELD)))


def not_over(first: date, body_id: int | None = None) -> ColumnElement[bool]:
    """Return the condition that a meeting ends on ``first`` or later; ``body_id``: where those of one body are wanted.

    By keys: SQLite would else follow the order that is asked for, and read the whole archive to get there. Said of the
    row too: PostgreSQL would else read all meetings of the body and only then look at the keys.
    """
    of, start = aliased(Meeting), datetime.combine(first, time())
    keys = select(of.id).where(of.ends_at >= start)
    return and_(
        Meeting.ends_at >= start,
        Meeting.id.in_(keys if body_id is None else keys.where(of.body_id == body_id)),
    )


def _of_keys(wanted: MeetingFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.own is not None:
        yield Meeting.id.in_(wanted.own)
    if wanted.body_id is not None:
        yield Meeting.body_id == wanted.body_id
    if wanted.place_id is not None:
        yield Meeting.place_id == wanted.place_id


def bodies_with_meetings(session: Session, actor: Actor) -> Sequence[tuple[int, str]]:
    """Return (key, name) of the bodies of which ``actor`` may know a meeting: what a filter offers."""
    # The first meeting that fits is enough. PostgreSQL would make EXISTS a set of all, which grows with the archive.
    known = select(Meeting.id).where(Meeting.body_id == Body.id, sees(actor)).limit(1).correlate(Body)
    rows = session.execute(select(Body.id, Body.name).where(known.scalar_subquery().is_not(None)).order_by(Body.name))
    return [(key, name) for key, name in rows]


def districts(session: Session) -> Sequence[tuple[int, str]]:
    """Return (key, name) of all districts."""
    rows = session.execute(select(District.id, District.name).order_by(District.number, District.name))
    return [(key, name) for key, name in rows]


def managed(session: Session, actor: Actor, day: date) -> Sequence[Body]:
    """Return the bodies that go on and whose meetings ``actor`` plans."""
    return session.scalars(
        select(Body).where(Body.id.in_(managed_bodies(actor)), goes_on(Body, day)).order_by(Body.name)
    ).all()


def latest_of(session: Session, body_id: int, most: int = 12) -> Sequence[Meeting]:
    """Return the newest meetings of a body that were not cancelled: where it meets, when, what it calls them."""
    return session.scalars(
        select(Meeting)
        .where(Meeting.body_id == body_id, Meeting.state != MeetingState.CANCELLED)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(most)
    ).all()


def sent_before(session: Session, body_id: int, form_key: str) -> int | None:
    """Return the key of the meeting that a form has made already."""
    statement = select(Meeting.id).where(Meeting.body_id == body_id, Meeting.form_key == form_key)
    return session.scalar(statement) if form_key else None


def titles_in_year(session: Session, body_id: int, year: int) -> Sequence[str]:
    """Return the titles of a body's meetings that begin in a year; a cancelled one keeps its number."""
    first, next_one = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001 - wall times
    statement = select(Meeting.title).where(Meeting.body_id == body_id)
    return session.scalars(statement.where(Meeting.starts_at >= first, Meeting.starts_at < next_one)).all()


@dataclass(frozen=True, slots=True)
class OwnMeeting:
    """A meeting with one's own invitation, and how many of one's own proposals for it are not taken up.

    ``title`` and ``refusal`` are those of the newest such proposal.
    """

    meeting: Meeting
    invitation: Invitation | None
    refused: int
    title: str | None
    refusal: str | None


def next_own(session: Session, actor: Actor, now: datetime, most: int) -> list[OwnMeeting]:
    """Return what is ahead of one's bodies and of what one is invited to; one statement.

    In the order of their days, cancelled ones last; ``now`` is a wall time.
    """
    mine = and_(
        Invitation.meeting_id == Meeting.id,
        Invitation.person_id == (actor.person_id or 0),
        Invitation.removed_at.is_(None),
        ~Invitation.is_informed,
    )
    wanted = MeetingFilter(ahead=now.date(), own=own(actor))
    is_ahead = or_(Meeting.ends_at > now, Meeting.state == MeetingState.RUNNING)
    statement = _narrowed(_shown().where(sees(actor), is_ahead), wanted)
    rows = session.execute(
        statement.add_columns(Invitation, *_refused_to(actor.person_id or 0))
        .outerjoin(Invitation, mine)
        .order_by(_cancelled_last(), Meeting.starts_at, Meeting.id)
        .limit(most)
    )
    return [OwnMeeting(*row) for row in rows]


def _refused_to(person_id: int) -> tuple[ScalarSelect[Any], ...]:
    """Return of a meeting how many proposals of a person are not taken up, and title and reason of the newest one."""
    theirs = and_(AgendaItem.proposed_by_id == person_id, AgendaItem.state == ItemState.REFUSED)
    found = select(func.count(AgendaItem.id)).where(AgendaItem.meeting_id == Meeting.id, theirs).correlate(Meeting)
    newest = found.order_by(AgendaItem.id.desc()).limit(1)
    title, reason = (newest.with_only_columns(one) for one in (AgendaItem.title, AgendaItem.refusal))
    return found.scalar_subquery(), title.scalar_subquery(), reason.scalar_subquery()
