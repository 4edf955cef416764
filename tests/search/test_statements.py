"""Statements are kept for who has the same rights, find what their rights allow, and read along indexes."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from coordination.core.access import Actor, BodyRole, Role
from coordination.core.registry import search_sources
from coordination.search import services
from coordination.search.queries import find
from coordination.search.rules import SHORTEST_PART, kind_word, part_of_kind, telling_parts
from coordination.search.statements import Reader
from tests import factories

ANYBODY = Actor(user_id=1)


@pytest.mark.parametrize("changed", [one.name for one in fields(Actor)])
def test_no_statement_is_kept_for_somebody_with_other_rights(changed: str) -> None:
    day = date(2026, 11, 25)
    others: dict[str, Any] = {
        "user_id": 2,
        "person_id": 3,
        "roles": frozenset({Role.LEAD}),
        "keeps": frozenset({4}),
        "keeps_all": True,
        "body_roles": {5: BodyRole.CHAIR},
        "is_system": True,
    }
    reader, other = Reader(ANYBODY, day), Reader(replace(ANYBODY, **{changed: others[changed]}), day)
    assert reader == Reader(Actor(user_id=1), day)
    assert reader != other
    assert reader != Reader(ANYBODY, date(2026, 11, 26))


@pytest.mark.parametrize("words", [("froebel",), ("fr",), ("schule", "froebel"), ("fr", "schule")])
def test_each_look_along_the_words_says_what_their_index_begins_with(words: tuple[str, ...], session: Session) -> None:
    """PostgreSQL's index is by kind, place and word: without both before it, a look reads all words of a kind."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, said: str, *_more: Any) -> None:
        asked.append(said)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    find(session, ANYBODY, " ".join(words), day=date(2026, 11, 25))
    event.remove(session.get_bind(), "before_cursor_execute", note)
    looks = [said for said in asked if "search_term" in said]
    assert bool(looks) == (session.get_bind().dialect.name == "postgresql")
    for said in looks:
        bounds = said.count("search_term.word >=")
        assert bounds > 0
        for column in ("kind", "place"):
            assert len(re.findall(rf"search_term\.{column} (?:IN|=) ", said)) == bounds, said


def test_what_may_not_be_seen_is_left_out_of_what_is_read_at_once(session: Session) -> None:
    factories.person(session, "Mira", "Kommtnoch", valid_from=date(2027, 3, 1))
    factories.person(session, "Mira", "Kommtheran")
    services.rebuild(session)
    session.flush()
    found = find(session, ANYBODY, "mira kommt", day=date(2026, 11, 25))
    assert [one.hit.title for group in found for one in group.results] == ["Mira Kommtheran"]


@pytest.mark.parametrize("typed", ["mira", "mira kommt"])
def test_behind_many_that_may_not_be_seen_stand_those_that_may(typed: str, session: Session) -> None:
    """Rights are asked of as many as are shown; of all others only where some of these may not be seen."""
    for number in range(25):
        factories.person(session, "Mira", f"Kommtbald{number}", valid_from=date(2027, 3, 1))
    factories.person(session, "Mira", "Kommtschon")
    services.rebuild(session)
    session.flush()
    found = find(session, ANYBODY, typed, day=date(2026, 11, 25))
    assert [one.hit.title for group in found for one in group.results] == ["Mira Kommtschon"]
    planner = Actor(user_id=2, roles=frozenset({Role.PLANNER}))
    assert [(group.size, group.has_more) for group in find(session, planner, typed, day=date(2026, 11, 25))] == [
        (20, True)
    ]


@pytest.mark.parametrize("typed", ["haus", "mira haus"])
def test_who_is_found_by_a_later_look_is_shown_whoever_an_earlier_one_had_to_hide(typed: str, session: Session) -> None:
    """What begins with a word is found once more inside words: those that may not be seen stand first there, too."""
    for number in range(25):
        factories.person(session, "Mira", f"Hausbald{number}", valid_from=date(2027, 3, 1))
        factories.person(session, "Mira", f"Rathaus{number}")
    services.rebuild(session)
    session.flush()
    (group,) = find(session, ANYBODY, typed, day=date(2026, 11, 25))
    assert (group.size, group.has_more) == (20, True)
    assert all("Rathaus" in one.hit.title for one in group.results)


def test_each_kind_has_three_letters_of_its_own() -> None:
    kinds = [source.kind for source in search_sources]
    assert len(kinds) > 5
    parts = {kind: part_of_kind(kind, kinds) for kind in kinds}
    for kind, part in parts.items():
        assert [one for one in kinds if part in kind_word(one)] == [kind]
        assert len(part) == SHORTEST_PART, kind


@pytest.mark.parametrize(
    ("term", "parts"),
    [
        ("sternschnuppe", ["ste", "chn", "ppe"]),
        ("frobergschule", ["fro", "ber", "gsc"]),
        ("schule", ["sch", "ule"]),
        ("fro", ["fro"]),
    ],
)
def test_a_word_is_looked_for_by_parts_that_not_every_school_has(term: str, parts: list[str]) -> None:
    assert set(parts) <= set(telling_parts(term))
    assert len(telling_parts(term)) <= 3
    assert all(part in term for part in telling_parts(term))


@pytest.mark.parametrize("typed", ["abcdefg", "mira abcdefg", "mi abcdefg"])
def test_what_has_only_parts_of_a_word_has_not_the_word(typed: str, session: Session) -> None:
    assert telling_parts("abcdefg") == ["abc", "cde", "efg"]
    factories.person(session, "Mira", "Abcx Xcdex Xefg")
    services.rebuild(session)
    session.flush()
    assert find(session, ANYBODY, typed, day=date(2026, 11, 25)) == []
    assert find(session, ANYBODY, typed.replace("abcdefg", "cde"), day=date(2026, 11, 25))


@pytest.mark.parametrize("typed", ["mira kommt", "mi kommt", "kommt"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_sqlite_looks_for_words_once_and_for_rights_by_key(typed: str, session: Session) -> None:
    """The other way round was chosen for few things among many: people by their kind, words once for each entry."""
    factories.person(session, "Mira", "Kommtheran")
    factories.person(session, "Mika", "Herankommt")
    services.rebuild(session)
    session.flush()
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, said: str, values: Any, *_more: Any) -> None:
        asked.append((said, values))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    assert find(session, ANYBODY, typed, day=date(2026, 11, 25))
    event.remove(session.get_bind(), "before_cursor_execute", note)
    connection = session.connection()
    plans = [
        row[3]
        for said, values in asked
        if "search_" in said
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", values)
    ]
    by_kind = [plan for plan in plans if "sqlite_autoindex_search_entry_1" in plan]
    assert by_kind
    assert all("(kind=? AND subject_id=?)" in plan for plan in by_kind), by_kind
    assert any("VIRTUAL TABLE" in plan for plan in plans)
    assert not any("INDEX 0:=" in plan for plan in plans), "words are looked for once, not for each row"
