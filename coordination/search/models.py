"""The index: one row for each thing that can be found. How it is searched differs by database (``dialects``)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import Base


class IndexEntry(Base):
    """What the search knows of one thing, folded."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    #: Folded words of the title.
    title_words: Mapped[str] = mapped_column(Text)
    #: The same, each from its end: how what is mistyped at the beginning of a word is near it.
    turned_words: Mapped[str] = mapped_column(Text, server_default="")
    #: All folded words, the title's among them.
    words: Mapped[str] = mapped_column(Text)
    #: Folded words of what belongs to it, without those that it has itself: behind all others.
    near_words: Mapped[str] = mapped_column(Text, server_default="")
    #: Last day on which the thing is in force; what is over stands behind what is not. None: no end.
    valid_until: Mapped[date | None]
