"""Which entries became one, and which look alike but are two people."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import Base


class MergedPerson(Base):
    """An entry that was put together with another one: its old address leads to the one that stayed."""

    __tablename__ = "merged_person"

    #: The key it had. No foreign key: the entry is gone.
    old_id: Mapped[int] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(210))
    #: Field → what it said otherwise than the entry that stayed; official contact and the like, as text.
    said: Mapped[dict[str, str]] = mapped_column(JSON)
    merged_on: Mapped[date]


class TwoPeople(Base):
    """Two entries that look alike, and of which somebody said that they are two people."""

    __tablename__ = "two_people"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="order"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
