"""Which site a catchment zone speaks of and the school does not have."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import Base


class NoSite(Base):
    """A site that the zones propose for a school, and of which somebody said that there is none."""

    __tablename__ = "no_site"
    __table_args__ = (UniqueConstraint("place_id", "zone"),)

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"))
    #: What the data calls the zone: "GSV Dornberg-Schröttinghausen - Teilstandort".
    zone: Mapped[str] = mapped_column(String(200))
