"""What the time of a meeting went to: planned hours, minutes used, and whether it is late."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.minutes.timing import AFTER, Entry, Timetable, timetable

TEN = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 - a wall time
ENDS = TEN + timedelta(minutes=90)


def at(minutes: int) -> datetime:
    return TEN + timedelta(minutes=minutes)


def times(*entries: tuple[int | None, int | None], now: int | None = None) -> Timetable:
    """Return the timetable of items with (planned minutes, minute of the meeting at which they were begun)."""
    found = [
        Entry(key, planned, at(begun) if begun is not None else None) for key, (planned, begun) in enumerate(entries, 1)
    ]
    return timetable(found, TEN, ENDS, now=at(now) if now is not None else None)


def used(found: Timetable) -> list[int | None]:
    return [slot.used for slot in found.slots.values()]


def test_items_begin_one_after_another_until_one_has_no_minutes() -> None:
    slots = times((10, None), (25, None), (None, None), (5, None)).slots
    assert [slot.starts for slot in slots.values()] == [at(0), at(10), at(35), None]


def test_an_item_took_what_lies_between_its_beginning_and_the_next_one() -> None:
    # The third was taken before the second; the last one went on until the end.
    found = times((10, 2), (20, 50), (20, 15), (15, 70))
    assert used(found) == [13, 20, 35, 20]
    assert [slot.is_over for slot in found.slots.values()] == [True, False, True, True]
    assert found.late is None
    assert not any(slot.is_current for slot in found.slots.values())


def test_while_it_is_under_way_the_newest_is_on_and_counts_until_now() -> None:
    found = times((10, 0), (20, 12), (20, None), now=20)
    assert used(found) == [12, 8, None]
    assert [slot.is_current for slot in found.slots.values()] == [False, True, False]


@pytest.mark.parametrize(
    ("begun", "now", "late"),
    # Begun in time; begun four minutes late; begun in time, but it goes on three minutes too long; early.
    [(10, 15, 0), (14, 15, 4), (10, 33, 3), (5, 6, 0)],
)
def test_it_is_late_if_the_item_came_late_or_takes_too_long(begun: int, now: int, late: int) -> None:
    assert times((10, 0), (20, begun), now=now).late == late


def test_without_a_plan_nothing_is_late() -> None:
    assert times((None, 0), (None, 5), now=9).late is None
    assert times((10, None), now=9).late is None


@pytest.mark.parametrize("begun", [-31, 90 + int(AFTER / timedelta(minutes=1)) + 1])
def test_what_was_written_up_on_another_day_says_nothing_of_the_time(begun: int) -> None:
    found = times((10, begun), (10, 3), now=8)
    assert used(found) == [None, 5]


def test_of_the_last_with_a_text_nothing_is_known_if_something_came_after_it() -> None:
    assert used(times((10, 0), (20, 12), (20, None))) == [12, None, None]


def test_a_text_begun_after_the_end_has_no_length_once_all_are_gone() -> None:
    assert used(times((10, 0), (10, 100))) == [100, None]


@given(st.lists(st.tuples(st.integers(1, 60) | st.none(), st.integers(0, 89) | st.none()), min_size=1, max_size=8))
def test_all_the_time_there_was_is_given_to_items_once(entries: list[tuple[int | None, int | None]]) -> None:
    begun = {first for _planned, first in entries if first is not None}
    found = times(*entries)
    spans = {slot.begun: slot.used for slot in found.slots.values() if slot.begun is not None}
    end = 90 if all(first is not None for _planned, first in entries) else max(begun, default=0)
    assert sum(one or 0 for one in spans.values()) == (end - min(begun) if begun else 0)
