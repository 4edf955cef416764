"""What the directory holds, loaded as a whole: a list is compared with it in memory, with no look-up per row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from coordination.core.access import Actor
from coordination.directory import full_weeks
from coordination.directory.models import Assignment, District, Organisation, Person, Place, Presence, School
from coordination.directory.names import fold_name
from coordination.directory.queries import known_people
from coordination.directory.rules import FULL_WEEK, Function, Funding, HolidayPresence, PlaceKind, Span, WeeklyTime
from coordination.directory.shares import Share


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place as lists may name it."""

    id: int
    name: str
    names: tuple[str, ...]
    number: str = ""
    form_code: str = ""
    district: str = ""
    is_school: bool = True
    #: The school that it is a site of.
    school_id: int | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as far as a list speaks of people."""

    id: int
    title: str
    given: str
    family: str
    email: str
    phone: str
    mobile: str
    organisation_id: int | None
    organisation: str
    valid_until: date | None
    version: int

    @property
    def name(self) -> str:
        """Return "Dr. Vorname Name"."""
        return " ".join(part for part in (self.title, self.given, self.family) if part)


@dataclass(frozen=True, slots=True)
class KnownAssignment:
    """An assignment that goes on today or begins later."""

    id: int
    person_id: int | None
    place_id: int
    employer_id: int
    function: Function
    group: str
    share: Share
    funding: Funding
    funded_until: date | None
    span: Span
    version: int
    in_holidays: HolidayPresence | None = None
    times: tuple[WeeklyTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """All that a list is compared with. ``employers``: those that the actor keeps, by key."""

    today: date
    places: Mapping[int, KnownPlace]
    employers: Mapping[int, str]
    employer_keys: Mapping[str, frozenset[int]]
    people: Mapping[int, KnownPerson]
    assignments: Sequence[KnownAssignment] = ()
    by_mail: Mapping[str, Sequence[int]] = field(default_factory=dict)
    by_name: Mapping[str, Sequence[int]] = field(default_factory=dict)
    #: Given name and one part of a double family name.
    by_part: Mapping[str, Sequence[int]] = field(default_factory=dict)
    #: What closed places are called, folded → the last day of each.
    closed: Mapping[str, date] = field(default_factory=dict)
    #: Hours of a full post, of employers that have others than the usual ones.
    weeks: Mapping[int, Decimal] = field(default_factory=dict)
    #: When somebody did or does the same until a day, where an assignment goes on now or begins later:
    #: (person, place, employer, function) → days.
    past: Mapping[tuple[int | None, int, int, Function], Sequence[Span]] = field(default_factory=dict)

    def full_week(self, employer_id: int) -> Decimal:
        """Return how many hours a full post has with an employer."""
        return self.weeks.get(employer_id, FULL_WEEK)

    def numbers(self) -> frozenset[str]:
        """Return the telephone numbers of all people, in E.164."""
        return frozenset(number for one in self.people.values() for number in (one.phone, one.mobile) if number)


def load(session: Session, actor: Actor, today: date) -> Known:
    """Return what a list of this actor is compared with: seven statements, whatever there is."""
    employers, keys = _employers(session, actor, today)
    people = _people(session, actor, today)
    by_mail, by_name, by_part = defaultdict(list), defaultdict(list), defaultdict(list)
    for one in people.values():
        if one.email:
            by_mail[one.email.lower()].append(one.id)
        by_name[fold_name(one.family + one.given)].append(one.id)
        for part in name_parts(one.family):
            by_part[part + "\t" + fold_name(one.given)].append(one.id)
    places, closed = _places(session, today)
    assignments = _assignments(session, employers, today, whole=actor.keeps_all)
    return Known(
        today,
        places,
        employers,
        keys,
        people,
        assignments,
        by_mail,
        by_name,
        by_part,
        closed,
        full_weeks.read(session, today),
        _dated(session, assignments, today),
    )


def name_parts(family: str) -> tuple[str, ...]:
    """Return the parts of a family name by which a double name is told: "Müller-Lüdenscheidt" is two."""
    parts = [fold_name(part) for part in family.replace("-", " ").split()]
    return tuple(dict.fromkeys(part for part in parts if len(part) > 2))


def _places(session: Session, today: date) -> tuple[dict[int, KnownPlace], dict[str, date]]:
    """Return the places that lists can name, and the last days of those that have closed, by their folded names."""
    statement = (
        select(
            Place.id,
            Place.kind,
            Place.name,
            Place.official_name,
            School.short_name,
            School.number,
            School.form_code,
            District.name,
            School.gone_since,
            Place.parent_id,
            Place.valid_until,
        )
        .outerjoin(School, School.place_id == Place.id)
        .outerjoin(District, District.id == Place.district_id)
        .order_by(Place.id)
    )
    found: dict[int, KnownPlace] = {}
    closed: dict[str, date] = {}
    for key, kind, name, official, short, number, form, district, gone, parent, last in session.execute(statement):
        names = tuple(dict.fromkeys(text for text in (name, official, short) if text))
        if last is not None and last < today:
            closed |= {fold_name(text): max(last, closed.get(fold_name(text), last)) for text in names}
        elif gone is None:
            is_school = kind in {PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE}
            school_id = parent if kind is PlaceKind.SCHOOL_SITE else None
            found[key] = KnownPlace(key, name, names, number or "", form or "", district or "", is_school, school_id)
    return found, closed


def _employers(session: Session, actor: Actor, today: date) -> tuple[dict[int, str], dict[str, frozenset[int]]]:
    statement = select(Organisation.id, Organisation.name, Organisation.short_name).where(
        or_(Organisation.valid_until.is_(None), Organisation.valid_until >= today)
    )
    names: dict[int, str] = {}
    keys: dict[str, set[int]] = defaultdict(set)
    for key, name, short in session.execute(statement):
        if actor.keeps_all or key in actor.keeps:
            names[key] = name
            for text in {fold_name(name), fold_name(short)} - {""}:
                keys[text].add(key)
    return names, {text: frozenset(found) for text, found in keys.items()}


def _people(session: Session, actor: Actor, today: date) -> dict[int, KnownPerson]:
    columns = (
        Person.id,
        Person.title,
        Person.given_name,
        Person.family_name,
        Person.email,
        Person.phone,
        Person.mobile,
        Person.organisation_id,
        Organisation.name,
        Person.valid_until,
        Person.version,
    )
    statement = select(*columns).outerjoin(Organisation, Organisation.id == Person.organisation_id)
    rows = session.execute(statement.where(*known_people(actor, today)))
    return {row[0]: KnownPerson(*row[:8], row[8] or "", *row[9:]) for row in rows}


def _own(employers: Collection[int]) -> ColumnElement[bool]:
    """Return the condition for the assignments of employers, and for others of their people: where they are, too."""
    keys = list(employers)
    theirs = select(Person.id).where(Person.organisation_id.in_(keys))
    beside = aliased(Assignment)
    also = select(beside.person_id).where(beside.employer_id.in_(keys), beside.person_id.is_not(None))
    return or_(Assignment.employer_id.in_(keys), Assignment.person_id.in_(theirs), Assignment.person_id.in_(also))


def _assignments(session: Session, employers: Collection[int], today: date, *, whole: bool) -> list[KnownAssignment]:
    columns = (
        Assignment.id,
        Assignment.person_id,
        Assignment.place_id,
        Assignment.employer_id,
        Assignment.function,
        Assignment.target_group,
        Assignment.share_posts,
        Assignment.share_hours,
        Assignment.funding,
        Assignment.funded_until,
        Assignment.valid_from,
        Assignment.valid_until,
        Assignment.version,
        Assignment.in_holidays,
    )
    goes_on = or_(Assignment.valid_until.is_(None), Assignment.valid_until >= today)
    wanted = goes_on if whole else goes_on & _own(employers)
    rows = session.execute(select(*columns).where(wanted).order_by(Assignment.id)).all()
    times = select(Presence.assignment_id, Presence.weekday, Presence.starts_at, Presence.ends_at, Presence.room).join(
        Assignment, Assignment.id == Presence.assignment_id
    )
    weeks: dict[int, list[WeeklyTime]] = defaultdict(list)
    for key, weekday, first, last, room in session.execute(times.where(wanted).order_by(Presence.weekday)):
        weeks[key].append(WeeklyTime(weekday, first, last, room))
    return [
        KnownAssignment(
            *row[:6],
            Share(row[6], row[7]),
            row[8],
            row[9],
            Span(row[10], row[11]),
            row[12],
            row[13],
            tuple(weeks.get(row[0], ())),
        )
        for row in rows
    ]


def _dated(
    session: Session, assignments: Sequence[KnownAssignment], today: date
) -> dict[tuple[int | None, int, int, Function], list[Span]]:
    """Return what has ended of which the same goes on – changed from a day on, or begun again – and what has an end."""
    now = aliased(Assignment)
    goes_on = select(now.id).where(
        now.person_id == Assignment.person_id,
        now.place_id == Assignment.place_id,
        now.employer_id == Assignment.employer_id,
        now.function == Assignment.function,
        or_(now.valid_until.is_(None), now.valid_until >= today),
    )
    columns = (
        Assignment.person_id,
        Assignment.place_id,
        Assignment.employer_id,
        Assignment.function,
        Assignment.valid_from,
        Assignment.valid_until,
    )
    found: dict[tuple[int | None, int, int, Function], list[Span]] = defaultdict(list)
    ended = select(*columns).where(Assignment.valid_until < today, goes_on.exists())
    for person, place, employer, function, first, last in session.execute(ended):
        found[person, place, employer, function].append(Span(first, last))
    for one in assignments:
        if one.span.last is not None:
            found[one.person_id, one.place_id, one.employer_id, one.function].append(one.span)
    return found
