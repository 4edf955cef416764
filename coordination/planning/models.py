"""One table: how much school social work a school should have."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import KEYS_ONCE, Base


class CoverageTarget(Base):
    """The target (Soll) that the city has set itself; one row, made when somebody first changes it."""

    __tablename__ = "coverage_target"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("posts_per_school >= 0 AND posts_per_school <= 5", name="posts"),
        CheckConstraint("supplement_posts >= 0 AND supplement_posts <= 5", name="supplement"),
        CheckConstraint("large_from >= 1", name="large"),
        KEYS_ONCE,
    )

    #: Posts that every school of the city should have.
    posts_per_school: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    #: A school with so many pupils is a large one.
    large_from: Mapped[int]
    #: Posts that a large school should have beside.
    supplement_posts: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
