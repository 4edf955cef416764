"""The districts that a place works for besides the one in which its building stands."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.core.db import Base
from coordination.directory.models import District, Place


class PlaceFurtherDistrict(Base):
    """A place works for a further district, for a time. A fact that somebody stated, never a guess."""

    __tablename__ = "place_further_district"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_from IS NULL OR valid_until >= valid_from", name="span"),
        Index("ix_place_further_district_both", "district_id", "place_id"),
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), index=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id", ondelete="CASCADE"))
    #: First day; None: for as long as the place has been known.
    valid_from: Mapped[date | None]
    #: Last day.
    valid_until: Mapped[date | None]

    place: Mapped[Place] = relationship()
    district: Mapped[District] = relationship()
