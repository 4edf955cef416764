"""What is invented: who works where, on which days, for how long. Deterministic, and relative to the day of loading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from coordination.core.collation import german_key
from coordination.core.work import Work
from coordination.demo.names import InventedPerson
from coordination.directory.models import Absence, Assignment, Organisation, Person, Place, Presence
from coordination.directory.rules import Function, Funding, HolidayPresence, PlaceKind

HALF = Decimal("0.5")
Times = Sequence[tuple[int, time, time]]

#: Half a post at one school: weekday, from, to. The first and second half of a week never meet.
FIRST_HALF: Times = ((0, time(8), time(15)), (1, time(8), time(15)), (2, time(8), time(11, 30)))
SECOND_HALF: Times = ((2, time(12), time(15, 30)), (3, time(8), time(15)), (4, time(8), time(13)))
MORNINGS: Times = tuple((day, time(8), time(12)) for day in (0, 1, 3, 4))
WHOLE_WEEK: Times = (*((day, time(7, 45), time(15, 30)) for day in range(4)), (4, time(7, 45), time(13, 30)))
AFTERNOONS: Times = tuple((day, time(14), time(20)) for day in (0, 1, 3, 4))
MOBILE: Times = tuple((day, time(15), time(19)) for day in (1, 2, 3))
ROOMS = (
    "Raum 004",
    "Raum 012",
    "Raum 104",
    "Raum 117",
    "Raum 203",
    "Pavillon 1",
    "Beratungsraum EG",
    "Verwaltungstrakt, Raum 9",
)

FUNDINGS = (
    Funding.MUNICIPAL,
    Funding.MUNICIPAL,
    Funding.STATE_PROGRAMME,
    Funding.STATE_PROGRAMME,
    Funding.STATE_POST,
    Funding.STARTCHANCEN,
)


def school_year(day: date) -> date:
    """Return 1 August of the school year that ``day`` lies in."""
    return date(day.year if day.month >= 8 else day.year - 1, 8, 1)


@dataclass(frozen=True, slots=True)
class Post:
    """One assignment to make."""

    place: Place
    function: Function
    share: Decimal
    times: Times


def add_person(work: Work, one: InventedPerson, function: str, organisation: Organisation | None) -> Person:
    """Store an invented person; heads of schools belong to no organisation of the directory."""
    person = Person(
        given_name=one.given_name,
        family_name=one.family_name,
        title="",
        function=function,
        organisation_id=organisation.id if organisation else None,
        phone=one.phone,
        mobile=one.mobile,
        email=one.email,
    )
    work.session.add(person)
    work.record("person.created", person)
    return person


@dataclass(frozen=True, slots=True)
class Filling:
    """From when to when a post is filled, and by whose employee."""

    employer: Organisation
    since: date
    until: date | None = None


def _in_holidays(person: Person | None, place: Place) -> HolidayPresence | None:
    """Return what is said of school holidays: of some, by their keys, so that all else of the demo stays as it is."""
    if person is None:
        return None
    if place.kind is PlaceKind.SCHOOL:
        return {0: HolidayPresence.BY_ARRANGEMENT, 1: HolidayPresence.NO, 2: HolidayPresence.YES}.get(person.id % 9)
    return {0: None, 1: HolidayPresence.BY_ARRANGEMENT}.get(person.id % 5, HolidayPresence.YES)


def add_assignment(work: Work, person: Person | None, post: Post, filling: Filling, *, random: Random) -> Assignment:
    """Store who fills a post; no person is a vacancy."""
    is_school = post.function is Function.SCHOOL_SOCIAL_WORK
    funding = random.choice(FUNDINGS) if is_school else Funding.MUNICIPAL
    year_end = school_year(work.today).replace(year=school_year(work.today).year + 1) - timedelta(days=1)
    is_confirmed = person is not None and random.random() > 0.15
    assignment = Assignment(
        person_id=person.id if person else None,
        place_id=post.place.id,
        employer_id=filling.employer.id,
        function=post.function,
        target_group=random.choice(("", "", "", "Integration", "Inklusion")) if is_school else "",
        share_posts=post.share,
        share_hours=post.share * 39,
        funding=funding,
        funded_until=year_end if funding is Funding.STATE_PROGRAMME else None,
        valid_from=filling.since,
        valid_until=filling.until,
        confirmed_on=work.today - timedelta(days=random.randrange(5, 170)) if is_confirmed else None,
        in_holidays=_in_holidays(person, post.place),
        confirmed_by=filling.employer.name if is_confirmed else "",
    )
    room = random.choice(ROOMS) if is_school else ""
    times = post.times if person is not None else ()
    assignment.presences = [Presence(weekday=d, starts_at=s, ends_at=e, room=room) for d, s, e in times]
    work.session.add(assignment)
    work.record("assignment.created", assignment)
    return assignment


def school_posts(schools: Sequence[Place], random: Random) -> list[list[Post]]:
    """Return the posts of school social work, grouped by who could fill them: one person each.

    Every school has at least half a post and large ones more; some schools have nobody.
    """
    ordered = sorted(schools, key=lambda p: (p.district_id or 99, german_key(p.name)))
    empty = {place.id for place in random.sample(ordered, 9)}
    groups: list[list[Post]] = []
    waiting: Post | None = None
    for place in ordered:
        if place.id in empty:
            continue
        pupils = (place.school.pupils or 250) if place.school else 250
        if pupils > 600:
            groups.append([Post(place, Function.SCHOOL_SOCIAL_WORK, Decimal(1), WHOLE_WEEK)])
        if waiting is None:
            waiting = Post(place, Function.SCHOOL_SOCIAL_WORK, HALF, FIRST_HALF)
        else:
            groups.append([waiting, Post(place, Function.SCHOOL_SOCIAL_WORK, HALF, SECOND_HALF)])
            waiting = None
        if random.random() < 0.2:
            groups.append([Post(place, Function.SCHOOL_SOCIAL_WORK, HALF, MORNINGS)])
    if waiting is not None:
        groups.append([waiting])
    return groups


def facility_posts(facilities: Sequence[Place], number: int) -> list[Post]:
    """Return ``number`` posts of open and mobile youth work, spread over the facilities."""
    posts = []
    for i in range(number):
        place = facilities[i % len(facilities)]
        is_mobile = "obil" in place.facility_type
        function = Function.MOBILE_YOUTH_WORK if is_mobile else Function.OPEN_YOUTH_WORK
        lead = Function.LEAD if i < len(facilities) and not is_mobile else function
        posts.append(
            Post(place, lead, Decimal(1) if lead is Function.LEAD else HALF, MOBILE if is_mobile else AFTERNOONS)
        )
    return posts


def add_absence(work: Work, person: Person, first: date, last: date | None) -> Absence:
    """Store days on which somebody is not there."""
    absence = Absence(person_id=person.id, first_on=first, last_on=last)
    work.session.add(absence)
    work.record("absence.created", absence)
    return absence
