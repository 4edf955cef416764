"""What is due before and after a meeting, by the rules of procedure or set otherwise by the chair. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coordination.bodies.procedure import DayKind, Procedure, due_before, earlier_working_day
from coordination.core import special_days
from coordination.meetings.rules import Deadline, MeetingState

#: So many days before it is due, something is near.
NEAR = 7
#: What the office owes; the others are only closed when their day has passed.
OWED = frozenset({Deadline.INVITATION, Deadline.MINUTES})
DAY = timedelta(days=1)
#: A body that gives only a number a year may be this much later than the even distance.
SLACK = 30


class DueState(StrEnum):
    """How it stands with a deadline."""

    KEPT = "kept"
    #: Done, but after its day.
    LATE = "late"
    #: Decided on without a mail: who was told, and when, is not known here.
    SILENT = "silent"
    #: The meeting has begun, and nobody was invited to it.
    LEFT_OUT = "left_out"
    AHEAD = "ahead"
    NEAR = "near"
    OVER = "over"
    #: Passed, and nothing is owed: nobody may propose items any more.
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline of one meeting."""

    deadline: Deadline
    #: The day by counting alone.
    counted: date
    #: The working day it falls on; differs from ``counted`` only if that is a day off, or if it was set otherwise.
    due: date
    days_left: int
    state: DueState
    #: Why it was set otherwise than the rules say; "" by the rules.
    reason: str = ""
    #: When it was done, where that is known.
    done_on: date | None = None

    @property
    def is_earlier(self) -> bool:
        """Return whether the counted day is a day off, so that both days are shown."""
        return not self.reason and self.due != self.counted


def deadlines(
    rules: Procedure,
    meeting_days: tuple[date, date],
    today: date,
    *,
    overrides: Mapping[Deadline, tuple[date, str]] | None = None,
    kept: Mapping[Deadline, date | None] | None = None,
) -> list[Due]:
    """Return what is due for a meeting from its first to its last day, in the order of its days.

    ``overrides``: what the chair set, as (day, reason); ``kept``: what has been done already, and
    on which day (None: nobody knows).
    """
    set_otherwise = overrides or {}
    found = []
    for deadline in Deadline:
        counted, due = by_rules(rules, meeting_days, deadline)
        due, reason = set_otherwise.get(deadline, (due, ""))
        done_on = (kept or {}).get(deadline)
        state = _state(deadline, (due - today).days, is_kept=deadline in (kept or {}))
        if done_on is not None and done_on > due:
            state = DueState.LATE
        found.append(Due(deadline, counted, due, (due - today).days, state, reason, done_on))
    return sorted(found, key=lambda one: (one.due, list(Deadline).index(one.deadline)))


def by_rules(rules: Procedure, meeting_days: tuple[date, date], deadline: Deadline) -> tuple[date, date]:
    """Return (the day by counting alone, the working day it moves back to)."""
    first, last = meeting_days
    if deadline is Deadline.MINUTES:
        counted = _after(last, rules.minutes_days, rules.day_kind)
        # Minutes are not due before the meeting, whatever days off lie behind it.
        return counted, max(earlier_working_day(counted), last)
    days = {
        Deadline.ITEMS: rules.agenda_deadline_days,
        Deadline.PAPERS: rules.paper_deadline_days,
        Deadline.INVITATION: rules.notice_days,
    }
    return due_before(first, days[deadline], rules.day_kind)


def _after(day: date, days: int, kind: DayKind) -> date:
    """Return the ``days``-th day after ``day``, which itself does not count (section 187 (1) BGB)."""
    left = days
    while left > 0:
        day += DAY
        if kind is DayKind.CALENDAR or special_days.is_working_day(day):
            left -= 1
    return day


def _state(deadline: Deadline, left: int, *, is_kept: bool) -> DueState:
    if is_kept:
        return DueState.KEPT
    if left < 0:
        return DueState.OVER if deadline in OWED else DueState.PASSED
    return DueState.NEAR if left <= NEAR else DueState.AHEAD


def kept_in(state: MeetingState) -> frozenset[Deadline]:
    """Return what must have been done for a meeting to be in ``state``."""
    # Nobody owes items or papers: their day is ahead or over, and nobody can say that it was kept.
    if state is MeetingState.CLOSED:
        return OWED
    asked = {MeetingState.INVITED, MeetingState.RUNNING, MeetingState.MINUTES_OPEN}
    return frozenset({Deadline.INVITATION}) if state in asked else frozenset()


def longest_gap(rules: Procedure) -> int | None:
    """Return after how many days without a meeting a body's rhythm is missed; None: it meets as needed."""
    if rules.max_gap_days:
        return rules.max_gap_days
    return -(-365 // rules.target_per_year) + SLACK if rules.target_per_year else None
