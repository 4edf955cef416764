"""What the search finds of bodies, and what a result shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from coordination.bodies.models import Body
from coordination.bodies.rules import KIND_WORDS
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_, gettext
from coordination.core.registry import SearchEntry, SearchHit, SearchSource


def _may_read(actor: Actor) -> bool:
    return allows(actor, Permission.BODY_READ)


def _rows() -> Select[Any]:
    return select(Body).options(selectinload(Body.topics)).order_by(Body.id)


def _entry(_session: Session, body: Body) -> SearchEntry:
    words = [body.short_name or "", body.purpose, *(topic.name for topic in body.topics)]
    return SearchEntry(body.name, tuple(word for word in words if word), (), body.valid_until)


def _describe(session: Session, _actor: Actor, keys: Sequence[int], _day: date) -> dict[int, SearchHit]:
    found = session.scalars(select(Body).where(Body.id.in_(keys)))
    return {
        one.id: SearchHit(
            one.name,
            " · ".join(part for part in (gettext(KIND_WORDS[one.kind]), one.purpose) if part),
            f"/gremien/{one.id}",
        )
        for one in found
    }


SOURCES = (SearchSource("body", N_("Bodies"), "users-round", Body, _rows, _entry, _describe, _may_read),)
