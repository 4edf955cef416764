"""One table: the topics of the city."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import Base


class Topic(Base):
    """A subject that bodies deal with over years (Thema): "Übergang Kita–Grundschule"."""

    __tablename__ = "topic"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
