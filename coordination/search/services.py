"""Keeping the index in step: with each recorded change, and as a whole on demand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from coordination.core.db import Base
from coordination.core.registry import SearchSource, search_sources
from coordination.search.models import IndexEntry
from coordination.search.rules import index_words

#: Rows read and written at a time when the index is made anew.
BATCH = 2000


def follow(session: Session, changed: Sequence[Base]) -> None:
    """Bring the entries of changed rows up to date, in the same transaction as the change."""
    for source in search_sources:
        rows = {row.id: row for row in changed if isinstance(row, source.model)}
        if not rows:
            continue
        known = {
            entry.subject_id: entry
            for entry in session.scalars(
                select(IndexEntry).where(IndexEntry.kind == source.kind, IndexEntry.subject_id.in_(rows))
            )
        }
        for key, row in rows.items():
            _update(session, source, row, known.get(key))
    session.flush()


def _update(session: Session, source: SearchSource, row: Any, known: IndexEntry | None) -> None:
    entry = source.entry(session, row)
    if entry is None:
        if known is not None:
            session.delete(known)
        return
    title_words, words = index_words(entry)
    if known is None:
        session.add(IndexEntry(kind=source.kind, subject_id=row.id, title_words=title_words, words=words))
    else:
        known.title_words, known.words = title_words, words


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
            title_words, words = index_words(entry)
            entries.append({"kind": source.kind, "subject_id": row.id, "title_words": title_words, "words": words})
    if entries:
        session.execute(insert(IndexEntry), entries)
    return len(entries)
