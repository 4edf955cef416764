"""Decisions and tasks, and the history of their status."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.bodies.models import Body
from coordination.core.db import KEYS_ONCE, Base, UtcDateTime
from coordination.decisions.rules import DecisionKind, Means, Result, Status, Told
from coordination.directory.models import Organisation, Person
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import Origin


class Decision(Base):
    """What a body settled, with its number; a withdrawn one keeps it."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("body_id", "year", "number"),
        CheckConstraint("yes >= 0 AND no >= 0 AND abstained >= 0 AND conflicted >= 0 AND invalid >= 0", name="votes"),
        KEYS_ONCE,
    )

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    year: Mapped[int]
    #: Runs on per body and year; given in the transaction that records the vote.
    number: Mapped[int]
    kind: Mapped[DecisionKind] = mapped_column(default=DecisionKind.DECISION)
    text: Mapped[str] = mapped_column(Text)
    means: Mapped[Means] = mapped_column(default=Means.CONSENSUS)
    result: Mapped[Result] = mapped_column(default=Result.ACCEPTED)
    #: Wall time of the vote on the day of the meeting: quorum and who had left are read at it.
    voted_at: Mapped[time | None]
    yes: Mapped[int] = mapped_column(default=0)
    no: Mapped[int] = mapped_column(default=0)
    abstained: Mapped[int] = mapped_column(default=0)
    conflicted: Mapped[int] = mapped_column(default=0)
    invalid: Mapped[int] = mapped_column(default=0)
    #: The votes were equal and the chair's was the one that counted; kept, since the rules of a body may change.
    chair_decided: Mapped[bool] = mapped_column(default=False)
    #: Whoever recorded it saw that the votes do not add up, and said that they hold all the same.
    despite_votes: Mapped[bool] = mapped_column(default=False)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    due_on: Mapped[date | None]
    #: Day on which it is looked at again (Wiedervorlage).
    follow_up_on: Mapped[date | None]
    status: Mapped[Status] = mapped_column(default=Status.OPEN)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Raised to end the links in reminders that are out.
    generation: Mapped[int] = mapped_column(default=1)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The mail that did so the last time.
    reminder_mail_id: Mapped[int | None]
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column()

    body: Mapped[Body] = relationship()
    meeting: Mapped[Meeting] = relationship()
    item: Mapped[AgendaItem] = relationship()
    unit: Mapped[Organisation | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_void(self) -> bool:
        """Return whether there is nothing to carry out: its vote was lost, or it is withdrawn."""
        return self.withdrawn_at is not None or self.result is Result.REJECTED


class Task(Base):
    """Something somebody took on in a meeting: a person, a unit, or both."""

    __tablename__ = "task"
    __table_args__ = KEYS_ONCE

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    due_on: Mapped[date | None]
    status: Mapped[Status] = mapped_column(default=Status.OPEN)
    generation: Mapped[int] = mapped_column(default=1)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The mail that did so the last time.
    reminder_mail_id: Mapped[int | None]
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column()

    body: Mapped[Body] = relationship()
    meeting: Mapped[Meeting] = relationship()
    item: Mapped[AgendaItem] = relationship()
    person: Mapped[Person | None] = relationship()
    unit: Mapped[Organisation | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class StatusEntry(Base):
    """One change of a status: of a decision or of a task."""

    __tablename__ = "status_entry"
    __table_args__ = (CheckConstraint("(decision_id IS NULL) <> (task_id IS NULL)", name="one_subject"),)

    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]
    origin: Mapped[Origin]
    before: Mapped[Status]
    after: Mapped[Status]
    note: Mapped[str] = mapped_column(String(500), default="")
    #: What the product itself says of it, in each reader's language.
    told: Mapped[Told | None]
