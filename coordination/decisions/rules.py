"""The words of decisions and tasks, their states, and what a vote comes to. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from coordination.bodies.procedure import AbstentionRule, Majority, TieRule
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.minutes.rules import Quorum


class DecisionKind(StrEnum):
    """What was settled: kept apart, since an advisory board recommends and a steering group decides."""

    DECISION = "decision"
    RECOMMENDATION = "recommendation"
    NOTED = "noted"


class Means(StrEnum):
    """How it was settled."""

    CONSENSUS = "consensus"
    VOTE = "vote"


class Result(StrEnum):
    """What came of it."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Status(StrEnum):
    """How far a decision or a task is carried out. "Overdue" is derived from the day it is due."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DEFERRED = "deferred"
    OBSOLETE = "obsolete"


class Told(StrEnum):
    """What the product itself says of a change of a status."""

    BECAME_TASK = "became_task"


TOLD_WORDS = {Told.BECAME_TASK: N_("It became a task.")}
KIND_WORDS = {
    DecisionKind.DECISION: N_("Decision"),
    DecisionKind.RECOMMENDATION: N_("Recommendation"),
    DecisionKind.NOTED: N_("Noted"),
}
MEANS_WORDS = {Means.CONSENSUS: N_("by consensus"), Means.VOTE: N_("by vote")}
RESULT_WORDS = {Result.ACCEPTED: N_("carried"), Result.REJECTED: N_("not carried")}
STATUS_WORDS = {
    Status.OPEN: N_("open"),
    Status.IN_PROGRESS: N_("in progress"),
    Status.DONE: N_("done"),
    Status.DEFERRED: N_("deferred"),
    Status.OBSOLETE: N_("no longer needed"),
}
#: What still has to be done.
UNDONE = frozenset({Status.OPEN, Status.IN_PROGRESS})
#: From → to: any other status, and back, since what was ticked by mistake must be put right.
TRANSITIONS: Mapping[Status, frozenset[Status]] = {one: frozenset(set(Status) - {one}) for one in Status}


def check_status(now: Status, wanted: Status) -> None:
    """Raise RuleViolation unless a decision or a task may go from ``now`` to ``wanted``."""
    if wanted not in TRANSITIONS[now]:
        raise RuleViolation(N_("Please choose how far it is."), field="status")


@dataclass(frozen=True, slots=True)
class Votes:
    """A vote as counted. ``conflicted`` took no part; ``invalid`` are recorded and not counted."""

    yes: int
    no: int
    abstained: int = 0
    conflicted: int = 0
    invalid: int = 0

    @property
    def cast(self) -> int:
        """Return how many raised a hand or handed in a paper."""
        return self.yes + self.no + self.abstained + self.invalid

    @property
    def is_unanimous(self) -> bool:
        """Return whether there was a yes and no no; abstentions are named beside it."""
        return self.yes > 0 and self.no == 0


@dataclass(frozen=True, slots=True)
class Ballot:
    """By which rules a vote is read. ``members`` is the base of a majority of members."""

    majority: Majority
    tie_rule: TieRule
    abstention_rule: AbstentionRule
    members: int
    chair_voted_yes: bool | None = None


def outcome(votes: Votes, ballot: Ballot) -> Result:
    """Return what a vote comes to. Abstentions count as no for every kind of majority, if the rules say so.

    Raises:
        RuleViolation: a number is below zero; or equal votes, the chair decides and has not said how.
    """
    if min(votes.yes, votes.no, votes.abstained, votes.conflicted, votes.invalid) < 0:
        raise RuleViolation(N_("A number of votes cannot be below zero."), field="yes")
    no = _counted_against(votes, ballot)
    if ballot.majority is Majority.OF_MEMBERS:
        return Result.ACCEPTED if votes.yes * 2 > ballot.members else Result.REJECTED
    if ballot.majority is Majority.TWO_THIRDS:
        counted = votes.yes + no
        enough = counted > 0 and Fraction(votes.yes, counted) >= Fraction(2, 3)
        return Result.ACCEPTED if enough else Result.REJECTED
    if is_for_the_chair(votes, ballot):
        if ballot.chair_voted_yes is None:
            raise RuleViolation(N_("Equal votes: please say how the chair decided."), field="chair_voted_yes")
        return Result.ACCEPTED if ballot.chair_voted_yes else Result.REJECTED
    return Result.ACCEPTED if votes.yes > no else Result.REJECTED


def is_for_the_chair(votes: Votes, ballot: Ballot) -> bool:
    """Return whether the votes are equal and the rules let the chair decide."""
    is_asked = ballot.majority is Majority.SIMPLE and ballot.tie_rule is TieRule.CHAIR_DECIDES
    return is_asked and votes.yes == _counted_against(votes, ballot) and votes.yes > 0


def _counted_against(votes: Votes, ballot: Ballot) -> int:
    return votes.no + (votes.abstained if ballot.abstention_rule is AbstentionRule.COUNTS_AS_NO else 0)


class Doubt(StrEnum):
    """What should be looked at once more in a vote; the decision holds all the same."""

    COUNT = "count"
    QUORUM = "quorum"


def doubts(votes: Votes, quorum: Quorum, *, is_exact: bool = True) -> list[Doubt]:
    """Return what a vote leaves open, with the places that were taken at its minute.

    Everybody with a vote who is there votes, abstains, hands in something invalid or takes no part. Who takes no
    part for a conflict of interest does not count for the quorum of that item. ``is_exact``: the minute is known;
    else too many are in doubt, too few may have come later.
    """
    found = []
    total = votes.cast + votes.conflicted
    if total > quorum.there or (is_exact and total < quorum.there):
        found.append(Doubt.COUNT)
    if is_exact and quorum.there - votes.conflicted < quorum.needed:
        found.append(Doubt.QUORUM)
    return found


def number(short_name: str, year: int, running: int) -> str:
    """Return the number of a decision as people write it: "STG 2026-07"."""
    return f"{short_name} {year}-{running:02d}"
