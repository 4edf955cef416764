"""Reading messages and the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

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


def get_feedback(session: Session, feedback_id: int) -> Feedback:
    """Return one message.

    Raises:
        NotFound: there is none with this key.
    """
    feedback = session.get(Feedback, feedback_id)
    if feedback is None:
        raise NotFound
    return feedback


def trail(session: Session, *, user_id: int | None = None, before: int | None = None) -> Sequence[AuditEntry]:
    """Return 100 lines of the audit trail, newest first, older than the line ``before``.

    Of all accounts, or what one of them did: what it was refused is no change and is left out there.
    """
    statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(100)
    if user_id is not None:
        statement = statement.where(AuditEntry.user_id == user_id, AuditEntry.action != REFUSED)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    return session.scalars(statement).all()
