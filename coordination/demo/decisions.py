"""Decisions and tasks of the demonstration: on the agendas of meetings that lie behind, in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from coordination.bodies.models import Membership
from coordination.bodies.queries import holds
from coordination.core import clock
from coordination.core.work import Work
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import Means, Result, Status
from coordination.demo.scripts import HELD, Settled, themes
from coordination.directory.models import Organisation
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import Origin
from coordination.minutes.attendance import sheet


@dataclass(frozen=True, slots=True)
class Course:
    """What became of it: status and days from today until it is due."""

    status: Status
    due: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where something was settled or taken on, and what became of it."""

    item: AgendaItem
    meeting: Meeting
    course: Course
    at: time


COURSES = (
    Course(Status.DONE, -30, "An alle Beteiligten versandt."),
    Course(Status.OPEN, -12),
    Course(Status.IN_PROGRESS, 5, "Erste Rückmeldungen liegen vor."),
    Course(Status.DEFERRED, 40, "Wartet auf den Haushalt."),
    Course(Status.OPEN, 21),
    Course(Status.DONE, -60),
    Course(Status.IN_PROGRESS, -3),
    Course(Status.OPEN, 60),
)
NOTHING = Course(Status.OPEN, None)
OVERTAKEN = Course(Status.OBSOLETE, None, "Die Fortbildungen bietet inzwischen das Bildungsbüro an.")


def load(work: Work) -> None:
    """Settle what the minutes tell of, in the order of the meetings."""
    told = {(key, theme.title): theme for key, found in themes(work).items() for theme in found}
    rows = work.session.execute(
        select(AgendaItem, Meeting)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Meeting.state.in_(HELD))
        .order_by(Meeting.starts_at, Meeting.id, AgendaItem.position)
    ).all()
    units = work.session.scalars(select(Organisation).where(Organisation.email != "").order_by(Organisation.id)).all()
    people: dict[int, list[int]] = {}
    for row in work.session.scalars(select(Membership).where(holds(Membership, work.today)).order_by(Membership.id)):
        people.setdefault(row.body_id, []).append(row.person_id)
    numbers: dict[tuple[int, int], int] = {}
    begun = {meeting.id: meeting.starts_at for _item, meeting in rows}
    for n, (item, meeting) in enumerate(rows):
        at = begun[meeting.id] = begun[meeting.id] + timedelta(minutes=item.minutes_planned or 0)
        theme = told.get((meeting.id, item.title))
        # What was settled long ago is done by now; the newest ones are in every state.
        is_old = (work.today - meeting.starts_at.date()).days > 150
        if theme is not None and theme.settled is not None:
            leads = meeting.body.leads
            unit = leads[0] if leads else units[n % len(units)] if units else None
            key = (meeting.body_id, meeting.starts_at.year)
            numbers[key] = number = numbers.get(key, 0) + 1
            course = _course(theme.settled, COURSES[0 if is_old and n % 4 else n % len(COURSES)])
            entry = Entry(item, meeting, course, at.time())
            _decide(work, entry, theme.settled, unit=unit, number=number)
        if theme is not None and theme.task:
            mine = people[meeting.body_id]
            entry = Entry(item, meeting, COURSES[0 if is_old else (n + 3) % len(COURSES)], at.time())
            _task(work, entry, theme.task, mine[n % len(mine)])


def _course(settled: Settled, course: Course) -> Course:
    """Return what became of it: of a lost vote nothing, of what the world has overtaken that it is obsolete."""
    if settled.is_lost:
        return NOTHING
    return OVERTAKEN if settled.is_obsolete else course


def _due(work: Work, entry: Entry) -> date | None:
    """Return by when it was to be done: what is done by now, some weeks after its meeting."""
    held, course = entry.meeting.starts_at.date(), entry.course
    if course.due is None:
        return None
    if course.status is Status.DONE:
        return held + timedelta(weeks=4 + entry.item.id % 7)
    return max(work.today + timedelta(days=course.due), held + timedelta(days=7))


def _decide(work: Work, entry: Entry, settled: Settled, *, unit: Organisation | None, number: int) -> None:
    item, meeting, course, at = entry.item, entry.meeting, entry.course, entry.at
    no, abstained, conflicted = settled.no, settled.abstained, settled.conflicted
    there = sheet(work.session, meeting).quorum(at).there if settled.is_vote else 0
    yes = settled.yes if settled.is_lost else there - no - abstained - conflicted
    no = there - yes - abstained - conflicted
    row = Decision(
        body_id=meeting.body_id,
        meeting_id=meeting.id,
        item_id=item.id,
        year=meeting.starts_at.year,
        number=number,
        kind=settled.kind,
        text=settled.text,
        means=Means.VOTE if settled.is_vote else Means.CONSENSUS,
        result=Result.REJECTED if settled.is_lost else Result.ACCEPTED,
        voted_at=at if settled.is_vote else None,
        yes=yes,
        no=no,
        abstained=abstained,
        conflicted=conflicted,
        unit_id=unit.id if unit else None,
        due_on=_due(work, entry),
        status=course.status,
    )
    work.session.add(row)
    work.record("decision.recorded", row)
    _history(work, row, meeting, course)


def _task(work: Work, entry: Entry, text: str, person_id: int) -> None:
    item, meeting, course = entry.item, entry.meeting, entry.course
    row = Task(
        body_id=meeting.body_id,
        meeting_id=meeting.id,
        item_id=item.id,
        text=text,
        person_id=person_id,
        due_on=_due(work, entry),
        status=course.status,
    )
    work.session.add(row)
    work.record("task.recorded", row)
    _history(work, row, meeting, course)


def _history(work: Work, row: Decision | Task, meeting: Meeting, course: Course) -> None:
    if course.status is Status.OPEN:
        return
    wall = datetime.combine(meeting.starts_at.date() + timedelta(days=5), time(9, 30))
    entry = StatusEntry(
        at=clock.zoned(min(wall, clock.wall_clock(work.now))),
        origin=Origin.OFFICE,
        before=Status.OPEN,
        after=course.status,
        note=course.note,
    )
    if isinstance(row, Task):
        entry.task_id = row.id
    else:
        entry.decision_id = row.id
    work.session.add(entry)
