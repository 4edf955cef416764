"""Bodies, their seats, and who sits in them for a time."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.bodies.procedure import Procedure, procedure_of
from coordination.bodies.rules import BodyKind, BodyLevel, FilledBy
from coordination.core.access import BodyRole
from coordination.core.db import KEYS_ONCE, Base
from coordination.directory.models import Organisation, Person
from coordination.topics.models import Topic

SPAN = "valid_until IS NULL OR valid_until >= valid_from"

body_topic = Table(
    "body_topic",
    Base.metadata,
    Column("body_id", ForeignKey("body.id"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), primary_key=True, index=True),
)
#: Units in the lead: of both departments where both carry a body.
body_lead = Table(
    "body_lead",
    Base.metadata,
    Column("body_id", ForeignKey("body.id"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True, index=True),
)


class Body(Base):
    """A board, steering group, conference or working group (Gremium)."""

    __tablename__ = "body"
    __table_args__ = KEYS_ONCE

    name: Mapped[str] = mapped_column(String(200), unique=True)
    #: Said before the numbers of its decisions ("STG 2026-07"); unique, so that a number names one decision.
    short_name: Mapped[str | None] = mapped_column(String(12), unique=True)
    kind: Mapped[BodyKind] = mapped_column(default=BodyKind.WORKING_GROUP)
    level: Mapped[BodyLevel] = mapped_column(default=BodyLevel.OPERATIONAL)
    #: In one sentence.
    purpose: Mapped[str] = mapped_column(String(500), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), index=True)
    #: Which of the eight stripes marks it in lists; its name always stands beside it.
    colour: Mapped[int] = mapped_column(default=1)
    #: Name of the template of its rules, and what it says otherwise (``procedure.overrides_of``).
    template: Mapped[str] = mapped_column(String(20), default="light")
    overrides: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Seats with a vote by its rules; None: as many as there are. The base of the quorum.
    statutory_seats: Mapped[int | None]
    notes: Mapped[str] = mapped_column(Text, default="")
    #: Last day of a body that works for a time, or has ended.
    valid_until: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    parent: Mapped[Body | None] = relationship(remote_side="Body.id")
    topics: Mapped[list[Topic]] = relationship(secondary=body_topic, order_by=Topic.name)
    leads: Mapped[list[Organisation]] = relationship(secondary=body_lead, order_by=Organisation.name)

    __mapper_args__ = {"version_id_col": version}

    @property
    def procedure(self) -> Procedure:
        """Return its rules in force."""
        return procedure_of(self.template, self.overrides)


class Seat(Base):
    """A place in a body, owned by an organisation or by nobody. Without a membership on a day it is vacant."""

    __tablename__ = "seat"
    __table_args__ = (CheckConstraint(SPAN, name="span"), KEYS_ONCE)

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[BodyRole]
    filled_by: Mapped[FilledBy] = mapped_column(default=FilledBy.DELEGATED)
    #: "Schulaufsicht Grundschulen": what the seat is for, where the organisation does not say it.
    label: Mapped[str] = mapped_column(String(120), default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    body: Mapped[Body] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Membership(Base):
    """What a person is in a body from a day to a day. Never rewritten: a change ends it and begins another."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint(SPAN, name="span"), KEYS_ONCE)

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"), index=True)
    role: Mapped[BodyRole]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    body: Mapped[Body] = relationship()
    person: Mapped[Person] = relationship()
    seat: Mapped[Seat | None] = relationship()


class Deputy(Base):
    """Who stands in: for one membership (personal), or for anybody in the body (pool)."""

    __tablename__ = "deputy"
    __table_args__ = (CheckConstraint(SPAN, name="span"), KEYS_ONCE)

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    #: Whose deputy; None: of the pool.
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    person: Mapped[Person] = relationship()
    membership: Mapped[Membership | None] = relationship()
