"""What pages show of assignments on a day: who is there in a sentence each, the week as a grid, the rest as rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from coordination.core import i18n, special_days
from coordination.core.collation import german_key
from coordination.core.i18n import gettext as _
from coordination.directory import words
from coordination.directory.asof import AsOf, Then
from coordination.directory.boards import BoardRow
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.rules import Here, Part, Why, part_of_day
from coordination.directory.stays import Stays, span_of

#: Where a row of the week leads; None for a vacancy.
Address = Callable[[Assignment], "str | None"]

_RANK = {
    "presence.here": 0,
    "presence.later": 1,
    "presence.unknown": 2,
    "presence.over": 3,
    "presence.away": 4,
    "assignment.vacant": 5,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One assignment on the day: who (or, on a person's page, where), the state in a word, and when."""

    row: BoardRow
    name: str
    place: str
    employer: str
    state: str
    word: str
    #: "8–13 Uhr, Raum 104", or "nächste Präsenz Do 26.11., 8–13 Uhr"; "" if nothing is known.
    when: str
    #: Who was named to stand in, if they are away and people can be sent there.
    stands_in: Person | None
    #: "Standort von Grundschule X", where the place is one.
    site_of: str = ""

    @property
    def assignment(self) -> Assignment:
        """Return what the entry is about."""
        return self.row.assignment

    @property
    def is_here(self) -> bool:
        """Return whether they are there on the day, and have not left yet."""
        return self.row.is_here and self.state != "presence.over"

    @property
    def is_absent(self) -> bool:
        """Return whether they are away on the day; never why."""
        return self.row.answer.why is Why.ABSENT

    @property
    def is_missed(self) -> bool:
        """Return whether they are away on a day on which that leaves a gap: on a holiday nobody is expected anyway."""
        return self.is_absent and not self.row.is_closed

    @property
    def substitute(self) -> Person | None:
        """Return who stands in on the day."""
        return self.stands_in if self.is_missed else None

    @property
    def is_uncovered(self) -> bool:
        """Return whether they are missed and nobody is named who stands in."""
        return self.is_missed and self.stands_in is None

    @property
    def office(self) -> Organisation | None:
        """Return whom to ask instead of somebody who is away without cover: the employer, if it can be reached."""
        employer = self.assignment.employer
        is_alone = self.is_absent and self.stands_in is None
        return employer if is_alone and (employer.phone or employer.email) else None

    @property
    def holidays(self) -> str:
        """Return whether they are there in school holidays, where something is said of it."""
        return words.holiday_note(self.assignment)

    @property
    def function(self) -> str:
        """Return what they do, with whom it is meant for."""
        word = words.function_word(self.assignment.function)
        return f"{word} ({self.assignment.target_group})" if self.assignment.target_group else word


@dataclass(frozen=True, slots=True)
class DayPanel:
    """Who is at a place on a day: the answer in a sentence, then everybody with their state."""

    heading: str
    answer: str
    entries: Sequence[Entry] = field(default_factory=tuple)

    @property
    def here(self) -> list[Entry]:
        """Return those who are there."""
        return [entry for entry in self.entries if entry.is_here]


def entry_of(row: BoardRow, then: Then, as_of: AsOf) -> Entry:
    """Return what is to be shown of one row. Of an absence: that it is one, never why."""
    assignment, why = row.assignment, row.answer.why
    state, word = _state(row, as_of)
    when = ""
    if state == "presence.over" and row.next_day is not None:
        when = _("next there on %(time)s", time=words.coming(row.next_day, row.next_times))
    elif row.is_here or (row.answer.here is Here.UNKNOWN and row.answer.times and why is not Why.BY_ARRANGEMENT):
        when = words.hours_and_rooms(row.answer.times)
    elif row.next_day is not None:
        when = _("next there on %(time)s", time=words.coming(row.next_day, row.next_times))
    return Entry(
        row=row,
        name=then.name(assignment.person) if assignment.person else _("vacant"),
        place=then.name(assignment.place),
        employer=then.name(assignment.employer),
        state=state,
        word=word,
        when=when,
        stands_in=as_of.may_ask(row.stands_in(as_of.day)) if why is Why.ABSENT else None,
        site_of=words.site_of(assignment.place, then),
    )


