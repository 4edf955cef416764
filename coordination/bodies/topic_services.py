"""Keeping the list of topics: counts, another name, two that are one. What was stays as an earlier name."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session, selectinload

from coordination.bodies.models import Body, body_topic
from coordination.bodies.queries import goes_on
from coordination.core import registry
from coordination.core.access import Permission, require
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.topics.models import Topic


def get_topic(session: Session, topic_id: int) -> Topic:
    """Return a topic that can be chosen.

    Raises:
        NotFound: there is none with this key, or it is part of another.
    """
    topic = session.get(Topic, topic_id) if topic_id < 2**31 else None
    if topic is None or topic.merged_into_id is not None:
        raise NotFound
    return topic


def counts(session: Session, day: date) -> dict[int, int]:
    """Return how many bodies that work on ``day`` deal with each topic."""
    statement = (
        select(body_topic.c.topic_id, func.count())
        .join(Body, Body.id == body_topic.c.body_id)
        .where(goes_on(Body, day))
        .group_by(body_topic.c.topic_id)
    )
    return {key: count for key, count in session.execute(statement)}  # noqa: C416 - rows are no pairs for mypy


def earlier_names(session: Session) -> dict[int, list[Topic]]:
    """Return what each topic was called before, and what was merged into it."""
    found: dict[int, list[Topic]] = {}
    for one in session.scalars(select(Topic).where(Topic.merged_into_id.is_not(None)).order_by(Topic.name)):
        found.setdefault(one.merged_into_id or 0, []).append(one)
    return found


def _take(work: Work, topic_id: int, version: int) -> Topic:
    require(work.actor, Permission.TOPIC_MANAGE)
    work.session.get(Topic, topic_id, with_for_update=True, populate_existing=True)
    topic = get_topic(work.session, topic_id)
    check_version(topic, version)
    return topic


def rename(work: Work, topic_id: int, name: str, *, version: int) -> Topic:
    """Call a topic something else; the name it had leads to it from now on.

    Raises:
        RuleViolation: another topic is or was called so.
        Conflict: somebody has changed it in the meantime.
    """
    topic = _take(work, topic_id, version)
    # In Python: SQLite's lower() knows no umlauts.
    same = [one for one in work.session.scalars(select(Topic)) if one.name.casefold() == name.casefold()]
    for other in same:
        if other.id == topic.id:
            continue
        if other.merged_into_id != topic.id:
            text = N_("There is a topic with this name already. Please merge the two, or choose another name.")
            raise RuleViolation(text, field="name")
        # It is called again as it once was.
        work.session.delete(other)
        work.session.flush()
    earlier, topic.name = topic.name, name
    work.session.flush()
    if earlier.casefold() != name.casefold():
        work.session.add(Topic(name=earlier, merged_into_id=topic.id, merged_on=work.today))
    work.record("topic.renamed", topic)
    _follow(work, topic, None)
    return topic


def merge(work: Work, topic_id: int, into_id: int, *, version: int) -> Topic:
    """Let a topic be part of another from now on: its bodies get that one, its names lead to it.

    Raises:
        RuleViolation: there is no such other topic.
        Conflict: somebody has changed it in the meantime.
    """
    topic = _take(work, topic_id, version)
    target = work.session.get(Topic, into_id, with_for_update=True)
    if target is None or target.merged_into_id is not None or target.id == topic.id:
        raise RuleViolation(N_("Please choose another topic."), field="into_id")
    session, of = work.session, body_topic.c
    has = select(of.body_id).where(of.topic_id == target.id)
    missing = session.scalars(select(of.body_id).where(of.topic_id == topic.id, of.body_id.not_in(has))).all()
    session.execute(delete(body_topic).where(of.topic_id == topic.id))
    if missing:
        session.execute(insert(body_topic), [{"body_id": key, "topic_id": target.id} for key in missing])
    moved = update(Topic).where(Topic.merged_into_id == topic.id).values(merged_into_id=target.id)
    session.execute(moved.execution_options(synchronize_session=False))
    topic.merged_into_id, topic.merged_on = target.id, work.today
    work.record_all("topic.merged", [topic, target])
    _follow(work, target, topic.id)
    return target


def _follow(work: Work, topic: Topic, merged_id: int | None) -> None:
    """Let what hangs on a topic follow: bodies are found by what it is called now, upper parts see to theirs."""
    for follow in registry.topic_followers:
        follow(work, topic.id, merged_id)
    mine = select(body_topic.c.body_id).where(body_topic.c.topic_id == topic.id)
    statement = select(Body).where(Body.id.in_(mine)).options(selectinload(Body.topics))
    work.changed.extend(work.session.scalars(statement.execution_options(populate_existing=True)))
