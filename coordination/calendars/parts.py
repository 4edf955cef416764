"""Kept lines of meetings: made once per revision, when a meeting changes, and joined by every answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    delete,
    insert,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, joinedload

from coordination.bodies.models import Body
from coordination.calendars.models import CalendarPart
from coordination.calendars.reader import Reader
from coordination.calendars.rules import CANCELLED_STAYS, Variant, window
from coordination.core import clock, ical
from coordination.core.access import Actor
from coordination.core.db import Base
from coordination.core.i18n import gettext, in_language
from coordination.core.ical import EventStatus
from coordination.directory.models import Place
from coordination.mail.site import Site
from coordination.meetings import calendar
from coordination.meetings.access import KEPT, reads_inside, sees
from coordination.meetings.models import Meeting
from coordination.meetings.queries import not_over
from coordination.meetings.rules import MeetingState

#: Meetings read and written at a time.
BATCH = 500
#: Parts are shared by readers of any language, so they are told in the city's.
LANGUAGE = "de"
#: Kept lines are of a meeting, and of its revision.
_SAME = CalendarPart.meeting_id == Meeting.id, CalendarPart.revised_at == Meeting.revised_at
_STATUS = {MeetingState.DRAFT: EventStatus.TENTATIVE, MeetingState.CANCELLED: EventStatus.CANCELLED}


def lines(meeting: Meeting, site: Site, variant: Variant) -> bytes:
    """Return the VEVENT of a meeting; DTSTAMP is its last change, so that the bytes rest while it does."""
    status = _STATUS.get(meeting.state, EventStatus.CONFIRMED)
    with in_language(LANGUAGE):
        title = gettext("Meeting") if variant is Variant.NEUTRAL else calendar.title(meeting)
        if status is EventStatus.CANCELLED:
            # Outlook ignores STATUS; what was cancelled would look as if it took place.
            title = gettext("CANCELLED: %(what)s", what=title)
        event = calendar.event(meeting, site, stamp=meeting.revised_at, status=status, sequence=meeting.sequence)
        if variant is Variant.NEUTRAL:
            event = calendar.neutral(event)
        elif variant is Variant.OUTSIDE:
            event = calendar.outside(event, meeting)
        return ical.part(calendar.retold(event, title))


def joined(reader: Reader, chosen: ColumnElement[bool], *, is_neutral: bool) -> Iterator[bytes]:
    """Yield the parts of the meetings that meet ``chosen``, in the order of their beginning.

    Who does not belong to a meeting gets it without note and link. With ``is_neutral``, titles of meetings that are
    not public say nothing. One statement; meetings whose part is missing or of an earlier revision are read and made
    anew for this answer.
    """
    session = reader.session
    # Past the session, which would look at each of thousands of rows for objects.
    told = _told(reader, is_neutral=is_neutral)
    rows = session.connection().execute(_statement(chosen, reader.today, told)).all()
    stale = [key for key, content in rows if content is None]
    fresh = {one.id: (one, variant) for one, variant in _whole(session, stale, told)} if stale else {}
    for key, content in rows:
        if content is not None:
            yield content
        elif key in fresh:
            meeting, variant = fresh[key]
            yield lines(meeting, reader.site, Variant(variant))


def _told(reader: Reader, *, is_neutral: bool) -> ColumnElement[Variant]:
    """Return how a meeting is told to the reader."""
    told = _by_belonging(reads_inside(reader.actor))
    return case((~Meeting.is_public, _named(Variant.NEUTRAL)), else_=told) if is_neutral else told


def _by_belonging(inside: ColumnElement[bool]) -> ColumnElement[Variant]:
    return case((inside, _named(Variant.FULL)), else_=_named(Variant.OUTSIDE))


def _named(variant: Variant) -> ColumnElement[Variant]:
    return literal(variant, CalendarPart.variant.type)


def _statement(chosen: ColumnElement[bool], today: date, told: ColumnElement[Variant]) -> Select[*tuple[Any, ...]]:
    first_day, last_day = window(today)
    dropped = datetime.combine(today - CANCELLED_STAYS, time(), tzinfo=clock.ZONE).astimezone(UTC)
    statement: Select[*tuple[Any, ...]] = (
        select(Meeting.id, CalendarPart.content)
        .outerjoin(CalendarPart, and_(*_SAME, CalendarPart.variant == told))
        .where(
            chosen,
            not_over(first_day),
            Meeting.starts_at < datetime.combine(last_day, time()),
            or_(Meeting.state != MeetingState.CANCELLED, Meeting.revised_at >= dropped),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return statement


def follow(session: Session, changed: Sequence[Base], site: Site) -> None:
    """Make the parts of changed meetings anew, and of those whose body or place has another name now."""
    keys: dict[type[Base], set[int]] = {Meeting: set(), Body: set(), Place: set()}
    for row in changed:
        for model, found in keys.items():
            if isinstance(row, model):
                found.add(row.id)
    if not any(keys.values()):
        return
    make(
        session,
        site,
        or_(
            Meeting.id.in_(keys[Meeting]),
            Meeting.body_id.in_(keys[Body]),
            Meeting.place_id.in_(keys[Place]),
        ),
    )


def one(session: Session, meeting: Meeting, site: Site, *, is_inside: bool) -> bytes:
    """Return the lines of one meeting, the kept ones where they are of its revision."""
    variant = Variant.FULL if is_inside else Variant.OUTSIDE
    values = {"meeting_id": meeting.id, "variant": variant, "revised_at": meeting.revised_at}
    return session.scalar(_kept_lines(), values) or lines(meeting, site, variant)


def seen_one(session: Session, actor: Actor, meeting_id: int) -> Row[bytes, datetime, str] | None:
    """Return (lines, beginning, name of the body) of a meeting that ``actor`` sees, as it is told to them.

    In one statement, without objects. None: there is no such meeting for them, or its lines are not kept.
    """
    statement = _seen_one(sees(actor), reads_inside(actor))
    return session.connection().execute(statement, {"meeting_id": meeting_id}).one_or_none()


@lru_cache(maxsize=KEPT)
def _seen_one(seen: ColumnElement[bool], inside: ColumnElement[bool]) -> Select[bytes, datetime, str]:
    """Return the statement under somebody's rights, which are the same objects for the same rights."""
    return (
        select(CalendarPart.content, Meeting.starts_at, Body.name)
        .select_from(Meeting)
        .join(Body, Body.id == Meeting.body_id)
        .join(CalendarPart, and_(*_SAME, CalendarPart.variant == _by_belonging(inside)))
        .where(Meeting.id == bindparam("meeting_id"), seen)
    )