def _state(row: BoardRow, as_of: AsOf) -> tuple[str, str]:
    if row.answer.why is Why.VACANT:
        return "assignment.vacant", _("vacant")
    today = as_of.is_today
    if row.is_here:
        return _state_by_clock(row, as_of.now) if today and as_of.now else _there(today=today)
    if row.answer.why is Why.BY_ARRANGEMENT:
        return "presence.unknown", _("by arrangement")
    if row.answer.here is Here.UNKNOWN:
        return "presence.unknown", _("not known")
    return "presence.away", _("not there today") if today else _("not there")


def _there(*, today: bool) -> tuple[str, str]:
    return "presence.here", _("there today") if today else _("there")


def _state_by_clock(row: BoardRow, now: time) -> tuple[str, str]:
    part, moment = part_of_day(row.answer.times, now)
    hour = i18n.format_hour(moment)
    match part:
        case Part.NOW:
            return _there(today=True)
        case Part.BEFORE:
            return "presence.later", _("today from %(time)s", time=hour)
        case Part.BREAK:
            return "presence.later", _("there again today from %(time)s", time=hour)
        case Part.AFTER:
            return "presence.over", _("was there today until %(time)s", time=hour)


def entries_of(rows: Sequence[BoardRow], then: Then, as_of: AsOf) -> list[Entry]:
    """Return the entries: who is there first, by when they come, then the others by name."""
    found = [entry_of(row, then, as_of) for row in rows]
    return sorted(found, key=lambda e: (_RANK.get(e.state, 9), _first_time(e), german_key(_family_first(e))))


def _first_time(entry: Entry) -> str:
    return entry.row.answer.times[0].starts_at.isoformat() if entry.is_here else ""


def _family_first(entry: Entry) -> str:
    person = entry.assignment.person
    return f"{person.family_name}\t{person.given_name}" if person else ""


def by_place(entries: Sequence[Entry]) -> dict[int, list[Entry]]:
    """Return entries under the keys of their places."""
    found: dict[int, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.assignment.place_id, []).append(entry)
    return found


def place_panel(place: Place, entries: Sequence[Entry], as_of: AsOf, *, elsewhere: Sequence[Entry] = ()) -> DayPanel:
    """Return who is at ``place``: a name, or why nobody is, or that it is not known.

    ``elsewhere`` are those at the sites of a school: they stand below, and the answer says so.
    """
    heading = words.day_heading(as_of.day, as_of.today)
    # Who is away would not be there on a day off either.
    is_free_day = any(entry.row.usually(as_of.day).why is Why.FREE_DAY for entry in entries)
    closed = words.closed_because(place, as_of.day, is_free_day=is_free_day)
    if any(entry.is_here for entry in entries):
        return DayPanel(heading, "", entries)
    people = [entry for entry in entries if entry.assignment.person is not None]
    coming = min((e.row for e in people if e.row.next_day), key=_next_key, default=None)
    following = (
        _("Next there: %(time)s.", time=words.coming(coming.next_day, coming.next_times))
        if coming is not None and coming.next_day is not None
        else ""
    )
    if not people:
        answer = _("The post is vacant.") if entries else _("Nobody is assigned here.")
        if any(entry.assignment.person is not None for entry in elsewhere):
            answer = _("Nobody is assigned to the main building. Who is at its sites stands further down.")
    else:
        answer = _nobody(people, closed, as_of)
    return DayPanel(heading, f"{answer} {following}".strip(), entries)


def _nobody(people: Sequence[Entry], closed: str, as_of: AsOf) -> str:
    """Return why nobody of ``people`` is there, or that it is not known."""
    states = {entry.state for entry in people}
    if any(entry.row.answer.why is Why.BY_ARRANGEMENT for entry in people):
        holidays = special_days.school_holiday(as_of.day) or _("School holidays")
        return _("%(reason)s: somebody is there by arrangement.", reason=holidays)
    if closed and "presence.over" not in states and not any(entry.is_missed for entry in people):
        return _("%(reason)s: nobody is expected.", reason=closed)
    if "presence.unknown" in states:
        return _("Whether somebody is there is not known.")
    if "presence.over" in states:
        return _("Nobody is there any more today.")
    return _("Nobody is there today.") if as_of.is_today else _("Nobody is there on this day.")


def _next_key(row: BoardRow) -> tuple[date, str]:
    return row.next_day or date.max, row.next_times[0].starts_at.isoformat() if row.next_times else ""


