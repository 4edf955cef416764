"""One table: whether the public page is there."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from coordination.core.db import KEYS_ONCE, Base


class PublicPage(Base):
    """Whether everybody may look up schools; one row, made when somebody first switches the page on."""

    __tablename__ = "public_page"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), KEYS_ONCE)

    is_on: Mapped[bool]
    #: Since when it is on, or off again.
    since: Mapped[date]
