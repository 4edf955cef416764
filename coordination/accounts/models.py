"""Accounts, what they may beside, and the sessions that are alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.core.access import Role
from coordination.core.db import KEYS_ONCE, Base, UtcDateTime
from coordination.directory.models import Organisation, Person


class UserAccount(Base):
    """Somebody who can sign in. The address is kept folded: one account for each, however it is typed."""

    __tablename__ = "user_account"
    __table_args__ = KEYS_ONCE

    email: Mapped[str] = mapped_column(String(320), unique=True)
    display_name: Mapped[str] = mapped_column(String(160))
    #: Argon2id; "" until the invitation was followed.
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    language: Mapped[str] = mapped_column(String(2), default="de")
    theme: Mapped[str] = mapped_column(String(8), default="system")
    #: Raised by each use and each new one: older invitation and reset links are over.
    generation: Mapped[int] = mapped_column(default=0)
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    person: Mapped[Person | None] = relationship()
    roles: Mapped[list[UserRole]] = relationship(back_populates="account", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


class UserRole(Base):
    """One role of an account; a directory keeper's may be limited to an organisation's subtree."""

    __tablename__ = "user_role"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "organisation_id"),
        CheckConstraint("organisation_id IS NULL OR role = 'directory_keeper'", name="scope"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    account: Mapped[UserAccount] = relationship(back_populates="roles")
    organisation: Mapped[Organisation | None] = relationship()


class UserSession(Base):
    """One device that is signed in. Deleting the row signs it out at once."""

    __tablename__ = "user_session"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    #: SHA-256 of the random token in the cookie; the token itself is nowhere.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: "this device is mine": stays signed in longer, unless the account has an office role.
    own_device: Mapped[bool] = mapped_column(default=False)
    #: "Firefox, Windows": enough to recognise the device in the list.
    device: Mapped[str] = mapped_column(String(60), default="")

    account: Mapped[UserAccount] = relationship()
