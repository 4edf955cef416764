"""What is done with assignments: made, changed from a day on, corrected, withdrawn, ended; what was said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from coordination.core.access import Permission, Subject, allows, require
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory import assignment_twins, assignment_undo, first_day, predecessor, previews
from coordination.directory.assignment_inputs import AssignmentInput, Plan, facts, input_of, plan_change, times_of
from coordination.directory.assignment_undo import Done, Way
from coordination.directory.models import Assignment, Organisation, Person, Place, Presence
from coordination.directory.queries import subject_of
from coordination.directory.rules import Function, PlaceKind, check_span
from coordination.directory.voices import NOBODY, Voice, forget


@dataclass(frozen=True, slots=True)
class Saving:
    """How an input is to be stored.

    Attributes:
        by: who confirms it; used only if the input says that it is confirmed.
        shown: fingerprint of the consequences that the actor was shown; None where nobody was.
        version: the version of the row that the form was filled from.
        since: the day from which a change holds; None if it is a correction.
        despite: keys of assignments that the actor was asked about, and said that this is a further one.
    """

    by: Voice = NOBODY
    shown: str | None = None
    version: int = 0
    since: date | None = None
    despite: frozenset[int] = frozenset()


JUST_SO = Saving()


@dataclass(frozen=True, slots=True)
class Undo:
    """The end that a row had before it was ended, and the version that ending it made."""

    earlier: date | None
    version: int


class AlreadyThere(RuleViolation):
    """Exactly this assignment is there already."""

    def __init__(self, place: Place, span: str) -> None:
        super().__init__(
            N_("Exactly this assignment is already there: %(place)s, %(span)s. Nothing was stored a second time."),
            place=place.name,
            span=span,
        )
        self.place_id = place.id


class Overtaken(Conflict):
    """What follows from the step is no longer what was shown before; it is shown again."""


def _check_links(work: Work, data: AssignmentInput, before: Assignment | None) -> None:
    """Refuse places, employers and people that are not there or not the actor's to use.

    Locks the place, so that the same form sent twice at once is looked at one after the other.
    """
    if work.session.get(Place, data.place_id, with_for_update=True) is None:
        raise RuleViolation(N_("Please choose a place."), field="place_id")
    if work.session.get(Organisation, data.employer_id) is None:
        raise RuleViolation(N_("Please choose an employer."), field="employer_id")
    require(work.actor, Permission.DIRECTORY_EDIT, Subject(organisation_ids=frozenset({data.employer_id})))
    if data.person_id is None or (before is not None and before.person_id == data.person_id):
        return
    person = work.session.get(Person, data.person_id)
    if person is None:
        raise RuleViolation(N_("Please choose a person of the directory."), field="person_id")
    if not allows(work.actor, Permission.DIRECTORY_EDIT, subject_of(person)):
        raise RuleViolation(
            N_("This person belongs to another organisation. Only who keeps that one can assign them."),
            field="person_id",
        )


def check_new(session: Session, data: AssignmentInput, today: date, despite: frozenset[int]) -> None:
    """Refuse what is there already, and ask about what is there in much the same way; see ``create_assignment``."""
    _refuse_twice(session, data, today)
    assignment_twins.ask(session, data, today, despite=despite)


def check_changed(session: Session, plan: Plan, today: date, *, of: Assignment, despite: frozenset[int]) -> None:
    """Refuse and ask where a change makes an assignment what another one is already; see ``change_assignment``."""
    if plan.old_until is not None:
        _refuse_twice(session, plan.data, today)
    if not assignment_twins.is_same(plan.data, input_of(of)):
        assignment_twins.ask(session, plan.data, today, despite=despite, own=of.id)


def _refuse_twice(session: Session, data: AssignmentInput, today: date) -> None:
    """Raise AlreadyThere if exactly this assignment is there: the form was sent twice, or somebody else entered it."""
    twin = session.scalar(
        select(Assignment)
        .where(
            Assignment.person_id.is_(None) if data.person_id is None else Assignment.person_id == data.person_id,
            Assignment.place_id == data.place_id,
            Assignment.employer_id == data.employer_id,
            Assignment.function == data.function,
            Assignment.funding == data.funding,
            Assignment.target_group == data.target_group,
            Assignment.valid_from == data.valid_from,
            _same(Assignment.share_posts, data.share.posts),
            _same(Assignment.share_hours, data.share.hours),
        )
        .limit(1)
    )
    if twin is not None:
        raise AlreadyThere(session.get_one(Place, twin.place_id), assignment_twins.span_told(twin, today))


def _same(column: Any, value: object) -> Any:
    return column.is_(None) if value is None else column == value


def _check_shown(work: Work, plan: Plan, old: Assignment | None, shown: str | None) -> None:
    if shown is not None and previews.fingerprint(previews.of_assignment(work.session, work.actor, plan, old)) != shown:
        raise Overtaken


def _fill(work: Work, assignment: Assignment, data: AssignmentInput, by: Voice) -> dict[str, Any]:
    """Let ``assignment`` say what the input says; returns what else taking it back has to put back."""
    is_other = facts(input_of(assignment)) != facts(data)
    assignment.person_id, assignment.place_id = data.person_id, data.place_id
    assignment.employer_id, assignment.function = data.employer_id, data.function
    assignment.target_group = data.target_group
    assignment.share_posts, assignment.share_hours = data.share.posts, data.share.hours
    assignment.funding, assignment.funded_until = data.funding, data.funded_until
    assignment.in_holidays = data.in_holidays
    assignment.valid_from, assignment.valid_until = data.valid_from, data.valid_until
    if data.is_confirmed:
        by.confirms(assignment, work.today)
    elif is_other:
        # What somebody confirmed is not what it says now.
        forget(assignment)
    earlier = first_day.begin_with(work, data.person_id, data.valid_from)
    if set(times_of(assignment)) != set(data.times):
        assignment.presences.clear()
        # Weekly times alone would leave the version as it is, and a stale form would overwrite them.
        flag_modified(assignment, "place_id")
        # Old rows go before new ones come, or two of the same hour would meet for a moment.
        work.session.flush()
        assignment.presences = [
            Presence(weekday=t.weekday, starts_at=t.starts_at, ends_at=t.ends_at, room=t.room) for t in data.times
        ]
    return {} if earlier is None else {"first_day": earlier.isoformat()}


def create_assignment(work: Work, data: AssignmentInput, saving: Saving = JUST_SO) -> Done:
    """Make an assignment.

    Raises:
        RuleViolation: impossible days or times, unknown or foreign rows, or the very same assignment is there.
        Running: the person does this there already, and nobody said (``saving.despite``) that it is a further one.
        Forbidden: the employer is not the actor's to edit.
        Overtaken: something else would follow now than what was shown.
    """
    data.check()
    _check_links(work, data, None)
    check_new(work.session, data, work.today, saving.despite)
    _check_shown(work, Plan(data), None, saving.shown)
    assignment = Assignment()
    before = _fill_new(work, assignment, data, saving.by)
    work.session.add(assignment)
    work.record("assignment.created", assignment)
    return assignment_undo.keep(work, Way.CREATED, assignment, before)


def _fill_new(work: Work, assignment: Assignment, data: AssignmentInput, by: Voice) -> dict[str, Any]:
    assignment.presences = [
        Presence(weekday=t.weekday, starts_at=t.starts_at, ends_at=t.ends_at, room=t.room) for t in data.times
    ]
    return _fill(work, assignment, data, by)


def change_assignment(work: Work, assignment: Assignment, data: AssignmentInput, saving: Saving) -> Done:
    """Change an assignment from a day on, or correct it (``saving.since`` None), and return what it led to.

    Raises: as ``create_assignment``; Conflict if somebody else changed it meanwhile.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(assignment))
    check_version(assignment, saving.version)
    plan = plan_change(assignment, data, saving.since)
    _check_links(work, plan.data, assignment)
    check_changed(work.session, plan, work.today, of=assignment, despite=saving.despite)
    _check_shown(work, plan, assignment, saving.shown)
    return carry_out(work, assignment, plan, by=saving.by)


