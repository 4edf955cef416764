"""Social spaces, what they were called before, and the places that belong to them for a time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.core.db import KEYS_ONCE, Base
from coordination.directory.models import District, Place
from coordination.directory.spaces.rules import SpaceOrigin


class SocialSpace(Base):
    """A Sozialraum. Plans cut them in different ways, so a place may belong to several, and one to no district."""

    __tablename__ = "social_space"
    __table_args__ = KEYS_ONCE

    name: Mapped[str] = mapped_column(String(80), unique=True)
    #: What the city writes in lists ("SR 4"); "" where it has nothing shorter.
    short_name: Mapped[str] = mapped_column(String(20), default="")
    #: The district that it lies in, if it lies in one.
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), index=True)
    #: Day on which it was entered: of earlier days it is not said. A name put right on that day is no earlier name.
    entered_on: Mapped[date]
    #: Last day; afterwards its places are no longer said to belong to it.
    valid_until: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    district: Mapped[District | None] = relationship()
    earlier_names: Mapped[list[EarlierSpaceName]] = relationship(
        cascade="all, delete-orphan", order_by="EarlierSpaceName.valid_until"
    )

    __mapper_args__ = {"version_id_col": version}

    def is_there(self, day: date) -> bool:
        """Return whether it was entered by ``day`` and has not ended by then; as ``queries.is_there``."""
        return self.entered_on <= day and (self.valid_until is None or day <= self.valid_until)


class EarlierSpaceName(Base):
    """What a social space was called until a day; pages of an earlier day say it, and the search finds by it."""

    __tablename__ = "earlier_space_name"
    __table_args__ = (UniqueConstraint("social_space_id", "valid_until"),)

    social_space_id: Mapped[int] = mapped_column(ForeignKey("social_space.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    #: Last day on which it was called so.
    valid_until: Mapped[date]


class PlaceSocialSpace(Base):
    """A place belongs to a social space, for a time. A fact that somebody stated, never a guess."""

    __tablename__ = "place_social_space"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_from IS NULL OR valid_until >= valid_from", name="span"),
        Index("ix_place_social_space_both", "social_space_id", "place_id"),
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), index=True)
    social_space_id: Mapped[int] = mapped_column(ForeignKey("social_space.id", ondelete="CASCADE"))
    origin: Mapped[SpaceOrigin]
    #: First day; None: for as long as the place has been known.
    valid_from: Mapped[date | None]
    #: Last day.
    valid_until: Mapped[date | None]

    place: Mapped[Place] = relationship()
    space: Mapped[SocialSpace] = relationship()
