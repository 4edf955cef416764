"""Meetings of the demonstration: a school year around the day of loading, in every state, at real places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from coordination.bodies.models import Body
from coordination.bodies.rules import BodyKind
from coordination.core import clock, special_days
from coordination.core.work import Work
from coordination.demo.pasts import day_before, just_now
from coordination.directory.models import District, Place
from coordination.meetings.models import DeadlineOverride, Meeting, MeetingChange
from coordination.meetings.rules import ChangeKind, Deadline, MeetingState
from coordination.meetings.services import UID_DOMAIN, Move, Span, move_meeting

TOWN_HALL = "Neues Rathaus, Sitzungsraum 3"
ONLINE = "https://konferenz.example.org/"
#: The body whose next meeting is moved after it was invited.
MOVED = "AKÜ"
#: Days before the Christmas holidays on which nobody plans a meeting.
NEAR = range(1, 6)
#: In place of a weekday: that of the day of loading, so that a meeting is under way.
TODAY = -1


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a body of the demonstration meets: weekday, hour, hours, weeks from today of each meeting, where."""

    short_name: str
    weekday: int
    starts: time
    hours: float
    weeks: tuple[int, ...]
    places: tuple[str, ...] = ()
    room: str = ""
    word: str = "Sitzung"
    #: Of the meetings that lie behind, the newest is not finished yet.
    is_open: bool = True


RHYTHMS = (
    # Two meetings ahead; the next one within its notice period and not invited yet.
    Rhythm("RUCK", 1, time(14), 2, (-36, -17, -3, 2, 20), room=TOWN_HALL),
    Rhythm("AKÜ", 2, time(9, 30), 2.5, (-30, -22, -13, -5, 3, 9, 17), ("Fröbelschule",), word="Treffen"),
    Rhythm("KSSA", TODAY, time(13), 2, (-26, -19, -12, -6, 0, 7, 14), room="Bildungsbüro, Raum 204", word="Runde"),
    Rhythm(
        "AGB", 0, time(10), 1.5, (-8, -6, -4, -3, -2, -1, 1, 2, 3, 4), room="Bildungsbüro, Raum 201", word="Jour fixe"
    ),
    Rhythm("AG78", 3, time(15), 2.5, (-33, -20, -9, 5, 19), room="Neues Rathaus, Großer Saal"),
    Rhythm("WHA", 1, time(13), 3.5, (-10, 6), room="Jugendzentrum, Saal", word="Workshop", is_open=False),
    # So long ago that the rhythm is missed.
    Rhythm("STG", 4, time(9), 2, (-47, -35, -22), room=TOWN_HALL, is_open=False),
)


def load(work: Work) -> None:
    """Make the meetings of all bodies that meet in the demonstration."""
    bodies = {one.short_name or one.name: one for one in work.session.scalars(select(Body))}
    places = {one.name: one for one in work.session.scalars(select(Place).order_by(Place.id))}
    for rhythm in RHYTHMS:
        _Maker(work, bodies[rhythm.short_name], places).make(rhythm)
    _conferences(work, [one for one in bodies.values() if one.kind is BodyKind.YOUTH_SERVICES_CONFERENCE])


class _Maker:
    """Makes the meetings of one body one by one, numbered by the year."""

    def __init__(self, work: Work, body: Body, places: dict[str, Place]) -> None:
        self.work, self.body, self.places = work, body, places
        self.numbers: dict[int, int] = {}

    def make(self, rhythm: Rhythm) -> None:
        today = self.work.today
        weekday = min(today.weekday(), 4) if rhythm.weekday == TODAY else rhythm.weekday
        days = [school_day(today + timedelta(weeks=n), weekday) for n in rhythm.weeks]
        past = [day for day in days if day < today]
        for n, day in enumerate(dict.fromkeys(days)):
            place = self.places.get(rhythm.places[n % len(rhythm.places)]) if rhythm.places else None
            self.numbers[day.year] = number = self.numbers.get(day.year, 0) + 1
            title = rhythm.word if rhythm.word == "Jour fixe" else f"{number}. {rhythm.word} {day.year}"
            is_newest = bool(past) and day == past[-1] and rhythm.is_open
            at = datetime.combine(day, rhythm.starts)
            if day == today and rhythm.weekday == TODAY:
                at = _under_way(clock.wall_clock(self.work.now), at)
            state = _state(at, rhythm.hours, clock.wall_clock(self.work.now), is_newest=is_newest)
            found = self.add(title, at, rhythm.hours, state)
            found.room = rhythm.room if place is None else "Mehrzweckraum"
            found.place_id = place.id if place else None
        self.stories(rhythm.short_name)

    def add(self, title: str, starts_at: datetime, hours: float, state: MeetingState) -> Meeting:
        ends_at = starts_at + timedelta(hours=hours)
        key = f"{self.body.name}/{title}/{starts_at.isoformat()}"
        found = Meeting(
            body_id=self.body.id,
            title=title,
            starts_at=starts_at,
            ends_at=ends_at,
            state=state,
            uid=f"{uuid5(NAMESPACE_URL, key)}@{UID_DOMAIN}",
            revised_at=self.work.now,
            is_public=self.body.kind is BodyKind.YOUTH_SERVICES_CONFERENCE,
        )
        self.work.session.add(found)
        self.work.session.flush()
        self.work.record("meeting.created", found)
        return found

    def stories(self, short_name: str) -> None:
        """Cancel one, set a deadline otherwise, leave one as a draft, hold one online."""
        mine = self.work.session.scalars(
            select(Meeting).where(Meeting.body_id == self.body.id).order_by(Meeting.starts_at)
        ).all()
        ahead = [one for one in mine if one.starts_at.date() > self.work.today]
        if short_name == MOVED:
            ahead[0].state, ahead[-1].state = MeetingState.INVITED, MeetingState.DRAFT
        elif short_name == "AGB":
            # In the long holidays the weekly ones ahead fall on one day: then none is left to be cancelled.
            if len(ahead) > 1:
                self.cancel(ahead[1], "Zwei von vier sind krank; die Punkte gehen in die Woche danach.")
            ahead[0].room, ahead[0].link = "", f"{ONLINE}beteiligung"
            ahead[0].state = MeetingState.INVITED
        elif short_name == "AG78":
            ahead[0].state = MeetingState.INVITED
            ahead[0].note = "Bitte bringen Sie die Zahlen Ihres Trägers zum laufenden Schuljahr mit."
            ahead[0].answer_until = ahead[0].starts_at.date() - timedelta(days=7)
            self.work.session.add(
                DeadlineOverride(
                    meeting_id=ahead[0].id,
                    deadline=Deadline.PAPERS,
                    due_on=ahead[0].starts_at.date() - timedelta(days=3),
                    reason="Der Förderplan liegt erst dann vor.",
                )
            )

    def cancel(self, meeting: Meeting, reason: str) -> None:
        before, meeting.state = meeting.state, MeetingState.CANCELLED
        meeting.cancel_reason, meeting.sequence = reason, meeting.sequence + 1
        row = MeetingChange(meeting_id=meeting.id, at=day_before(self.work.now), kind=ChangeKind.CANCELLED)
        row.before, row.after, row.reason = before, meeting.state, reason
        self.work.session.add(row)


