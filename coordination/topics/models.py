"""One table: the topics of the city."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import KEYS_ONCE, Base


class Topic(Base):
    """A subject that bodies deal with over years (Thema): "Übergang Kita–Grundschule".

    What a topic was called before, and what was merged into it, stays as a row that points to it: nothing carries
    such a name any more, and typing it leads to the topic it became.
    """

    __tablename__ = "topic"
    __table_args__ = KEYS_ONCE

    name: Mapped[str] = mapped_column(String(120), unique=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    #: First day on which it was part of that one.
    merged_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
