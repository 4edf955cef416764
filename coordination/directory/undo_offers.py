"""Which steps with the assignments of a page can still be taken back, for whoever may, as long as nobody went on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session, joinedload

from coordination.core import clock
from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.i18n import N_
from coordination.directory.assignment_undo import UNDO_DAYS, Done, Way
from coordination.directory.models import Assignment, Person, Place
from coordination.directory.queries import subject_of
from coordination.directory.undo_models import AssignmentStep

WAY_WORDS = {
    Way.CREATED: N_("Assignment entered"),
    Way.CORRECTED: N_("Assignment changed"),
    Way.FOLLOWED: N_("Assignment changed from a day on"),
    Way.ENDED: N_("Assignment ended"),
    Way.WITHDRAWN: N_("Planned assignment withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One step that can be taken back: what was done, with whose assignment and where, on which day."""

    word: str
    person: Person | None
    place: Place
    on: date
    done: Done


def offers(
    session: Session, actor: Actor, assignments: Sequence[Assignment], now: datetime, *, of: Person | Place
) -> list[Offer]:
    """Return the steps with ``assignments``, and what was withdrawn of the page's subject, that can be taken back.

    The latest first. A step that is not the newest of its assignment has another version than the row, and is left
    out. What follows an assignment from a day on stands with that one, too: it may be of somebody else.
    """
    if not allows(actor, Permission.DIRECTORY_EDIT_ANY):
        return []
    own = {a.id: a for a in assignments if allows(actor, Permission.DIRECTORY_EDIT, subject_of(a))}
    name = "person_id" if isinstance(of, Person) else "place_id"
    is_of_page = and_(AssignmentStep.way == Way.WITHDRAWN.value, AssignmentStep.before.contains(f'"{name}": {of.id},'))
    after = or_(false(), *(AssignmentStep.before.contains(f'"old_id": {key},') for key in own))
    follows = and_(AssignmentStep.way == Way.FOLLOWED.value, after)
    steps = session.scalars(
        select(AssignmentStep)
        .where(
            AssignmentStep.recorded_at >= now - timedelta(days=UNDO_DAYS),
            or_(AssignmentStep.assignment_id.in_(own), is_of_page, follows),
        )
        .order_by(AssignmentStep.id.desc())
    ).all()
    known = own | _following(session, actor, {step.assignment_id for step in steps} - own.keys())
    found = [_withdrawn(session, actor, step) if step.way == Way.WITHDRAWN else _offer(step, known) for step in steps]
    return [one for one in found if one is not None]


def _following(session: Session, actor: Actor, keys: Iterable[int]) -> dict[int, Assignment]:
    """Return assignments that are not of the page, and that ``actor`` may edit; what was withdrawn is none."""
    if not (wanted := list(keys)):
        return {}
    about = joinedload(Assignment.person), joinedload(Assignment.place)
    rows = session.scalars(select(Assignment).where(Assignment.id.in_(wanted)).options(*about))
    return {row.id: row for row in rows if allows(actor, Permission.DIRECTORY_EDIT, subject_of(row))}


def _offer(step: AssignmentStep, known: dict[int, Assignment]) -> Offer | None:
    row = known.get(step.assignment_id)
    if row is None or step.way not in WAY_WORDS or row.version != step.version or not _is_possible(step, known):
        return None
    return _told(step, row.person, row.place)


def _told(step: AssignmentStep, person: Person | None, place: Place) -> Offer:
    done = Done(step.assignment_id, place.id, step.id, step.version)
    return Offer(WAY_WORDS[Way(step.way)], person, place, clock.wall_date(step.recorded_at), done)


def _withdrawn(session: Session, actor: Actor, step: AssignmentStep) -> Offer | None:
    """Return the way back to what was withdrawn; whether it still fits is asked when it is taken."""
    said: dict[str, Any] = json.loads(step.before)
    employer = Subject(organisation_ids=frozenset({said["employer_id"]}))
    place = session.get(Place, said["place_id"])
    if place is None or not allows(actor, Permission.DIRECTORY_EDIT, employer):
        return None
    went_on = said.get("went_on")
    old = session.get(Assignment, went_on["id"]) if went_on else None
    if went_on and (old is None or old.version != went_on["version"]):
        return None
    return _told(step, session.get(Person, said["person_id"]) if said["person_id"] else None, place)


def _is_possible(step: AssignmentStep, known: dict[int, Assignment]) -> bool:
    """Return whether the assignment that the step cut off is as the step left it, too."""
    if step.way != Way.FOLLOWED:
        return True
    before = json.loads(step.before)
    old = known.get(before["old_id"])
    return old is None or old.version == before["old_version"]
