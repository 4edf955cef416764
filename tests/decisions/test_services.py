"""Recording: numbers that never repeat, results that follow from the rules, what approved minutes forbid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core.access import SYSTEM, Actor, BodyRole
from coordination.core.errors import Conflict, Forbidden, RuleViolation
from coordination.core.work import Work, work_as
from coordination.decisions import queries, services, status_services, words
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import DecisionKind, Means, Result, Status, Votes
from coordination.decisions.services import DecisionInput, TaskInput
from coordination.decisions.status_services import StatusInput
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes.models import Attendance, Minutes
from coordination.minutes.rules import MinutesState, Presence
from coordination.minutes.services import take
from tests import factories
from tests.meetings.conftest import every
from tests.together import engine_of, meanwhile, work_of


@pytest.fixture
def data(held: Meeting, town: dict[str, int]) -> DecisionInput:
    return DecisionInput(town["item"], DecisionKind.DECISION, "Das Rahmenkonzept gilt.")


def voted(data: DecisionInput, *votes: int, chair: bool | None = None) -> DecisionInput:
    return replace(data, means=Means.VOTE, votes=Votes(*votes), chair_voted_yes=chair)


def record(session: Session, actor: Actor, meeting: Meeting, data: DecisionInput, key: str) -> Decision:
    with work_as(session, actor) as work:
        return services.record_decision(work, meeting.id, data, form_key=key)


def test_numbers_never_repeat_when_ten_record_at_once(
    app: Flask, session: Session, held: Meeting, data: DecisionInput, secretary: Actor
) -> None:
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engines[None]
    meeting_id = held.id
    session.rollback()

    def one(n: int) -> int:
        with Session(engine) as own, work_as(own, secretary) as work:
            return services.record_decision(work, meeting_id, data, form_key=f"{n:032x}").number

    with ThreadPoolExecutor(10) as pool:
        numbers = sorted(pool.map(one, range(30)))
    assert numbers == list(range(1, 31))


def test_the_same_form_five_times_makes_one(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor
) -> None:
    assert len({record(session, secretary, held, data, "a" * 32).id for _n in range(5)}) == 1
    assert record(session, secretary, held, data, "b" * 32).number == 2


def test_a_withdrawn_decision_keeps_its_number_and_says_why(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor
) -> None:
    first = record(session, secretary, held, data, "a" * 32)
    with work_as(session, secretary) as work:
        services.withdraw_decision(work, first.id, "Doppelt aufgenommen", version=first.version)
    assert record(session, secretary, held, data, "b" * 32).number == 2
    row, entry = session.get_one(Decision, first.id), every(session, StatusEntry)[0]
    assert (row.number, row.status, row.generation) == (1, Status.OBSOLETE, 2)
    assert (entry.note, entry.after) == ("Doppelt aufgenommen", Status.OBSOLETE)
    with pytest.raises(RuleViolation), work_as(session, secretary) as work:
        status_services.set_status(work, Decision, first.id, StatusInput(Status.DONE))


@pytest.mark.parametrize(
    ("template", "votes", "result"),
    [("advisory", (7, 2, 1), Result.ACCEPTED), ("advisory", (3, 3), Result.REJECTED)],
)
def test_the_result_follows_from_the_votes(
    session: Session,
    held: Meeting,
    data: DecisionInput,
    secretary: Actor,
    *,
    template: str,
    votes: tuple[int, ...],
    result: Result,
) -> None:
    held.body.template = template
    session.commit()
    assert record(session, secretary, held, voted(data, *votes), "a" * 32).result is result


def test_a_majority_of_members_counts_the_voting_members_of_the_day(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor
) -> None:
    for n in range(4):
        factories.member(session, factories.person(session, f"Mit{n}", "Glied"), held.body.name)
    held.body.overrides = {"majority": "of_members"}
    session.commit()
    # Five with a vote: Ada and these four; the secretariat has none.
    assert services.ballot_of(session, held).members == 5
    assert record(session, secretary, held, voted(data, 2, 0), "a" * 32).result is Result.REJECTED
    assert record(session, secretary, held, voted(data, 3, 0), "b" * 32).result is Result.ACCEPTED


def test_equal_votes_ask_for_the_chair_where_the_chair_decides(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor
) -> None:
    held.body.overrides = {"tie_rule": "chair_decides"}
    session.commit()
    with pytest.raises(RuleViolation) as refused:
        record(session, secretary, held, voted(data, 3, 3), "a" * 32)
    assert refused.value.field == "chair_voted_yes"
    assert record(session, secretary, held, voted(data, 3, 3, chair=True), "a" * 32).result is Result.ACCEPTED


@pytest.mark.parametrize(
    ("votes", "abstention", "said"),
    [
        ((2, 2), "not_counted", "2 Ja, 2 Nein – angenommen durch Stichentscheid des Vorsitzes"),
        ((2, 0, 2), "counts_as_no", "2 Ja, 0 Nein, 2 Enthaltungen – angenommen durch Stichentscheid des Vorsitzes"),
        ((3, 2), "not_counted", "3 Ja, 2 Nein – angenommen"),
    ],
)
def test_a_decision_keeps_that_the_chair_decided_it(
    session: Session,
    held: Meeting,
    data: DecisionInput,
    secretary: Actor,
    votes: tuple[int, ...],
    abstention: str,
    said: str,
) -> None:
    held.body.overrides = {"tie_rule": "chair_decides", "abstention_rule": abstention}
    session.commit()
    row = record(session, secretary, held, voted(data, *votes, chair=True), "a" * 32)
    # Other rules later change nothing of what was.
    held.body.overrides = {}
    session.commit()
    assert words.line(row).details[0] == said


@pytest.mark.parametrize("votes", [(-1, 2), (0, 0)])
def test_votes_that_cannot_be_are_refused_beside_the_field(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor, votes: tuple[int, int]
) -> None:
    with pytest.raises(RuleViolation) as refused:
        record(session, secretary, held, voted(data, *votes), "a" * 32)
    assert refused.value.field == "yes"
    assert every(session, Decision) == []


def test_a_vote_at_night_is_asked_again_beside_its_time(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor
) -> None:
    with pytest.raises(RuleViolation) as refused:
        record(session, secretary, held, replace(voted(data, 3, 0), voted_at=time(3)), "a" * 32)
    assert refused.value.field == "voted_at"
    late = held.ends_at.replace(hour=min(held.ends_at.hour + 5, 23))
    assert record(session, secretary, held, replace(voted(data, 3, 0), voted_at=late.time()), "a" * 32).voted_at


def test_approved_minutes_forbid_changes_but_not_the_status(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor
) -> None:
    row = record(session, secretary, held, data, "a" * 32)
    session.add(Minutes(meeting_id=held.id, state=MinutesState.APPROVED))
    session.commit()
    for key in ("a" * 32, "b" * 32):
        with pytest.raises(RuleViolation):
            record(session, secretary, held, data, key)
    with pytest.raises(RuleViolation), work_as(session, secretary) as work:
        services.edit_decision(work, row.id, data, version=row.version)
    with work_as(session, secretary) as work:
        status_services.set_status(work, Decision, row.id, StatusInput(Status.DONE))
    assert session.get_one(Decision, row.id).status is Status.DONE


@pytest.mark.parametrize("changes", [False, True])
def test_nothing_is_recorded_beside_an_approval_that_froze_the_minutes_without_it(
    app: Flask, session: Session, held: Meeting, data: DecisionInput, secretary: Actor, *, changes: bool
) -> None:
    engine, meeting_id = engine_of(app), held.id
    row = record(session, secretary, held, data, "a" * 32)
    key, version, other = row.id, row.version, replace(data, text="Etwas anderes.")
    session.add(Minutes(meeting_id=meeting_id, state=MinutesState.CIRCULATED, version=1))
    session.commit()

    def step(work: Work) -> None:
        if changes:
            services.edit_decision(work, key, other, version=version)
        else:
            services.record_decision(work, meeting_id, other, form_key="b" * 32)

    with ExitStack() as stack:
        with Session(engine) as own, work_as(own, secretary) as work:
            take(work, meeting_id)
            found = stack.enter_context(meanwhile(engine, work_of(engine, secretary, step)))
            own.scalars(select(Minutes)).one().state = MinutesState.APPROVED
        with pytest.raises(RuleViolation):
            found.result()
    assert [one.text for one in every(session, Decision)] == [data.text]


def test_nothing_is_decided_in_a_meeting_that_does_not_take_place(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor
) -> None:
    held.state = MeetingState.CANCELLED
    session.commit()
    with pytest.raises(RuleViolation):
        record(session, secretary, held, data, "a" * 32)


def test_a_stale_form_changes_nothing_and_a_member_records_nothing(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor
) -> None:
    row = record(session, secretary, held, data, "a" * 32)
    with pytest.raises(Conflict), work_as(session, secretary) as work:
        services.edit_decision(work, row.id, replace(data, text="Anders"), version=row.version + 1)
    with pytest.raises(Forbidden):
        record(session, Actor(user_id=5), held, data, "b" * 32)
    assert session.get_one(Decision, row.id).text == data.text


def test_an_item_of_another_meeting_is_refused(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor
) -> None:
    other = factories.meeting(session, session.get_one(Body, held.body_id), held.starts_at.date())
    strange = factories.item(session, other).id
    session.commit()
    with pytest.raises(RuleViolation) as refused:
        record(session, secretary, held, replace(data, item_id=strange), "a" * 32)
    assert refused.value.field == "item_id"


def test_those_with_a_vote_at_the_minute_of_the_vote_are_counted(
    session: Session, held: Meeting, data: DecisionInput, secretary: Actor, town: dict[str, int]
) -> None:
    row = record(session, secretary, held, replace(voted(data, 3, 0), voted_at=time(15)), "a" * 32)
    assert queries.quorum_at_vote(session, row) is None
    voting, advises = BodyRole.VOTING_MEMBER, BodyRole.ADVISORY_MEMBER
    member = factories.person(session, "Nicht", "Da")
    # Who left at the minute of the vote was no longer there; who only advises has no vote; a deputy has the member's.
    for n, (role, left, stands_in) in enumerate(
        ((voting, None, None), (voting, time(15), None), (voting, time(16), member.id), (advises, None, None))
    ):
        who = factories.person(session, f"Da{n}", "Gewesen")
        there = Attendance(meeting_id=held.id, person_id=who.id, presence=Presence.PRESENT, left_at=left, role=role)
        there.stands_in_for_id = stands_in
        session.add(there)
    session.commit()
    quorum = queries.quorum_at_vote(session, row)
    assert quorum is not None
    assert quorum.there == 2
    row.voted_at = None
    # Nobody knows when it was: whoever was there at some time may have voted.
    assert (again := queries.quorum_at_vote(session, row)) is not None
    assert again.there == 3


def test_a_task_needs_somebody_and_another_person_ends_the_links(
    session: Session, held: Meeting, secretary: Actor, town: dict[str, int]
) -> None:
    nobody = TaskInput(town["item"], "Einladung schreiben")
    with pytest.raises(RuleViolation) as refused, work_as(session, secretary) as work:
        services.record_task(work, held.id, nobody, form_key="a" * 32)
    assert refused.value.field == "person_id"
    with work_as(session, secretary) as work:
        mine = replace(nobody, person_id=town["ada"])
        row = services.record_task(work, held.id, mine, form_key="a" * 32)
        assert services.record_task(work, held.id, mine, form_key="a" * 32).id == row.id
    other = factories.person(session, "Neu", "Dabei")
    session.commit()
    with work_as(session, secretary) as work:
        services.edit_task(work, row.id, replace(mine, person_id=other.id), version=row.version)
    assert session.get_one(Task, row.id).generation == 2


def test_a_click_is_taken_back_once_and_only_the_last_one(
    session: Session, held: Meeting, town: dict[str, int]
) -> None:
    row = factories.task(session, held)
    session.commit()
    with work_as(session, SYSTEM) as work:
        first = status_services.set_status(work, Task, row.id, StatusInput(Status.DONE))
    assert first is not None
    with work_as(session, SYSTEM) as work:
        assert status_services.set_status(work, Task, row.id, StatusInput(Status.DONE)) is None
        status_services.take_back(work, Task, row.id, first.id)
    assert session.get_one(Task, row.id).status is Status.OPEN
    with pytest.raises(RuleViolation), work_as(session, SYSTEM) as work:
        status_services.take_back(work, Task, row.id, first.id)
    assert [one.after for one in every(session, StatusEntry)] == [Status.DONE, Status.OPEN]
