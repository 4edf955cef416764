"""The lists of words follow their entries: many at once, and of a changed entry only what is another."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import Work, after_changes, writing
from coordination.directory.staff.services import tell_search
from coordination.search.models import IndexEntry
from tests import factories
from tests.statements import counted

ENTRIES = [
    {"title_words": "ada ahorn", "turned_words": "ada nroha", "words": "0p ada ahorn 0521", "near_words": "realschule"},
    {"title_words": "bo berg", "turned_words": "ob greb", "words": "0p bo berg", "near_words": "grundschule schule"},
]
Terms = set[tuple[int, str]]


#: SQLite has full-text tables instead of a list of words.
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def _wanted(entry: IndexEntry) -> Terms:
    """Return place and word of all that the list has of an entry, as migration 0037 says."""
    title = entry.title_words.split()
    found: Terms = {(0 if word in title else 1, word) for word in entry.words.split()}
    found |= {(3, word) for word in entry.near_words.split()}
    for place, words in ((2, entry.words), (4, entry.near_words)):
        long = [word for word in words.split() if not word[0].isdecimal()]
        found |= {(place, word[start:]) for word in long for start in range(1, len(word) - 2)}
    return found


def _kept(session: Session, entry: IndexEntry) -> dict[tuple[int, str], str]:
    """Return what the list has of an entry, with where each row lies."""
    rows = session.execute(text("SELECT place, word, ctid FROM search_term WHERE entry_id = :key"), {"key": entry.id})
    found = [((place, word), str(where)) for place, word, where in rows]
    assert len(found) == len(dict(found))
    return dict(found)


def _titles(session: Session, entry: IndexEntry) -> set[tuple[bool, int, str]]:
    rows = session.execute(
        text("SELECT is_turned, length, word FROM search_title WHERE entry_id = :key"), {"key": entry.id}
    )
    return {tuple(row) for row in rows}


@on_postgresql
def test_words_of_many_entries_are_kept_at_once(session: Session) -> None:
    rows = [{"kind": "person", "subject_id": key, **one} for key, one in enumerate(ENTRIES, start=1)]
    session.execute(insert(IndexEntry).values(rows))
    for entry in session.scalars(select(IndexEntry)):
        assert set(_kept(session, entry)) == _wanted(entry)
        forward = {(False, len(word), word) for word in entry.title_words.split()}
        assert _titles(session, entry) == forward | {(True, len(word), word) for word in entry.turned_words.split()}


@on_postgresql
def test_of_a_changed_entry_only_what_is_another_is_written(session: Session) -> None:
    session.add(IndexEntry(kind="person", subject_id=1, **ENTRIES[1]))
    session.commit()
    entry = session.scalars(select(IndexEntry)).one()
    before = _kept(session, entry)
    # "schule" ends what goes, and what stays.
    entry.near_words, entry.words = "realschule schule", "0p bo berg 0151"
    session.flush()
    after = _kept(session, entry)
    assert set(after) == _wanted(entry)
    assert {one for one in after if before.get(one) == after[one]} == set(before) & set(after)
    entry.title_words, entry.turned_words = "bo", "ob"
    session.flush()
    assert set(_kept(session, entry)) == _wanted(entry)
    assert _titles(session, entry) == {(False, 2, "bo"), (True, 2, "ob")}
    # The same once more changes nothing.
    kept = _kept(session, entry)
    session.execute(update(IndexEntry).values(words=IndexEntry.words, title_words=IndexEntry.title_words))
    assert _kept(session, entry) == kept
    session.execute(delete(IndexEntry))
    assert (_kept(session, entry), _titles(session, entry)) == ({}, set())


def test_places_of_a_list_are_followed_without_a_statement_for_each(app: Flask, session: Session) -> None:
    numbers = []
    for many in (3, 30):
        keys = [factories.school(session, f"Schule {many} {key}", f"2{many:02}{key:03}").id for key in range(many)]
        session.commit()
        session.expunge_all()
        with writing(), counted(app) as statements:
            work = Work(session, SYSTEM, clock.utc_now())
            tell_search(work, [(None, key) for key in keys])
            for listener in after_changes:
                listener(session, work.changed)
        found = session.scalars(select(IndexEntry.subject_id).where(IndexEntry.kind == "place")).all()
        assert set(keys) <= set(found)
        session.commit()
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
