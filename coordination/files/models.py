"""What is known of a stored file; its bytes lie in the store under their hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import KEYS_ONCE, Base, UtcDateTime


class StoredFile(Base):
    """One file as somebody gave it. Two with the same bytes share them."""

    __tablename__ = "stored_file"
    __table_args__ = KEYS_ONCE

    #: SHA-256 of the bytes in hexadecimal: their name in the store.
    digest: Mapped[str] = mapped_column(String(64), index=True)
    #: As it is offered for saving; never a path.
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The account, without a foreign key: the file outlives it.
    added_by_id: Mapped[int | None]
