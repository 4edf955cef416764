"""Walks along successions."""

from __future__ import annotations

from datetime import date

from coordination.directory.successions.rules import makes_circle, next_change, reached, school_year


def test_one_walks_over_several_steps_and_is_never_caught() -> None:
    assert reached([(1, 3), (2, 3), (3, 4), (5, 6)], [1]) == {3, 4}
    assert reached([(1, 3), (2, 3), (3, 4), (5, 6)], [1, 5]) == {3, 4, 6}
    assert reached([(1, 2), (2, 1)], [1]) == {1, 2}
    assert reached([], [1]) == set()


def test_nothing_follows_itself() -> None:
    assert makes_circle([], (1, 1))
    assert makes_circle([(1, 2), (2, 3)], (3, 1))
    assert not makes_circle([(1, 2), (2, 3)], (1, 3))
    assert not makes_circle([(1, 2)], (3, 2))


def test_schools_come_and_go_with_the_school_year() -> None:
    assert school_year(date(2026, 8, 1)) == date(2026, 8, 1)
    assert school_year(date(2026, 7, 31)) == date(2025, 8, 1)


def test_a_change_that_lies_ahead_is_proposed_for_the_next_beginning_of_half_a_school_year() -> None:
    assert next_change(date(2026, 11, 28)) == date(2027, 2, 1)
    assert next_change(date(2027, 2, 1)) == date(2027, 8, 1)
    assert next_change(date(2027, 1, 31)) == date(2027, 2, 1)
    assert next_change(date(2027, 7, 31)) == date(2027, 8, 1)
    assert next_change(date(2027, 8, 1)) == date(2028, 2, 1)
