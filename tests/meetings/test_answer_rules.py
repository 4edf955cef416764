"""What answers come to, and whom a plan mails: worked examples and properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.bodies.procedure import Procedure, QuorumBase, QuorumRule
from coordination.core.access import BodyRole
from coordination.core.errors import RuleViolation
from coordination.meetings.answers import Voice, check_answer, expected
from coordination.meetings.mail_plan import Invitee, MailKind, Why, plan
from coordination.meetings.rules import Answer, MeetingState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATUTORY = Procedure(quorum_rule=QuorumRule.MORE_THAN_HALF)
CURRENT = Procedure(quorum_rule=QuorumRule.MORE_THAN_HALF, quorum_base=QuorumBase.CURRENT)


def voices(**counts: int) -> list[Voice]:
    return [Voice(BodyRole.VOTING_MEMBER, Answer(name)) for name, count in counts.items() for _ in range(count)]


@pytest.mark.parametrize(
    ("procedure", "needed"),
    [(STATUTORY, 7), (CURRENT, 6), (Procedure(), 0)],
    ids=["of 12 seats by the rules", "of 10 that are filled", "no quorum asked for"],
)
def test_the_base_of_the_quorum_is_that_of_the_rules(procedure: Procedure, needed: int) -> None:
    assert expected(voices(accepted=6, open=4), procedure, seats=12, filled=10).needed == needed


def test_only_places_with_a_vote_count_for_the_quorum() -> None:
    people = [
        *voices(accepted=2),
        Voice(BodyRole.ADVISORY_MEMBER, Answer.ACCEPTED),
        Voice(BodyRole.SECRETARIAT, Answer.ACCEPTED),
        Voice(None, Answer.ACCEPTED),
        Voice(BodyRole.CHAIR, Answer.TENTATIVE),
        Voice(BodyRole.VOTING_MEMBER, Answer.DELEGATED),
    ]
    found = expected(people, STATUTORY, seats=5, filled=5)
    assert (found.needed, found.coming_with_vote, found.open_with_vote) == (3, 2, 1)
    assert (found.is_reached, found.can_be_reached) == (False, True)
    assert found.by_name("accepted") == 5


@pytest.mark.parametrize(
    ("member", "deputy", "coming", "undecided"),
    [
        ("open", "open", 0, 1),
        ("delegated", "open", 0, 1),
        ("declined", "declined", 0, 0),
        ("accepted", "accepted", 1, 0),
        ("tentative", "accepted", 1, 0),
    ],
)
def test_a_member_and_their_deputy_have_one_place(member: str, deputy: str, coming: int, undecided: int) -> None:
    role = BodyRole.VOTING_MEMBER
    people = [Voice(role, Answer(member), 1), Voice(role, Answer(deputy), 1), Voice(role, Answer.OPEN, 2)]
    found = expected(people, STATUTORY, seats=3, filled=3)
    assert (found.coming_with_vote, found.open_with_vote) == (coming, undecided + 1)


@given(st.lists(st.sampled_from(Answer)), st.integers(0, 40))
def test_every_answer_is_counted_once(answers: list[Answer], seats: int) -> None:
    found = expected([Voice(BodyRole.VOTING_MEMBER, one) for one in answers], STATUTORY, seats=seats, filled=seats)
    assert sum(found.counts.values()) == len(answers)
    assert not found.is_reached or found.can_be_reached


@pytest.mark.parametrize("state", list(MeetingState))
def test_answers_are_taken_before_the_meeting_alone(state: MeetingState) -> None:
    if state in {MeetingState.FIXED, MeetingState.INVITED}:
        check_answer(state, has_begun=False, answer=Answer.ACCEPTED)
        with pytest.raises(RuleViolation):
            check_answer(state, has_begun=True, answer=Answer.ACCEPTED)
    else:
        with pytest.raises(RuleViolation):
            check_answer(state, has_begun=False, answer=Answer.ACCEPTED)


@pytest.mark.parametrize("answer", [Answer.OPEN, Answer.DELEGATED])
def test_what_nobody_can_choose_is_no_answer(answer: Answer) -> None:
    with pytest.raises(RuleViolation):
        check_answer(MeetingState.INVITED, has_begun=False, answer=answer)


def invitee(mailed: int | None = None, *, is_wanted: bool = True, email: str = "a@example.org") -> Invitee:
    at = None if mailed is None else NOW + timedelta(minutes=mailed)
    return Invitee(1, "A", email, BodyRole.CHAIR, Why.MEMBER, is_wanted=is_wanted, mailed_at=at)


@pytest.mark.parametrize(
    ("one", "state", "kind"),
    [
        (invitee(), MeetingState.DRAFT, None),
        (invitee(), MeetingState.FIXED, MailKind.INVITATION),
        (invitee(), MeetingState.INVITED, MailKind.INVITATION),
        (invitee(1), MeetingState.INVITED, None),
        (invitee(0), MeetingState.INVITED, None),
        (invitee(-1), MeetingState.INVITED, MailKind.UPDATE),
        (invitee(-1), MeetingState.CANCELLED, MailKind.CANCELLATION),
        (invitee(1), MeetingState.CANCELLED, MailKind.CANCELLATION),
        (invitee(), MeetingState.CANCELLED, None),
        (invitee(1, is_wanted=False), MeetingState.INVITED, MailKind.CANCELLATION),
        (invitee(is_wanted=False), MeetingState.INVITED, None),
        (invitee(-1), MeetingState.RUNNING, None),
        (invitee(-1), MeetingState.CLOSED, None),
    ],
)
def test_who_gets_which_mail(one: Invitee, state: MeetingState, kind: MailKind | None) -> None:
    assert plan([one], state, revised_at=NOW).lines[0].kind is kind


@pytest.mark.parametrize(
    ("mailed", "silent", "kind"),
    [
        (-1, 5, None),
        (-9, -5, MailKind.UPDATE),
        (None, 0, None),
        (None, 5, None),
        # Who knew of it without a mail and has to know more gets a whole invitation.
        (None, -5, MailKind.INVITATION),
    ],
)
def test_what_was_kept_silent_is_not_mailed_later(mailed: int | None, silent: int, kind: MailKind | None) -> None:
    one = replace(invitee(mailed), silent_at=NOW + timedelta(minutes=silent))
    assert plan([one], MeetingState.INVITED, revised_at=NOW).lines[0].kind is kind


def test_one_without_an_address_stops_nobody_and_is_named() -> None:
    people = [invitee(), invitee(email="")]
    found = plan(people, MeetingState.FIXED, revised_at=NOW)
    assert len(found.due) == 1
    assert [line.invitee.email for line in found.unreachable] == [""]