def carry_out(work: Work, assignment: Assignment, plan: Plan, *, by: Voice) -> Done:
    """Do what ``plan`` says and return what it led to; the caller has seen to it that this may be done.

    Raises:
        RuleViolation: the assignment that would follow is there already.
    """
    if plan.old_until is None:
        before = assignment_undo.snapshot(assignment)
        before |= _fill(work, assignment, plan.data, by)
        work.record("assignment.changed", assignment)
        return assignment_undo.keep(work, Way.CORRECTED, assignment, before)
    _refuse_twice(work.session, plan.data, work.today)
    until, assignment.valid_until = assignment.valid_until, plan.old_until
    work.record("assignment.ended", assignment)
    # Who confirmed the old entry has said nothing of the new one.
    following = Assignment()
    first = _fill_new(work, following, plan.data, by)
    work.session.add(following)
    work.record("assignment.created", following)
    old = {
        "old_id": assignment.id,
        "old_version": assignment.version,
        "old_until": until.isoformat() if until else None,
        "ended_on": plan.old_until.isoformat(),
    }
    return assignment_undo.keep(work, Way.FOLLOWED, following, old | first)


def check_withdrawal(today: date, assignment: Assignment) -> None:
    """Raise RuleViolation if an assignment has begun: then it has been true, and is ended."""
    if assignment.valid_from <= today:
        raise RuleViolation(N_("The assignment has begun already. Please end it instead."))


