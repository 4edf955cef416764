"""What is offered at a place, for a time. There is no column for a person: who runs it is an organisation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.core.db import KEYS_ONCE, Base, UtcDateTime
from coordination.core.versions import next_version
from coordination.directory.models import Confirmed, Organisation, Place
from coordination.directory.offers.rules import OfferKind


class Offer(Confirmed, Base):
    """An offer or a project at a place. A change holds for all days; what becomes something else is ended."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="span"),
        KEYS_ONCE,
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), index=True)
    #: Who runs it; None where that is not known, or it is the place itself.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[OfferKind]
    name: Mapped[str] = mapped_column(String(120))
    #: In words, as a notice says it: "dienstags 14 bis 16 Uhr, Raum 3".
    times: Mapped[str] = mapped_column(String(200))
    #: For whom, in words: "Klassen 5 bis 7"; "" for everybody.
    audience: Mapped[str] = mapped_column(String(120))
    #: Page on the web, http or https; "" for none.
    link: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date]
    #: Last day.
    valid_until: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    place: Mapped[Place] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": next_version}

    def has_ended(self, day: date) -> bool:
        """Return whether its last day lies before ``day``."""
        return self.valid_until is not None and self.valid_until < day


class RemovedOffer(Base):
    """An offer that was entered by mistake and removed; kept while that can be taken back."""

    __tablename__ = "removed_offer"
    __table_args__ = KEYS_ONCE

    #: No foreign key: it is gone.
    offer_id: Mapped[int]
    #: The version that it had: what was signed for the way back is of this one.
    version: Mapped[int]
    #: What it said.
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    removed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
