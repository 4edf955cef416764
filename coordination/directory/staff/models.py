"""What reading in lists keeps: what columns mean, and how to take a stored list back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import Base, UtcDateTime


class ListColumns(Base):
    """What the columns of a list mean, for every list with the same headings."""

    __tablename__ = "list_columns"

    #: Of all headings, whatever their order.
    fingerprint: Mapped[str] = mapped_column(String(32), unique=True)
    #: Key of a heading → a value of ``columns.Field``.
    meanings: Mapped[dict[str, str]] = mapped_column(JSON)


class ListedRow(Base):
    """One person or assignment that a stored list touched."""

    __tablename__ = "listed_row"

    #: The job that stored the list.
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    #: "person" or "assignment".
    kind: Mapped[str] = mapped_column(String(12))
    #: No foreign key: taking back a list removes what it made.
    row_id: Mapped[int]
    #: The version that the list left the row in; another one means that somebody went on from there.
    version: Mapped[int]
    #: What has to be put back; NULL: the list made the row.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
