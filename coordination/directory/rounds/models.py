"""What a confirmation round keeps: whom it asked, what they said, and the changes that they asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.core.db import KEYS_ONCE, Base, UtcDateTime
from coordination.directory.models import Organisation, Person
from coordination.directory.rounds.rules import ProposalState, Said, Way


class ConfirmationRule(Base):
    """How the rounds of one employer are held; without a row the defaults of the columns hold."""

    __tablename__ = "confirmation_rule"

    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), unique=True)
    #: Whether mail and page of the link say the share of the post.
    shows_share: Mapped[bool] = mapped_column(default=False)
    #: Whether a change by the person concerned holds at once; else a keeper accepts it first.
    applies_at_once: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ConfirmationRound(Base):
    """One round of one employer. The newest is the one that can be answered."""

    __tablename__ = "confirmation_round"
    __table_args__ = KEYS_ONCE

    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    employer: Mapped[Organisation] = relationship()
    asked: Mapped[list[RoundPerson]] = relationship(back_populates="round", cascade="all, delete-orphan")


class RoundPerson(Base):
    """Somebody who was asked in a round, with what they said last."""

    __tablename__ = "round_person"
    __table_args__ = (UniqueConstraint("round_id", "person_id"), KEYS_ONCE)

    round_id: Mapped[int] = mapped_column(ForeignKey("confirmation_round.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: Raising it ends the links that were mailed.
    generation: Mapped[int] = mapped_column(default=1)
    #: When the last mail was written; None: there was no address.
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[Said] = mapped_column(default=Said.OPEN)
    origin: Mapped[Way | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    round: Mapped[ConfirmationRound] = relationship(back_populates="asked")
    person: Mapped[Person] = relationship()
    proposals: Mapped[list[ChangeProposal]] = relationship(
        back_populates="asked", cascade="all", order_by="ChangeProposal.id"
    )


class ChangeProposal(Base):
    """What somebody wants otherwise with one employer, and a message to the office; either may be missing.

    Of one person and employer no more than one waits: the last wording holds, whichever way it came.
    """

    __tablename__ = "change_proposal"
    __table_args__ = KEYS_ONCE

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    #: The round that it answers; None: it was sent while none asked for it.
    round_person_id: Mapped[int | None] = mapped_column(ForeignKey("round_person.id", ondelete="CASCADE"), index=True)
    state: Mapped[ProposalState]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: See ``changes.Wish``: only what is to become different.
    wish: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: (label, before, after) in words, as it was when the change was decided; empty while it waits.
    told: Mapped[list[list[str]]] = mapped_column(JSON)
    message: Mapped[str] = mapped_column(Text, default="")
    #: Why it was refused; mailed to its author.
    reason: Mapped[str] = mapped_column(Text, default="")
    #: When nothing of it was left to do for the office.
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    person: Mapped[Person] = relationship()
    employer: Mapped[Organisation] = relationship()
    asked: Mapped[RoundPerson | None] = relationship(back_populates="proposals")

    __mapper_args__ = {"version_id_col": version}
