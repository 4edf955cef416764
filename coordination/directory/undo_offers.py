"""Which steps with the assignments of a page can still be taken back, for whoever may, as long as nobody went on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_
from coordination.directory.assignment_undo import UNDO_DAYS, Done, Way
from coordination.directory.models import Assignment
from coordination.directory.queries import subject_of
from coordination.directory.undo_models import AssignmentStep

WAY_WORDS = {
    Way.CREATED: N_("Assignment entered"),
    Way.CORRECTED: N_("Assignment changed"),
    Way.FOLLOWED: N_("Assignment changed from a day on"),
    Way.ENDED: N_("Assignment ended"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One step that can be taken back: what was done, with which assignment, on which day."""

    word: str
    assignment: Assignment
    on: date
    done: Done


def offers(session: Session, actor: Actor, assignments: Sequence[Assignment], now: datetime) -> list[Offer]:
    """Return the steps with ``assignments`` that ``actor`` can take back, the latest first.

    A step that is not the newest of its assignment has another version than the row, and is left out.
    """
    own = {a.id: a for a in assignments if allows(actor, Permission.DIRECTORY_EDIT, subject_of(a))}
    if not own:
        return []
    steps = session.scalars(
        select(AssignmentStep)
        .where(AssignmentStep.assignment_id.in_(own), AssignmentStep.recorded_at >= now - timedelta(days=UNDO_DAYS))
        .order_by(AssignmentStep.id.desc())
    )
    return [
        Offer(
            WAY_WORDS[Way(step.way)],
            own[step.assignment_id],
            clock.wall_date(step.recorded_at),
            Done(step.assignment_id, own[step.assignment_id].place_id, step.id, step.version),
        )
        for step in steps
        if step.way in WAY_WORDS and own[step.assignment_id].version == step.version and _is_possible(step, own)
    ]


def _is_possible(step: AssignmentStep, own: dict[int, Assignment]) -> bool:
    """Return whether the assignment that the step cut off is as the step left it, too."""
    if step.way != Way.FOLLOWED:
        return True
    before = json.loads(step.before)
    old = own.get(before["old_id"])
    return old is None or old.version == before["old_version"]
