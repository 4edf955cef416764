"""What would follow from a new, changed or ended assignment, looked up; the same for the page before and the saving."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from coordination.core import clock
from coordination.core.access import Actor, Permission, allows, plans_of
from coordination.directory.assignment_inputs import AssignmentInput, Plan, input_of
from coordination.directory.consequences import (
    Consequence,
    Effect,
    Holding,
    doubles,
    gaps,
    less,
    more_times,
    outlasts,
    over_full,
    pause_before,
)
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.models import Assignment, Person, Place
from coordination.directory.predecessor import CutOff
from coordination.directory.rules import Span, day_before

#: What is said of somebody who goes on as before; who else is at the place is said by what is withdrawn.
_OF_ITSELF = {Effect.OVER_FULL, Effect.DOUBLE, Effect.FUNDING_ENDS, Effect.PERSON_LEAVES, Effect.PLACE_CLOSES}


def _holding(data: AssignmentInput, place_name: str, weeks: FullWeeks) -> Holding:
    return Holding(
        person_id=data.person_id,
        place_id=data.place_id,
        place_name=place_name,
        function=data.function,
        span=data.span,
        posts=weeks.posts(data.share.posts, data.share.hours, data.employer_id),
        times=data.times,
    )


def _holding_of(assignment: Assignment, weeks: FullWeeks) -> Holding:
    """Return a stored assignment as plain values."""
    return _holding(input_of(assignment), assignment.place.name, weeks)


def _others(session: Session, actor: Actor, which: ColumnElement[bool], without: Iterable[int]) -> Sequence[Assignment]:
    """Return the assignments at some places or of somebody, except some; what others plan is not told."""
    is_known: ColumnElement[bool] = true()
    if not allows(actor, Permission.DIRECTORY_PLANNED):
        is_known = or_(Assignment.valid_from <= clock.today(), Assignment.employer_id.in_(plans_of(actor)))
    return session.scalars(
        select(Assignment)
        .where(which, is_known, Assignment.id.not_in(list(without)))
        .options(joinedload(Assignment.place), selectinload(Assignment.presences))
        .order_by(Assignment.valid_from, Assignment.id)
    ).all()


def _may_tell_end(actor: Actor, row: Assignment) -> bool:
    """Return whether who acts may read when an assignment ends, as ``AsOf.shows_end`` says it of pages."""
    is_over = row.valid_until is not None and row.valid_until < clock.today()
    return is_over or allows(actor, Permission.DIRECTORY_PLANNED) or row.employer_id in plans_of(actor)


def of_assignment(session: Session, actor: Actor, plan: Plan, old: Assignment | None = None) -> list[Consequence]:
    """Return what follows if ``plan`` is carried out; ``old`` is the assignment that it changes."""
    data, weeks = plan.data, FullWeeks(session, clock.today())
    place = session.get_one(Place, data.place_id)
    person = session.get(Person, data.person_id) if data.person_id is not None else None
    before = _holding_of(old, weeks) if old is not None else None
    places = {data.place_id} | ({before.place_id} if before else set())
    which = or_(Assignment.place_id.in_(places), Assignment.person_id == data.person_id if person else false())
    rows = _others(session, actor, which, {old.id} if old else set())
    others = [replace(_holding_of(row, weeks), shows_end=_may_tell_end(actor, row)) for row in rows]
    new = _holding(data, place.name, weeks)
    kept = [replace(before, span=Span(before.span.first, plan.old_until))] if before and plan.old_until else []
    found: list[Consequence] = []
    if before is not None:
        found += _lost(before, [*others, *kept, new], plan.old_until or data.valid_until)
    else:
        found += pause_before(new, others)
    if person is not None:
        own = [one for one in others if one.person_id == person.id]
        own += [one for one in kept if one.person_id == person.id]
        found += over_full(new, own, name=person.name)
        found += doubles(new, own)
        if old is None and person.organisation is not None and person.organisation_id != data.employer_id:
            found.append(Consequence(Effect.OTHER_EMPLOYER, name=person.organisation.name))
        found += more_times(data.times, _hours(data, weeks))
    return found + _limits(data, place, person)


def _hours(data: AssignmentInput, weeks: FullWeeks) -> Decimal | None:
    """Return how many hours a week a share is; the larger where it is given in both ways that do not say the same."""
    by_posts = data.share.posts and data.share.posts * weeks.of(data.employer_id)
    return max((one for one in (by_posts, data.share.hours) if one), default=None)


def _lost(lost: Holding, remaining: Sequence[Holding], last_on: date | None) -> list[Consequence]:
    """Return when nobody does the work of ``lost`` any more, else how much less of it there is after ``last_on``."""
    found = gaps(lost, remaining)
    day = last_on + timedelta(days=1) if last_on is not None else None
    return found + (less(lost, remaining, day) if day is not None else [])


def _limits(data: AssignmentInput, place: Place, person: Person | None) -> list[Consequence]:
    """Return what ends or begins beside the assignment: money, the person's stay, the place."""
    found = []
    if outlasts(data.valid_until, data.funded_until):
        found.append(Consequence(Effect.FUNDING_ENDS, first=data.funded_until, last=data.valid_until))
    if person is not None and outlasts(data.valid_until, person.valid_until):
        found.append(Consequence(Effect.PERSON_LEAVES, name=person.name, first=person.valid_until))
    if outlasts(data.valid_until, place.valid_until):
        found.append(Consequence(Effect.PLACE_CLOSES, name=place.name, first=place.valid_until))
    if place.valid_from is not None and data.valid_from < place.valid_from:
        found.append(Consequence(Effect.PLACE_OPENS, name=place.name, first=place.valid_from))
    if place.school is not None and place.school.gone_since is not None:
        found.append(Consequence(Effect.SCHOOL_GONE, name=place.name, first=place.school.gone_since))
    if person is not None and not data.times:
        found.append(Consequence(Effect.NO_TIMES, name=place.name))
    return found


