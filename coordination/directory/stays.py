"""Assignments as people count them: rows that follow each other without a gap are one stay. No database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coordination.directory.asof import AsOf
from coordination.directory.models import Assignment
from coordination.directory.rules import Span, day_before, is_stale

#: The week that is shown begins on the Monday before a day and ends, at a weekend, with the week after it.
_TWO_WEEKS = timedelta(days=13)
_Key = tuple[int | None, int, int, str]


def span_of(assignment: Assignment) -> Span:
    """Return the days on which an assignment holds."""
    return Span(assignment.valid_from, assignment.valid_until)


def _key(assignment: Assignment) -> _Key:
    """Return who does what where for whom: a change of anything else goes on with the same stay."""
    return assignment.person_id, assignment.place_id, assignment.employer_id, assignment.function.value


class Stays:
    """What is said of assignments over the changes within one stay: since when, when confirmed, what was before."""

    def __init__(self, assignments: Iterable[Assignment], as_of: AsOf) -> None:
        """Link each row with those that end on the day before it begins; ``assignments`` holds whole histories."""
        self._as_of = as_of
        ordered = sorted(assignments, key=lambda row: (row.valid_from, row.id))
        ending: dict[tuple[_Key, date], list[Assignment]] = {}
        for row in ordered:
            if row.valid_until is not None:
                ending.setdefault((_key(row), row.valid_until), []).append(row)
        self._before: dict[int, list[Assignment]] = {}
        self._since: dict[int, date] = {}
        self._told: dict[int, Assignment | None] = {}
        self._lanes: dict[int, int] = {}
        self._followed: set[int] = set()
        taken: set[int] = set()
        for row in ordered:
            before = ending.get((_key(row), day_before(row.valid_from)), [])
            # Of several at one time the one for the same target group is the one that goes on.
            self._before[row.id] = sorted(before, key=lambda one: (one.target_group != row.target_group, one.id))
            self._link(row, taken)

    def _link(self, row: Assignment, taken: set[int]) -> None:
        """Say of ``row`` what it has from the rows before it, which have been linked already."""
        before = self._before[row.id]
        self._since[row.id] = min([row.valid_from, *(self._since[one.id] for one in before)])
        told = [one for one in (row, *(self._told[one.id] for one in before)) if one is not None and self._on(one)]
        self._told[row.id] = max(told, key=lambda one: self._on(one) or date.min, default=None)
        self._followed |= {one.id for one in before}
        going_on = next((one for one in before if one.id not in taken), None)
        if going_on is not None:
            taken.add(going_on.id)
        self._lanes[row.id] = row.id if going_on is None else self._lanes[going_on.id]

    def _on(self, row: Assignment) -> date | None:
        return self._as_of.confirmed_on(row)

    def since(self, assignment: Assignment) -> date:
        """Return the first day of the stay; of what is only planned, the day from which it holds."""
        is_planned = assignment.valid_from > self._as_of.day
        return assignment.valid_from if is_planned else self._since[assignment.id]

    def told(self, assignment: Assignment) -> Assignment | None:
        """Return the row of the stay that was confirmed last, as far as it was known on the day; None if none was.

        What is only planned has to be confirmed itself.
        """
        if assignment.valid_from > self._as_of.day:
            return assignment if self._on(assignment) else None
        return self._told[assignment.id]

    def confirmed_on(self, assignment: Assignment) -> date | None:
        """Return the day on which it was confirmed last; a change within the stay takes nothing of that away."""
        told = self.told(assignment)
        return None if told is None else self._on(told)

    def is_stale(self, assignment: Assignment) -> bool:
        """Return whether a stay that goes on was last confirmed longer than half a year before the day."""
        has_ended = assignment.valid_until is not None and assignment.valid_until < self._as_of.day
        return not has_ended and is_stale(self.confirmed_on(assignment), self._as_of.day)

    def goes_on(self, assignment: Assignment) -> bool:
        """Return whether a row that has ended was only changed: another one of the stay follows."""
        return assignment.id in self._followed

    def lane(self, assignment: Assignment) -> int:
        """Return what rows share that go on with one another; no two of a lane hold on the same day."""
        return self._lanes[assignment.id]


def replaced_by(assignment: Assignment, rows: Iterable[Assignment], day: date) -> Assignment | None:
    """Return the row of the same stay that holds on ``day``, or held last, where ``assignment`` is over; else None."""
    known, found = list(rows), assignment
    while found.valid_until is not None and found.valid_until < day:
        last, group = found.valid_until, found.target_group
        after = [one for one in known if _key(one) == _key(found) and day_before(one.valid_from) == last]
        if not after:
            break
        found = min(after, key=lambda one: (one.target_group != group, one.id))
    return None if found is assignment else found


@dataclass(frozen=True, slots=True)
class Sorted:
    """Assignments by where they stand to a day."""

    current: Sequence[Assignment]
    planned: Sequence[Assignment]
    #: What has ended, the last first: each stay once, by its last row.
    former: Sequence[Assignment]
    #: What else holds on some day of the week that is shown.
    near: Sequence[Assignment]
    stays: Stays

    @classmethod
    def of(cls, assignments: Sequence[Assignment], as_of: AsOf) -> Sorted:
        """Sort ``assignments``; what is only planned is left out for those who may not see it."""
        day, stays = as_of.day, Stays(assignments, as_of)
        monday = day - timedelta(days=day.weekday())
        ended = [a for a in assignments if a.valid_until is not None and a.valid_until < day]
        former = [a for a in ended if not stays.goes_on(a)]
        # What has begun by today is no plan any more, also where an earlier day is asked for.
        week = {
            True: Span(monday, monday + _TWO_WEEKS),
            False: Span(monday, min(monday + _TWO_WEEKS, max(day, as_of.today))),
        }
        return cls(
            current=[a for a in assignments if span_of(a).holds(day)],
            planned=[a for a in assignments if a.valid_from > day and as_of.plans(a.employer_id)],
            former=sorted(former, key=lambda a: (a.valid_until or date.max, a.id), reverse=True),
            near=[
                a
                for a in assignments
                if span_of(a).meets(week[as_of.plans(a.employer_id)]) and not span_of(a).holds(day)
            ],
            stays=stays,
        )
