"""The arithmetic of rules of procedure, against days counted on a calendar and numbers counted on fingers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.bodies.procedure import (
    TEMPLATE_OF_KIND,
    TEMPLATE_WORDS,
    TEMPLATES,
    AbstentionRule,
    DayKind,
    Deputies,
    Majority,
    MinutesKind,
    NoticeFrom,
    Procedure,
    QuorumBase,
    QuorumRule,
    TieRule,
    due_before,
    overrides_of,
    procedure_of,
    quorum,
)
from coordination.core import special_days

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
PERIODS = st.integers(0, 60)
NUMBERS = st.integers(0, 400)
PROCEDURES = st.builds(
    Procedure,
    is_formal=st.booleans(),
    notice_days=NUMBERS,
    urgent_days=NUMBERS,
    day_kind=st.sampled_from(DayKind),
    notice_from=st.sampled_from(NoticeFrom),
    agenda_deadline_days=NUMBERS,
    paper_deadline_days=NUMBERS,
    minutes_days=NUMBERS,
    objection_days=NUMBERS,
    quorum_base=st.sampled_from(QuorumBase),
    quorum_rule=st.sampled_from(QuorumRule),
    majority=st.sampled_from(Majority),
    tie_rule=st.sampled_from(TieRule),
    abstention_rule=st.sampled_from(AbstentionRule),
    is_public=st.booleans(),
    shows_invited=st.booleans(),
    minutes_kind=st.sampled_from(MinutesKind),
    deputies=st.sampled_from(Deputies),
    target_per_year=NUMBERS,
    max_gap_days=NUMBERS,
)


@pytest.mark.parametrize(
    ("meeting", "days", "kind", "wanted"),
    [
        # Thursday, 14 January 2027: ten full days lie between it and Sunday the 3rd, which moves to New Year's Eve.
        (date(2027, 1, 14), 10, DayKind.CALENDAR, date(2026, 12, 31)),
        # 26 November 2026 is a Thursday: seven full days (19 to 25) lie after Wednesday the 18th.
        (date(2026, 11, 26), 7, DayKind.CALENDAR, date(2026, 11, 18)),
        # No full day between: the day before.
        (date(2026, 11, 26), 0, DayKind.CALENDAR, date(2026, 11, 25)),
        # Two working days (Friday and Monday) lie between Tuesday and the Thursday before.
        (date(2026, 11, 24), 2, DayKind.WORKING, date(2026, 11, 19)),
        # Whit Monday, 17 May 2027, counts as a calendar day, but nothing is due on it.
        (date(2027, 5, 19), 1, DayKind.CALENDAR, date(2027, 5, 14)),
        (date(2027, 5, 19), 1, DayKind.WORKING, date(2027, 5, 14)),
    ],
)
def test_days_are_counted_as_on_a_calendar(meeting: date, days: int, kind: DayKind, wanted: date) -> None:
    assert due_before(meeting, days, kind)[1] == wanted


@given(DAYS, PERIODS, st.sampled_from(DayKind))
def test_the_full_days_lie_between_and_the_due_day_is_worked_on(meeting: date, days: int, kind: DayKind) -> None:
    counted, due = due_before(meeting, days, kind)
    assert special_days.is_working_day(due)
    assert due <= counted < meeting
    # Between the day it moved back to and the counted one nobody works.
    between = [due + timedelta(days=n) for n in range(1, (counted - due).days + 1)]
    assert not any(special_days.is_working_day(day) for day in between)
    full = [counted + timedelta(days=n) for n in range(1, (meeting - counted).days)]
    if kind is DayKind.CALENDAR:
        assert len(full) == days
    else:
        assert sum(special_days.is_working_day(day) for day in full) == days


@given(DAYS, PERIODS, st.sampled_from(DayKind))
def test_a_longer_period_is_never_due_later(meeting: date, days: int, kind: DayKind) -> None:
    assert due_before(meeting, days + 1, kind) <= due_before(meeting, days, kind)


@pytest.mark.parametrize(
    ("rule", "numbers"),
    [
        (QuorumRule.MORE_THAN_HALF, {0: 0, 1: 1, 2: 2, 3: 2, 12: 7, 13: 7}),
        (QuorumRule.HALF, {0: 0, 1: 1, 2: 1, 3: 2, 12: 6, 13: 7}),
        (QuorumRule.ONE_THIRD, {0: 0, 1: 1, 3: 1, 4: 2, 12: 4, 13: 5}),
        (QuorumRule.NONE, {0: 0, 1: 0, 12: 0}),
    ],
)
def test_a_quorum_is_a_whole_number_of_people(rule: QuorumRule, numbers: dict[int, int]) -> None:
    assert {base: quorum(rule, base) for base in numbers} == numbers


@given(st.integers(1, 500))
def test_a_quorum_is_the_least_number_that_is_enough(base: int) -> None:
    half, third = quorum(QuorumRule.HALF, base), quorum(QuorumRule.ONE_THIRD, base)
    more = quorum(QuorumRule.MORE_THAN_HALF, base)
    assert more * 2 > base >= (more - 1) * 2
    assert half * 2 >= base > (half - 1) * 2
    assert third * 3 >= base > (third - 1) * 3
    assert third <= half <= more <= base


@given(st.sampled_from(sorted(TEMPLATES)), PROCEDURES)
def test_what_a_body_says_otherwise_comes_back_out_of_the_column(template: str, wanted: Procedure) -> None:
    stored = json.loads(json.dumps(overrides_of(template, wanted)))
    found = procedure_of(template, stored)
    assert found == wanted
    assert isinstance(found.quorum_rule, QuorumRule)


@pytest.mark.parametrize("template", TEMPLATES)
def test_only_what_differs_is_kept(template: str) -> None:
    base = TEMPLATES[template]
    assert overrides_of(template, base) == {}
    assert overrides_of(template, replace(base, notice_days=99)) == {"notice_days": 99}
    assert procedure_of(template, {}) == base


@pytest.mark.parametrize("unknown", [{"no_such_rule": 3}, {"no_such_rule": 3, "notice_days": 7}])
def test_rules_of_another_version_do_no_harm(unknown: dict[str, Any]) -> None:
    assert procedure_of("no such template", unknown) == TEMPLATES["light"]


def test_each_template_has_its_words_and_each_proposal_its_template() -> None:
    assert TEMPLATE_WORDS.keys() == TEMPLATES.keys()
    assert set(TEMPLATE_OF_KIND.values()) <= TEMPLATES.keys()
