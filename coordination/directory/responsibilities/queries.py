"""Reading posts: one with all that hangs on it, who is responsible for what and where on a day, who holds what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.collation import german_key
from coordination.core.errors import NotFound
from coordination.directory.further import queries as further
from coordination.directory.models import Organisation, Person
from coordination.directory.queries import belongs, holds_on
from coordination.directory.responsibilities.models import Post, PostHolder, Responsibility
from coordination.directory.responsibilities.rules import Scope
from coordination.topics.models import Topic

_WHERE = (joinedload(Responsibility.topic), joinedload(Responsibility.district), joinedload(Responsibility.place))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as scopes see it: itself and the school it is a site of, its districts, its school form."""

    place_ids: frozenset[int]
    district_id: int | None = None
    form_code: str = ""
    #: The place itself: what further districts it works for.
    place_id: int = 0


def get_post(session: Session, actor: Actor, post_id: int, day: date) -> Post:
    """Return a post with its organisation, holders and responsibilities.

    Raises:
        NotFound: there is none with this key, or it is only planned and the actor may not see plans.
    """
    options = (
        joinedload(Post.organisation),
        selectinload(Post.holders).joinedload(PostHolder.person),
        selectinload(Post.responsibilities).options(*_WHERE),
    )
    row = session.get(Post, post_id, options=options) if post_id < 2**31 else None
    if row is None or (row.valid_from > day and not allows(actor, Permission.DIRECTORY_PLANNED, subject_of(row))):
        raise NotFound
    return row


def post_of(session: Session, actor: Actor, responsibility_id: int, day: date) -> Post:
    """Return the post of a responsibility.

    Raises: as ``get_post``.
    """
    row = session.get(Responsibility, responsibility_id) if responsibility_id < 2**31 else None
    if row is None:
        raise NotFound
    return get_post(session, actor, row.post_id, day)


def subject_of(post: Post) -> Subject:
    """Return what the access table is asked about: the organisation of the post."""
    return Subject(organisation_ids=frozenset({post.organisation_id}))


def topics(session: Session) -> Sequence[Topic]:
    """Return the topics that can be chosen; none of their earlier names."""
    return session.scalars(select(Topic).where(Topic.merged_into_id.is_(None))).all()


def topic_on(session: Session, topic_id: int) -> Topic | None:
    """Return the topic with this key, or the one that it became."""
    row = session.get(Topic, topic_id) if 0 < topic_id < 2**31 else None
    if row is not None and row.merged_into_id is not None:
        row = session.get(Topic, row.merged_into_id)
    return row


def responsible(
    session: Session, day: date, *, topic_id: int | None = None, spot: Spot | None = None
) -> Sequence[Responsibility]:
    """Return who is responsible on ``day``: for a topic, for a place, or for a topic at a place."""
    statement = (
        select(Responsibility)
        .join(Responsibility.post)
        .join(Post.organisation)
        .options(contains_eager(Responsibility.post).contains_eager(Post.organisation), *_WHERE)
        .where(
            holds_on(day, Responsibility.valid_from, Responsibility.valid_until),
            holds_on(day, Post.valid_from, Post.valid_until),
            or_(Organisation.valid_until.is_(None), Organisation.valid_until >= day),
        )
        .order_by(Responsibility.id)
    )
    if topic_id is not None:
        statement = statement.where(Responsibility.topic_id == topic_id)
    if spot is not None:
        statement = statement.where(
            or_(
                Responsibility.scope == Scope.EVERYWHERE,
                Responsibility.place_id.in_(spot.place_ids),
                and_(
                    Responsibility.scope == Scope.DISTRICT,
                    or_(
                        Responsibility.district_id == (spot.district_id or 0),
                        Responsibility.district_id.in_(further.reached_from(day, spot.place_id)),
                    ),
                ),
                and_(Responsibility.scope == Scope.SCHOOL_FORM, Responsibility.form_code == (spot.form_code or "-")),
            )
        )
    return session.scalars(statement).all()


def holders_of(session: Session, post_ids: Collection[int], day: date) -> dict[int, Person]:
    """Return who holds the posts on ``day``: key of the post → person. Whoever has left by then holds none."""
    statement = (
        select(PostHolder)
        .join(PostHolder.person)
        .options(contains_eager(PostHolder.person))
        .where(
            PostHolder.post_id.in_(list(post_ids)),
            holds_on(day, PostHolder.valid_from, PostHolder.valid_until),
            belongs(day),
        )
        .order_by(PostHolder.valid_from, PostHolder.id)
    )
    return {row.post_id: row.person for row in session.scalars(statement)}


def held_by(session: Session, person_id: int, day: date) -> Sequence[Responsibility]:
    """Return what a person is responsible for on ``day``."""
    statement = (
        select(Responsibility)
        .join(Responsibility.post)
        .join(Post.holders)
        .options(*_WHERE)
        .where(
            PostHolder.person_id == person_id,
            holds_on(day, PostHolder.valid_from, PostHolder.valid_until),
            holds_on(day, Responsibility.valid_from, Responsibility.valid_until),
            holds_on(day, Post.valid_from, Post.valid_until),
        )
        .order_by(Responsibility.id)
    )
    return session.scalars(statement).all()


def posts_after(session: Session, organisation_id: int, last_on: date) -> Sequence[str]:
    """Return the functions of the posts of an organisation that go on after ``last_on``, by name."""
    going_on = or_(Post.valid_until.is_(None), Post.valid_until > last_on)
    found = session.scalars(select(Post.function).where(Post.organisation_id == organisation_id, going_on))
    return sorted(found, key=german_key)


def posts_of(session: Session, organisation_id: int, day: date) -> Sequence[tuple[Post, Person | None]]:
    """Return the posts of an organisation on ``day``, each with who holds it."""
    statement = (
        select(Post, Person)
        .outerjoin(
            PostHolder,
            and_(PostHolder.post_id == Post.id, holds_on(day, PostHolder.valid_from, PostHolder.valid_until)),
        )
        .outerjoin(
            Person,
            and_(Person.id == PostHolder.person_id, belongs(day)),
        )
        .where(Post.organisation_id == organisation_id, holds_on(day, Post.valid_from, Post.valid_until))
        .order_by(Post.function, Post.id)
    )
    return [(post, person) for post, person in session.execute(statement)]


def first_duty(session: Session, person_id: int) -> date | None:
    """Return the day from which a person has held a post, or will; None if they never do."""
    return session.scalar(select(func.min(PostHolder.valid_from)).where(PostHolder.person_id == person_id))
