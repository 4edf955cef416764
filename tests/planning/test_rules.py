"""The arithmetic of coverage: what a school should have, what sums say, and what is not written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.directory.rules import Span, children
from coordination.planning.rules import Grouping, Known, SchoolCover, Target, grouped, total

SCHOOL = SchoolCover(
    place_id=1,
    name="Fröbelschule",
    district="Mitte",
    form_code="02",
    social_index=5,
    pupils=200,
    is_municipal=True,
    people=1,
    posts=Decimal("0.50"),
    unknown=0,
    wanted=Decimal("0.5"),
)
POSTS = st.decimals(min_value=0, max_value=4, places=2)


@pytest.mark.parametrize(
    ("pupils", "is_municipal", "wanted"),
    [(200, True, "0.5"), (799, True, "0.5"), (800, True, "1.0"), (None, True, "0.5"), (2000, False, "0")],
)
def test_what_a_school_should_have(pupils: int | None, is_municipal: bool, wanted: str) -> None:
    assert Target().wanted(pupils=pupils, is_municipal=is_municipal) == Decimal(wanted)


def test_below_is_said_only_where_every_share_is_known() -> None:
    less = replace(SCHOOL, posts=Decimal("0.25"))
    assert (less.is_below, less.missing) == (True, Decimal("0.25"))
    assert not replace(less, unknown=1).is_below
    assert not SCHOOL.is_below
    assert not replace(SCHOOL, wanted=Decimal(0), posts=Decimal(0)).is_below


@given(st.lists(st.tuples(POSTS, POSTS), min_size=1, max_size=8))
def test_more_at_one_school_hides_nothing_missing_at_another(pairs: list[tuple[Decimal, Decimal]]) -> None:
    schools = [replace(SCHOOL, posts=posts, wanted=wanted) for posts, wanted in pairs]
    found = total(schools)
    assert found.posts == sum(posts for posts, _ in pairs)
    assert found.wanted - found.filled == sum(one.missing for one in schools)
    assert found.share is None or 0 <= found.share <= 1
    assert (found.share == 1) == (found.wanted > 0 and found.below == 0)


def test_sums_stand_in_the_order_of_their_keys_and_what_has_none_comes_last() -> None:
    rows = [replace(SCHOOL, social_index=index) for index in (9, None, 2)]
    assert [one.key for one in grouped(rows, Grouping.SOCIAL_INDEX)] == ["2", "9", ""]
    rows = [replace(SCHOOL, district=name) for name in ("Senne", "", "Mitte", "Mitte")]
    assert [(one.key, one.schools) for one in grouped(rows, Grouping.DISTRICT)] == [("Mitte", 2), ("Senne", 1), ("", 1)]


def test_few_children_are_not_counted_out() -> None:
    assert (children(4), children(5), children(None)) == (None, 5, None)
    assert total([replace(SCHOOL, pupils=4)]).pupils_per_post is None
    assert total([replace(SCHOOL, pupils=5)]).pupils_per_post == 10
    assert total([replace(SCHOOL, posts=Decimal(0))]).pupils_per_post is None
    few = replace(SCHOOL, pupils=4)
    assert (total([SCHOOL, few]).pupils, total([SCHOOL, few]).counted) == (200, 1), "nobody takes one from the other"


def test_only_what_is_known_of_the_same_schools_is_divided() -> None:
    many = replace(SCHOOL, pupils=None, posts=Decimal("1.50"))
    vague = replace(SCHOOL, pupils=300, posts=Decimal("0.10"), unknown=1)
    empty = replace(SCHOOL, pupils=100, people=0, posts=Decimal(0))
    assert [one.pupils_per_post for one in (SCHOOL, many, vague, empty)] == [400, None, None, None]
    assert [one.is_counted for one in (SCHOOL, many, vague, empty)] == [True, False, False, True]
    found = total([SCHOOL, many, vague])
    assert (found.pupils_per_post, found.counted, found.schools) == (400, 1, 3)
    assert total([SCHOOL, empty]).pupils_per_post == 600, "where nobody is, it is known that nobody is"
    assert total([many, vague]).counted == 0


def test_a_school_of_two_social_spaces_counts_in_each_and_once_in_the_city() -> None:
    schools = [
        replace(SCHOOL, spaces=((9, "Baumheide"), (4, "Sieker"))),
        replace(SCHOOL, place_id=2, spaces=((4, "Sieker"),)),
        replace(SCHOOL, place_id=3),
    ]
    sums = [(one.name, one.schools, one.posts) for one in grouped(schools, Grouping.SPACE)]
    assert sums == [("Baumheide", 1, Decimal("0.50")), ("Sieker", 2, Decimal("1.00")), ("", 1, Decimal("0.50"))]
    assert total(schools).posts == Decimal("1.50")


def test_social_spaces_are_the_same_under_another_name_and_others_under_the_same() -> None:
    now = [replace(SCHOOL, spaces=((4, "Am Turm"), (9, "Sieker"), (7, "Änderwald")))]
    then = [replace(SCHOOL, spaces=((4, "Sieker"),))]
    groups = grouped(now, Grouping.SPACE)
    assert [(one.key, one.name) for one in groups] == [("4", "Am Turm"), ("7", "Änderwald"), ("9", "Sieker")]
    assert [(one.key, one.name) for one in grouped(then, Grouping.SPACE)] == [("4", "Sieker")]


BEGUN, TODAY = date(2025, 8, 1), date(2026, 11, 27)
STRAY = (1, Span(date(2015, 2, 1)))


def begun(schools: int) -> list[tuple[int, Span]]:
    return [(key, Span(BEGUN)) for key in range(1, schools + 1)]


def test_a_single_early_entry_does_not_make_days_known() -> None:
    known = Known.of([STRAY, *begun(10)], TODAY)
    assert known == Known(date(2015, 2, 1), BEGUN)
    assert known.holds_on(BEGUN)
    assert not known.holds_on(BEGUN - timedelta(days=1))


def test_from_half_as_many_schools_on_a_day_is_known() -> None:
    half = [(key, Span(date(2020, 8, 1))) for key in range(1, 6)]
    assert Known.of([*half, *begun(10)], TODAY).since == date(2020, 8, 1)
    assert Known.of([*half, *begun(11)], TODAY).since == BEGUN


def test_who_follows_on_one_another_or_shares_a_school_is_one_school() -> None:
    turns = [(1, Span(date(2015, 1, 1), date(2019, 12, 31))), (1, Span(date(2020, 1, 1))), (1, Span(date(2016, 1, 1)))]
    assert Known.of([*turns, *begun(3)], TODAY).since == BEGUN
    # Whoever left the day before counts no more on the day that another school begins.
    left = [(1, Span(date(2015, 1, 1), date(2019, 12, 31))), (2, Span(date(2020, 1, 1)))]
    assert Known.of([*left, (3, Span(BEGUN)), (4, Span(BEGUN))], TODAY).since == BEGUN


def test_what_is_planned_does_not_make_today_unknown() -> None:
    planned = [(key, Span(TODAY + timedelta(days=1))) for key in range(1, 20)]
    assert Known.of([(50, Span(BEGUN)), *planned], TODAY) == Known(BEGUN, BEGUN)
    assert Known.of(planned, TODAY) == Known(TODAY + timedelta(days=1), TODAY + timedelta(days=1))
    assert Known.of([], TODAY).holds_on(date(1990, 1, 1)), "an empty directory says that nobody is there"


def test_days_after_it_stay_known_however_few_are_left() -> None:
    over = [(key, Span(BEGUN, date(2026, 7, 31))) for key in range(1, 11)]
    assert Known.of([*over, (1, Span(date(2026, 8, 1)))], TODAY).holds_on(TODAY)
