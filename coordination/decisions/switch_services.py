"""A decision becomes a task, and a task a decision, while the minutes are being written: text, unit and day stay."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.decisions import services
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import Status, Told
from coordination.decisions.services import DecisionInput, TaskInput
from coordination.meetings.rules import Origin


def _of_decision(decision_id: int) -> str:
    """Return the form key of a task that was a decision: so it is made once, and finds its way back."""
    return f"decision-{decision_id}"


def _of_task(task_id: int) -> str:
    return f"task-{task_id}"


def became(session: Session, task_id: int) -> Decision | None:
    """Return the decision that a task has become."""
    return session.scalars(select(Decision).where(Decision.form_key == _of_task(task_id))).one_or_none()


def former(session: Session, task: Task) -> Decision | None:
    """Return the decision that a task was before; it is withdrawn, and keeps its number and its votes."""
    word, _dash, key = (task.form_key or "").partition("-")
    return session.get(Decision, int(key)) if word == "decision" and key.isdigit() else None


def to_task(work: Work, decision_id: int, data: TaskInput, *, version: int) -> Task:
    """Let a decision become a task; the decision is withdrawn and keeps its number.

    Raises:
        Conflict: somebody has changed the decision in the meantime.
        RuleViolation: it is withdrawn already, the minutes are not being written, or nobody is to do it.
    """
    meeting, row = services.take(work, Decision, decision_id, version)
    if row.withdrawn_at is not None:
        raise RuleViolation(N_("This decision was withdrawn."))
    task = Task(body_id=row.body_id, meeting_id=row.meeting_id, status=row.status, form_key=_of_decision(row.id))
    # What stays as it was is not asked about anew: a unit that has ended, a day that is over.
    task.unit_id, task.due_on = row.unit_id, row.due_on
    services.fill_task(work, task, meeting, data)
    work.session.add(task)
    work.record("task.recorded", task)
    services.note(work, row, Status.OBSOLETE, text=Told.BECAME_TASK, origin=Origin.OFFICE)
    row.status, row.withdrawn_at = Status.OBSOLETE, work.now
    row.generation += 1
    work.record("decision.withdrawn", row)
    return task


def to_decision(work: Work, task_id: int, data: DecisionInput, *, version: int) -> Decision:
    """Let a task become a decision; one that was a decision before gets its number back.

    Raises:
        Conflict: somebody has changed the task in the meantime.
        RuleViolation: see ``services.record_decision``.
    """
    meeting, task = services.take(work, Task, task_id, version)
    row = former(work.session, task)
    if row is None or row.withdrawn_at is None:
        row = Decision(body_id=meeting.body_id, meeting_id=meeting.id)
        services.give_number(work, row, meeting)
        row.due_on = task.due_on
    services.fill_decision(work, row, meeting, data)
    row.withdrawn_at, row.status, row.form_key = None, task.status, _of_task(task.id)
    work.session.add(row)
    work.record("decision.recorded", row)
    # What became of it so far is told of the decision.
    own = update(StatusEntry).where(StatusEntry.task_id == task.id)
    work.session.execute(own.values(task_id=None, decision_id=row.id))
    work.record("task.became_decision", task)
    work.session.delete(task)
    return row
