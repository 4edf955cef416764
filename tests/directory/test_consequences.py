"""What follows from an assignment, and how a share is read."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.core.errors import RuleViolation
from coordination.directory.consequences import (
    Consequence,
    Effect,
    Holding,
    doubles,
    gaps,
    less,
    more_times,
    outlasts,
    over_full,
    pause_before,
    uncovered,
)
from coordination.directory.rules import Function, Span, WeeklyTime
from coordination.directory.shares import Share, Unit, parse_share

BEGIN = date(2027, 1, 1)
MORNING = WeeklyTime(0, time(8), time(12))


def day(number: int) -> date:
    """Return the nth day of 2027."""
    return BEGIN + timedelta(days=number)


def holding(first: int = 0, last: int | None = None, **more: Any) -> Holding:
    values: dict[str, Any] = {
        "person_id": 1,
        "place_id": 1,
        "place_name": "Fröbelschule",
        "function": Function.SCHOOL_SOCIAL_WORK,
        "span": Span(day(first), None if last is None else day(last)),
        "posts": Decimal("0.5"),
        "times": (),
        **more,
    }
    return Holding(**values)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first = draw(st.integers(0, 40))
    last = draw(st.none() | st.integers(first, 60))
    return Span(day(first), None if last is None else day(last))


@given(spans(), st.lists(spans(), max_size=5))
def test_uncovered_days_are_those_that_nobody_holds(lost: Span, covers: list[Span]) -> None:
    parts = uncovered(lost, covers)
    for n in range(80):
        bare = lost.holds(day(n)) and not any(cover.holds(day(n)) for cover in covers)
        assert sum(part.holds(day(n)) for part in parts) == bare
    assert parts == sorted(parts, key=lambda part: part.first)


def test_who_leaves_between_two_others_leaves_the_days_between_them_uncovered() -> None:
    found = gaps(holding(0, 100), [holding(50, 60, person_id=2), holding(0, 10, person_id=3)])
    assert [(one.effect, one.first, one.last) for one in found] == [
        (Effect.GAP, day(11), day(49)),
        (Effect.GAP, day(61), day(100)),
    ]
    assert {one.name for one in found} == {"Fröbelschule"}


def week(*days: int) -> tuple[WeeklyTime, ...]:
    return tuple(WeeklyTime(number, time(8), time(12)) for number in days)


def lessened(*remaining: Holding, posts: Decimal | None = Decimal(1)) -> list[Any]:
    """Return what gets less when day 10 is the last of somebody who was there all week: posts, days, until when."""
    lost = holding(0, None, posts=posts, times=week(0, 1, 2, 3, 4))
    kept = holding(0, 10, posts=posts, times=week(0, 1, 2, 3, 4))
    found = less(lost, [*remaining, kept], day(11))
    assert {one.first for one in found} <= {day(11)}
    return [(one.posts, one.posts_before, one.empty_days, one.last) for one in found]


def test_who_stays_alone_is_less_than_two_in_posts_and_weekdays() -> None:
    stays = holding(0, person_id=2, times=week(0, 1, 2))
    assert lessened(stays) == [(Decimal("0.5"), Decimal("1.5"), (3, 4), None)]


def test_a_successor_who_is_planned_counts_from_their_first_day() -> None:
    stays = holding(0, person_id=2, times=week(0, 1, 2))
    at_once = holding(11, person_id=3, posts=Decimal(1), times=week(3, 4))
    later = holding(20, person_id=3, posts=Decimal(1), times=week(3, 4))
    assert lessened(stays, at_once) == []
    assert lessened(stays, later) == [(Decimal("0.5"), Decimal("1.5"), (3, 4), day(19))]


def test_what_is_not_known_is_not_said_but_somebody_less_is() -> None:
    assert lessened(holding(0, person_id=2)) == [(Decimal("0.5"), Decimal("1.5"), (), None)]
    assert lessened(holding(0, person_id=2), posts=None) == [(None, None, (), None)]


def test_where_nobody_is_left_the_gap_says_it_all() -> None:
    assert lessened() == []
    assert lessened(holding(0, person_id=2, place_id=2)) == []


def test_what_would_only_have_begun_is_missed_too() -> None:
    planned = holding(11, times=week(3))
    (found,) = less(planned, [holding(0, person_id=2, times=week(0))], day(11))
    assert (found.posts, found.posts_before, found.empty_days) == (Decimal("0.5"), Decimal("1.0"), (3,))


def test_an_open_end_leaves_a_gap_without_an_end() -> None:
    assert [(one.first, one.last) for one in gaps(holding(5), [])] == [(day(5), None)]


def test_who_goes_on_without_an_end_leaves_no_gap() -> None:
    assert gaps(holding(5), [holding(0, person_id=2)]) == []


@pytest.mark.parametrize(
    "other", [{"place_id": 2}, {"function": Function.LEAD}, {"person_id": None}], ids=["place", "function", "vacant"]
)
def test_only_somebody_with_the_same_work_at_the_same_place_covers(other: dict[str, Any]) -> None:
    assert len(gaps(holding(5), [holding(0, **other)])) == 1


def test_a_vacant_post_that_ends_leaves_no_gap() -> None:
    assert gaps(holding(5, person_id=None), []) == []


@pytest.mark.parametrize(("begins", "told"), [(11, None), (12, (11, 11)), (10 + 366, (11, 375)), (10 + 367, None)])
def test_a_pause_is_told_from_one_day_to_a_year(begins: int, told: tuple[int, int] | None) -> None:
    found = pause_before(holding(begins), [holding(0, 10, person_id=2)])
    assert [(one.first, one.last) for one in found] == ([(day(told[0]), day(told[1]))] if told else [])


def test_there_is_no_pause_after_somebody_who_is_still_there_or_before_the_first() -> None:
    assert pause_before(holding(50), [holding(0, 10, person_id=2), holding(0, person_id=3)]) == []
    assert pause_before(holding(50), []) == []
    assert pause_before(holding(50), [holding(60, 70, person_id=2)]) == []
    assert pause_before(holding(50, person_id=None), [holding(0, 10, person_id=2)]) == []


def test_more_than_one_post_is_told_with_its_first_day_and_exactly_one_is_not() -> None:
    others = [holding(20, 40), holding(0, 100, posts=None)]
    assert over_full(holding(0), others, name="Ada") == []
    assert over_full(holding(0, posts=Decimal("0.6")), others, name="Ada") == [
        Consequence(Effect.OVER_FULL, name="Ada", first=day(20), posts=Decimal("1.1"))
    ]
    assert over_full(holding(41, posts=Decimal("0.6")), others, name="Ada") == []


def test_three_thirds_read_from_hours_are_one_post() -> None:
    third = Decimal(13) / Decimal(39)
    assert over_full(holding(0, posts=third), [holding(0, posts=third), holding(0, posts=third)], name="Ada") == []


def test_a_post_that_nobody_has_or_whose_share_nobody_knows_is_never_too_much() -> None:
    assert over_full(holding(0, posts=None), [holding(0, posts=Decimal(2))], name="") == []
    assert over_full(holding(0, person_id=None), [holding(0, posts=Decimal(2))], name="") == []


def test_two_places_at_the_same_time_are_told_with_both_times() -> None:
    theirs = WeeklyTime(0, time(11), time(14))
    other = holding(0, 10, place_id=2, place_name="Jugendtreff", times=(theirs, WeeklyTime(1, time(8), time(12))))
    assert doubles(holding(10, times=(MORNING,)), [other]) == [
        Consequence(
            Effect.DOUBLE, name="Jugendtreff", first=day(0), last=day(10), mine=MORNING, theirs=theirs, place_id=2
        )
    ]


def test_an_end_that_may_not_be_told_is_left_out_of_what_is_in_the_way() -> None:
    other = holding(0, 10, place_id=2, times=(MORNING,), shows_end=False)
    assert [one.last for one in doubles(holding(10, times=(MORNING,)), [other])] == [None]


@pytest.mark.parametrize(
    ("first", "more"),
    [(11, {}), (0, {"place_id": 2}), (0, {"times": (WeeklyTime(0, time(12), time(13)),)}), (0, {"person_id": None})],
    ids=["other days", "same place", "one after the other", "vacant"],
)
def test_what_cannot_collide_is_not_told(first: int, more: dict[str, Any]) -> None:
    new = holding(first, **({"times": (MORNING,)} | more))
    assert doubles(new, [holding(0, 10, place_id=2, times=(MORNING,))]) == []


def test_missing_times_and_another_employer_are_hints_and_all_else_warns() -> None:
    hints = [effect for effect in Effect if not Consequence(effect).is_warning]
    assert hints == [Effect.NO_TIMES, Effect.MORE_TIMES, Effect.OTHER_EMPLOYER]


@pytest.mark.parametrize(
    ("ends", "days", "share", "told"),
    [
        (time(12), 1, "19.5", None),
        (time(12), 5, "19.5", None),
        (time(12, 29), 5, "19.5", None),
        (time(12, 31), 5, "19.5", "22.58"),
        (time(14), 5, "19.5", "30.00"),
        (time(16, 18), 5, "39", None),
        (time(18), 5, "39", "47.50"),
        (time(14), 5, None, None),
    ],
    ids=["less", "a little more", "ahead", "more", "30 of 19.5", "a full post with breaks", "too long", "no share"],
)
def test_only_clearly_more_hours_than_the_share_are_told(
    ends: time, days: int, share: str | None, told: str | None
) -> None:
    times = [WeeklyTime(n, time(8), ends) for n in range(days)]
    found = more_times(times, Decimal(share) if share else None)
    assert [f"{one.hours:.2f}" for one in found] == ([told] if told else [])


def test_what_never_ends_outlasts_every_limit_and_nothing_outlasts_none() -> None:
    assert outlasts(None, BEGIN)
    assert outlasts(day(1), BEGIN)
    assert not outlasts(BEGIN, BEGIN)
    assert not outlasts(None, None)


@pytest.mark.parametrize(
    ("text", "posts", "hours"),
    [
        ("", None, None),
        ("  ", None, None),
        ("0,5", "0.50", None),
        ("0.5", "0.50", None),
        (" 1 ", "1", None),
        ("1,5", "1.5", None),
        ("19,5", None, "19.5"),
        ("5", None, "5"),
        ("19,5 Std.", None, "19.5"),
        ("39h", None, "39"),
        ("2 Stellen", "2", None),
        ("2 Std", None, "2"),
        ("50 %", "0.5", None),
        ("100%", "1", None),
        ("0,5 VZÄ", "0.5", None),
        ("33,335 %", "0.33", None),
        ("0,125", "0.13", None),
    ],
)
def test_a_share_is_read_as_people_write_it(text: str, posts: str | None, hours: str | None) -> None:
    assert parse_share(text) == Share(posts and Decimal(posts), hours and Decimal(hours))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["2", "1,51", "4,99", "3"])
def test_a_number_that_could_be_either_is_asked_and_the_choice_beside_it_decides(text: str) -> None:
    with pytest.raises(RuleViolation, match="posts or hours"):
        parse_share(text)
    assert parse_share(text, Unit.HOURS).hours == Decimal(text.replace(",", "."))


def test_words_in_the_text_go_before_the_choice_beside_it() -> None:
    assert parse_share("2 Std.", Unit.POSTS) == Share(hours=Decimal(2))
    assert parse_share("0,5 Stelle", Unit.HOURS) == Share(posts=Decimal("0.5"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("halb", "as a number"),
        ("0,5 Bananen", "as a number"),
        ("-1", "as a number"),
        ("1/2", "as a number"),
        ("1.000,5", "as a number"),
        ("0", "more than nothing"),
        ("0,001", "more than nothing"),
        ("0 %", "more than nothing"),
        ("2,5 Stellen", "more than one person"),
        ("81", "more than one person"),
        ("300 %", "more than one person"),
    ],
)
def test_what_is_no_share_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RuleViolation, match=sentence) as refused:
        parse_share(text)
    assert refused.value.field == "share"


@given(st.decimals("0.01", "80", places=2), st.sampled_from(Unit), st.booleans())
def test_a_share_written_with_comma_or_point_is_the_same(number: Decimal, unit: Unit, comma: bool) -> None:
    text = str(number).replace(".", ",") if comma else str(number)
    if unit is Unit.POSTS and number > 2:
        with pytest.raises(RuleViolation):
            parse_share(text, unit)
    else:
        wanted = Share(posts=number) if unit is Unit.POSTS else Share(hours=number)
        assert parse_share(text, unit) == wanted
