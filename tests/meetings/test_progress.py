"""What is next with a meeting: the one button, and the six steps."""

import pytest

from coordination.meetings.progress import (
    STAGE,
    Facts,
    Next,
    can_join,
    may_begin,
    may_close,
    next_step,
    offered,
    stages,
)
from coordination.meetings.rules import MeetingState

ALL = frozenset(Next)
AHEAD = {"days_left": 10}
TODAY = {"days_left": 0}
BEHIND = {"days_left": -3, "is_over": True}
CIRCULATED = {"minutes_begun": True, "minutes_circulated": True}


@pytest.mark.parametrize(
    ("state", "facts", "wanted"),
    [
        ("draft", {"is_formal": True, **AHEAD}, Next.FIX),
        ("fixed", {"is_formal": True, **AHEAD}, Next.AGENDA),
        ("fixed", {"is_formal": True, "items": 3, **AHEAD}, Next.INVITE),
        ("fixed", {"is_formal": False, **TODAY}, Next.BEGIN),
        # Nobody would come; it can be begun beside that.
        ("fixed", {"is_formal": True, "items": 1, **TODAY}, Next.INVITE),
        ("fixed", {"is_formal": True, "has_started": True, **TODAY}, Next.BEGIN),
        ("fixed", {"is_formal": False, **BEHIND}, Next.CLOSE),
        ("fixed", {"is_formal": True, **BEHIND}, Next.CATCH_UP),
        ("invited", {"is_formal": True, "is_untold": True, "undelivered": 1, **BEHIND}, Next.CATCH_UP),
        ("invited", {"is_formal": True, **AHEAD}, Next.AGENDA),
        ("invited", {"is_formal": True, "items": 1, "invited": 8, **AHEAD}, Next.ANSWERS),
        ("invited", {"is_formal": True, "items": 1, "invited": 8, "to_remind": 2, **AHEAD}, Next.REMIND),
        ("invited", {"is_formal": True, "items": 1, "invited": 8, "to_remind": 2, "waiting": 1, **AHEAD}, Next.ANSWERS),
        ("invited", {"is_formal": True, "invited": 8, "to_remind": 2, "undelivered": 1, **AHEAD}, Next.DELIVER),
        # Stored without a mail, and then decided otherwise.
        ("invited", {"is_formal": True, "items": 1, **AHEAD}, Next.INVITE),
        ("invited", {"is_formal": True, "items": 1, **TODAY}, Next.BEGIN),
        ("running", {"is_formal": True, **TODAY}, Next.MINUTES),
        ("running", {"is_formal": True, "is_over": True, **TODAY}, Next.MINUTES),
        ("running", {"is_formal": True, **CIRCULATED, **TODAY}, Next.APPROVE),
        ("minutes_open", {"is_formal": True, **BEHIND}, Next.MINUTES),
        ("minutes_open", {"is_formal": True, "minutes_approved": True, **BEHIND}, Next.CLOSE),
        ("minutes_open", {"is_formal": False, **BEHIND}, Next.CLOSE),
        ("minutes_open", {"is_formal": False, "minutes_begun": True, **BEHIND}, Next.MINUTES),
        ("minutes_open", {"is_formal": True, **CIRCULATED, **BEHIND}, Next.APPROVE),
        ("minutes_open", {"is_formal": False, **CIRCULATED, **BEHIND}, Next.APPROVE),
        ("closed", {"is_formal": True, **BEHIND}, Next.PLAN),
        ("cancelled", {"is_formal": True, **AHEAD}, Next.PLAN),
        ("invited", {"is_formal": True, "is_untold": True, "is_move_untold": True, **AHEAD}, Next.TELL_MOVE),
        ("invited", {"is_formal": False, "items": 1, "is_untold": True, **TODAY}, Next.TELL_CHANGE),
        ("invited", {"is_formal": True, "items": 1, "is_untold": True, "has_started": True, **TODAY}, Next.BEGIN),
        ("cancelled", {"is_formal": True, "is_untold": True, "waits_in_vain": True, **AHEAD}, Next.TELL_END),
        ("cancelled", {"is_formal": True, "waits_in_vain": True, **AHEAD}, Next.TAKE_BACK),
        ("cancelled", {"is_formal": True, "is_untold": True, **BEHIND}, Next.PLAN),
    ],
)
def test_one_button_follows_from_the_state(state: str, facts: dict[str, bool | int], wanted: Next | None) -> None:
    assert next_step(MeetingState(state), Facts(**facts), ALL) is wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "facts", "may"),
    [
        ("invited", {"is_untold": True, **TODAY}, True),
        ("fixed", TODAY, True),
        ("fixed", AHEAD, False),
        ("invited", BEHIND, False),
        ("running", TODAY, False),
        ("cancelled", TODAY, False),
    ],
)
def test_on_its_day_a_meeting_may_begin_whatever_is_to_be_done_first(
    state: str, facts: dict[str, bool | int], may: bool
) -> None:
    assert may_begin(MeetingState(state), Facts(is_formal=True, **facts)) is may  # type: ignore[arg-type]