def move(work: Work) -> None:
    """Move the next meeting of one body, whose people were asked already; nobody is told yet."""
    body = work.session.scalars(select(Body).where(Body.short_name == MOVED)).one()
    mine = work.session.scalars(select(Meeting).where(Meeting.body_id == body.id).order_by(Meeting.starts_at)).all()
    meeting = next(one for one in mine if one.state is MeetingState.INVITED)
    taken, planned = {one.starts_at.date() for one in mine}, meeting.starts_at.date()
    # A week later, or earlier if that is no day to meet on; as far away as need be.
    weeks = (planned + timedelta(weeks=n) for n in (1, -1, *range(2, 20)))
    soonest = work.today + timedelta(days=7)
    day = next(one for one in weeks if one > soonest and one not in taken and school_day(one, one.weekday()) == one)
    by = datetime.combine(day, meeting.starts_at.time()) - meeting.starts_at
    span = Span(meeting.starts_at + by, meeting.ends_at + by)
    earlier = Work(work.session, work.actor, just_now(work.now), work.changed)
    reason = "Die Schulleitungen haben an dem Tag Dienstbesprechung."
    move_meeting(earlier, meeting.id, Move(span, reason), version=meeting.version)


def _under_way(now: datetime, planned: datetime) -> datetime:
    """Return the half hour at which a meeting began that is under way now; outside of office hours the planned one."""
    begun = now - timedelta(minutes=15)
    begun = begun.replace(minute=begun.minute // 30 * 30, second=0, microsecond=0)
    return begun if time(8) <= begun.time() <= time(17) else planned


def _state(starts_at: datetime, hours: float, now: datetime, *, is_newest: bool) -> MeetingState:
    if starts_at.date() > now.date():
        return MeetingState.FIXED
    if starts_at.date() < now.date():
        return MeetingState.MINUTES_OPEN if is_newest else MeetingState.CLOSED
    if now < starts_at:
        return MeetingState.INVITED
    return MeetingState.RUNNING if now < starts_at + timedelta(hours=hours) else MeetingState.MINUTES_OPEN


def school_day(near: date, weekday: int) -> date:
    """Return the day of that weekday in the week of ``near``, or in the first after it that has school and time."""
    day = near - timedelta(days=near.weekday() - weekday)
    while special_days.school_holiday(day) or not special_days.is_working_day(day) or _is_before_christmas(day):
        day += timedelta(weeks=1)
    return day


def _is_before_christmas(day: date) -> bool:
    """Return whether the Christmas holidays are so near that schools have other things to do."""
    return day.month == 12 and any(special_days.school_holiday(day + timedelta(days=n)) for n in NEAR)


def _conferences(work: Work, bodies: Sequence[Body]) -> None:
    """Give each youth conference one meeting in spring or autumn past and one ahead, at a facility of its district."""
    districts = {f"Jugendkonferenz {one.name}": one.id for one in work.session.scalars(select(District))}
    hosts: dict[int, list[Place]] = {}
    for place in work.session.scalars(select(Place).where(Place.facility_type != "").order_by(Place.id)):
        if place.district_id is not None:
            hosts.setdefault(place.district_id, []).append(place)
    for n, body in enumerate(sorted(bodies, key=lambda one: one.name)):
        maker = _Maker(work, body, {})
        host = hosts.get(districts.get(body.name, 0), [])
        for weeks in (-20 + n, 4 + n):
            day = school_day(work.today + timedelta(weeks=weeks), (1, 2, 3)[n % 3])
            season = "Frühjahr" if day.month < 8 else "Herbst"
            at = datetime.combine(day, time(9, 30))
            state = _state(at, 3, clock.wall_clock(work.now), is_newest=False)
            found = maker.add(f"Jugendkonferenz {season} {day.year}", at, 3, state)
            found.place_id = host[n % len(host)].id if host else None
