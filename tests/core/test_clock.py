"""Instants and wall times, above all in the two nights of a year that are not 24 hours long."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.core.clock import (
    is_doubled,
    is_skipped,
    today,
    utc_now,
    wall_clock,
    wall_date,
    zoned,
)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


walls = st.datetimes(wall("2020-01-01"), wall("2037-12-31"))
instants = st.datetimes(wall("2020-01-01"), wall("2037-12-31"), timezones=st.just(UTC))


@pytest.mark.parametrize("spring", [date(2026, 3, 29), date(2027, 3, 28)])
def test_in_the_night_to_summer_time_the_hour_after_two_is_skipped(spring: date) -> None:
    midnight = wall(f"{spring}")
    skipped = [m for m in range(5 * 60) if is_skipped(midnight + timedelta(minutes=m))]
    assert skipped == list(range(120, 180))
    assert not any(is_doubled(midnight + timedelta(minutes=m)) for m in range(5 * 60))
    assert zoned(midnight + timedelta(hours=3)) - zoned(midnight + timedelta(hours=1)) == timedelta(hours=1)


@pytest.mark.parametrize("autumn", [date(2026, 10, 25), date(2027, 10, 31)])
def test_in_the_night_from_summer_time_the_hour_after_two_comes_twice(autumn: date) -> None:
    midnight = wall(f"{autumn}")
    doubled = [m for m in range(5 * 60) if is_doubled(midnight + timedelta(minutes=m))]
    assert doubled == list(range(120, 180))
    assert not any(is_skipped(midnight + timedelta(minutes=m)) for m in range(5 * 60))
    assert zoned(midnight + timedelta(hours=4)) - zoned(midnight + timedelta(hours=1)) == timedelta(hours=4)


def test_of_a_doubled_hour_the_first_is_meant() -> None:
    assert zoned(wall("2026-10-25T02:30")) == utc(2026, 10, 25, 0, 30)
    assert wall_clock(utc(2026, 10, 25, 0, 30)) == wall_clock(utc(2026, 10, 25, 1, 30)) == wall("2026-10-25T02:30")


def test_winter_and_summer_time_are_one_and_two_hours_ahead() -> None:
    assert zoned(wall("2027-01-14T14:00")) == utc(2027, 1, 14, 13)
    assert zoned(wall("2027-07-14T14:00")) == utc(2027, 7, 14, 12)


@given(walls)
def test_a_wall_time_comes_back_unless_no_clock_ever_shows_it(shown: datetime) -> None:
    instant = zoned(shown)
    assert instant.tzinfo is UTC
    if is_skipped(shown):
        assert wall_clock(instant) == shown + timedelta(hours=1)
    else:
        assert wall_clock(instant) == shown


@given(instants)
def test_an_instant_comes_back_unless_it_is_the_second_of_a_doubled_hour(instant: datetime) -> None:
    shown = wall_clock(instant)
    assert shown.tzinfo is None
    assert not is_skipped(shown)
    assert zoned(shown) in {instant, instant - timedelta(hours=1)}
    assert zoned(shown) == instant or is_doubled(shown)


def test_the_day_in_germany_begins_before_the_one_in_utc() -> None:
    assert wall_date(utc(2026, 12, 31, 22, 59)) == date(2026, 12, 31)
    assert wall_date(utc(2026, 12, 31, 23, 0)) == date(2027, 1, 1)
    assert wall_date(utc(2027, 6, 30, 22, 0)) == date(2027, 7, 1)


def test_now_is_aware_and_today_is_its_day_in_germany() -> None:
    before = utc_now()
    assert before.tzinfo is UTC
    assert wall_date(before) <= today() <= wall_date(utc_now())
