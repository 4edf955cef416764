"""Taking back what was done with an assignment: the rows become again what they were, or nothing happens at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, not_, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import flag_modified

from coordination.core import clock
from coordination.core.access import Permission, require
from coordination.core.errors import Conflict
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory import first_day
from coordination.directory.models import Assignment, Organisation, Person, Place, Presence
from coordination.directory.queries import subject_of
from coordination.directory.rules import Function, Funding, HolidayPresence
from coordination.directory.undo_models import AssignmentStep

#: How long a step can be taken back; what it needs for that is kept no longer, but see ``is_over``.
UNDO_DAYS = 7

_PLAIN = ("person_id", "place_id", "employer_id", "target_group", "confirmed_by")
_WORDS = {"function": Function, "funding": Funding}
_NUMBERS = ("share_posts", "share_hours")
_DAYS = ("funded_until", "valid_from", "valid_until", "confirmed_on")


class Way(StrEnum):
    """What was done, and so what taking it back means."""

    CREATED = "created"
    CORRECTED = "corrected"
    #: From a day on a new row holds; the old one ends the day before.
    FOLLOWED = "followed"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Done:
    """What a step led to: the assignment that holds now, its place, and what to sign for the way back."""

    assignment_id: int
    place_id: int
    step_id: int
    version: int


def snapshot(row: Assignment) -> dict[str, Any]:
    """Return all that an assignment says, as JSON can hold it."""
    found: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    found["confirmed_by_person"] = row.is_own_word
    found |= {name: getattr(row, name).value for name in _WORDS}
    found |= {name: None if getattr(row, name) is None else str(getattr(row, name)) for name in _NUMBERS}
    found |= {name: None if getattr(row, name) is None else getattr(row, name).isoformat() for name in _DAYS}
    found["in_holidays"] = row.in_holidays and row.in_holidays.value
    found["presences"] = [[p.weekday, p.starts_at.isoformat(), p.ends_at.isoformat(), p.room] for p in row.presences]
    return found


def holidays_in(before: dict[str, Any]) -> HolidayPresence | None:
    """Return what a snapshot says of school holidays; those of an earlier version say nothing."""
    said = before.get("in_holidays")
    return HolidayPresence(said) if said else None


def _put_back(work: Work, row: Assignment, before: dict[str, Any]) -> None:
    """Let ``row`` say what ``before`` says."""
    values: dict[str, Any] = {name: before[name] for name in _PLAIN}
    values |= {name: kind(before[name]) for name, kind in _WORDS.items()}
    values |= {name: None if before[name] is None else Decimal(before[name]) for name in _NUMBERS}
    values |= {name: None if before[name] is None else date.fromisoformat(before[name]) for name in _DAYS}
    values["in_holidays"] = holidays_in(before)
    # A snapshot of an earlier version does not know who spoke.
    values["confirmed_by_id"] = before["person_id"] if before.get("confirmed_by_person") else None
    for name, value in values.items():
        setattr(row, name, value)
    row.presences.clear()
    if row in work.session:
        # Weekly times alone would leave the version as it is.
        flag_modified(row, "place_id")
        # Old rows go before new ones come, or two of the same hour would meet for a moment.
        work.session.flush()
    row.presences = [
        Presence(weekday=day, starts_at=time.fromisoformat(first), ends_at=time.fromisoformat(last), room=room)
        for day, first, last, room in before["presences"]
    ]


def is_over(now: datetime) -> ColumnElement[bool]:
    """Return the condition that what a step needs is kept no longer.

    What a plan cut off is known until the plan has begun: it goes on if the plan is withdrawn (``predecessor``). Of a
    plan that was withdrawn it is known for as long as that can be taken back: then it may be withdrawn once more.
    """
    ahead = select(Assignment.id).where(Assignment.valid_from > clock.wall_date(now))
    since, withdrawn = now - timedelta(days=UNDO_DAYS), aliased(AssignmentStep)
    back = select(withdrawn.assignment_id).where(withdrawn.way == Way.WITHDRAWN.value, withdrawn.recorded_at >= since)
    about = AssignmentStep.assignment_id
    is_plan = and_(AssignmentStep.way == Way.FOLLOWED.value, or_(about.in_(ahead), about.in_(back)))
    return and_(AssignmentStep.recorded_at < since, not_(is_plan))


def keep(work: Work, way: Way, row: Assignment, before: dict[str, Any] | None = None) -> Done:
    """Note how to take back the step that was just recorded for ``row``; what is too old for that goes."""
    # Compared by the database: thousands of rows need not be looked at here.
    gone = delete(AssignmentStep).where(is_over(work.now)).execution_options(synchronize_session=False)
    work.session.execute(gone)
    step = AssignmentStep(
        assignment_id=row.id,
        version=row.version,
        way=way.value,
        before=json.dumps(before or {}, ensure_ascii=False),
        recorded_at=work.now,
    )
    work.session.add(step)
    work.session.flush()
    return Done(row.id, row.place_id, step.id, row.version)


def follow_merge(session: Session, kept_id: int, gone_id: int) -> None:
    """Let what would be put back name the entry of a person that stays."""
    names_them = AssignmentStep.before.contains(f'"person_id": {gone_id},')
    for step in session.scalars(select(AssignmentStep).where(names_them)):
        step.before = json.dumps(json.loads(step.before) | {"person_id": kept_id}, ensure_ascii=False)


def take_back(work: Work, step_id: int, version: int) -> int:
    """Take back a step, wholly or not at all, and return the place to go on at.

    Raises:
        Conflict: the assignment was changed since, or the step was taken back already.
        Forbidden: the assignment is not the actor's to edit.
    """
    step = work.session.get(AssignmentStep, step_id, with_for_update=True)
    if step is None or step.version != version:
        raise Conflict
    before = json.loads(step.before)
    if step.way == Way.WITHDRAWN:
        place_id = _restore(work, step, before)
    else:
        row = _untouched(work, step.assignment_id, step.version)
        who, day = row.person_id, row.valid_from
        place_id = _reverse(work, step, row, before)
        if "first_day" in before:
            first_day.put_back(work, who, day, date.fromisoformat(before["first_day"]))
    work.session.delete(step)
    return place_id


def _reverse(work: Work, step: AssignmentStep, row: Assignment, before: dict[str, Any]) -> int:
    if step.way in {Way.CORRECTED, Way.ENDED}:
        _put_back(work, row, before)
        # Whoever may not edit what it becomes may not make it that.
        require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row))
        action = "assignment.end_undone" if step.way == Way.ENDED else "assignment.change_undone"
        work.record(action, row)
        return row.place_id
    place_id = row.place_id
    if step.way == Way.FOLLOWED:
        old = _untouched(work, before["old_id"], before["old_version"])
        old.valid_until = date.fromisoformat(before["old_until"]) if before["old_until"] else None
        work.record("assignment.change_undone", old)
        place_id = old.place_id
    work.record("assignment.creation_undone", row)
    work.session.delete(row)
    return place_id


def _untouched(work: Work, key: int, version: int) -> Assignment:
    """Return an assignment that is as the step left it."""
    row = work.session.get(Assignment, key)
    if row is None:
        raise Conflict
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row))
    check_version(row, version)
    return row


def _restore(work: Work, step: AssignmentStep, before: dict[str, Any]) -> int:
    """Enter again what was withdrawn, under its old key if that is still free."""
    row = Assignment()
    _put_back(work, row, before)
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row))
    _check_still_possible(work, row)
    if work.session.get(Assignment, step.assignment_id) is None:
        row.id = step.assignment_id
    if went_on := before.get("went_on"):
        old = _untouched(work, went_on["id"], went_on["version"])
        old.valid_until = date.fromisoformat(went_on["ended_on"])
        work.record("assignment.ended", old)
    work.session.add(row)
    work.record("assignment.withdrawal_undone", row)
    return row.place_id


def _check_still_possible(work: Work, row: Assignment) -> None:
    """Raise Conflict if person, place or employer are gone by the first day, or the same was entered again since."""
    place = work.session.get(Place, row.place_id, with_for_update=True)
    person = work.session.get(Person, row.person_id) if row.person_id is not None else None
    parties = [place, work.session.get(Organisation, row.employer_id), *([person] if row.person_id is not None else [])]
    for party in parties:
        if party is None or (party.valid_until is not None and party.valid_until < row.valid_from):
            raise Conflict
    same_person = Assignment.person_id.is_(None) if row.person_id is None else Assignment.person_id == row.person_id
    twin = select(Assignment.id).where(
        same_person,
        Assignment.place_id == row.place_id,
        Assignment.employer_id == row.employer_id,
        Assignment.function == row.function,
        Assignment.valid_from == row.valid_from,
    )
    if work.session.scalar(twin.limit(1)) is not None:
        raise Conflict
