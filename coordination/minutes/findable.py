"""What the search finds of minutes: the text of each item, by whoever may read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_, format_date
from coordination.core.registry import SearchEntry, SearchHit, SearchSource
from coordination.documents import markup
from coordination.meetings.agenda_services import numbers_of
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.words import numbered
from coordination.minutes import queries
from coordination.minutes.models import ItemText

#: Of a long text the beginning is found: every save enters it anew.
MOST_FOUND = 4000


def _may_see(actor: Actor) -> bool:
    return allows(actor, Permission.SIGNED_IN)


def _rows() -> Select[Any]:
    whole = joinedload(ItemText.item).joinedload(AgendaItem.meeting).joinedload(Meeting.body)
    return select(ItemText).options(whole).order_by(ItemText.id)


def _entry(_session: Session, row: ItemText) -> SearchEntry | None:
    if not row.text:
        return None
    words = markup.plain(markup.parse(row.text[:MOST_FOUND]))
    meeting = row.item.meeting
    return SearchEntry(row.item.title, (words, meeting.title, meeting.body.name), (), meeting.ends_at.date())


def _describe(session: Session, _actor: Actor, keys: Sequence[int], _day: date) -> dict[int, SearchHit]:
    hits = {}
    rows = queries.texts_with_items(session, keys)
    numbers = numbers_of(session, {row.item.meeting_id for row in rows})
    for row in rows:
        meeting = row.item.meeting
        title = numbered(numbers.get(row.item_id), row.item.title)
        detail = f"{meeting.title}, {format_date(meeting.starts_at.date())} · {meeting.body.name}"
        hits[row.id] = SearchHit(title, detail, f"/sitzungen/{meeting.id}/protokoll/lesen")
    return hits


def _of_others(altered: Sequence[Any]) -> ColumnElement[bool] | None:
    """Return the texts whose entries say the title of an item or a meeting that has changed."""
    items = [row.id for row in altered if isinstance(row, AgendaItem)]
    meetings = [row.id for row in altered if isinstance(row, Meeting)]
    if not items and not meetings:
        return None
    of_meetings = select(AgendaItem.id).where(AgendaItem.meeting_id.in_(meetings))
    return ItemText.item_id.in_(items) | ItemText.item_id.in_(of_meetings)


def _visible(actor: Actor, _day: date) -> Select[Any]:
    return queries.readable_texts(actor)


SOURCES = (
    SearchSource(
        "minutes", N_("Minutes"), "pencil", ItemText, _rows, _entry, _describe, _may_see, _of_others, _visible
    ),
)
