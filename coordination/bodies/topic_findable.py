"""What the search finds of topics: their names, also those they had; a result leads to who is responsible for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from coordination.bodies import topic_services
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_, gettext, ngettext
from coordination.core.registry import SearchEntry, SearchHit, SearchSource
from coordination.topics.models import Topic


def _rows() -> Select[Any]:
    return select(Topic).order_by(Topic.id)


def _entry(session: Session, topic: Topic) -> SearchEntry | None:
    if topic.merged_into_id is not None:
        return None
    earlier = session.scalars(select(Topic.name).where(Topic.merged_into_id == topic.id).order_by(Topic.id))
    return SearchEntry(topic.name, tuple(earlier))


def _describe(session: Session, _actor: Actor, keys: Sequence[int], day: date) -> dict[int, SearchHit]:
    counts = topic_services.counts(session, day)
    earlier = topic_services.earlier_names(session)
    return {
        one.id: SearchHit(one.name, _detail(counts.get(one.id, 0), earlier.get(one.id, ())), _url(one))
        for one in session.scalars(select(Topic).where(Topic.id.in_(keys)))
    }


def _url(topic: Topic) -> str:
    return f"/wen-frage-ich?thema={topic.id}"


def _detail(bodies: int, earlier: Sequence[Topic]) -> str:
    parts = [gettext("Whom do I ask?")]
    if bodies:
        parts.append(ngettext("%(n)s body", "%(n)s bodies", bodies))
    if earlier:
        parts.append(gettext("formerly: %(name)s", name=", ".join(one.name for one in earlier)))
    return " · ".join(parts)


SOURCES = (
    SearchSource(
        "topic",
        N_("Topics"),
        "tags",
        Topic,
        _rows,
        _entry,
        _describe,
        lambda actor: allows(actor, Permission.BODY_READ) and allows(actor, Permission.DIRECTORY_READ),
    ),
)
