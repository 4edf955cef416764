"""What people tell us from the foot of a page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import KEYS_ONCE, Base, UtcDateTime


class Feedback(Base):
    """A message from a page: a barrier, a fault in an entry, a question."""

    __tablename__ = "feedback"
    __table_args__ = KEYS_ONCE

    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: "accessibility", "entry" or "other".
    topic: Mapped[str] = mapped_column(String(20))
    #: Path of the page it was sent from, without its query.
    page: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text)
    #: Where to answer; may be empty.
    reply_to: Mapped[str] = mapped_column(String(320), default="")
    user_id: Mapped[int | None]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FeedbackUnit(Base):
    """An organisation that a report about an entry went to when it was written: its own, or with its mailbox."""

    __tablename__ = "feedback_unit"
    __table_args__ = (UniqueConstraint("feedback_id", "organisation_id"),)

    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
