"""What posts are found by beside their own words, and people by the posts that they hold on the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from coordination.core.registry import SearchBelongings
from coordination.directory.belonging import Texts, begins_or_ended, form_word, gathered, keys_of
from coordination.directory.models import District, Person, Place, School
from coordination.directory.queries import holds_on
from coordination.directory.responsibilities import queries
from coordination.directory.responsibilities.models import Post, PostHolder, Responsibility
from coordination.topics.models import Topic

#: The district that the place of a responsibility lies in; the scope itself may be another one.
_AROUND = aliased(District)


def _of_posts(session: Session, keys: Sequence[int], day: date) -> Mapping[int, Sequence[str]]:
    """Return who holds each post, which form of school it is there for, form and district of its places."""
    statement = (
        select(Responsibility.post_id, Responsibility.form_code, School.form_code, _AROUND.name)
        .outerjoin(Responsibility.place)
        .outerjoin(Place.school)
        .outerjoin(_AROUND, _AROUND.id == Place.district_id)
        .where(Responsibility.post_id.in_(keys), holds_on(day, Responsibility.valid_from, Responsibility.valid_until))
        .order_by(Responsibility.id)
    )
    around = [
        (key, (form_word(form), form_word(school), district))
        for key, form, school, district in session.execute(statement)
    ]
    held = [(key, (person.name,)) for key, person in queries.holders_of(session, keys, day).items()]
    return gathered([*held, *around])


def _of_people(session: Session, keys: Sequence[int], day: date) -> Texts:
    """Return what the posts of people do, for which topics and where."""
    there = and_(
        Responsibility.post_id == Post.id, holds_on(day, Responsibility.valid_from, Responsibility.valid_until)
    )
    statement = (
        select(PostHolder.person_id, Post.function, Topic.name, District.name, Place.name, Responsibility.form_code)
        .join(PostHolder.post)
        .outerjoin(Responsibility, there)
        .outerjoin(Responsibility.topic)
        .outerjoin(Responsibility.district)
        .outerjoin(Responsibility.place)
        .where(
            PostHolder.person_id.in_(keys),
            holds_on(day, PostHolder.valid_from, PostHolder.valid_until),
            holds_on(day, Post.valid_from, Post.valid_until),
        )
        .order_by(Post.id, Responsibility.id)
    )
    return gathered(
        (key, (function, topic, district, place, form_word(form)))
        for key, function, topic, district, place, form in session.execute(statement)
    )


def _concerned_posts(session: Session, rows: Sequence[Any]) -> set[int]:
    people, places = keys_of(rows, Person), keys_of(rows, Place)
    mentioned = {row.post_id for row in rows if isinstance(row, PostHolder)}
    if not people and not places:
        return mentioned
    held = select(PostHolder.post_id).where(PostHolder.person_id.in_(people))
    there = select(Responsibility.post_id).where(Responsibility.place_id.in_(places))
    return mentioned | set(session.scalars(held.union(there)))


def _concerned_people(session: Session, rows: Sequence[Any]) -> set[int]:
    posts, places = keys_of(rows, Post), keys_of(rows, Place)
    named = {row.person_id for row in rows if isinstance(row, PostHolder)}
    if not posts and not places:
        return named
    there = select(Responsibility.post_id).where(Responsibility.place_id.in_(places))
    of = or_(PostHolder.post_id.in_(posts), PostHolder.post_id.in_(there))
    return named | set(session.scalars(select(PostHolder.person_id).where(of)))


def _turning_posts(session: Session, first: date, last: date) -> set[int]:
    found: set[int] = set()
    for column, model in (
        (Responsibility.post_id, Responsibility),
        (PostHolder.post_id, PostHolder),
        (Post.id, Post),
    ):
        turns = begins_or_ended(first, last, model.valid_from, model.valid_until)
        found |= set(session.scalars(select(column).where(turns).distinct()))
    # A post is found by its holder only while they belong here.
    turns = begins_or_ended(first, last, Person.valid_from, Person.valid_until)
    return found | set(session.scalars(select(PostHolder.post_id).join(PostHolder.person).where(turns).distinct()))


def _turning_people(session: Session, first: date, last: date) -> set[int]:
    posts = _turning_posts(session, first, last)
    return set(session.scalars(select(PostHolder.person_id).where(PostHolder.post_id.in_(posts)))) if posts else set()


BELONGINGS = (
    SearchBelongings("post", _of_posts, _concerned_posts, _turning_posts),
    SearchBelongings("person", _of_people, _concerned_people, _turning_people),
)
