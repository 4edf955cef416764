"""Bodies and who sits in them for a time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.core.access import BodyRole
from coordination.core.db import Base


class Body(Base):
    """A board, steering group, conference or working group (Gremium)."""

    __tablename__ = "body"

    name: Mapped[str] = mapped_column(String(200), unique=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Membership(Base):
    """What a person is in a body from a day to a day. Never rewritten: a change ends it and begins another."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="span"),)

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[BodyRole]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    body: Mapped[Body] = relationship()