def withdraw_assignment(
    work: Work, assignment: Assignment, *, version: int, shown: str | None = None, lets_go_on: bool = False
) -> Done:
    """Take away an assignment that was only planned; the audit trail keeps that it was there.

    With ``lets_go_on`` the assignment that the plan cut off goes on as before.

    Raises:
        RuleViolation: it has begun.
        Conflict, Overtaken, Forbidden: see ``change_assignment``.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(assignment))
    check_version(assignment, version)
    check_withdrawal(work.today, assignment)
    cut = predecessor.cut_off(work.session, work.actor, assignment, work.today)
    if shown is not None and previews.of_withdrawal(work.session, work.actor, assignment, cut).mark != shown:
        raise Overtaken
    before = assignment_undo.snapshot(assignment)
    if lets_go_on:
        before |= _let_go_on(work, cut)
    work.record("assignment.withdrawn", assignment)
    done = assignment_undo.keep(work, Way.WITHDRAWN, assignment, before)
    work.session.delete(assignment)
    return done


def _let_go_on(work: Work, cut: predecessor.CutOff | None) -> dict[str, Any]:
    """Give what a plan cut off the end back that it had; returns what else taking this back has to put back."""
    if cut is None or cut.assignment.valid_until is None:
        raise Overtaken
    ended_on, cut.assignment.valid_until = cut.assignment.valid_until, cut.until
    work.record("assignment.end_undone", cut.assignment)
    said = {"id": cut.assignment.id, "version": cut.assignment.version, "ended_on": ended_on.isoformat()}
    return {"went_on": said}


def check_end(assignment: Assignment, last_on: date) -> None:
    """Raise RuleViolation if an assignment begins only after ``last_on`` or ends before: ending never prolongs."""
    check_span(assignment.valid_from, last_on, field="last_on")
    if assignment.valid_until is not None and last_on > assignment.valid_until:
        raise RuleViolation(
            N_("The assignment ends on %(day)s already. To let it go on for longer, use “Change”."),
            field="last_on",
            day=format_date(assignment.valid_until),
        )


def read_day(text: str) -> date | None:
    """Return a day written by ``isoformat``; none is an open end."""
    return date.fromisoformat(text) if text else None


def end_assignment(
    work: Work, assignment: Assignment, last_on: date, *, version: int, shown: str | None = None
) -> date | None:
    """End an assignment with ``last_on``, included, and return the end it had before.

    Raises:
        RuleViolation: it begins only later, or ends earlier already.
        Conflict, Overtaken, Forbidden: see ``change_assignment``.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(assignment))
    check_version(assignment, version)
    check_end(assignment, last_on)
    gaps = previews.of_ends(work.session, work.actor, [assignment], last_on) if shown is not None else []
    if shown is not None and previews.fingerprint(gaps) != shown:
        raise Overtaken
    earlier, before = assignment.valid_until, assignment_undo.snapshot(assignment)
    assignment.valid_until = last_on
    work.record("assignment.ended", assignment)
    work.session.flush()
    assignment_undo.keep(work, Way.ENDED, assignment, before)
    return earlier


def undo_end(work: Work, assignment: Assignment, undo: Undo) -> None:
    """Give an assignment the end it had before it was ended.

    Raises:
        Conflict: it was changed since.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(assignment))
    check_version(assignment, undo.version)
    assignment.valid_until = undo.earlier
    work.record("assignment.end_undone", assignment)


def note_confirmation(work: Work, assignment: Assignment, *, by: Voice, on: date) -> None:
    """Note who said on which day that an assignment is right; the caller has seen to it that it was theirs to say."""
    by.confirms(assignment, on)
    work.record("assignment.confirmed", assignment)


def usual_function(place: Place) -> str:
    """Return what is most often done at such a place: the first guess of an empty form."""
    is_school = place.kind in {PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE}
    return (Function.SCHOOL_SOCIAL_WORK if is_school else Function.OPEN_YOUTH_WORK).value
