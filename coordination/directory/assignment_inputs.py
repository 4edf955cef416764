"""What somebody fixes of an assignment, and what a change does to the rows. No database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.directory.models import Assignment
from coordination.directory.rules import (
    Function,
    Funding,
    HolidayPresence,
    Span,
    WeeklyTime,
    check_span,
    check_times,
    day_before,
)
from coordination.directory.shares import Share

NOT_KNOWN = Share()


@dataclass(frozen=True, slots=True)
class AssignmentInput:
    """An assignment as it was typed; without a person it is a vacancy."""

    person_id: int | None
    place_id: int
    employer_id: int
    function: Function
    funding: Funding
    valid_from: date
    valid_until: date | None = None
    target_group: str = ""
    share: Share = NOT_KNOWN
    funded_until: date | None = None
    times: tuple[WeeklyTime, ...] = ()
    in_holidays: HolidayPresence | None = None
    is_confirmed: bool = False

    @property
    def span(self) -> Span:
        """Return the days on which it holds."""
        return Span(self.valid_from, self.valid_until)

    def check(self) -> None:
        """Raise RuleViolation if the days or times are impossible."""
        check_span(self.valid_from, self.valid_until)
        check_times(self.times)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change does: the old row goes on until ``old_until`` and a new one begins, or it is changed in place."""

    data: AssignmentInput
    #: Last day of the old row; None where it is changed in place.
    old_until: date | None = None


def times_of(assignment: Assignment) -> tuple[WeeklyTime, ...]:
    """Return the weekly times as values."""
    return tuple(WeeklyTime(p.weekday, p.starts_at, p.ends_at, p.room) for p in assignment.presences)


def facts(data: AssignmentInput) -> tuple[object, ...]:
    """Return what makes one assignment different from another: changing it from a day on is history."""
    return (
        data.person_id,
        data.place_id,
        data.employer_id,
        data.function,
        data.funding,
        data.target_group,
        data.share,
        data.in_holidays,
        frozenset(data.times),
    )


def input_of(assignment: Assignment) -> AssignmentInput:
    """Return a stored assignment as if it had been typed."""
    return AssignmentInput(
        person_id=assignment.person_id,
        place_id=assignment.place_id,
        employer_id=assignment.employer_id,
        function=assignment.function,
        funding=assignment.funding,
        valid_from=assignment.valid_from,
        valid_until=assignment.valid_until,
        target_group=assignment.target_group,
        share=Share(assignment.share_posts, assignment.share_hours),
        funded_until=assignment.funded_until,
        times=times_of(assignment),
        in_holidays=assignment.in_holidays,
    )


def with_both_units(data: AssignmentInput, before: AssignmentInput) -> AssignmentInput:
    """Keep the hours of a share that a list gave in both units, where the posts, which a form shows, stay as they are.

    Whoever types the hours instead wants them to count.
    """
    posts, hours = before.share.posts, before.share.hours
    is_same = posts is not None and hours is not None and data.share == Share(posts)
    return replace(data, share=before.share) if is_same else data


def changes(plan: Plan, before: AssignmentInput) -> bool:
    """Return whether a plan stores anything: another value, another day, or that somebody confirms it."""
    if plan.old_until is not None or plan.data.is_confirmed:
        return True
    days = [(one.valid_from, one.valid_until, one.funded_until) for one in (plan.data, before)]
    return days[0] != days[1] or facts(plan.data) != facts(before)


def plan_change(assignment: Assignment, data: AssignmentInput, from_day: date | None) -> Plan:
    """Return what to do with ``assignment`` so that ``data`` holds from ``from_day`` on (None: it always did).

    Raises:
        RuleViolation: the assignment has ended before that day, or ``data`` is impossible.
    """
    before = input_of(assignment)
    data = with_both_units(data, before)
    if from_day is None:
        data.check()
        return Plan(data)
    if from_day <= before.valid_from:
        # Nothing has been true yet that would have to be remembered.
        data = replace(data, valid_from=before.valid_from if facts(data) == facts(before) else from_day)
        data.check()
        return Plan(data)
    data = replace(data, valid_from=before.valid_from)
    if facts(data) == facts(before):
        data.check()
        return Plan(data)
    if before.valid_until is not None and from_day > before.valid_until:
        raise RuleViolation(
            N_("The assignment ends before that day. Please choose an earlier one, or make a new assignment."),
            field="from_day",
        )
    data = replace(data, valid_from=from_day)
    data.check()
    return Plan(data, old_until=day_before(from_day))
