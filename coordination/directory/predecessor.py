"""What a plan cut off: the assignment that ends on the day before a planned one begins, because of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Permission, allows
from coordination.directory.assignment_undo import Way
from coordination.directory.models import Assignment
from coordination.directory.queries import subject_of
from coordination.directory.undo_models import AssignmentStep


@dataclass(frozen=True, slots=True)
class CutOff:
    """An assignment that a plan has ended, and the end it had before; None: it was open."""

    assignment: Assignment
    until: date | None


def cut_off(session: Session, actor: Actor, planned: Assignment, today: date) -> CutOff | None:
    """Return what goes on as before if ``planned`` never begins; None if nothing can.

    Only what still has the end that the plan gave it, has not ended yet, is the actor's to edit, and is followed by
    nothing else of the plan.
    """
    about = select(AssignmentStep).where(AssignmentStep.way == Way.FOLLOWED)
    # What followed the plan itself and was withdrawn since follows it no longer.
    is_there = AssignmentStep.assignment_id.in_(select(Assignment.id))
    goes_on = and_(AssignmentStep.before.contains(f'"old_id": {planned.id},'), is_there)
    step = session.scalar(about.where(AssignmentStep.assignment_id == planned.id).order_by(AssignmentStep.id.desc()))
    if step is None or session.scalar(about.where(goes_on).limit(1)) is not None:
        return None
    said = json.loads(step.before)
    row = session.get(Assignment, said["old_id"])
    if row is None or row.valid_until is None or row.valid_until < today:
        return None
    is_as_left = row.valid_until.isoformat() == said["ended_on"] if "ended_on" in said else _is_left(row, said)
    if not is_as_left or not allows(actor, Permission.DIRECTORY_EDIT, subject_of(row)):
        return None
    return CutOff(row, date.fromisoformat(said["old_until"]) if said["old_until"] else None)


def _is_left(row: Assignment, said: dict[str, int]) -> bool:
    """Return whether a row has the version that the step left it in."""
    return row.version == said["old_version"]
