"""Reading messages and the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Permission, allows
from coordination.core.errors import NotFound
from coordination.core.work import AuditEntry
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.queries import holds_on
from coordination.directory.responsibilities.models import Post
from coordination.privacy.models import Feedback

#: Action of the lines that ``web.errors`` leaves about refused access.
REFUSED = "access.refused"


def messages(session: Session, actor: Actor) -> Sequence[Feedback]:
    """Return what people wrote, as far as ``actor`` may read it: open ones first, newest first."""
    newest = Feedback.settled_at.is_not(None), Feedback.at.desc(), Feedback.id.desc()
    return session.scalars(select(Feedback).where(readable(actor)).order_by(*newest).limit(200)).all()


def open_messages(session: Session, actor: Actor) -> int:
    """Return how many messages that ``actor`` may read nobody has dealt with."""
    is_open = Feedback.settled_at.is_(None)
    return session.scalar(select(func.count(Feedback.id)).where(is_open, readable(actor))) or 0


def get_feedback(session: Session, actor: Actor, feedback_id: int) -> Feedback:
    """Return one message.

    Raises:
        NotFound: there is none with this key that ``actor`` may read.
    """
    feedback = session.scalar(select(Feedback).where(Feedback.id == feedback_id, readable(actor)))
    if feedback is None:
        raise NotFound
    return feedback


def readable(actor: Actor) -> ColumnElement[bool]:
    """Return which messages ``actor`` may read: all, or of those about an entry what went to what they keep.

    Who keeps some organisations reads what was reported of them, of their people and posts, and of the people and
    places whom and at which they employed somebody on the day of the report (``offices.of_page``). Nobody who comes
    later reads what was written to others.
    """
    if allows(actor, Permission.FEEDBACK_READ):
        return true()
    if not allows(actor, Permission.FEEDBACK_READ_ANY):
        return false()
    then = holds_on(func.date(Feedback.at), Assignment.valid_from, Assignment.valid_until)
    own = list(actor.keeps)
    employed = and_(Assignment.employer_id.in_(own), then)
    somebody_there = exists().where(Assignment.place_id == Place.id, then)
    paths = (
        _about("organisationen", Organisation.id, Organisation.id.in_(own)),
        _about("stellen", Post.id, Post.organisation_id.in_(own)),
        _about("personen", Person.id, Person.organisation_id.in_(own)),
        _about("personen", Assignment.person_id, employed),
        _about("orte", Place.id, and_(Place.operator_id.in_(own), ~somebody_there)),
        _about("orte", Assignment.place_id, employed),
    )
    return and_(Feedback.topic == "entry", or_(*paths))


def _about(kind: str, key: Any, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether a message is about the page of a thing, or one below it."""
    path = literal(f"/{kind}/") + cast(key, String)
    return exists().where(or_(Feedback.page == path, Feedback.page.like(path + "/%")), which)


def trail(
    session: Session,
    *,
    user_id: int | None = None,
    before: int | None = None,
    action: str = "",
    day: date | None = None,
) -> Sequence[AuditEntry]:
    """Return 100 lines of the audit trail, newest first, older than the line ``before``.

    Of all accounts, or what one of them did: what it was refused is no change and is left out there.
    Narrowed to an action and to a calendar day in Germany.
    """
    statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(100)
    if user_id is not None:
        statement = statement.where(AuditEntry.user_id == user_id, AuditEntry.action != REFUSED)
    if action:
        statement = statement.where(AuditEntry.action == action)
    if day is not None:
        begin, end = (clock.zoned(datetime.combine(one, time())) for one in (day, day + timedelta(days=1)))
        statement = statement.where(AuditEntry.at >= begin, AuditEntry.at < end)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    return session.scalars(statement).all()
