"""What the search finds of meetings, and what a result shows; who sees which stands in ``access.visible``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from coordination.bodies.models import Body
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_
from coordination.core.registry import SearchEntry, SearchHit, SearchSource
from coordination.directory.models import Place
from coordination.meetings import words
from coordination.meetings.access import visible
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState


def _may_see(actor: Actor) -> bool:
    return allows(actor, Permission.SIGNED_IN)


def _rows() -> Select[Any]:
    whole = (joinedload(Meeting.body), joinedload(Meeting.place))
    return select(Meeting).options(*whole).order_by(Meeting.id)


def _entry(_session: Session, meeting: Meeting) -> SearchEntry:
    body = meeting.body
    found = (body.name, body.short_name or "", meeting.place.name if meeting.place else "", meeting.room)
    return SearchEntry(meeting.title, tuple(word for word in found if word), (), meeting.ends_at.date())


def _describe(session: Session, _actor: Actor, keys: Sequence[int], _day: date) -> dict[int, SearchHit]:
    found = session.scalars(select(Meeting).where(Meeting.id.in_(keys)).options(joinedload(Meeting.body)))
    return {one.id: SearchHit(one.title, _detail(one), f"/sitzungen/{one.id}") for one in found}


def _detail(meeting: Meeting) -> str:
    parts = [words.when(meeting), meeting.body.name]
    if meeting.state in {MeetingState.CANCELLED, MeetingState.DRAFT}:
        parts.append(words.state_word(meeting.state))
    return " · ".join(parts)


def _of_others(altered: Sequence[Any]) -> ColumnElement[bool] | None:
    """Return the meetings whose entries say the name of a body or a place that has changed."""
    bodies = [row.id for row in altered if isinstance(row, Body)]
    places = [row.id for row in altered if isinstance(row, Place)]
    return or_(Meeting.body_id.in_(bodies), Meeting.place_id.in_(places)) if bodies or places else None


SOURCES = (
    SearchSource(
        "meeting",
        N_("Meetings"),
        "calendar-days",
        Meeting,
        _rows,
        _entry,
        _describe,
        _may_see,
        _of_others,
        visible,
    ),
)
