"""The arithmetic of the directory: who is there on a day, how many posts, which days and times meet."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.core.errors import RuleViolation
from coordination.directory.rules import (
    FULL_WEEK,
    DatedShare,
    DayFacts,
    Here,
    HolidayPresence,
    PresenceAnswer,
    Span,
    Usual,
    WeeklyTime,
    Why,
    called,
    check_span,
    check_times,
    day_before,
    highest_sum,
    posts_of,
    presence_on,
)

THURSDAY = date(2027, 1, 14)
ALWAYS = Span(date(2020, 8, 1))
MORNING = WeeklyTime(3, time(8), time(13), "Raum 1")
AFTERNOON = WeeklyTime(3, time(14), time(16))

days = st.dates(date(2026, 12, 1), date(2027, 2, 28))
minutes = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
weekly_times = st.builds(WeeklyTime, st.integers(0, 6), minutes, minutes)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first = draw(days)
    return Span(first, draw(st.none() | st.integers(0, 40).map(lambda n: first + timedelta(days=n))))


def answer(
    facts: DayFacts,
    span: Span = ALWAYS,
    *absences: Span,
    times: tuple[WeeklyTime, ...] = (MORNING,),
    vacant: bool = False,
    said: HolidayPresence | None = None,
) -> tuple[Here, Why]:
    found = presence_on(facts, Usual(span, times, said, is_vacant=vacant), absences)
    return found.here, found.why


def test_on_an_ordinary_day_of_the_pattern_somebody_is_there_at_its_times_in_order() -> None:
    found = presence_on(DayFacts(THURSDAY), Usual(ALWAYS, [AFTERNOON, MORNING, WeeklyTime(4, time(8), time(9))]), [])
    assert found == PresenceAnswer(Here.YES, Why.PATTERN, (MORNING, AFTERNOON))


@pytest.mark.parametrize(
    ("facts", "span", "expected"),
    [
        (DayFacts(THURSDAY), Span(date(2027, 1, 15)), (Here.NO, Why.NOT_YET)),
        (DayFacts(THURSDAY), Span(date(2026, 1, 1), date(2027, 1, 13)), (Here.NO, Why.ENDED)),
        (DayFacts(THURSDAY, public_holiday="Feiertag"), ALWAYS, (Here.NO, Why.PUBLIC_HOLIDAY)),
        (DayFacts(THURSDAY, is_free_day=True), ALWAYS, (Here.NO, Why.FREE_DAY)),
        (DayFacts(date(2027, 1, 15)), ALWAYS, (Here.NO, Why.OTHER_WEEKDAY)),
        (DayFacts(date(2027, 1, 16)), ALWAYS, (Here.NO, Why.WEEKEND)),
        (DayFacts(THURSDAY, school_holiday="Winterferien"), ALWAYS, (Here.NO, Why.SCHOOL_HOLIDAY)),
    ],
    ids=lambda value: str(value[1]) if isinstance(value, tuple) else "",
)
def test_each_reason_for_a_no_is_told(facts: DayFacts, span: Span, expected: tuple[Here, Why]) -> None:
    assert answer(facts, span) == expected


def test_first_and_last_day_of_an_assignment_count() -> None:
    assert answer(DayFacts(THURSDAY), Span(THURSDAY, THURSDAY)) == (Here.YES, Why.PATTERN)


def test_a_vacant_post_is_a_no_and_says_so() -> None:
    assert answer(DayFacts(THURSDAY), vacant=True) == (Here.NO, Why.VACANT)


def test_without_times_nobody_knows() -> None:
    assert answer(DayFacts(THURSDAY), times=()) == (Here.UNKNOWN, Why.NO_TIMES)


def test_where_the_calendar_of_school_holidays_ends_nobody_knows() -> None:
    assert answer(DayFacts(THURSDAY, school_holiday=None)) == (Here.UNKNOWN, Why.SCHOOL_HOLIDAY)
    assert answer(DayFacts(THURSDAY, school_holiday=None, is_school=False)) == (Here.UNKNOWN, Why.SCHOOL_HOLIDAY)


def test_in_school_holidays_a_school_is_closed_and_of_a_youth_facility_it_is_not_known() -> None:
    assert answer(DayFacts(THURSDAY, school_holiday="Osterferien")) == (Here.NO, Why.SCHOOL_HOLIDAY)
    youth = DayFacts(THURSDAY, school_holiday="Osterferien", is_school=False)
    found = presence_on(youth, Usual(ALWAYS, [MORNING]), [])
    assert found == PresenceAnswer(Here.UNKNOWN, Why.SCHOOL_HOLIDAY, (MORNING,))


@pytest.mark.parametrize("is_school", [True, False])
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (HolidayPresence.YES, (Here.YES, Why.PATTERN)),
        (HolidayPresence.NO, (Here.NO, Why.SCHOOL_HOLIDAY)),
        (HolidayPresence.BY_ARRANGEMENT, (Here.UNKNOWN, Why.BY_ARRANGEMENT)),
    ],
)
def test_what_is_said_of_school_holidays_holds_at_every_kind_of_place(
    said: HolidayPresence, expected: tuple[Here, Why], is_school: bool
) -> None:
    facts = DayFacts(THURSDAY, school_holiday="Osterferien", is_school=is_school)
    assert answer(facts, said=said) == expected
    assert answer(DayFacts(THURSDAY, is_school=is_school), said=said) == (Here.YES, Why.PATTERN)


def test_who_is_there_in_the_holidays_is_not_there_on_other_days_off() -> None:
    said = HolidayPresence.YES
    holidays = "Weihnachtsferien"
    assert answer(DayFacts(THURSDAY, "Neujahr", holidays), said=said) == (Here.NO, Why.PUBLIC_HOLIDAY)
    assert answer(DayFacts(THURSDAY, is_free_day=True), said=said) == (Here.NO, Why.FREE_DAY)
    assert answer(DayFacts(THURSDAY, school_holiday=holidays), ALWAYS, ALWAYS, said=said) == (Here.NO, Why.ABSENT)


def test_where_the_calendar_ends_only_who_is_there_in_the_holidays_is_there_for_certain() -> None:
    facts = DayFacts(THURSDAY, school_holiday=None)
    assert answer(facts, said=HolidayPresence.YES) == (Here.YES, Why.PATTERN)
    for said in (HolidayPresence.NO, HolidayPresence.BY_ARRANGEMENT):
        assert answer(facts, said=said) == (Here.UNKNOWN, Why.SCHOOL_HOLIDAY)


@pytest.mark.parametrize("offset", [-1, 0, 3, 4])
def test_first_and_last_day_of_an_absence_count(offset: int) -> None:
    away = Span(THURSDAY - timedelta(days=offset), THURSDAY - timedelta(days=offset) + timedelta(days=3))
    assert (answer(DayFacts(THURSDAY), ALWAYS, away)[1] is Why.ABSENT) == (offset in {0, 3})


def test_an_absence_without_an_end_goes_on() -> None:
    away = Span(THURSDAY - timedelta(days=700))
    assert answer(DayFacts(THURSDAY), ALWAYS, away) == (Here.NO, Why.ABSENT)
    assert answer(DayFacts(THURSDAY - timedelta(days=707)), ALWAYS, away) == (Here.YES, Why.PATTERN)


def test_of_several_reasons_the_one_nearest_to_the_person_is_told() -> None:
    everything = DayFacts(THURSDAY, public_holiday="Feiertag", school_holiday="Ferien", is_free_day=True)
    away = Span(THURSDAY)
    over = Span(date(2026, 1, 1), date(2026, 12, 31))
    assert answer(everything, over, away, times=(), vacant=True)[1] is Why.ENDED
    assert answer(everything, ALWAYS, away, times=(), vacant=True)[1] is Why.VACANT
    assert answer(everything, ALWAYS, away, times=())[1] is Why.ABSENT
    assert answer(everything, ALWAYS, times=())[1] is Why.PUBLIC_HOLIDAY
    assert answer(DayFacts(THURSDAY, school_holiday="Ferien", is_free_day=True), times=())[1] is Why.FREE_DAY
    assert answer(DayFacts(THURSDAY, school_holiday="Ferien"), times=())[1] is Why.NO_TIMES
    friday = WeeklyTime(4, time(8), time(9))
    assert answer(DayFacts(THURSDAY, school_holiday="Ferien"), times=(friday,))[1] is Why.OTHER_WEEKDAY
    assert answer(DayFacts(THURSDAY, school_holiday="Ferien"))[1] is Why.SCHOOL_HOLIDAY


@given(
    facts=st.builds(
        DayFacts,
        days,
        public_holiday=st.sampled_from(["", "Neujahr"]),
        school_holiday=st.sampled_from(["", "", "Ferien", None]),
        is_free_day=st.booleans(),
        is_school=st.booleans(),
    ),
    span=spans(),
    pattern=st.lists(weekly_times, max_size=4),
    absences=st.lists(spans(), max_size=2),
    vacant=st.booleans(),
    said=st.none() | st.sampled_from(HolidayPresence),
)
def test_a_yes_has_nothing_against_it_and_what_is_not_known_is_never_a_no(
    facts: DayFacts,
    span: Span,
    pattern: list[WeeklyTime],
    absences: list[Span],
    vacant: bool,
    said: HolidayPresence | None,
) -> None:
    found = presence_on(facts, Usual(span, pattern, said, is_vacant=vacant), absences)
    against = (
        not span.holds(facts.day)
        or vacant
        or any(absence.holds(facts.day) for absence in absences)
        or bool(facts.public_holiday)
        or facts.is_free_day
    )
    that_day = [one for one in pattern if one.weekday == facts.day.weekday()]
    is_yes = not against and bool(that_day) and (facts.school_holiday == "" or said is HolidayPresence.YES)
    assert (found.here is Here.YES) == is_yes == (found.why is Why.PATTERN)
    # A school is closed unless somebody said otherwise; of other places only a "no" is one.
    is_no = said is HolidayPresence.NO or (said is None and facts.is_school)
    unknown = not against and (not pattern or (that_day and (facts.school_holiday is None or not is_no)))
    assert (found.here is Here.UNKNOWN) == (bool(unknown) and not is_yes)
    assert all(one in that_day for one in found.times)


@given(spans(), days)
def test_a_span_holds_each_day_from_its_first_to_its_last(span: Span, day: date) -> None:
    last = span.last or date.max
    assert span.holds(day) == (span.first.toordinal() <= day.toordinal() <= last.toordinal())
    assert span.holds(span.first)


@given(spans(), spans())
def test_two_spans_meet_when_one_day_lies_in_both(one: Span, other: Span) -> None:
    shared = any(
        one.holds(day) and other.holds(day) for day in (date(2026, 12, 1) + timedelta(days=n) for n in range(140))
    )
    assert one.meets(other) == other.meets(one) == shared


def test_a_span_that_begins_the_day_another_ends_meets_it() -> None:
    first = Span(date(2027, 1, 1), THURSDAY)
    assert first.meets(Span(THURSDAY))
    assert not first.meets(Span(THURSDAY + timedelta(days=1)))
    assert not Span(THURSDAY + timedelta(days=1)).meets(first)


def test_a_share_is_taken_as_given_and_hours_only_where_no_posts_are() -> None:
    assert posts_of(Decimal("0.5"), Decimal(39)) == Decimal("0.5")
    assert posts_of(None, Decimal("19.5")) == Decimal("0.5")
    assert posts_of(None, Decimal(20), full_week=Decimal(40)) == Decimal("0.5")
    assert posts_of(None, None) is None
    assert posts_of(Decimal(0), Decimal(39)) == 0


@given(st.decimals(1, 80, places=2))
def test_hours_of_a_full_week_make_one_post(hours: Decimal) -> None:
    found = posts_of(None, hours)
    assert found is not None
    assert abs(found * FULL_WEEK - hours) < Decimal("0.0001")


@given(st.lists(st.builds(DatedShare, spans(), st.decimals(0, 2, places=2)), max_size=6), spans())
def test_the_highest_sum_is_what_counting_day_by_day_finds(shares: list[DatedShare], within: Span) -> None:
    sums: list[tuple[Decimal, date]] = []
    for n in range(140):
        day = date(2026, 12, 1) + timedelta(days=n)
        if within.holds(day):
            sums.append((sum((one.posts for one in shares if one.span.holds(day)), Decimal(0)), day))
    most = max(total for total, _ in sums)
    assert highest_sum(shares, within) == (most, min(day for total, day in sums if total == most))


def test_two_half_posts_and_one_more_are_too_many_only_where_all_three_meet() -> None:
    half = Decimal("0.5")
    shares = [
        DatedShare(Span(date(2027, 1, 1), date(2027, 3, 31)), half),
        DatedShare(Span(date(2027, 2, 1)), half),
        DatedShare(Span(date(2027, 3, 31), date(2027, 4, 30)), half),
    ]
    assert highest_sum(shares, ALWAYS) == (Decimal("1.5"), date(2027, 3, 31))
    assert highest_sum(shares, Span(date(2027, 4, 1))) == (Decimal("1.0"), date(2027, 4, 1))


@given(days, days)
def test_only_an_end_before_the_beginning_is_refused(first: date, last: date) -> None:
    if last < first:
        with pytest.raises(RuleViolation) as refused:
            check_span(first, last, field="last_on")
        assert refused.value.field == "last_on"
    else:
        check_span(first, last)


def test_one_day_and_an_open_end_are_lawful_spans() -> None:
    check_span(THURSDAY, THURSDAY)
    check_span(THURSDAY, None)


@given(weekly_times, weekly_times)
def test_times_overlap_when_they_claim_the_same_minute(one: WeeklyTime, other: WeeklyTime) -> None:
    def claimed(when: WeeklyTime) -> set[tuple[int, int]]:
        first, last = (t.hour * 60 + t.minute for t in (when.starts_at, when.ends_at))
        return {(when.weekday, minute) for minute in range(first, last)}

    if one.starts_at < one.ends_at and other.starts_at < other.ends_at:
        assert one.overlaps(other) == other.overlaps(one) == bool(claimed(one) & claimed(other))


def test_a_time_that_begins_when_the_other_ends_does_not_overlap() -> None:
    assert not MORNING.overlaps(WeeklyTime(3, time(13), time(14)))
    assert MORNING.overlaps(WeeklyTime(3, time(12, 59), time(14)))
    assert not MORNING.overlaps(WeeklyTime(2, time(8), time(13)))


@given(st.lists(weekly_times, max_size=5))
def test_times_pass_exactly_when_each_has_a_length_and_none_overlap(times: list[WeeklyTime]) -> None:
    lengths = all(one.starts_at < one.ends_at for one in times)
    apart = all(not a.overlaps(b) for i, a in enumerate(times) for b in times[i + 1 :])
    if lengths and apart:
        check_times(times)
    else:
        with pytest.raises(RuleViolation):
            check_times(times)


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ([WeeklyTime(0, time(13), time(8))], "day0_ends"),
        ([WeeklyTime(4, time(8), time(8))], "day4_ends"),
        ([AFTERNOON, WeeklyTime(3, time(8), time(14, 1))], "day3_starts"),
    ],
)
def test_a_refused_time_names_the_field_of_its_day(times: list[WeeklyTime], field: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        check_times(times)
    assert refused.value.field == field


def test_what_is_replaced_on_new_years_day_ends_in_the_old_year() -> None:
    assert day_before(date(2027, 1, 1)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("short", "said"), [("", "Amt für Schule"), ("400", "Amt für Schule"), ("510.2", "Amt für Schule"), ("KI", "KI")]
)
def test_a_list_never_names_an_office_by_its_number(short: str, said: str) -> None:
    assert called("Amt für Schule", short) == said
