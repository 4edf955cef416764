"""Mails with circulated minutes that did not get through."""

from __future__ import annotations

from sqlalchemy.orm import Session

from coordination.directory.addressees import readers
from coordination.mail import stuck
from coordination.mail.outbox import OutboxMail
from coordination.mail.stuck import Stuck
from coordination.minutes.letters import about


def undelivered(session: Session, meeting_id: int) -> list[Stuck]:
    """Return the stuck mails with the minutes of a meeting; at most two statements."""
    return readers(session, stuck.mails(session, OutboxMail.about == about(meeting_id)))
