"""Links to calendars, when they were last fetched, and what is kept so that an answer is only put together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.accounts.models import UserAccount
from coordination.calendars.rules import FeedKind, Variant
from coordination.core.db import KEYS_ONCE, Base, UtcDateTime


class CalendarLink(Base):
    """One subscription of one account; its token is signed over key and generation, and stored nowhere."""

    __tablename__ = "calendar_link"
    __table_args__ = (UniqueConstraint("user_id", "kind", "subject_id"), KEYS_ONCE)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    kind: Mapped[FeedKind]
    #: Key of the body, topic, place or person; 0 where the kind has none, so that two of it cannot be.
    subject_id: Mapped[int] = mapped_column(default=0)
    #: Titles of meetings that are not public say nothing: for calendars that others look into.
    is_neutral: Mapped[bool] = mapped_column(default=False)
    #: Raised to end the link that is out.
    generation: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Turned off at this instant, by its owner or because nothing fetched it.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    account: Mapped[UserAccount] = relationship()
    fetch: Mapped[FeedFetch | None] = relationship(viewonly=True)

    __mapper_args__ = {"version_id_col": version}


class FeedFetch(Base):
    """When a link was last fetched and by what program; written by the fetch itself, for one once an hour at most."""

    __tablename__ = "feed_fetch"

    link_id: Mapped[int] = mapped_column(ForeignKey("calendar_link.id", ondelete="CASCADE"), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The program by name, not its header.
    client: Mapped[str] = mapped_column(String(40), default="")


class CalendarPart(Base):
    """The lines of one meeting's VEVENT as they stand in every subscription that shows it."""

    __tablename__ = "calendar_part"
    __table_args__ = (UniqueConstraint("meeting_id", "variant"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    variant: Mapped[Variant]
    #: The meeting's ``revised_at`` when the lines were made: lines of another revision are not sent.
    revised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class CalendarRevision(Base):
    """One row that counts what was recorded anywhere: while it stands still, no answer can be another."""

    __tablename__ = "calendar_revision"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    number: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
