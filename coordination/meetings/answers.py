"""What the answers come to: how many come, and whether that is enough. No database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coordination.bodies.procedure import Procedure, QuorumBase, quorum
from coordination.bodies.rules import VOTING
from coordination.core.access import BodyRole
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.meetings.rules import Answer, MeetingState, Said

#: While one may still say whether one comes.
ANSWERABLE = frozenset({MeetingState.FIXED, MeetingState.INVITED})
#: What an invited person may choose; "deputy asked" follows from naming one.
SAID = {Answer.ACCEPTED: Said.COMES, Answer.TENTATIVE: Said.PERHAPS, Answer.DECLINED: Said.STAYS_AWAY}
CHOICES = tuple(SAID)
_UNDECIDED = frozenset({Answer.OPEN, Answer.TENTATIVE})


@dataclass(frozen=True, slots=True)
class Voice:
    """One invited person's answer, and as what: ``role`` is None for guests; a deputy has that of the member.

    ``place`` is the member's key, also for a deputy: both have one vote. None: nobody else can have this place.
    """

    role: BodyRole | None
    answer: Answer
    place: int | None = None

    @property
    def has_vote(self) -> bool:
        """Return whether this place counts for the quorum."""
        return self.role in VOTING


@dataclass(frozen=True, slots=True)
class Expected:
    """How many come, and what that means for the quorum. ``needed`` is 0 where none is asked for."""

    counts: dict[Answer, int]
    needed: int
    coming_with_vote: int
    open_with_vote: int

    def by_name(self, name: str) -> int:
        """Return how many gave the answer with this value: for templates."""
        return self.counts[Answer(name)]

    @property
    def is_reached(self) -> bool:
        """Return whether those who said yes are enough."""
        return self.coming_with_vote >= self.needed

    @property
    def can_be_reached(self) -> bool:
        """Return whether those who have not refused would be enough."""
        return self.coming_with_vote + self.open_with_vote >= self.needed


def expected(voices: Sequence[Voice], procedure: Procedure, *, seats: int, filled: int) -> Expected:
    """Return what to expect of a meeting.

    ``seats`` are the seats with a vote by the rules, ``filled`` those somebody holds on the day of the meeting:
    the rules of procedure say which of them the quorum is counted of.
    """
    base = seats if procedure.quorum_base is QuorumBase.STATUTORY else filled
    counts = Counter(voice.answer for voice in voices)
    places: dict[object, set[Answer]] = defaultdict(set)
    for number, voice in enumerate(voices):
        if voice.has_vote:
            places[("alone", number) if voice.place is None else voice.place].add(voice.answer)
    coming = sum(Answer.ACCEPTED in said for said in places.values())
    undecided = sum(Answer.ACCEPTED not in said and not said.isdisjoint(_UNDECIDED) for said in places.values())
    return Expected(
        counts={answer: counts[answer] for answer in Answer},
        needed=quorum(procedure.quorum_rule, base),
        coming_with_vote=coming,
        open_with_vote=undecided,
    )


def is_open(state: MeetingState, starts_at: datetime, now: datetime) -> bool:
    """Return whether it still makes sense to say whether one comes; both are wall times."""
    return state in ANSWERABLE and now < starts_at


def check_answer(state: MeetingState, *, has_begun: bool, answer: Answer) -> None:
    """Raise unless somebody may still give ``answer``.

    Raises:
        RuleViolation: the meeting was cancelled, has begun or is over; or this is no answer to choose.
    """
    if state is MeetingState.CANCELLED:
        raise RuleViolation(N_("This meeting was cancelled. You need not answer."))
    if has_begun or state not in ANSWERABLE:
        raise RuleViolation(N_("This meeting has begun or is over. Answers can no longer be given."))
    if answer not in CHOICES:
        raise RuleViolation(N_("Please choose whether you come."), field="answer")
