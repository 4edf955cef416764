"""States of a meeting, of answers and agenda items: the tables as people write them down, and any chain of steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.core.errors import RuleViolation
from coordination.meetings.rules import (
    UNDONE_BY,
    Answer,
    ItemState,
    ItemStep,
    MeetingState,
    Said,
    Step,
    after,
    answer_after,
    item_after,
    possible,
)

#: state → step → where it leads; for formal bodies.
TABLE = {
    "draft": {"fix": "fixed", "move": "draft", "cancel": "cancelled"},
    "fixed": {
        "invite": "invited",
        "begin": "running",
        "catch_up": "minutes_open",
        "move": "fixed",
        "cancel": "cancelled",
    },
    "invited": {
        "invite": "invited",
        "begin": "running",
        "catch_up": "minutes_open",
        "move": "invited",
        "cancel": "cancelled",
        "take_back": "fixed",
    },
    "running": {
        "end": "minutes_open",
        "cancel": "cancelled",
        "back_to_fixed": "fixed",
        "back_to_invited": "invited",
    },
    "minutes_open": {
        "close": "closed",
        "resume": "running",
        "back_to_fixed": "fixed",
        "back_to_invited": "invited",
    },
    "closed": {},
    "cancelled": {},
}
#: What bodies without formal rules may do beyond it.
LIGHT = {"fixed": {"close": "closed"}, "invited": {"close": "closed"}}


def wanted(state: MeetingState, *, is_formal: bool) -> dict[str, str]:
    return TABLE[state] | ({} if is_formal else LIGHT.get(state, {}))


@pytest.mark.parametrize("is_formal", [True, False])
@pytest.mark.parametrize("state", MeetingState)
def test_each_step_leads_where_the_table_says(state: MeetingState, is_formal: bool) -> None:
    steps = wanted(state, is_formal=is_formal)
    assert possible(state, is_formal=is_formal) == set(steps)
    for step in Step:
        if step in steps:
            assert after(state, step, is_formal=is_formal) == steps[step]
        else:
            with pytest.raises(RuleViolation):
                after(state, step, is_formal=is_formal)


#: All but what undoes an invitation that nobody has got, and a click that was a mistake.
ONWARD = [one for one in Step if one not in {Step.TAKE_BACK, *UNDONE_BY.values()}]


@given(st.lists(st.sampled_from(ONWARD), max_size=30), st.booleans())
def test_whatever_is_tried_no_meeting_comes_back_and_none_is_skipped(tried: list[Step], is_formal: bool) -> None:
    state, been = MeetingState.DRAFT, [MeetingState.DRAFT]
    for step in tried:
        try:
            state = after(state, step, is_formal=is_formal)
        except RuleViolation:
            assert step not in possible(state, is_formal=is_formal)
            continue
        if state is not been[-1]:
            been.append(state)
    # No state twice: a meeting goes on, or ends. Nothing but its end is taken back.
    assert len(been) == len(set(been))
    for last in (MeetingState.CLOSED, MeetingState.CANCELLED):
        assert last not in been[:-1]
    if is_formal and MeetingState.CLOSED in been:
        assert been[-2:] == [MeetingState.MINUTES_OPEN, MeetingState.CLOSED]
        assert Step.BEGIN in tried or Step.CATCH_UP in tried


def test_what_takes_a_click_back_leads_to_where_the_meeting_stood() -> None:
    for (before, now), undo in UNDONE_BY.items():
        assert now in {after(before, step, is_formal=True) for step in possible(before, is_formal=True)}
        assert after(now, undo, is_formal=True) is before


@given(st.sampled_from(MeetingState), st.booleans())
def test_from_every_state_there_is_a_way_to_an_end(state: MeetingState, is_formal: bool) -> None:
    reached, before = {state}, set[MeetingState]()
    while reached != before:
        before = set(reached)
        for one in before:
            reached |= {after(one, step, is_formal=is_formal) for step in possible(one, is_formal=is_formal)}
    assert reached & {MeetingState.CLOSED, MeetingState.CANCELLED}


@given(st.lists(st.sampled_from(Said), max_size=20))
def test_the_newest_answer_holds_whatever_was_said_before(said: list[Said]) -> None:
    answer = Answer.OPEN
    for one in said:
        answer = answer_after(answer, one)
    newest = {
        Said.COMES: "accepted",
        Said.PERHAPS: "tentative",
        Said.STAYS_AWAY: "declined",
        Said.SENDS_DEPUTY: "delegated",
        Said.IS_ASKED_ANEW: "open",
    }
    assert answer == (newest[said[-1]] if said else "open")


#: state → step → where it leads: an item of an agenda.
ITEM_TABLE = {
    "proposed": {"take_up": "on_agenda", "leave": "left_over", "adjourn": "left_over", "refuse": "refused"},
    "on_agenda": {"take_up": "on_agenda", "leave": "left_over", "adjourn": "adjourned", "refuse": "refused"},
    "refused": {"take_up": "on_agenda", "leave": "left_over", "adjourn": "left_over", "refuse": "refused"},
    "left_over": {"take_up": "on_agenda", "leave": "left_over", "adjourn": "left_over", "refuse": "refused"},
    "adjourned": {"take_up": "on_agenda", "adjourn": "adjourned", "refuse": "refused"},
}


@pytest.mark.parametrize("step", ItemStep)
@pytest.mark.parametrize("state", ItemState)
def test_an_item_goes_where_the_table_says(state: ItemState, step: ItemStep) -> None:
    if step in ITEM_TABLE[state]:
        assert item_after(state, step) == ITEM_TABLE[state][step]
    else:
        with pytest.raises(RuleViolation):
            item_after(state, step)


@given(st.sampled_from([ItemState.PROPOSED, ItemState.ON_AGENDA]), st.lists(st.sampled_from(ItemStep), max_size=20))
def test_only_what_was_on_the_agenda_is_adjourned_and_nothing_becomes_a_proposal(
    first: ItemState, tried: list[ItemStep]
) -> None:
    state = first
    for step in tried:
        try:
            later = item_after(state, step)
        except RuleViolation:
            continue
        assert later is not ItemState.PROPOSED
        if later is ItemState.ADJOURNED:
            assert state in {ItemState.ON_AGENDA, ItemState.ADJOURNED}
        state = later
