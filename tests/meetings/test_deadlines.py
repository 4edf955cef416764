"""Deadlines counted by hand, by property, and set otherwise; and when a rhythm is missed."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.bodies.procedure import TEMPLATES, DayKind, Procedure
from coordination.core import special_days
from coordination.meetings.deadlines import DueState, by_rules, deadlines, kept_in, longest_gap
from coordination.meetings.overview import HistoryLine, InvitedOn, invited_on
from coordination.meetings.rules import ChangeKind, Deadline, MeetingState

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
procedures = st.builds(
    Procedure,
    notice_days=st.integers(0, 40),
    agenda_deadline_days=st.integers(0, 40),
    paper_deadline_days=st.integers(0, 40),
    minutes_days=st.integers(0, 40),
    day_kind=st.sampled_from(DayKind),
)
DAY = timedelta(days=1)


def test_ten_full_days_lie_between_and_a_day_off_moves_earlier() -> None:
    # 7 January 2027, 10 days: 27 December is a Sunday after two holidays, so Christmas Eve.
    counted, due = by_rules(TEMPLATES["section78"], (date(2027, 1, 7), date(2027, 1, 7)), Deadline.INVITATION)
    assert (counted, due) == (date(2026, 12, 27), date(2026, 12, 24))


def test_minutes_are_due_after_the_last_day() -> None:
    rules = Procedure(minutes_days=14)
    found = by_rules(rules, (date(2026, 11, 5), date(2026, 11, 6)), Deadline.MINUTES)
    assert found == (date(2026, 11, 20), date(2026, 11, 20))


@given(procedures, days, st.integers(0, 3))
def test_what_is_due_before_lies_before_and_on_a_working_day(rules: Procedure, first: date, length: int) -> None:
    last = first + length * DAY
    for one in deadlines(rules, (first, last), first):
        if one.deadline is Deadline.MINUTES:
            assert one.due >= last
            assert special_days.is_working_day(one.due) or one.due == last
            assert one.counted >= last
        else:
            assert one.due <= one.counted < first
            assert special_days.is_working_day(one.due)
            assert not any(
                special_days.is_working_day(one.due + n * DAY) for n in range(1, (one.counted - one.due).days + 1)
            )
        assert one.is_earlier == (one.due != one.counted)
        assert one.days_left == (one.due - first).days


@given(procedures, days)
def test_more_days_are_never_due_later(rules: Procedure, first: date) -> None:
    by = {one.deadline: one.due for one in deadlines(rules, (first, first), first)}
    order = sorted(
        [
            (rules.notice_days, by[Deadline.INVITATION]),
            (rules.agenda_deadline_days, by[Deadline.ITEMS]),
            (rules.paper_deadline_days, by[Deadline.PAPERS]),
        ]
    )
    assert [due for _days, due in order] == sorted((due for _days, due in order), reverse=True)


@pytest.mark.parametrize(
    ("left", "state"), [(-1, DueState.OVER), (0, DueState.NEAR), (7, DueState.NEAR), (8, DueState.AHEAD)]
)
def test_it_is_near_for_a_week_and_then_over(left: int, state: DueState) -> None:
    meeting = date(2026, 11, 25)
    due = next(
        one for one in deadlines(Procedure(), (meeting, meeting), meeting) if one.deadline is Deadline.INVITATION
    )
    found = deadlines(Procedure(), (meeting, meeting), due.due - left * DAY)
    assert next(one.state for one in found if one.deadline is Deadline.INVITATION) is state
    items = next(one for one in deadlines(Procedure(), (meeting, meeting), meeting) if one.deadline is Deadline.ITEMS)
    assert items.state is DueState.PASSED


def test_what_the_chair_set_stands_with_its_reason() -> None:
    meeting = date(2026, 11, 25)
    wanted = {Deadline.PAPERS: (date(2026, 11, 22), "Haushalt")}
    found = deadlines(
        Procedure(), (meeting, meeting), meeting, overrides=wanted, kept=dict.fromkeys(kept_in(MeetingState.INVITED))
    )
    papers = next(one for one in found if one.deadline is Deadline.PAPERS)
    # A Sunday, but somebody wanted it so.
    assert (papers.due, papers.reason, papers.is_earlier) == (date(2026, 11, 22), "Haushalt", False)
    assert next(one.state for one in found if one.deadline is Deadline.INVITATION) is DueState.KEPT


def test_a_rhythm_is_missed_after_its_gap() -> None:
    assert longest_gap(Procedure()) is None
    assert longest_gap(Procedure(max_gap_days=10, target_per_year=4)) == 10
    assert longest_gap(Procedure(target_per_year=4)) == 92 + 30


def test_an_invitation_after_its_day_is_late_and_says_when() -> None:
    meeting = date(2026, 11, 25)
    by_day = {one.deadline: one.due for one in deadlines(Procedure(), (meeting, meeting), meeting)}
    due = by_day[Deadline.INVITATION]
    for sent, state in ((due, DueState.KEPT), (due + DAY, DueState.LATE)):
        found = deadlines(Procedure(), (meeting, meeting), meeting, kept={Deadline.INVITATION: sent})
        (one,) = [one for one in found if one.deadline is Deadline.INVITATION]
        assert (one.state, one.done_on) == (state, sent)


def line(kind: ChangeKind, day: int) -> HistoryLine:
    return HistoryLine(datetime.combine(date(2026, 11, day), time(9)), "", (), "", kind)


def test_who_was_invited_to_an_earlier_time_was_not_invited_to_this_one() -> None:
    invited, moved, again = line(ChangeKind.INVITED, 2), line(ChangeKind.MOVED, 5), line(ChangeKind.SILENT, 6)
    assert invited_on([]) == InvitedOn(is_known=False)
    assert invited_on([invited]) == InvitedOn(is_known=True, day=date(2026, 11, 2), how=DueState.KEPT)
    assert invited_on([moved, invited]) == InvitedOn(is_known=True)
    assert invited_on([again, moved, invited]) == InvitedOn(is_known=True, day=date(2026, 11, 6), how=DueState.SILENT)