@cache
def _kept_lines() -> Select[bytes]:
    return select(CalendarPart.content).where(
        CalendarPart.meeting_id == bindparam("meeting_id"),
        CalendarPart.variant == bindparam("variant"),
        CalendarPart.revised_at == bindparam("revised_at"),
    )


def make(session: Session, site: Site, which: ColumnElement[bool]) -> int:
    """Make and keep the parts of the meetings that meet ``which``; return how many meetings there were."""
    last = number = 0
    statement = select(Meeting).where(which).options(*_shown()).order_by(Meeting.id).limit(BATCH)
    while rows := session.scalars(statement.where(Meeting.id > last)).all():
        session.execute(delete(CalendarPart).where(CalendarPart.meeting_id.in_([one.id for one in rows])))
        session.execute(insert(CalendarPart), list(_kept(rows, site)))
        last, number = rows[-1].id, number + len(rows)
    return number


def _kept(meetings: Iterable[Meeting], site: Site) -> Iterator[dict[str, Any]]:
    for one in meetings:
        for variant in Variant:
            content = lines(one, site, variant)
            yield {"meeting_id": one.id, "variant": variant, "revised_at": one.revised_at, "content": content}


def _whole(session: Session, keys: Sequence[int], told: ColumnElement[Variant]) -> Sequence[Any]:
    """Return (meeting, value of the variant it is told in) of each."""
    statement = select(Meeting, type_coerce(told, String)).where(Meeting.id.in_(keys))
    return session.execute(statement.options(*_shown())).all()


def _shown() -> tuple[Any, ...]:
    return (joinedload(Meeting.body), joinedload(Meeting.place))
