"""What becomes of a stored assignment by what a row says of it. No database.

What holds today goes on: a later first day in a list ends nothing, and what has been true stays in the history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from coordination.core.i18n import N_, format_date
from coordination.directory.assignment_inputs import AssignmentInput
from coordination.directory.rules import Span, WeeklyTime, day_before
from coordination.directory.shares import Share
from coordination.directory.staff.known import Known, KnownAssignment
from coordination.directory.staff.rows import Entry
from coordination.exchange.tables import Remark

_HOLDS_ALREADY = N_(
    "%(place)s: this assignment has held since %(first)s. That the list says %(since)s changes nothing of it."
)
_EARLIER_ENTRY = N_(
    "%(place)s: the list says since %(since)s. Until %(last)s there is an earlier entry, which stays; "
    "this one holds from %(first)s on as before."
)
_BEGINS_EARLIER = N_(
    "%(place)s: the first day moves from %(first)s to %(since)s. Pages of the days between show the assignment, too."
)


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one assignment. ``old`` None: it is new; ``data`` None: it ends."""

    line: int
    old: KnownAssignment | None
    data: AssignmentInput | None
    #: Key of the listed person; "" for a vacancy or an end.
    person: str = ""
    #: Last day of the old row where another follows it, or with which it ends.
    old_until: date | None = None

    @property
    def kind(self) -> str:
        """Return the part of the preview in which it stands."""
        if self.data is None:
            return "ended"
        return "changed" if self.old is not None else "new"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row does to a stored assignment (None: nothing), and what has to be said of its first day."""

    step: Step | None
    told: Remark | None = None


def compare(known: Known, entry: Entry, old: KnownAssignment, person: str) -> Outcome:
    """Return what becomes of ``old``, which the row speaks of; ``person`` is the key of whom the list names.

    Raises:
        RuleViolation: days or times would be impossible.
    """
    before, first = input_of(old), old.span.first
    since = entry.since or first
    data = replace(
        before,
        funding=entry.funding or old.funding,
        valid_until=entry.until or old.span.last,
        target_group=entry.group or old.group,
        share=_share(entry.share, old.share),
        funded_until=entry.funded_until or old.funded_until,
        times=_times(entry, old),
        in_holidays=entry.in_holidays or old.in_holidays,
    )
    if old.span.last is not None and since > old.span.last:
        # What holds until then has its end already; the row speaks of what comes after it.
        after = _from(entry, old, replace(data, valid_until=entry.until), since)
        return Outcome(Step(entry.line, None, after, person))
    if _facts(data) == _facts(before):
        begin, told = _begin(known, entry, old)
        data = replace(data, valid_from=begin)
        data.check()
        return Outcome(None if data == before else Step(entry.line, old, data, person), told)
    from_day = since if since > first else known.today
    if from_day <= first:
        data = replace(data, valid_from=since)
        data.check()
        return Outcome(Step(entry.line, old, data, person))
    return Outcome(Step(entry.line, old, _from(entry, old, data, from_day), person, day_before(from_day)))


def _begin(known: Known, entry: Entry, old: KnownAssignment) -> tuple[date, Remark | None]:
    """Return the first day of an assignment of which a row says the same, and what has to be said of it."""
    first, since = old.span.first, entry.since or old.span.first
    if since == first or min(first, since) > known.today:
        return since, None
    values = {"place": known.places[old.place_id].name, "first": format_date(first), "since": format_date(since)}
    if since > first:
        return first, Remark(_HOLDS_ALREADY, values, entry.line)
    between = Span(since, day_before(first))
    earlier = known.past.get((old.person_id, old.place_id, old.employer_id, old.function), ())
    lasts = [span.last for span in earlier if span.last is not None and span.meets(between)]
    if lasts:
        return first, Remark(_EARLIER_ENTRY, {**values, "last": format_date(max(lasts))}, entry.line)
    return since, Remark(_BEGINS_EARLIER, values, entry.line)


def _from(entry: Entry, old: KnownAssignment, data: AssignmentInput, since: date) -> AssignmentInput:
    """Return what holds from a day on; money that ends before it is not that of what begins."""
    funded = old.funded_until if old.funded_until is not None and old.funded_until >= since else None
    data = replace(data, valid_from=since, funded_until=entry.funded_until or funded)
    data.check()
    return data


def input_of(old: KnownAssignment) -> AssignmentInput:
    """Return a stored assignment as if it had been typed."""
    return AssignmentInput(
        person_id=old.person_id,
        place_id=old.place_id,
        employer_id=old.employer_id,
        function=old.function,
        funding=old.funding,
        valid_from=old.span.first,
        valid_until=old.span.last,
        target_group=old.group,
        share=old.share,
        funded_until=old.funded_until,
        times=old.times,
        in_holidays=old.in_holidays,
    )


def _facts(data: AssignmentInput) -> AssignmentInput:
    """Return an assignment without its days: what is left makes one different from another."""
    return replace(data, valid_from=date.min, valid_until=None, funded_until=None)


def _share(new: Share | None, old: Share) -> Share:
    """Return the share that holds: one unit alone that agrees with what is stored keeps the other."""
    if new is None:
        return old
    is_same = new.posts in {None, old.posts} and new.hours in {None, old.hours}
    return old if is_same else new


def _times(entry: Entry, old: KnownAssignment) -> tuple[WeeklyTime, ...]:
    """Return the weekly times that hold: a list without rooms does not take the rooms away."""
    if entry.times is None:
        return old.times
    same = {(t.weekday, t.starts_at, t.ends_at) for t in entry.times} == {
        (t.weekday, t.starts_at, t.ends_at) for t in old.times
    }
    has_rooms = any(t.room for t in entry.times)
    return old.times if same and (not has_rooms or set(entry.times) == set(old.times)) else entry.times
