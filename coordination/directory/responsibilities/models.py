"""Posts, who holds them for a time, and what they are responsible for. A change of person leaves the rest as it is."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.core.db import KEYS_ONCE, Base
from coordination.directory.models import Confirmed, District, Organisation, Person, Place
from coordination.directory.responsibilities.rules import Scope
from coordination.topics.models import Topic

_SPAN = "valid_until IS NULL OR valid_until >= valid_from"


class Post(Confirmed, Base):
    """A post of an organisation (Stelle), known by its function. Without a holder it is vacant.

    Holders and responsibilities hang on its version: two forms about the same post meet each other.
    """

    __tablename__ = "post"
    __table_args__ = (CheckConstraint(_SPAN, name="span"), KEYS_ONCE)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: What whoever holds it does, in the city's words: "Fachberatung Schulabsentismus".
    function: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    organisation: Mapped[Organisation] = relationship()
    holders: Mapped[list[PostHolder]] = relationship(
        back_populates="post", cascade="all, delete-orphan", order_by="PostHolder.valid_from"
    )
    responsibilities: Mapped[list[Responsibility]] = relationship(
        back_populates="post", cascade="all, delete-orphan", order_by="Responsibility.id"
    )

    __mapper_args__ = {"version_id_col": version}


class PostHolder(Base):
    """Who holds a post, from a day until a day."""

    __tablename__ = "post_holder"
    __table_args__ = (
        CheckConstraint(_SPAN, name="span"),
        Index("ix_post_holder_post_span", "post_id", "valid_from", "valid_until"),
        Index("ix_post_holder_person_span", "person_id", "valid_from", "valid_until"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    post: Mapped[Post] = relationship(back_populates="holders")
    person: Mapped[Person] = relationship()


class Responsibility(Base):
    """A post is there for a topic: everywhere, or where its scope says."""

    __tablename__ = "responsibility"
    __table_args__ = (
        CheckConstraint(_SPAN, name="span"),
        CheckConstraint(
            "(CASE WHEN district_id IS NULL THEN 0 ELSE 1 END) = (CASE WHEN scope = 'district' THEN 1 ELSE 0 END)"
            " AND (CASE WHEN form_code = '' THEN 0 ELSE 1 END) = (CASE WHEN scope = 'school_form' THEN 1 ELSE 0 END)"
            " AND (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END) = (CASE WHEN scope = 'place' THEN 1 ELSE 0 END)",
            name="scope_says_where",
        ),
        KEYS_ONCE,
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    scope: Mapped[Scope]
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    #: Schulformschlüssel; "" unless the scope is a form.
    form_code: Mapped[str] = mapped_column(String(2), default="")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    post: Mapped[Post] = relationship(back_populates="responsibilities")
    topic: Mapped[Topic] = relationship()
    district: Mapped[District | None] = relationship()
    place: Mapped[Place | None] = relationship()

    @property
    def where(self) -> tuple[Scope, int | None, str, int | None]:
        """Return what makes two of them the same place of responsibility."""
        return self.scope, self.district_id, self.form_code, self.place_id
