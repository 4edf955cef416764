"""Recording what a meeting decided and who took on what: while the minutes are being written, by the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, Membership, Seat
from coordination.bodies.procedure import QuorumBase
from coordination.bodies.queries import holds
from coordination.bodies.rules import VOTING
from coordination.core.access import Permission, Subject, require
from coordination.core.errors import NotFound, RuleViolation, check_all
from coordination.core.i18n import N_
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.decisions import queries, reminded
from coordination.decisions.checks import check_count, check_due, check_follow_up
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import (
    Ballot,
    DecisionKind,
    Means,
    Result,
    Status,
    Told,
    Votes,
    is_for_the_chair,
    outcome,
)
from coordination.directory.models import Organisation, Person
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import NUMBERED, MeetingState, Origin
from coordination.minutes.rules import check_time

Row = TypeVar("Row", Decision, Task)
NO_VOTES = Votes(0, 0)
#: Nothing is decided in a meeting that is only planned, or that does not take place.
NOT_HELD = frozenset({MeetingState.DRAFT, MeetingState.CANCELLED})


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """A decision as entered; the result follows from the votes and the rules of procedure."""

    item_id: int
    kind: DecisionKind
    text: str
    means: Means = Means.CONSENSUS
    votes: Votes = NO_VOTES
    chair_voted_yes: bool | None = None
    voted_at: time | None = None
    unit_id: int | None = None
    due_on: date | None = None
    follow_up_on: date | None = None
    #: Ticked by whoever was told that the votes do not add up, or that the day is over.
    despite_votes: bool = False
    despite_due: bool = False


@dataclass(frozen=True, slots=True)
class TaskInput:
    """A task as entered: for a person, a unit, or both."""

    item_id: int
    text: str
    person_id: int | None = None
    unit_id: int | None = None
    due_on: date | None = None
    despite_due: bool = False


def record_decision(work: Work, meeting_id: int, data: DecisionInput, *, form_key: str) -> Decision:
    """Enter a decision and give it its number; the same form again gives the same decision.

    Raises:
        RuleViolation: the meeting has not begun, its minutes are not being written, or the votes cannot be.
    """
    meeting = open_meeting(work, meeting_id)
    known = work.session.scalars(select(Decision).where(Decision.form_key == form_key)).one_or_none()
    if known is not None:
        return _same(known, meeting)
    row = Decision(body_id=meeting.body_id, meeting_id=meeting.id, form_key=form_key)
    fill_decision(work, row, meeting, data)
    # What was only noted leaves nothing to do, unless somebody has to.
    is_noted = data.kind is DecisionKind.NOTED and data.due_on is None and data.unit_id is None
    row.status = Status.DONE if is_noted else Status.OPEN
    give_number(work, row, meeting)
    work.session.add(row)
    work.record("decision.recorded", row)
    return row


def give_number(work: Work, row: Decision, meeting: Meeting) -> None:
    """Give a new decision its year and number; the body is locked: of two at once, the second counts on."""
    row.year = meeting.starts_at.year
    last = select(func.max(Decision.number)).where(Decision.body_id == meeting.body_id, Decision.year == row.year)
    row.number = (work.session.scalar(last) or 0) + 1


def edit_decision(work: Work, decision_id: int, data: DecisionInput, *, version: int) -> Decision:
    """Put a decision right; its number stays.

    Raises:
        Conflict: somebody else has changed it in the meantime.
        RuleViolation: see ``record_decision``; or it was withdrawn.
    """
    meeting, row = take(work, Decision, decision_id, version)
    if row.withdrawn_at is not None:
        raise RuleViolation(N_("This decision was withdrawn."))
    if row.unit_id != data.unit_id:
        row.generation += 1
    fill_decision(work, row, meeting, data)
    work.record("decision.changed", row)
    return row


def withdraw_decision(work: Work, decision_id: int, reason: str, *, version: int) -> Decision:
    """Take a decision back; it keeps its number and says why. Links in reminders end."""
    _meeting, row = take(work, Decision, decision_id, version)
    if row.withdrawn_at is not None:
        return row
    note(work, row, Status.OBSOLETE, text=reason, origin=Origin.OFFICE)
    row.status, row.withdrawn_at = Status.OBSOLETE, work.now
    row.generation += 1
    reminded.take_back(work, row)
    work.record("decision.withdrawn", row)
    return row


def record_task(work: Work, meeting_id: int, data: TaskInput, *, form_key: str) -> Task:
    """Enter what somebody took on; the same form again gives the same task."""
    meeting = open_meeting(work, meeting_id)
    known = work.session.scalars(select(Task).where(Task.form_key == form_key)).one_or_none()
    if known is not None:
        return _same(known, meeting)
    row = Task(body_id=meeting.body_id, meeting_id=meeting.id, form_key=form_key)
    fill_task(work, row, meeting, data)
    work.session.add(row)
    work.record("task.recorded", row)
    return row


def edit_task(work: Work, task_id: int, data: TaskInput, *, version: int) -> Task:
    """Put a task right. With another person or unit the links in earlier reminders end."""
    meeting, row = take(work, Task, task_id, version)
    if (row.person_id, row.unit_id) != (data.person_id, data.unit_id):
        row.generation += 1
    fill_task(work, row, meeting, data)
    work.record("task.changed", row)
    return row


def note(work: Work, row: Decision | Task, after: Status, *, text: str | Told, origin: Origin) -> StatusEntry:
    """Add a line to the history of a status, with what its person says of it, or the product itself."""
    told = text if isinstance(text, Told) else None
    entry = StatusEntry(
        at=work.now,
        user_id=work.actor.user_id,
        origin=origin,
        before=row.status,
        after=after,
        note="" if told else text,
        told=told,
    )
    if isinstance(row, Task):
        entry.task_id = row.id
    else:
        entry.decision_id = row.id
    work.session.add(entry)
    return entry


def ballot_of(session: Session, meeting: Meeting, chair_voted_yes: bool | None = None) -> Ballot:
    """Return the rules by which a vote in a meeting is read, with the members as of its day."""
    body, day = meeting.body, meeting.starts_at.date()
    rules = body.procedure
    filled = select(func.count(func.distinct(Membership.person_id))).where(
        Membership.body_id == body.id, Membership.role.in_(VOTING), holds(Membership, day)
    )
    seats = select(func.count()).where(Seat.body_id == body.id, Seat.role.in_(VOTING), holds(Seat, day))
    counted = session.execute(select(filled.scalar_subquery(), seats.scalar_subquery())).one()
    members: int = counted[0]
    if rules.quorum_base is QuorumBase.STATUTORY:
        members = body.statutory_seats or max(counted)
    return Ballot(rules.majority, rules.tie_rule, rules.abstention_rule, members, chair_voted_yes)


def open_meeting(work: Work, meeting_id: int) -> Meeting:
    """Return a meeting in which something may be recorded, locked with its body: what is recorded comes one by one.

    Whoever approves its minutes holds the same lock: what is frozen holds all that was recorded. Always locked in this
    order: the meeting, its body, and only then a decision or a task of it (``take``).
    """
    meeting = work.session.get(Meeting, meeting_id, with_for_update=True, populate_existing=True)
    if meeting is None:
        raise NotFound
    work.session.get(Body, meeting.body_id, with_for_update=True, populate_existing=True)
    require(work.actor, Permission.MINUTES_WRITE, Subject(body_id=meeting.body_id))
    if meeting.state in NOT_HELD or meeting.starts_at.date() > work.today:
        raise RuleViolation(N_("This is possible once the meeting has begun."))
    if reason := queries.why_fixed(work.session, meeting.id):
        raise RuleViolation(reason)
    return meeting


def take(work: Work, model: type[Row], key: int, version: int) -> tuple[Meeting, Row]:
    """Return a decision or a task to change, with its meeting: locked, allowed, and as its form showed it."""
    found = work.session.get(model, key)
    if found is None:
        raise NotFound
    require(work.actor, Permission.MINUTES_WRITE, Subject(body_id=found.body_id))
    # The meeting of a decision never changes: it can be read without a lock.
    meeting = open_meeting(work, found.meeting_id)
    row = work.session.get(model, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    check_version(row, version)
    return meeting, row


def _same(known: Row, meeting: Meeting) -> Row:
    if known.meeting_id != meeting.id:
        raise RuleViolation(N_("This page was sent already. Please open it anew."))
    return known


def _item(work: Work, meeting: Meeting, item_id: int) -> int:
    item = work.session.get(AgendaItem, item_id)
    if item is None or item.meeting_id != meeting.id or item.state not in NUMBERED:
        raise RuleViolation(N_("Please choose an item of the agenda."), field="item_id")
    return item.id


def _unit(work: Work, row: Decision | Task, unit_id: int | None) -> int | None:
    """Return the unit in charge; one that has ended stays only where it stands already."""
    unit = work.session.get(Organisation, unit_id) if unit_id else None
    is_over = unit is not None and unit.valid_until is not None and unit.valid_until < work.today
    if unit_id and (unit is None or (is_over and row.unit_id != unit_id)):
        raise RuleViolation(N_("Please choose a unit."), field="unit_id")
    return unit_id


def fill_decision(work: Work, row: Decision, meeting: Meeting, data: DecisionInput) -> None:
    """Put what was entered into a decision; what came of the vote follows from the rules of the body."""
    row.item_id, row.unit_id = _item(work, meeting, data.item_id), _unit(work, row, data.unit_id)
    row.kind, row.text, row.means = data.kind, data.text, data.means
    check_all(
        lambda: _check_text(data.text),
        lambda: _fill_vote(work, row, meeting, data),
        lambda: check_due(work, meeting, row.due_on, data.due_on, despite=data.despite_due),
        lambda: check_follow_up(meeting, row.follow_up_on, data.follow_up_on),
    )
    row.due_on, row.follow_up_on = data.due_on, data.follow_up_on


def _fill_vote(work: Work, row: Decision, meeting: Meeting, data: DecisionInput) -> None:
    if data.means is Means.VOTE and data.voted_at is not None and data.voted_at != row.voted_at:
        check_time(data.voted_at, meeting.starts_at, meeting.ends_at, "voted_at")
    row.voted_at = data.voted_at
    votes = data.votes if data.means is Means.VOTE else NO_VOTES
    row.result, row.chair_decided = Result.ACCEPTED, False
    if data.means is Means.VOTE:
        ballot = ballot_of(work.session, meeting, data.chair_voted_yes)
        row.result, row.chair_decided = outcome(votes, ballot), is_for_the_chair(votes, ballot)
        if not votes.cast:
            raise RuleViolation(N_("Please enter how many voted, or choose “by consensus”."), field="yes")
    row.despite_votes = data.means is Means.VOTE and data.despite_votes
    if data.means is Means.VOTE:
        # The tick stays only where there was something to tick it for.
        row.despite_votes = not check_count(work.session, meeting, row, votes)
    row.yes, row.no, row.abstained = votes.yes, votes.no, votes.abstained
    row.conflicted, row.invalid = votes.conflicted, votes.invalid


def fill_task(work: Work, row: Task, meeting: Meeting, data: TaskInput) -> None:
    """Put what was entered into a task."""
    row.item_id, row.unit_id = _item(work, meeting, data.item_id), _unit(work, row, data.unit_id)
    check_all(
        lambda: _check_text(data.text),
        lambda: _check_somebody(work, row, data),
        lambda: check_due(work, meeting, row.due_on, data.due_on, despite=data.despite_due),
    )
    row.person_id, row.text, row.due_on = data.person_id, data.text, data.due_on


def _check_somebody(work: Work, row: Task, data: TaskInput) -> None:
    if not (data.person_id or data.unit_id):
        raise RuleViolation(N_("Please say who does it: a person, a unit, or both."), field="person_id")
    person = work.session.get(Person, data.person_id) if data.person_id else None
    is_gone = person is not None and person.valid_until is not None and person.valid_until < work.today
    if data.person_id and (person is None or (is_gone and row.person_id != data.person_id)):
        raise RuleViolation(N_("Please choose a person."), field="person_id")


def _check_text(text: str) -> None:
    if not text.strip():
        raise RuleViolation(N_("Please fill in this field."), field="text")