def test_what_has_no_page_yet_is_not_offered() -> None:
    facts = Facts(is_formal=True, days_left=0)
    assert next_step(MeetingState.RUNNING, facts, {Next.END}) is Next.END
    assert {Next.FIX, Next.BEGIN, Next.END, Next.CLOSE, Next.PLAN} <= offered()


def test_formal_meetings_are_closed_only_with_approved_minutes() -> None:
    formal = Facts(is_formal=True, days_left=-1, is_over=True)
    assert not may_close(MeetingState.MINUTES_OPEN, formal)
    assert may_close(MeetingState.MINUTES_OPEN, Facts(is_formal=True, days_left=-1, minutes_approved=True))
    assert may_close(MeetingState.FIXED, Facts(is_formal=False, days_left=0))
    assert not may_close(MeetingState.FIXED, Facts(is_formal=False, days_left=1))
    assert not may_close(MeetingState.FIXED, formal)


@pytest.mark.parametrize("state", [one for one in MeetingState if one is not MeetingState.CANCELLED])
def test_exactly_one_step_is_where_we_are_until_it_is_closed(state: MeetingState) -> None:
    found = stages(state, Facts(is_formal=True, days_left=3, invited=8))
    assert len(found) == 6
    assert sum(one.current for one in found) == (0 if state is MeetingState.CLOSED else 1)
    assert all(one.done for one in found) == (state is MeetingState.CLOSED)
    assert not any(one.missing for one in found if one.done)


def test_a_meeting_to_which_nobody_was_invited_goes_on_and_says_so() -> None:
    for state in (MeetingState.RUNNING, MeetingState.MINUTES_OPEN, MeetingState.CLOSED):
        found = stages(state, Facts(is_formal=True, days_left=0))
        assert [one.word for one in found if one.left_out] == ["Invitation"]
        assert not found[1].done
        assert not found[1].current


@pytest.mark.parametrize(
    "state", [MeetingState.DRAFT, MeetingState.FIXED, MeetingState.INVITED, MeetingState.MINUTES_OPEN]
)
@pytest.mark.parametrize("is_formal", [True, False])
@pytest.mark.parametrize("items", [0, 3])
@pytest.mark.parametrize("when", [AHEAD, TODAY, BEHIND])
@pytest.mark.parametrize("is_untold", [True, False])
def test_the_current_step_is_that_of_the_button(
    state: MeetingState, is_formal: bool, items: int, when: dict[str, int], is_untold: bool
) -> None:
    facts = Facts(is_formal=is_formal, items=items, is_untold=is_untold, **when)  # type: ignore[arg-type]
    wanted = next_step(state, facts, ALL)
    (current,) = (number for number, one in enumerate(stages(state, facts, ALL)) if one.current)
    assert current == (STAGE.get(wanted, 3) if wanted else 3)
    if wanted in {Next.TELL_MOVE, Next.TELL_CHANGE}:
        assert stages(state, facts, ALL)[current].missing == "a change is not told yet"


def test_what_is_over_is_not_still_ahead_and_nobody_is_sent_into_an_empty_room() -> None:
    ahead, over = Facts(is_formal=True, days_left=1), Facts(is_formal=True, days_left=0, has_started=True, is_over=True)
    begun = Facts(is_formal=True, days_left=0, has_started=True)
    said = [stages(MeetingState.INVITED, one)[3].missing for one in (ahead, begun, over)]
    assert said == ["still ahead", "should be under way", "over, nothing entered yet"]
    assert can_join(MeetingState.INVITED, begun)
    assert can_join(MeetingState.RUNNING, over)
    assert not can_join(MeetingState.INVITED, over)
    assert not any(can_join(one, ahead) for one in (MeetingState.MINUTES_OPEN, MeetingState.CLOSED))
    assert not can_join(MeetingState.CANCELLED, ahead)
