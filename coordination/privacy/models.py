"""What people tell us from the foot of a page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
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
