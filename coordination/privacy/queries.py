"""Reading messages and the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    false,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Permission, allows
from coordination.core.errors import NotFound
from coordination.core.work import AuditEntry
from coordination.privacy.models import Feedback, FeedbackUnit

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

    Who keeps some organisations reads what concerned one of them on the day of the report (``offices.units_of``).
    Nobody who comes later reads what was written to others.
    """
    if allows(actor, Permission.FEEDBACK_READ):
        return true()
    if not allows(actor, Permission.FEEDBACK_READ_ANY):
        return false()
    went_to = FeedbackUnit.feedback_id == Feedback.id, FeedbackUnit.organisation_id.in_(actor.keeps)
    return and_(Feedback.topic == "entry", exists().where(*went_to))


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
