"""Keeping the index in step: with each recorded change, and as a whole on demand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, inspect, select
from sqlalchemy.orm import Session

from coordination.core.db import Base
from coordination.core.registry import SearchSource, search_sources
from coordination.search.models import IndexEntry
from coordination.search.rules import index_words, turned

#: Rows read and written at a time.
BATCH = 2000


def follow(session: Session, changed: Sequence[Base]) -> None:
    """Bring the entries of changed rows, and of rows that mention them, up to date in the transaction of the change."""
    altered: list[Any] = []
    for source in search_sources:
        rows = list({row.id: row for row in changed if isinstance(row, source.model)}.values())
        for start in range(0, len(rows), BATCH):
            altered += _refresh(session, source, rows[start : start + BATCH])
    for source in search_sources:
        condition = source.dependants(altered) if altered and source.dependants else None
        if condition is not None:
            _refresh_all(session, source, condition)


def _refresh_all(session: Session, source: SearchSource, condition: ColumnElement[bool]) -> None:
    """Bring the entries of all rows that meet ``condition`` up to date, ``BATCH`` at a time."""
    key = source.model.id
    last = 0
    while rows := session.scalars(source.rows().where(condition, key > last).order_by(key).limit(BATCH)).all():
        _refresh(session, source, rows)
        last = rows[-1].id


def _refresh(session: Session, source: SearchSource, rows: Sequence[Any]) -> list[Any]:
    """Bring the entries of ``rows`` up to date and return those whose entry is another now."""
    keys = [row.id for row in rows]
    known = {
        entry.subject_id: entry
        for entry in session.scalars(
            select(IndexEntry).where(IndexEntry.kind == source.kind, IndexEntry.subject_id.in_(keys))
        )
    }
    altered = [row for row in rows if _update(session, source, row, known.get(row.id))]
    session.flush()
    return altered


def _update(session: Session, source: SearchSource, row: Any, known: IndexEntry | None) -> bool:
    # What was deleted in this transaction is not to be found, whatever its last words were.
    entry = None if inspect(row).deleted else source.entry(session, row)
    if entry is None:
        if known is not None:
            session.delete(known)
        return known is not None
    title_words, words = index_words(entry, source.kind)
    if known is None:
        known = IndexEntry(kind=source.kind, subject_id=row.id)
        session.add(known)
    before = (known.title_words, known.words, known.valid_until)
    known.title_words, known.words, known.valid_until = title_words, words, entry.valid_until
    known.turned_words = turned(title_words)
    return before != (title_words, words, entry.valid_until)


def rebuild(session: Session, kinds: Iterable[str] | None = None) -> int:
    """Make the index anew, of all kinds or some, and return how many entries it has; the caller commits."""
    number = 0
    for source in search_sources:
        if kinds is not None and source.kind not in kinds:
            continue
        session.execute(delete(IndexEntry).where(IndexEntry.kind == source.kind))
        result = session.scalars(source.rows().execution_options(yield_per=BATCH))
        for rows in result.partitions(BATCH):
            number += _write(session, source, rows)
    return number


def _write(session: Session, source: SearchSource, rows: Sequence[Any]) -> int:
    entries = []
    for row in rows:
        entry = source.entry(session, row)
        if entry is not None:
            title_words, words = index_words(entry, source.kind)
            entries.append(
                {
                    "kind": source.kind,
                    "subject_id": row.id,
                    "title_words": title_words,
                    "turned_words": turned(title_words),
                    "words": words,
                    "valid_until": entry.valid_until,
                }
            )
    if entries:
        session.execute(insert(IndexEntry), entries)
    return len(entries)
