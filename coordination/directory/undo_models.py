"""What taking back a step or an import needs: how rows were before it, for as long as a page offers the way back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import KEYS_ONCE, Base, UtcDateTime


class AssignmentStep(Base):
    """One step that can be taken back: made, changed, corrected, ended or withdrawn."""

    __tablename__ = "assignment_step"
    __table_args__ = KEYS_ONCE

    #: No foreign key: what was withdrawn is gone.
    assignment_id: Mapped[int] = mapped_column(index=True)
    #: The version that the step left the assignment in; another one means that somebody went on from there.
    version: Mapped[int]
    #: A value of ``assignment_undo.Way``.
    way: Mapped[str] = mapped_column(String(20))
    #: JSON: what has to be put back.
    before: Mapped[str] = mapped_column(Text, default="{}")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ImportedPlace(Base):
    """One place that an import of the school file touched."""

    __tablename__ = "imported_place"

    #: The job that stored the file.
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    #: No foreign key: taking back an import removes the places that it made.
    place_id: Mapped[int]
    #: The version that the import left the place in; another one means that somebody went on from there.
    version: Mapped[int]
    #: What has to be put back; NULL: the import made the place.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ImportedConfirmation(Base):
    """What was said of a place before an import of the school file confirmed it."""

    __tablename__ = "imported_confirmation"

    #: The job that stored the file.
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    #: No foreign key: taking back an import removes the places that it made.
    place_id: Mapped[int]
    confirmed_on: Mapped[date | None]
    confirmed_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
