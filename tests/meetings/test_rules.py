"""The states of a meeting, against the table as people would write it down."""

import pytest

from coordination.core.errors import RuleViolation
from coordination.meetings.rules import MeetingState, Step, after, possible

#: state → step → where it leads; for formal bodies.
TABLE = {
    "draft": {"fix": "fixed", "move": "draft", "cancel": "cancelled"},
    "fixed": {"invite": "invited", "begin": "running", "move": "fixed", "cancel": "cancelled"},
    "invited": {"invite": "invited", "begin": "running", "move": "invited", "cancel": "cancelled"},
    "running": {"end": "minutes_open", "cancel": "cancelled"},
    "minutes_open": {"close": "closed"},
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
