"""Reading messages and the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.errors import NotFound
from coordination.core.work import AuditEntry
from coordination.privacy.models import Feedback

#: Action of the lines that ``web.errors`` leaves about refused access.
REFUSED = "access.refused"


def messages(session: Session) -> Sequence[Feedback]:
    """Return what people wrote: open ones first, newest first."""
    return session.scalars(
        select(Feedback).order_by(Feedback.settled_at.is_not(None), Feedback.at.desc(), Feedback.id.desc()).limit(200)
    ).all()


def open_messages(session: Session) -> int:
    """Return how many messages nobody has dealt with."""
    return session.scalar(select(func.count(Feedback.id)).where(Feedback.settled_at.is_(None))) or 0


def get_feedback(session: Session, feedback_id: int) -> Feedback:
    """Return one message.

    Raises:
        NotFound: there is none with this key.
    """
    feedback = session.get(Feedback, feedback_id)
    if feedback is None:
        raise NotFound
    return feedback


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
