"""The states of minutes: approved ones are frozen, and nothing is approved that was never sent round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.core.errors import RuleViolation
from coordination.minutes.rules import MinutesState, check

TABLE = {
    "draft": {"checked", "circulated"},
    "checked": {"draft", "circulated"},
    "circulated": {"draft", "approved"},
    "approved": set(),
}


@pytest.mark.parametrize("wanted", MinutesState)
@pytest.mark.parametrize("state", MinutesState)
def test_minutes_go_only_where_the_table_says(state: MinutesState, wanted: MinutesState) -> None:
    if wanted in TABLE[state]:
        check(state, wanted)
    else:
        with pytest.raises(RuleViolation):
            check(state, wanted)


@given(st.lists(st.sampled_from(MinutesState), max_size=20))
def test_whatever_is_tried_approved_minutes_were_circulated_and_stay(tried: list[MinutesState]) -> None:
    state, been = MinutesState.DRAFT, [MinutesState.DRAFT]
    for wanted in tried:
        try:
            check(state, wanted)
        except RuleViolation:
            continue
        assert state is not MinutesState.APPROVED
        state = wanted
        been.append(state)
    if MinutesState.APPROVED in been:
        at = been.index(MinutesState.APPROVED)
        assert been[at - 1] is MinutesState.CIRCULATED
        assert been[at:] == [MinutesState.APPROVED]
