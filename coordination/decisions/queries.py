"""Decisions and tasks as pages show them: one with its history, those of a meeting, of some items, of a body."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, exists, func, literal, null, or_, select, union, union_all
from sqlalchemy.orm import Session, joinedload

from coordination.bodies.models import Body
from coordination.core.access import Actor
from coordination.core.errors import NotFound
from coordination.core.i18n import N_
from coordination.core.once import know, once
from coordination.decisions.access import decision_seen, task_seen
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import UNDONE, Means, Result
from coordination.mail import stuck
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings import agenda
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import NUMBERED
from coordination.meetings.services import AT_REST
from coordination.minutes.attendance import Sheet, sheet
from coordination.minutes.queries import minutes_of
from coordination.minutes.rules import MinutesState, Presence, Quorum

Row = TypeVar("Row", Decision, Task)


def is_begun(session: Session, meeting_id: int) -> bool:
    """Return whether a meeting has settled anything, what was withdrawn since included; one statement."""
    either = or_(*(exists().where(one.meeting_id == meeting_id) for one in (Decision, Task)))
    return once(session, ("settled", meeting_id), lambda: bool(session.scalar(select(either))))


def know_begun(session: Session, actor: Actor, meeting: Meeting, found: Sequence[Decision | Task]) -> None:
    """Keep what ``is_begun`` asks, where all that ``actor`` sees of a meeting is all there is."""
    if found or meeting.body_id in actor.body_roles:
        know(session, ("settled", meeting.id), bool(found))


@dataclass(frozen=True, slots=True)
class Late:
    """Where a body is behind: how many decisions and tasks are overdue, and the earliest day one was due."""

    body_id: int
    name: str
    decisions: int
    tasks: int
    #: None: nothing is overdue.
    oldest: date | None
    #: Reminders that did not get through, or may not have.
    stuck: int


#: Lines of a history that a page shows.
MOST_ENTRIES = 50


@cache
def whole(model: type[Decision | Task]) -> tuple[Any, ...]:
    """Return what is read along with each row."""
    always = (joinedload(model.body), joinedload(model.meeting), joinedload(model.item), joinedload(model.unit))
    return (*always, joinedload(Task.person)) if model is Task else always


def seen_decision(session: Session, actor: Actor, decision_id: int) -> Decision:
    """Return a decision that ``actor`` may see, or raise NotFound."""
    statement = select(Decision).where(Decision.id == decision_id, decision_seen(actor))
    return _found(session.scalars(statement.options(*whole(Decision))).one_or_none())


def seen_task(session: Session, actor: Actor, task_id: int) -> Task:
    """Return a task that ``actor`` may see, or raise NotFound."""
    statement = select(Task).where(Task.id == task_id, task_seen(actor))
    return _found(session.scalars(statement.options(*whole(Task))).one_or_none())


def _found(found: Row | None) -> Row:
    if found is None:
        raise NotFound
    return found


def entries(session: Session, row: Decision | Task) -> Sequence[StatusEntry]:
    """Return the history of the status, newest first."""
    own = StatusEntry.task_id if isinstance(row, Task) else StatusEntry.decision_id
    newest = select(StatusEntry).where(own == row.id).order_by(StatusEntry.at.desc(), StatusEntry.id.desc())
    return session.scalars(newest.limit(MOST_ENTRIES)).all()


def unsure_reminder(session: Session, row: Decision | Task) -> OutboxMail | None:
    """Return the last reminder of a thing, unless it has left or its reader was told otherwise."""
    if row.reminder_mail_id is None:
        return None
    mail = session.get(OutboxMail, row.reminder_mail_id)
    is_heard = mail is None or mail.state is MailState.SENT or mail.settled_at is not None
    return None if is_heard else mail


def items_of(session: Session, meeting_id: int) -> Sequence[AgendaItem]:
    """Return the agenda of a meeting in its order."""
    numbered = AgendaItem.meeting_id == meeting_id, AgendaItem.state.in_(NUMBERED)
    found = {one.id: one for one in session.scalars(select(AgendaItem).where(*numbered))}
    return [found[one.id] for one in agenda.in_order(list(found.values()))]


def decisions_of(session: Session, actor: Actor, condition: ColumnElement[bool]) -> Sequence[Decision]:
    """Return the decisions that meet a condition and that ``actor`` may see, by their number."""
    statement = select(Decision).where(condition, decision_seen(actor)).options(*whole(Decision))
    return session.scalars(statement.order_by(Decision.year, Decision.number, Decision.id)).all()


def tasks_of(session: Session, actor: Actor, condition: ColumnElement[bool]) -> Sequence[Task]:
    """Return the tasks that meet a condition and that ``actor`` may see, as they were entered."""
    statement = select(Task).where(condition, task_seen(actor)).options(*whole(Task))
    return session.scalars(statement.order_by(Task.id)).all()


def why_fixed(session: Session, meeting_id: int) -> str:
    """Return why what minutes say is not changed: they are approved, or others are reading them; else nothing."""
    minutes = minutes_of(session, meeting_id)
    if minutes is None or minutes.state is MinutesState.DRAFT:
        return ""
    if minutes.state is MinutesState.APPROVED:
        return N_("The minutes are approved; what they say is not changed any more.")
    return AT_REST


def quorum_at_vote(session: Session, decision: Decision) -> Quorum | None:
    """Return the places with a vote that were taken at the minute of a vote; None: nobody has entered who was there."""
    return quorum_of_vote(session, decision.meeting, decision.voted_at)


def quorum_of_vote(session: Session, meeting: Meeting, voted_at: time | None) -> Quorum | None:
    """Return the same for a vote that is not stored yet."""
    return _quorum_in(sheet(session, meeting), voted_at)


def quorums_at_votes(session: Session, decisions: Sequence[Decision]) -> dict[int, Quorum | None]:
    """Return the same for all votes among the decisions of one meeting, by their keys; its list is read once."""
    votes = [one for one in decisions if one.means is Means.VOTE and one.withdrawn_at is None]
    if not votes:
        return {}
    found = sheet(session, votes[0].meeting)
    return {one.id: _quorum_in(found, one.voted_at) for one in votes}


def _quorum_in(found: Sheet, voted_at: time | None) -> Quorum | None:
    if not found.is_stored:
        return None
    if voted_at is not None:
        return found.quorum(voted_at)
    # Without a minute all count who were there at any time.
    ever = {one.there.place for one in found.lines if one.there.has_vote and one.there.presence is Presence.PRESENT}
    return Quorum(len(ever), found.base, found.needed)


def in_force() -> ColumnElement[bool]:
    """Return the condition that a decision asks for something: its vote was not lost, and it is not withdrawn."""
    return and_(Decision.withdrawn_at.is_(None), Decision.result != Result.REJECTED)


def undone(model: type[Decision | Task]) -> ColumnElement[bool]:
    """Return the condition that something is still to be done; a lost vote and what is withdrawn ask for nothing."""
    open_still = model.status.in_(UNDONE)
    if model is Task:
        return open_still
    return and_(open_still, in_force())


def overdue(model: type[Decision | Task], today: date) -> ColumnElement[bool]:
    """Return the condition that something should be done by now and is not."""
    return and_(undone(model), model.due_on.is_not(None), model.due_on < today)


def own_tasks(session: Session, actor: Actor) -> Sequence[Task]:
    """Return what the actor has taken on and not done yet, the most urgent first."""
    statement = (
        select(Task)
        .where(Task.person_id == (actor.person_id or 0), Task.status.in_(UNDONE))
        .options(*whole(Task))
        .order_by(Task.due_on.is_(None), Task.due_on, Task.id)
    )
    return session.scalars(statement.limit(20)).all()


def behind(session: Session, body_ids: Collection[int], today: date) -> list[Late]:
    """Return what is overdue in each body, and which reminders were stuck, by the bodies' names; one statement."""
    models: tuple[type[Decision | Task], ...] = (Decision, Task)
    late = [
        select(
            model.body_id,
            (literal(0) if model is Task else func.count()).label("decisions"),
            (func.count() if model is Task else literal(0)).label("tasks"),
            func.min(model.due_on).label("oldest"),
            literal(0).label("stuck"),
        )
        .where(model.body_id.in_(body_ids), overdue(model, today))
        .group_by(model.body_id)
        for model in models
    ]
    # A mail about several things of a body is one.
    mails = union(
        *(
            select(model.body_id, OutboxMail.id.label("mail_id"))
            .join(OutboxMail, OutboxMail.id == model.reminder_mail_id)
            .where(model.body_id.in_(body_ids), undone(model), stuck.is_stuck())
            for model in models
        )
    ).subquery()
    of_mails = select(mails.c.body_id, literal(0), literal(0), null(), func.count()).group_by(mails.c.body_id)
    found = union_all(*late, of_mails).subquery()
    of_body, decisions, tasks, oldest, undelivered = found.c
    rows = session.execute(
        select(Body.id, Body.name, func.sum(decisions), func.sum(tasks), func.min(oldest), func.sum(undelivered))
        .join(found, of_body == Body.id)
        .group_by(Body.id, Body.name)
        .order_by(Body.name)
    )
    return [Late(key, name, int(d), int(t), first, int(n)) for key, name, d, t, first, n in rows]
