"""Successions of places. Many to many: several become one, one becomes several. No column for a person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.core.db import KEYS_ONCE, Base
from coordination.core.versions import next_version
from coordination.directory.models import Place
from coordination.directory.rules import day_before


class PlaceSuccession(Base):
    """From a day on, one place stands in for another: who looks for the one is led to the other."""

    __tablename__ = "place_succession"
    __table_args__ = (
        UniqueConstraint("predecessor_id", "successor_id"),
        CheckConstraint("predecessor_id <> successor_id", name="two_places"),
        KEYS_ONCE,
    )

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), index=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), index=True)
    #: First day of the successor in the place of the predecessor.
    on_day: Mapped[date] = mapped_column(index=True)
    #: Where that is known from, in words; "" where nobody said.
    source_note: Mapped[str] = mapped_column(String(300))
    #: Whether the predecessor got its last day from this entry: it moves with the day and goes with the entry, unless
    #: somebody gave the place another one, or none (``gives_end``).
    ends_predecessor: Mapped[bool]
    version: Mapped[int] = mapped_column()

    predecessor: Mapped[Place] = relationship(foreign_keys=[predecessor_id])
    successor: Mapped[Place] = relationship(foreign_keys=[successor_id])

    @property
    def gives_end(self) -> bool:
        """Return whether the predecessor has its last day from this entry still: somebody may have taken that back."""
        return self.ends_predecessor and self.predecessor.valid_until == day_before(self.on_day)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": next_version}
