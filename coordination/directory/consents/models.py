"""One table: what people released about themselves, each with the day of their consent."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coordination.core.db import Base
from coordination.directory.consents.rules import Released


class Consent(Base):
    """A consent and what it was given for: withdrawing deletes the row, and with it the number or the picture."""

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("person_id", "what"),
        CheckConstraint(
            "(CASE WHEN phone = '' THEN 0 ELSE 1 END) = (CASE WHEN what = 'phone' THEN 1 ELSE 0 END)"
            " AND (CASE WHEN photo IS NULL THEN 0 ELSE 1 END) = (CASE WHEN what = 'photo' THEN 1 ELSE 0 END)",
            name="holds_what_it_says",
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    what: Mapped[Released]
    given_on: Mapped[date]
    #: Which sentence was agreed to (``rules.WORDING``).
    wording: Mapped[int]
    #: In E.164; of nothing else than a number "".
    phone: Mapped[str] = mapped_column(String(40), default="")
    #: PNG as we made it, read only where it is shown.
    photo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
