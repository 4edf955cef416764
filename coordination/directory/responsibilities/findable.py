"""What the search finds of posts: by what they do, what they are responsible for and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coordination.core import clock
from coordination.core.access import Actor, Permission, allows, plans_of
from coordination.core.i18n import N_, gettext
from coordination.core.registry import SearchEntry, SearchHit, SearchSource
from coordination.directory.models import Organisation, Place
from coordination.directory.responsibilities import queries
from coordination.directory.responsibilities.models import Post, Responsibility
from coordination.directory.rules import Span


def _may_read(actor: Actor) -> bool:
    return allows(actor, Permission.DIRECTORY_READ)


def _rows() -> Select[Any]:
    of = selectinload(Post.responsibilities)
    return (
        select(Post)
        .options(
            joinedload(Post.organisation),
            of.joinedload(Responsibility.topic),
            of.joinedload(Responsibility.district),
            of.joinedload(Responsibility.place),
        )
        .order_by(Post.id)
    )


def _entry(_session: Session, post: Post) -> SearchEntry:
    """Return what finds a post: not who holds it, which changes with the day; people are found by themselves."""
    words = [post.organisation.name]
    for row in post.responsibilities:
        is_over = row.valid_until is not None and row.valid_until < clock.today()
        # What is only planned finds nothing yet, but for a post that is itself planned: not everybody sees that one.
        is_planned = row.valid_from > max(clock.today(), post.valid_from)
        # What ended with the post is still what the former one is found by.
        if not is_planned and (not is_over or row.valid_until == post.valid_until):
            words += [row.topic.name, *(one.name for one in (row.district, row.place) if one is not None)]
    return SearchEntry(post.function, tuple(dict.fromkeys(words)), (), post.valid_until)


def _mentioning(altered: Sequence[Any]) -> ColumnElement[bool] | None:
    units = [row.id for row in altered if isinstance(row, Organisation)]
    places = [row.id for row in altered if isinstance(row, Place)]
    if not units and not places:
        return None
    there = select(Responsibility.post_id).where(Responsibility.place_id.in_(places))
    return or_(Post.organisation_id.in_(units), Post.id.in_(there))


def _visible(actor: Actor, day: date) -> Select[Any]:
    keys = select(Post.id)
    if allows(actor, Permission.DIRECTORY_PLANNED):
        return keys
    return keys.where(or_(Post.valid_from <= day, Post.organisation_id.in_(plans_of(actor))))


def _describe(session: Session, _actor: Actor, keys: Sequence[int], day: date) -> dict[int, SearchHit]:
    people = queries.holders_of(session, keys, day)
    statement = (
        select(Post)
        .where(Post.id.in_(keys))
        .options(selectinload(Post.responsibilities).joinedload(Responsibility.topic))
    )
    hits = {}
    for post in session.scalars(statement):
        person = people.get(post.id)
        holds = [row for row in post.responsibilities if Span(row.valid_from, row.valid_until).holds(day)]
        topics = ", ".join(dict.fromkeys(row.topic.name for row in holds))
        detail = " · ".join(part for part in (person.name if person else gettext("vacant"), topics) if part)
        phone = (person.phone or person.mobile) if person else ""
        hits[post.id] = SearchHit(post.function, detail, f"/stellen/{post.id}", phone)
    return hits


SOURCES = (
    SearchSource(
        "post",
        N_("Responsibilities"),
        "route",
        Post,
        _rows,
        _entry,
        _describe,
        _may_read,
        _mentioning,
        _visible,
    ),
)
