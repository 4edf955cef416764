"""Minutes of a meeting: a text for each item, who was there, and what was frozen."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.core.access import BodyRole
from coordination.core.db import KEYS_ONCE, Base, UtcDateTime
from coordination.directory.models import Person
from coordination.files.models import StoredFile
from coordination.meetings.models import AgendaItem, Meeting
from coordination.minutes.rules import MinutesState, Presence


class Minutes(Base):
    """The minutes of one meeting (Niederschrift, Protokoll)."""

    __tablename__ = "minutes"
    __table_args__ = KEYS_ONCE

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    state: Mapped[MinutesState] = mapped_column(default=MinutesState.DRAFT)
    #: Who takes them; a person, not an account: it stands in the document.
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Objections are asked for until this day.
    circulated_until: Mapped[date | None]
    circulated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How often they went round, taking them back included.
    rounds: Mapped[int] = mapped_column(default=0)
    #: What is new in them since the round before, as it was said to their readers.
    changed: Mapped[str] = mapped_column(String(500), default="")
    approved_on: Mapped[date | None]
    #: In which meeting they were approved; None: in writing, or it was not said.
    approved_in_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    version: Mapped[int] = mapped_column()

    meeting: Mapped[Meeting] = relationship(foreign_keys=[meeting_id])
    taker: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class ItemText(Base):
    """What the minutes say of one item, in Markdown. ``version`` counts what was saved."""

    __tablename__ = "item_text"

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), unique=True)
    text: Mapped[str] = mapped_column(Text, default="")
    #: When the first of it was stored while the meeting was under way: the item had begun by then.
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by_id: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    item: Mapped[AgendaItem] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Attendance(Base):
    """Whether one person was there, from when to when, and in whose place."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint("left_at IS NULL OR came_at IS NULL OR left_at >= came_at", name="span"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: What the person was in the body on that day; None: a guest.
    role: Mapped[BodyRole | None]
    presence: Mapped[Presence] = mapped_column(default=Presence.UNKNOWN)
    #: "i. V. für": the member whose place this deputy takes.
    stands_in_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    came_at: Mapped[time | None]
    left_at: Mapped[time | None]
    version: Mapped[int] = mapped_column()

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    stands_in_for: Mapped[Person | None] = relationship(foreign_keys=[stands_in_for_id])

    __mapper_args__ = {"version_id_col": version}


class FrozenMinutes(Base):
    """One version of approved minutes, as the files that were made of it; ``digest`` is that of the whole content."""

    __tablename__ = "frozen_minutes"
    __table_args__ = (UniqueConstraint("minutes_id", "number"),)

    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    #: 1 as approved; each correction counts on.
    number: Mapped[int]
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Why there is a further version.
    note: Mapped[str] = mapped_column(String(500), default="")
    #: The page as HTML, what all other forms are made from; SHA-256 of its UTF-8 in hexadecimal.
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    minutes: Mapped[Minutes] = relationship()
    pdf: Mapped[StoredFile | None] = relationship()
