"""What a vote comes to, against examples worked by hand; and the states of what was decided."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.bodies.procedure import AbstentionRule, Majority, TieRule
from coordination.core.errors import RuleViolation
from coordination.decisions.rules import (
    TRANSITIONS,
    Ballot,
    Doubt,
    Result,
    Status,
    Votes,
    check_status,
    doubts,
    number,
    outcome,
)
from coordination.minutes.rules import Quorum

SIMPLE, MEMBERS, THIRDS = Majority.SIMPLE, Majority.OF_MEMBERS, Majority.TWO_THIRDS
IGNORED, AS_NO = AbstentionRule.NOT_COUNTED, AbstentionRule.COUNTS_AS_NO
COUNT = st.integers(0, 60)


def ballot(majority: Majority, abstentions: AbstentionRule = IGNORED, members: int = 12) -> Ballot:
    return Ballot(majority, TieRule.REJECTED, abstentions, members)


@pytest.mark.parametrize(
    ("votes", "rules", "is_carried"),
    [
        ((5, 4, 3), ballot(SIMPLE), True),
        ((5, 5, 2), ballot(SIMPLE), False),
        ((0, 0, 9), ballot(SIMPLE), False),
        # Five against four is not five against seven.
        ((5, 4, 3), ballot(SIMPLE, AS_NO), False),
        ((8, 4, 3), ballot(SIMPLE, AS_NO), True),
        # Of twelve members more than six must say yes, however few came.
        ((7, 0, 0), ballot(MEMBERS), True),
        ((6, 0, 0), ballot(MEMBERS), False),
        ((7, 5, 0), ballot(MEMBERS), True),
        ((7, 6, 0), ballot(MEMBERS, members=13), True),
        ((6, 1, 0), ballot(MEMBERS, members=13), False),
        # Eight of twelve are two thirds; a third must not be more than half of the others.
        ((8, 4, 0), ballot(THIRDS), True),
        ((7, 4, 0), ballot(THIRDS), False),
        ((8, 4, 1), ballot(THIRDS), True),
        ((8, 4, 1), ballot(THIRDS, AS_NO), False),
        ((0, 0, 5), ballot(THIRDS), False),
    ],
)
def test_votes_come_to_what_was_worked_by_hand(votes: tuple[int, int, int], rules: Ballot, is_carried: bool) -> None:
    assert outcome(Votes(*votes), rules) is (Result.ACCEPTED if is_carried else Result.REJECTED)


@pytest.mark.parametrize(("chair", "result"), [(True, Result.ACCEPTED), (False, Result.REJECTED)])
def test_equal_votes_are_as_the_chair_says(chair: bool, result: Result) -> None:
    rules = Ballot(SIMPLE, TieRule.CHAIR_DECIDES, IGNORED, 12, chair_voted_yes=chair)
    assert outcome(Votes(4, 4, 1), rules) is result


def test_a_chair_who_decides_is_asked() -> None:
    rules = Ballot(SIMPLE, TieRule.CHAIR_DECIDES, IGNORED, 12)
    with pytest.raises(RuleViolation) as refused:
        outcome(Votes(4, 4), rules)
    assert refused.value.field == "chair_voted_yes"
    # Nobody voted: there is no tie to decide.
    assert outcome(Votes(0, 0), rules) is Result.REJECTED


@pytest.mark.parametrize("name", ["yes", "no", "abstained", "conflicted", "invalid"])
def test_no_number_of_votes_is_below_zero(name: str) -> None:
    with pytest.raises(RuleViolation):
        outcome(Votes(**{"yes": 1, "no": 1, name: -1}), ballot(SIMPLE))


@given(COUNT, COUNT, COUNT, st.sampled_from(Majority), st.sampled_from(AbstentionRule))
def test_one_more_yes_never_loses_a_vote(
    yes: int, no: int, abstained: int, majority: Majority, rule: AbstentionRule
) -> None:
    # Nobody votes who is no member.
    rules = ballot(majority, rule, members=yes + no + abstained + 1)
    if outcome(Votes(yes, no, abstained), rules) is Result.ACCEPTED:
        assert outcome(Votes(yes + 1, no, abstained), rules) is Result.ACCEPTED
        assert yes > no


@given(COUNT, COUNT, COUNT)
def test_two_thirds_are_two_thirds_of_those_who_said_yes_or_no(yes: int, no: int, abstained: int) -> None:
    is_enough = yes + no > 0 and Fraction(yes, yes + no) >= Fraction(2, 3)
    assert (outcome(Votes(yes, no, abstained), ballot(THIRDS)) is Result.ACCEPTED) is is_enough


@pytest.mark.parametrize(
    ("votes", "is_unanimous"), [(Votes(9, 0, 3), True), (Votes(9, 1), False), (Votes(0, 0, 9), False)]
)
def test_unanimous_is_a_yes_without_a_no(votes: Votes, is_unanimous: bool) -> None:
    assert votes.is_unanimous is is_unanimous


def test_all_that_was_handed_in_is_cast() -> None:
    assert Votes(5, 3, abstained=2, conflicted=4, invalid=1).cast == 11


@pytest.mark.parametrize(
    ("votes", "there", "needed", "expected"),
    [
        # Eleven with a vote, all of them counted: yes, no, abstained, invalid, took no part.
        (Votes(5, 3, abstained=1, conflicted=1, invalid=1), 11, 6, []),
        # Two came later and were counted, or a paper is missing: either way it is said.
        (Votes(5, 3), 7, 4, [Doubt.COUNT]),
        (Votes(5, 3), 9, 5, [Doubt.COUNT]),
        # Of six that make the quorum one is conflicted: for this item there are five.
        (Votes(5, 0, conflicted=1), 6, 6, [Doubt.QUORUM]),
        (Votes(5, 0, conflicted=1), 6, 5, []),
        # The invalid vote was handed in by somebody who was there: it counts for the quorum, not for the result.
        (Votes(3, 2, invalid=1), 6, 6, []),
        # Where no quorum is asked for none is missed.
        (Votes(1, 0), 1, 0, []),
        (Votes(1, 0), 3, 4, [Doubt.COUNT, Doubt.QUORUM]),
    ],
)
def test_a_vote_is_compared_with_who_was_there(votes: Votes, there: int, needed: int, expected: list[Doubt]) -> None:
    """Decision 31 and rule 5 of the domain: yes + no + abstained + invalid + took no part = those with a vote."""
    assert doubts(votes, Quorum(there, 12, needed)) == expected


def test_without_the_minute_of_the_vote_only_too_many_are_in_doubt() -> None:
    assert doubts(Votes(3, 0), Quorum(5, 8, 5), is_exact=False) == []
    assert doubts(Votes(6, 0), Quorum(5, 8, 5), is_exact=False) == [Doubt.COUNT]


@given(COUNT, COUNT, COUNT, COUNT, COUNT, st.integers(0, 12))
def test_what_was_counted_right_is_never_in_doubt_and_the_result_never_depends_on_it(
    yes: int, no: int, abstained: int, conflicted: int, invalid: int, needed: int
) -> None:
    votes = Votes(yes, no, abstained, conflicted, invalid)
    there = votes.cast + conflicted
    found = doubts(votes, Quorum(there, 300, needed))
    assert Doubt.COUNT not in found
    assert (Doubt.QUORUM in found) is (votes.cast < needed)
    # Neither who took no part nor what is invalid changes what it comes to, by any majority.
    for majority in Majority:
        rules = ballot(majority, members=there + 1)
        assert outcome(votes, rules) is outcome(Votes(yes, no, abstained), rules)


@given(COUNT, COUNT, COUNT, st.sampled_from(Majority))
def test_an_abstention_that_counts_as_no_is_a_no(yes: int, no: int, abstained: int, majority: Majority) -> None:
    members = yes + no + abstained + 1
    as_no = outcome(Votes(yes, no, abstained), ballot(majority, AS_NO, members))
    assert as_no is outcome(Votes(yes, no + abstained), ballot(majority, IGNORED, members))


@given(st.lists(st.sampled_from(Status), max_size=12))
def test_from_every_status_each_other_one_is_reached_in_one_step(steps: list[Status]) -> None:
    now = Status.OPEN
    for wanted in steps:
        if wanted is now:
            with pytest.raises(RuleViolation):
                check_status(now, wanted)
        check_status(now, wanted) if wanted is not now else None
        now = wanted


def test_numbers_are_written_as_people_write_them() -> None:
    assert number("STG", 2026, 7) == "STG 2026-07"
    assert number("STG", 2026, 123) == "STG 2026-123"


def test_what_was_ticked_by_mistake_can_be_put_right() -> None:
    assert all(TRANSITIONS[one] == set(Status) - {one} for one in Status)
