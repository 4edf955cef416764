"""What each kind of subscription holds: the one place where a link's kind becomes entries, under the owner's rights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, body_topic
from coordination.calendars import days, parts, presence
from coordination.calendars.models import CalendarLink
from coordination.calendars.reader import Reader
from coordination.calendars.rules import KIND_WORDS, OF_MEETINGS, FeedKind, Wanted
from coordination.core import ical
from coordination.core.access import Actor
from coordination.core.errors import NotFound
from coordination.core.i18n import gettext
from coordination.directory import queries as directory
from coordination.directory.models import Person, Place
from coordination.meetings.access import managed_bodies, own, sees
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer, MeetingState
from coordination.topics.models import Topic

#: Who has said so does not come: the entry would stand in the way of another.
_AWAY = (Answer.DECLINED, Answer.DELEGATED)
_SUBJECTS: dict[FeedKind, type[Any]] = {
    FeedKind.BODY: Body,
    FeedKind.TOPIC: Topic,
    FeedKind.PLACE: Place,
    FeedKind.PERSON: Person,
}


def subject_name(session: Session, actor: Actor, kind: FeedKind, subject_id: int) -> str:
    """Return the name of what the subscription is about; "" where its kind says it all.

    Raises:
        NotFound: there is no such body, topic, place or person that the actor may know of.
    """
    model = _SUBJECTS.get(kind)
    if model is None:
        return ""
    found = session.get(model, subject_id)
    if found is None or (isinstance(found, Person) and not directory.may_know(actor, found)):
        raise NotFound
    return str(found.name)


def subject_names(session: Session, links: Sequence[CalendarLink]) -> dict[tuple[FeedKind, int], str]:
    """Return the names of what links are about, one statement for each kind; of what is gone "" ."""
    found = {(one.kind, one.subject_id): "" for one in links}
    for kind, model in _SUBJECTS.items():
        keys = [key for of, key in found if of is kind]
        if keys:
            rows = session.scalars(select(model).where(model.id.in_(keys)))
            found |= {(kind, row.id): str(row.name) for row in rows}
    return found


def title(reader: Reader, wanted: Wanted) -> str:
    """Return what a calendar program lists the subscription as."""
    name = subject_name(reader.session, reader.actor, wanted.kind, wanted.subject_id)
    return name or gettext(KIND_WORDS[wanted.kind])


def content(reader: Reader, wanted: Wanted) -> bytes:
    """Return a whole subscription as its owner may see it today; the same bytes while nothing changes.

    Raises:
        NotFound: what it is about is gone.
    """
    head = ical.head(title(reader, wanted))
    return b"".join((head, *_entries(reader, wanted), ical.TAIL))


def _entries(reader: Reader, wanted: Wanted) -> Iterator[bytes]:
    if wanted.kind in OF_MEETINGS:
        yield from parts.joined(reader, _chosen(reader.actor, wanted), is_neutral=wanted.is_neutral)
    elif wanted.kind is FeedKind.DEADLINES:
        yield from map(ical.part, days.deadlines(reader))
    elif wanted.kind is FeedKind.HOLIDAYS:
        yield from map(ical.part, days.holidays(reader))
    else:
        yield from map(ical.part, presence.entries(reader, wanted.kind, wanted.subject_id))


def _chosen(actor: Actor, wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition on the meetings of a subscription, among those that its owner may see now."""
    seen = sees(actor)
    if wanted.kind is FeedKind.MINE:
        mine = Meeting.id.in_(own(actor))
        away = select(Invitation.meeting_id).where(
            Invitation.person_id == (actor.person_id or 0), Invitation.answer.in_(_AWAY)
        )
        # A draft is tentative, and in the calendar of those who plan it alone.
        planned = or_(Meeting.state != MeetingState.DRAFT, Meeting.body_id.in_(managed_bodies(actor)))
        return and_(seen, mine, planned, Meeting.id.not_in(away))
    if wanted.kind is FeedKind.BODY:
        return and_(seen, Meeting.body_id == wanted.subject_id)
    if wanted.kind is FeedKind.TOPIC:
        of_topic = select(body_topic.c.body_id).where(body_topic.c.topic_id == wanted.subject_id)
        return and_(seen, Meeting.body_id.in_(of_topic))
    return seen
