"""Meetings, their agenda, who is invited and what they answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.bodies.models import Body
from coordination.core.access import BodyRole
from coordination.core.db import KEYS_ONCE, Base, UtcDateTime, WallTime
from coordination.directory.models import Person, Place
from coordination.files.models import StoredFile
from coordination.meetings.rules import Answer, ChangeKind, Deadline, ItemKind, ItemState, MeetingState, Origin


class Meeting(Base):
    """One sitting of a body (Sitzung)."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_meeting_body_starts", "body_id", "starts_at"),
        # Lists begin with what is not over; the archive behind it is not read.
        Index("ix_meeting_body_ends", "body_id", "ends_at"),
        KEYS_ONCE,
    )

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(WallTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(WallTime, index=True)
    #: In the directory, or as text ("Rathaus, Raum 2"); both: a room in that place. Neither: only the link.
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    room: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[MeetingState] = mapped_column(default=MeetingState.DRAFT)
    is_public: Mapped[bool] = mapped_column(default=False)
    #: Said in the invitation, plain text.
    note: Mapped[str] = mapped_column(Text, default="")
    #: Answers are asked for until this day; None: until the meeting.
    answer_until: Mapped[date | None]
    #: Why it was cancelled, as told to those invited.
    cancel_reason: Mapped[str] = mapped_column(String(500), default="")
    #: Where it was before the last move: "verlegt von … auf …".
    moved_from: Mapped[datetime | None] = mapped_column(WallTime)
    #: iCalendar identity: ``uid`` never changes, ``sequence`` only grows (RFC 5546 section 2.1.4): with start, end,
    #: place or status, and with mails that take one person off the list or ask that person again.
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    #: LAST-MODIFIED: any change that a calendar shows.
    revised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The last change that guests may know of, where later ones were none of theirs; None: ``revised_at``.
    guests_revised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The form that made it, so that sending the same form again makes no second.
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column()

    body: Mapped[Body] = relationship()
    place: Mapped[Place | None] = relationship()
    overrides: Mapped[list[DeadlineOverride]] = relationship(lazy="raise", viewonly=True)

    __mapper_args__ = {"version_id_col": version}

    def revise(self, now: datetime, *, is_inside: bool = False) -> None:
        """Note a change that those invited should know of; ``is_inside``: guests may not."""
        if not is_inside:
            self.guests_revised_at = None
        elif self.guests_revised_at is None:
            self.guests_revised_at = self.revised_at
        self.revised_at = now


class MeetingChange(Base):
    """One line of a meeting's history: what changed, from what to what, why, by whom."""

    __tablename__ = "meeting_change"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The account, without a foreign key: what was done outlives it.
    user_id: Mapped[int | None]
    kind: Mapped[ChangeKind]
    before: Mapped[str] = mapped_column(String(500), default="")
    after: Mapped[str] = mapped_column(String(500), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")


class DeadlineOverride(Base):
    """A deadline that the chair set otherwise than the rules of procedure, with the reason."""

    __tablename__ = "deadline_override"
    __table_args__ = (UniqueConstraint("meeting_id", "deadline"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    deadline: Mapped[Deadline]
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))


class Invitation(Base):
    """One person asked to one meeting, and the newest answer. Rows stay when somebody is taken off the list."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"), KEYS_ONCE)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: What the person was in the body when invited; None: a guest of this meeting.
    role: Mapped[BodyRole | None]
    #: Told for information only: not asked, and not counted.
    is_informed: Mapped[bool] = mapped_column(default=False)
    #: In whose place: the person who declined and named this deputy.
    stands_in_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[Answer] = mapped_column(default=Answer.OPEN)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    origin: Mapped[Origin | None]
    #: Who entered it, where it was not the person. Without ``answered_at``: who entered the person as having come.
    entered_by_id: Mapped[int | None]
    comment: Mapped[str] = mapped_column(String(500), default="")
    #: Raised to end the personal links that are out.
    generation: Mapped[int] = mapped_column(default=1)
    #: SEQUENCE of the last mail to this person; None: never mailed.
    mailed_sequence: Mapped[int | None]
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Knows of all that was until then without a mail ("ohne Mail gespeichert").
    silent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Message-ID of the first mail: updates refer to it.
    first_message_id: Mapped[str] = mapped_column(String(200), default="")
    #: Taken off the list at this instant.
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    meeting: Mapped[Meeting] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @hybrid_property
    def was_invited(self) -> bool:
        """Return whether somebody was told of the meeting, by mail or without: who only came was not."""
        only_came = self.entered_by_id is not None and self.answered_at is None
        return self.mailed_sequence is not None or (self.silent_at is not None and not only_came)

    @was_invited.inplace.expression
    @classmethod
    def _was_invited(cls) -> ColumnElement[bool]:
        only_came = and_(cls.entered_by_id.is_not(None), cls.answered_at.is_(None))
        return or_(cls.mailed_sequence.is_not(None), and_(cls.silent_at.is_not(None), ~only_came))

    stands_in_for: Mapped[Person | None] = relationship(foreign_keys=[stands_in_for_id])


class AnswerEntry(Base):
    """One answer as it came in; the newest is the invitation's own."""

    __tablename__ = "answer_entry"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[Answer]
    origin: Mapped[Origin]
    entered_by_id: Mapped[int | None]
    comment: Mapped[str] = mapped_column(String(500), default="")


class AgendaItem(Base):
    """One item (TOP). Its number follows from its place among those of its part."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint("minutes_planned IS NULL OR minutes_planned BETWEEN 1 AND 600", name="time"),
        Index("ix_agenda_item_meeting_position", "meeting_id", "position"),
        KEYS_ONCE,
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[ItemKind] = mapped_column(default=ItemKind.DISCUSSION)
    state: Mapped[ItemState] = mapped_column(default=ItemState.ON_AGENDA)
    is_public: Mapped[bool] = mapped_column(default=False)
    minutes_planned: Mapped[int | None]
    presenter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Why it was not taken up, as told to whoever proposed it.
    refusal: Mapped[str] = mapped_column(String(300), default="")
    #: The item of an earlier meeting that this one takes up again.
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    version: Mapped[int] = mapped_column()

    meeting: Mapped[Meeting] = relationship()
    presenter: Mapped[Person | None] = relationship(foreign_keys=[presenter_id])
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    attached: Mapped[list[ItemFile]] = relationship(
        back_populates="item", lazy="raise", order_by="(ItemFile.position, ItemFile.id)"
    )

    __mapper_args__ = {"version_id_col": version}


class AgendaTold(Base):
    """The agenda that one sending of mails told (``agenda_changes.pack``)."""

    __tablename__ = "agenda_told"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    items: Mapped[list[Any]] = mapped_column(JSON)


class ItemFile(Base):
    """A file that belongs to an agenda item; seen by whoever sees the item."""

    __tablename__ = "item_file"

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    item: Mapped[AgendaItem] = relationship(back_populates="attached")
    file: Mapped[StoredFile] = relationship()