@dataclass(frozen=True, slots=True)
class Grid:
    """How a week is drawn.

    Attributes:
        stays: what goes on with what: a stay that was changed within the week has one row.
        url: makes the address of a row from its assignment.
        by_place: one row for each place of a person instead of each person of a place.
        covers: what is said of a row on its days beside the times: whom to ask while somebody is away.
    """

    stays: Stays
    url: Address
    by_place: bool = False
    covers: Callable[[Sequence[Entry], Sequence[date]], Sequence[Any]] = lambda _lane, _days: ()


def week_rows(entries: Sequence[Entry], near: Sequence[Entry], as_of: AsOf, grid: Grid) -> dict[str, Any]:
    """Return what the macro ``week_grid`` wants: the weekly times, each day of the week as it really is.

    Args:
        entries: those that hold on the day; with weekly times they are shown, in the order given.
        near: those that may hold on other days of the week.
        as_of: the day whose column is marked if it is today; its week is shown, at a weekend without anybody the one
            that follows.
        grid: how it is drawn.
    """
    lanes: dict[int, list[Entry]] = {}
    for entry in (*entries, *near):
        lanes.setdefault(grid.stays.lane(entry.assignment), []).append(entry)
    # Where times are not known now, those of Monday would make the other days look like a no.
    shown = [lane for lane in lanes.values() if lane[0].row.week]
    monday = as_of.day - timedelta(days=as_of.day.weekday())
    last = max([4, *(day for lane in shown for day in _weekdays(lane, monday))])
    is_over = as_of.day.weekday() > last
    monday += timedelta(days=7 * is_over)
    days = [monday + timedelta(days=number) for number in range(last + 1)]
    rows = [
        {
            "label": lane[0].place if grid.by_place else lane[0].name,
            "url": grid.url(lane[0].assignment),
            "meta": " · ".join(filter(None, (lane[0].function, lane[0].employer, lane[0].holidays))),
            "covers": grid.covers(lane, days),
            "days": [
                None if _is_open(lane, day, as_of) else [slot for entry in lane for slot in _slots(entry, day)]
                for day in days
            ],
        }
        for lane in shown
        if any(span_of(entry.assignment).holds(day) for entry in lane for day in days)
        or any(_is_open(lane, day, as_of) for day in days)
    ]
    return {
        "rows": rows,
        "heading": _week_heading(monday, as_of, is_over=is_over),
        "days": [i18n.format_short_day(day) for day in days],
        "today": as_of.day.weekday() if as_of.is_today and not is_over else None,
    }


def _is_open(lane: Sequence[Entry], day: date, as_of: AsOf) -> bool:
    """Return whether nothing can be said of ``day``: what holds now ends before, and what follows is not shown.

    That nothing follows would be no less of a plan, so it is said of every end to come.
    """
    known, spans = max(as_of.day, as_of.today), [span_of(entry.assignment) for entry in lane]
    if as_of.plans(lane[0].assignment.employer_id) or day <= known:
        return False
    return any(span.holds(known) for span in spans) and not any(span.holds(day) for span in spans)


def _weekdays(lane: Sequence[Entry], monday: date) -> set[int]:
    """Return the weekdays with times: those of what holds now, and what else a day of the week still had."""
    before = {
        day
        for entry in lane[1:]
        for day in entry.row.week
        if span_of(entry.assignment).holds(monday + timedelta(days=day))
    }
    return before | set(lane[0].row.week)


def _week_heading(monday: date, as_of: AsOf, *, is_over: bool) -> str:
    if not as_of.is_today:
        return _("The week from %(day)s", day=i18n.format_date(monday))
    return _("Next week") if is_over else _("This week")


def _slots(entry: Entry, day: date) -> list[dict[str, str]]:
    """Return the usual times of a weekday, struck if they do not hold on ``day``: for a holiday with its name.

    Before its first day and after its last an assignment has no times: nobody is missed there.
    """
    answer, note = entry.row.on(day), ""
    if answer.why in {Why.NOT_YET, Why.ENDED}:
        return []
    kind = {Here.YES: "here", Here.NO: "away", Here.UNKNOWN: "unknown"}[answer.here]
    if answer.why in {Why.PUBLIC_HOLIDAY, Why.SCHOOL_HOLIDAY, Why.FREE_DAY}:
        place = entry.assignment.place
        note = words.closed_because(place, day, is_free_day=answer.why is Why.FREE_DAY)
    elif answer.why is Why.BY_ARRANGEMENT:
        note = _("by arrangement")
    times = entry.row.week.get(day.weekday(), ())
    return [{"time": words.hours(t), "place": t.room, "kind": kind, "note": note} for t in times]
