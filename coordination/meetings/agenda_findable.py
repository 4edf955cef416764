"""What the search finds of agendas: items by what they say, attachments by their names; by whoever may read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_, format_date
from coordination.core.registry import SearchEntry, SearchHit, SearchSource
from coordination.meetings import access
from coordination.meetings.agenda_services import numbers_of
from coordination.meetings.models import AgendaItem, ItemFile, Meeting
from coordination.meetings.words import numbered

#: Of a long text the beginning is found.
MOST_FOUND = 4000


def _may_see(actor: Actor) -> bool:
    return allows(actor, Permission.SIGNED_IN)


def _items() -> Select[Any]:
    whole = joinedload(AgendaItem.meeting).joinedload(Meeting.body)
    return select(AgendaItem).options(whole, joinedload(AgendaItem.presenter)).order_by(AgendaItem.id)


def _files() -> Select[Any]:
    whole = joinedload(ItemFile.item).joinedload(AgendaItem.meeting).joinedload(Meeting.body)
    return select(ItemFile).options(whole, joinedload(ItemFile.file)).order_by(ItemFile.id)


def _item_entry(_session: Session, item: AgendaItem) -> SearchEntry:
    meeting = item.meeting
    who = item.presenter.name if item.presenter is not None else ""
    said = (item.text[:MOST_FOUND], who, meeting.title, meeting.body.name, meeting.body.short_name or "")
    return SearchEntry(item.title, tuple(one for one in said if one), (), meeting.ends_at.date())


def _file_entry(_session: Session, row: ItemFile) -> SearchEntry:
    meeting = row.item.meeting
    return SearchEntry(row.file.name, (row.item.title, meeting.title, meeting.body.name), (), meeting.ends_at.date())


def _where(meeting: Meeting) -> str:
    return f"{meeting.title}, {format_date(meeting.starts_at.date())} · {meeting.body.name}"


def _describe_items(session: Session, _actor: Actor, keys: Sequence[int], _day: date) -> dict[int, SearchHit]:
    found = session.scalars(_items().where(AgendaItem.id.in_(keys))).all()
    numbers = numbers_of(session, {one.meeting_id for one in found})
    return {
        one.id: SearchHit(
            numbered(numbers.get(one.id), one.title), _where(one.meeting), f"/sitzungen/{one.meeting_id}#top-{one.id}"
        )
        for one in found
    }


def _describe_files(session: Session, _actor: Actor, keys: Sequence[int], _day: date) -> dict[int, SearchHit]:
    found = session.scalars(_files().where(ItemFile.id.in_(keys))).all()
    return {
        one.id: SearchHit(
            one.file.name,
            f"{one.item.title} · {_where(one.item.meeting)}",
            f"/sitzungen/{one.item.meeting_id}/anlagen/{one.id}",
        )
        for one in found
    }


def _items_of(altered: Sequence[Any]) -> ColumnElement[bool] | None:
    """Return the items whose entries say the title of a meeting that has changed."""
    meetings = [row.id for row in altered if isinstance(row, Meeting)]
    return AgendaItem.meeting_id.in_(meetings) if meetings else None


def _files_of(altered: Sequence[Any]) -> ColumnElement[bool] | None:
    """Return the attachments whose entries say the title of an item or a meeting that has changed."""
    items = [row.id for row in altered if isinstance(row, AgendaItem)]
    meetings = [row.id for row in altered if isinstance(row, Meeting)]
    if not items and not meetings:
        return None
    of_meetings = select(AgendaItem.id).where(AgendaItem.meeting_id.in_(meetings))
    return ItemFile.item_id.in_(items) | ItemFile.item_id.in_(of_meetings)


SOURCES = (
    SearchSource(
        "item",
        N_("Agendas"),
        "list-checks",
        AgendaItem,
        _items,
        _item_entry,
        _describe_items,
        _may_see,
        _items_of,
        access.visible_items,
    ),
    SearchSource(
        "attachment",
        N_("Attachments"),
        "file-text",
        ItemFile,
        _files,
        _file_entry,
        _describe_files,
        _may_see,
        _files_of,
        access.visible_files,
    ),
)
