"""The states of minutes: approved ones are frozen, and nothing is approved that was never sent round."""

import pytest

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
