"""What taking back a step needs: how an assignment was before it, for as long as a message offers the way back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
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
