"""Keeping the index in step: with each recorded change, and as a whole on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, inspect, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.db import Base
from coordination.core.registry import (
    SearchBelongings,
    SearchEntry,
    SearchSource,
    search_belongings,
    search_sources,
)
from coordination.search.models import IndexEntry
from coordination.search.rules import index_words, near_words, turned

#: Rows read and written at a time.
BATCH = 2000


def follow(session: Session, changed: Sequence[Base]) -> None:
    """Bring the entries of changed rows, and of rows that mention them, up to date in the transaction of the change."""
    altered: list[Any] = []
    fresh: dict[str, set[int]] = {}
    for source in search_sources:
        rows = list({row.id: row for row in changed if isinstance(row, source.model)}.values())
        fresh[source.kind] = {row.id for row in rows}
        for start in range(0, len(rows), BATCH):
            altered += _refresh(session, source, rows[start : start + BATCH])
    for source in search_sources:
        condition = source.dependants(altered) if altered and source.dependants else None
        if condition is not None:
            _refresh_all(session, source, condition)
    models = tuple(source.model for source in search_sources)
    touched = [*altered, *(row for row in changed if not isinstance(row, models))]
    if touched:
        _refresh_keys(session, lambda one: one.concerned(session, touched), fresh)


def turn(session: Session, first: date, last: date) -> int:
    """Bring up to date what another thing belongs to since one of these days began; return how many were looked at.

    Assignments and responsibilities begin and end without anything being written.
    """
    return _refresh_keys(session, lambda one: one.turning(session, first, last), {})


def _refresh_keys(
    session: Session, keys_of: Callable[[SearchBelongings], set[int]], fresh: Mapping[str, set[int]]
) -> int:
    """Bring the entries of the keys that each kind is asked for up to date, but for those that are ``fresh``."""
    number = 0
    for source in search_sources:
        found = [keys_of(one) for one in search_belongings if one.kind == source.kind]
        keys = sorted(set().union(*found) - fresh.get(source.kind, set()))
        for start in range(0, len(keys), BATCH):
            some = source.model.id.in_(keys[start : start + BATCH])
            _refresh(session, source, session.scalars(source.rows().where(some)).all())
        number += len(keys)
    return number


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
    wanted = _columns(session, source, rows)
    altered = [row for row in rows if _update(session, source.kind, (row.id, wanted[row.id]), known.get(row.id))]
    session.flush()
    return altered


def _update(session: Session, kind: str, wanted: tuple[int, dict[str, Any] | None], known: IndexEntry | None) -> bool:
    """Let the entry of a key have the columns wanted (None: be gone); return whether it did not before."""
    key, columns = wanted
    if columns is None:
        if known is not None:
            session.delete(known)
        return known is not None
    if known is None:
        session.add(IndexEntry(kind=kind, subject_id=key, **columns))
        return True
    if all(getattr(known, name) == value for name, value in columns.items()):
        return False
    for name, value in columns.items():
        setattr(known, name, value)
    return True


def _columns(session: Session, source: SearchSource, rows: Sequence[Any]) -> dict[int, dict[str, Any] | None]:
    """Return what the index should have of each row, by its key; None: nothing."""
    near = _near(session, source.kind, [row.id for row in rows])
    found: dict[int, dict[str, Any] | None] = {}
    for row in rows:
        # What was deleted in this transaction is not to be found, whatever its last words were.
        entry = None if inspect(row).deleted else source.entry(session, row)
        found[row.id] = _columns_of(entry, source.kind, near.get(row.id, ())) if entry is not None else None
    return found


def _columns_of(entry: SearchEntry, kind: str, near: Iterable[str]) -> dict[str, Any]:
    title_words, words = index_words(entry, kind)
    return {
        "title_words": title_words,
        "turned_words": turned(title_words),
        "words": words,
        "near_words": near_words(near, words),
        "valid_until": entry.valid_until,
    }


def _near(session: Session, kind: str, keys: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for one in search_belongings:
        if one.kind == kind:
            for key, texts in one.texts(session, keys, clock.today()).items():
                found.setdefault(key, []).extend(texts)
    return found


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
    wanted = _columns(session, source, rows)
    entries = [
        {"kind": source.kind, "subject_id": key, **columns} for key, columns in wanted.items() if columns is not None
    ]
    if entries:
        session.execute(insert(IndexEntry), entries)
    return len(entries)
