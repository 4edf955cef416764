"""The words of titles that are near a mistyped one: which, from where they are read, and that they are kept in step."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from sqlalchemy import delete, event, text
from sqlalchemy.orm import Session

from coordination.core.access import SYSTEM
from coordination.core.work import work_as
from coordination.directory.models import Person
from coordination.search import services
from coordination.search.nearest import look
from coordination.search.rules import turned
from coordination.search.titles import title_words
from tests import factories
from tests.search.test_search import ANYBODY

NAMES = (("Jörg", "Müller"), ("Mira", "Ahornblatt"), ("Vera", "Vogel"), ("Anna-Lena", "Groß-Weiß"))
#: What one step in the index is bound by.
BOUNDS = (("is_turned", "="), ("length", "="), ("word", "<"))
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def people(session: Session) -> list[Person]:
    """Return people whose names are in the index."""
    rows = [factories.person(session, given, family) for given, family in NAMES]
    services.rebuild(session)
    session.commit()
    return rows


def _mistyped(word: str, random: Random) -> str:
    """Return ``word`` with one error at any place: swapped, left out, doubled, one more, another letter."""
    i = random.randrange(len(word))
    return random.choice(
        (
            word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :],
            word[:i] + word[i + 1 :],
            word[:i] + word[i] + word[i:],
            word[:i] + random.choice(LETTERS) + word[i:],
            word[:i] + random.choice(LETTERS) + word[i + 1 :],
        )
    )


def test_one_error_anywhere_is_near(people: list[Person], session: Session) -> None:
    random = Random(3)
    for _time in range(200):
        typed = _mistyped("ahornblatt", random)
        assert "ahornblatt" in title_words(session, typed, within=1), typed
        assert "vera" in title_words(session, typed := _mistyped("vera", random), within=1) or len(typed) < 4, typed


@given(st.text("abc", min_size=4, max_size=12), st.integers(0, 10_000))
def test_one_error_leaves_one_end_whole(word: str, seed: int) -> None:
    # The rule by which the index is asked, for any word and any error.
    typed = _mistyped(word, Random(seed))
    whole = max(1, (len(typed) - 1) // 2)
    assert OSA.distance(word, typed) <= 1
    if len(typed) >= 4:
        assert word[:whole] == typed[:whole] or word[-whole:] == typed[-whole:]


def test_an_error_in_the_first_letter_finds_who_was_meant(app: Flask, people: list[Person], session: Session) -> None:
    with app.test_request_context():
        answer = look(session, ANYBODY, "Nira Ahornblatt", day=date(2026, 11, 27))
    assert [result.hit.title for group in answer.groups for result in group.results] == ["Mira Ahornblatt"]
    assert answer.similar == "Mira Ahornblatt"


def test_only_words_as_long_that_begin_or_end_alike_are_read(people: list[Person], session: Session) -> None:
    for number in range(30):
        factories.person(session, "Jörg", "Müller", email=f"{number}@example.org")
        factories.person(session, "Mula", f"Mulaxander{chr(97 + number % 26)}")
    services.rebuild(session)
    words, asked = _asked(session, "muler")
    # "mueller" is two letters longer, "mulaxandera" six; thirty people of one name are one word, in one statement.
    assert (words, len(asked)) == ({"muller", "mula"}, 1)


def _asked(session: Session, term: str) -> tuple[set[str], list[tuple[str, Any]]]:
    """Return the words near a term, and the statements that asked for them with what they were given."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
        if "search_title" in statement:
            asked.append((statement, given))

    event.listen(session.get_bind(), "after_cursor_execute", note)
    words = title_words(session, term, within=1)
    event.remove(session.get_bind(), "after_cursor_execute", note)
    return words, asked


def test_each_next_word_is_one_step_in_the_index(people: list[Person], session: Session) -> None:
    _words, [(statement, given)] = _asked(session, "muler")
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        lines = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)]
        steps = [line for line in lines if "search_title" in line]
        by = "ix_search_title_word (is_turned=? AND length=? AND word>? AND word<?)"
        assert [line.endswith(by) for line in steps] == [True, True], lines
        return
    # Of a few rows all would be read. Only a plan that has run tells of the repeated part.
    session.execute(text("SET LOCAL enable_seqscan = off"))
    lines = [str(line).strip() for line in connection.exec_driver_sql(f"EXPLAIN ANALYZE {statement}", given).scalars()]
    assert sum("using ix_search_title_word on search_title" in line for line in lines) == 2, lines
    bounds = [line for line in lines if line.startswith("Index Cond")]
    assert len(bounds) == 2
    for line in bounds:
        assert all(f"({column} {sign} " in line for column, sign in BOUNDS), line


def test_words_follow_what_is_changed_and_what_is_gone(people: list[Person], session: Session) -> None:
    def words() -> list[tuple[bool, int, str]]:
        rows = session.execute(text("SELECT is_turned, length, word FROM search_title ORDER BY is_turned, word"))
        return [(bool(turned), length, word) for turned, length, word in rows]

    with work_as(session, SYSTEM) as work:
        for person in people[:3]:
            work.session.delete(person)
            work.record("person.deleted", person)
        people[3].given_name = "Eva"
        people[3].family_name = "Ring"
        work.record("person.changed", people[3])
    assert words() == [(False, 3, "eva"), (False, 4, "ring"), (True, 3, "ave"), (True, 4, "gnir")]
    with work_as(session, SYSTEM) as work:
        work.session.execute(delete(Person))
        services.rebuild(work.session, ["person"])
    assert words() == []


def test_words_are_turned_one_by_one() -> None:
    assert turned("ada ahorn") == "ada nroha"
    assert turned("") == ""