def of_ends(session: Session, actor: Actor, ending: Sequence[Assignment], last_on: date) -> list[Consequence]:
    """Return the gaps that come of ending assignments on ``last_on``; what begins later is left empty."""
    keys = {one.id for one in ending}
    which = Assignment.place_id.in_({one.place_id for one in ending})
    weeks = FullWeeks(session, clock.today())
    others = [_holding_of(row, weeks) for row in _others(session, actor, which, keys)]
    lost = [(one, _holding_of(one, weeks)) for one in ending]
    kept = [replace(was, span=Span(one.valid_from, last_on)) for one, was in lost if one.valid_from <= last_on]
    found: list[Consequence] = []
    for one, was in lost:
        found += _lost(was, [*others, *kept], max(last_on, day_before(one.valid_from)))
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What comes of an assignment that never begins: as things stand, and if what it cut off goes on as before."""

    ends: Sequence[Consequence]
    goes_on: Sequence[Consequence] = ()
    cut: CutOff | None = None

    @property
    def mark(self) -> str:
        """Return the mark of both and of what was cut off; see ``fingerprint``."""
        cut = f"-{self.cut.assignment.id}-{self.cut.until or 'open'}" if self.cut is not None else ""
        return fingerprint([*self.ends, *self.goes_on]) + cut

    @property
    def is_better_on(self) -> bool:
        """Return whether to let it go on is the likely wish: nothing stands against it."""
        return self.cut is not None and not any(one.is_warning for one in self.goes_on)


def of_withdrawal(session: Session, actor: Actor, planned: Assignment, cut: CutOff | None) -> Withdrawal:
    """Return what comes of an assignment that never begins; ``cut``: what ends because of it."""
    eve = day_before(planned.valid_from)
    ends = of_ends(session, actor, [planned], eve)
    return Withdrawal(ends) if cut is None else Withdrawal(ends, _going_on(session, actor, planned, cut), cut)


def _going_on(session: Session, actor: Actor, planned: Assignment, cut: CutOff) -> list[Consequence]:
    """Return the gaps that stay, measured by the day before, and what letting ``cut`` go on means for itself."""
    weeks, old = FullWeeks(session, clock.today()), cut.assignment
    lost, eve = _holding_of(planned, weeks), day_before(planned.valid_from)
    going_on = replace(_holding_of(old, weeks), span=Span(old.valid_from, cut.until))
    rows = _others(session, actor, Assignment.place_id == planned.place_id, {planned.id, old.id})
    remaining = [*(_holding_of(row, weeks) for row in rows), going_on]
    was = replace(lost, span=Span(eve, lost.span.last))
    found = [*gaps(lost, remaining), *less(was, remaining, planned.valid_from)]
    own = of_assignment(session, actor, Plan(replace(input_of(old), valid_until=cut.until)), old)
    return found + [one for one in own if one.effect in _OF_ITSELF]


def fingerprint(consequences: Sequence[Consequence]) -> str:
    """Return a short mark of what was shown, to notice when it is no longer the whole truth."""
    return hashlib.sha256(repr(list(consequences)).encode()).hexdigest()[:16]
