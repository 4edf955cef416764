"""Keeping the index in step: with each recorded change, and as a whole on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, RowMapping, Table, bindparam, delete, insert, inspect, select, update
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
_ENTRY = cast("Table", IndexEntry.__table__)


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
    wanted = _columns(session, source, rows)
    known = _known(session, source.kind, list(wanted))
    news = {key: columns for key, columns in wanted.items() if columns is not None and key not in known}
    gone = [key for key, columns in wanted.items() if columns is None and key in known]
    # No objects: of thousands of entries most of the time would go into them.
    if news:
        _insert(session, source.kind, news)
    if gone:
        session.execute(delete(_ENTRY).where(_ENTRY.c.id.in_([known[key]["id"] for key in gone])))
    changes = {key: _differing(known[key], columns) for key, columns in wanted.items() if columns and key in known}
    _change(session, [(known[key]["id"], values) for key, values in changes.items() if values])
    altered = {*news, *gone, *(key for key, values in changes.items() if values)}
    return [row for row in rows if row.id in altered]


def _known(session: Session, kind: str, keys: Sequence[int]) -> dict[int, RowMapping]:
    """Return the entries of a kind that are there, by what they are about."""
    statement = select(_ENTRY).where(_ENTRY.c.kind == kind, _ENTRY.c.subject_id.in_(keys))
    return {entry["subject_id"]: entry for entry in session.execute(statement).mappings()}


def _differing(known: RowMapping, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that an entry does not have yet."""
    return {name: value for name, value in columns.items() if known[name] != value}


def _insert(session: Session, kind: str, news: Mapping[int, Mapping[str, Any]]) -> None:
    """Add entries, many in one statement: PostgreSQL keeps their words in order of the list, not entry by entry."""
    entries = [{"kind": kind, "subject_id": key, **columns} for key, columns in news.items()]
    # Asked for their keys, they go in a thousand at a time; by themselves each would be a statement on PostgreSQL.
    session.execute(insert(_ENTRY).returning(_ENTRY.c.id), entries).all()


def _change(session: Session, changes: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Change entries by their keys, of each no more columns than are others: a column brings its lists of words."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for key, values in changes:
        alike.setdefault(tuple(values), []).append({"key": key} | {f"new_{name}": values[name] for name in values})
    for names, given in alike.items():
        statement = update(_ENTRY).where(_ENTRY.c.id == bindparam("key"))
        session.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), given)


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
        session.execute(delete(_ENTRY).where(_ENTRY.c.kind == source.kind))
        result = session.scalars(source.rows().execution_options(yield_per=BATCH))
        for rows in result.partitions(BATCH):
            number += _write(session, source, rows)
    return number


def _write(session: Session, source: SearchSource, rows: Sequence[Any]) -> int:
    wanted = _columns(session, source, rows)
    news = {key: columns for key, columns in wanted.items() if columns is not None}
    if news:
        _insert(session, source.kind, news)
    return len(news)
