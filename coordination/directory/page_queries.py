"""What the pages of the directory read beside single rows: each a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from coordination.core import special_days
from coordination.directory.further import queries as further
from coordination.directory.held import district_on, form_on, held
from coordination.directory.models import (
    Absence,
    Assignment,
    FreeDay,
    Organisation,
    Person,
    Place,
    Presence,
    School,
)
from coordination.directory.queries import OF_SCHOOL, belongs, holds_on, is_current, is_off_at
from coordination.directory.rules import HolidayPresence, PlaceKind
from coordination.directory.school_forms import NOT_SCHOOLS
from coordination.directory.spaces import queries as spaces
from coordination.directory.spaces.models import PlaceSocialSpace

PAGE_SIZE = 50
#: Totals beyond this are said as "more than"; nobody counts 200,000 rows for a line of small print.
COUNTED = 1000
SCHOOLS = (PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE)
_ALONE = (
    joinedload(Assignment.place).options(joinedload(Place.school), OF_SCHOOL),
    joinedload(Assignment.person),
    joinedload(Assignment.employer),
)
_SHOWN = (*_ALONE, selectinload(Assignment.presences))


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """What a list of places is narrowed to."""

    kind: PlaceKind | None = None
    district_id: int | None = None
    form_code: str | None = None
    #: Only places that have no district in the city's list.
    is_elsewhere: bool = False
    #: Only places to which nobody is assigned.
    is_empty: bool = False
    #: Only places that belong to one social space.
    space_id: int | None = None
    #: With a district also the places that work for it and lie elsewhere.
    with_further: bool = False


def all_assignments(
    session: Session, *, place_id: int | None = None, person_id: int | None = None
) -> Sequence[Assignment]:
    """Return the assignments of a place or person over all time, with people, places, employers and weekly times."""
    statement = select(Assignment).options(*_SHOWN).order_by(Assignment.valid_from, Assignment.id)
    if place_id is not None:
        statement = statement.where(Assignment.place_id == place_id)
    if person_id is not None:
        statement = statement.where(Assignment.person_id == person_id)
    return session.scalars(statement).all()


def current_assignments(session: Session, place_ids: Iterable[int], day: date) -> Sequence[Assignment]:
    """Return the assignments of many places on ``day``."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.place_id.in_(list(place_ids)), _holds(day))
        .options(*_SHOWN)
        .order_by(Assignment.place_id, Assignment.valid_from, Assignment.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Around:
    """The assignments at every place of one person, and of those whom they stand in for, wherever these are.

    With who of them is away when: person → absences, place → days.
    """

    assignments: Sequence[Assignment]
    absences: Mapping[int, list[Absence]]
    free_days: Mapping[int, set[date]]


def around(session: Session, person_id: int, day: date, *, first: date, last: date) -> Around:
    """Return the assignments on ``day`` at every place at which a person has one, with what keeps from being there.

    And those of the people for whom the person stands in on ``day``. ``first`` and ``last`` bound absences and free
    days. One statement: the desk asks every part of the product.
    """
    own = select(Assignment.place_id).where(Assignment.person_id == person_id, _holds(day))
    stands_in = holds_on(day, Absence.first_on, Absence.last_on) & (Absence.substitute_id == person_id)
    absent = select(Absence.person_id).where(stands_in)
    away = and_(
        Absence.person_id == Assignment.person_id,
        Absence.first_on <= last,
        or_(Absence.last_on.is_(None), Absence.last_on >= first),
    )
    at = aliased(Place)
    free = and_(is_off_at(at.id, at.parent_id), FreeDay.day.between(first, last))
    rows = session.execute(
        select(Assignment, Absence, FreeDay)
        .join(at, at.id == Assignment.place_id)
        .outerjoin(Absence, away)
        .outerjoin(FreeDay, free)
        .where(Assignment.place_id.in_(own) | Assignment.person_id.in_(absent), _holds(day))
        .options(*_ALONE, joinedload(Assignment.presences))
        .options(joinedload(Absence.substitute), joinedload(Absence.of_substitute))
        .order_by(Assignment.place_id, Assignment.valid_from, Assignment.id, Absence.first_on, Absence.id)
    ).unique()
    assignments: dict[int, Assignment] = {}
    absences: dict[int, dict[int, Absence]] = {}
    free_days: dict[int, set[date]] = {}
    for assignment, absence, free_day in rows:
        assignments[assignment.id] = assignment
        if absence is not None:
            absences.setdefault(absence.person_id, {})[absence.id] = absence
        if free_day is not None:
            free_days.setdefault(assignment.place_id, set()).add(free_day.day)
    of_person = {person: list(found.values()) for person, found in absences.items()}
    return Around(list(assignments.values()), of_person, free_days)


def _holds(day: date) -> ColumnElement[bool]:
    return holds_on(day, Assignment.valid_from, Assignment.valid_until)


def related_places(session: Session, place: Place, day: date) -> Sequence[Place]:
    """Return the sites of a school, the school of a site, and what else is at the same address."""
    conditions = [Place.parent_id == place.id]
    if place.parent_id is not None:
        conditions.append(Place.id == place.parent_id)
    if place.street:
        conditions.append(and_(Place.street == place.street, Place.postcode == place.postcode))
    return session.scalars(
        select(Place)
        .outerjoin(Place.school)
        .options(contains_eager(Place.school), OF_SCHOOL)
        .where(or_(*conditions), Place.id != place.id, is_current(day))
        .order_by(Place.sort_name)
        .limit(30)
    ).all()


def _is_listed(day: date) -> ColumnElement[bool]:
    return and_(is_current(day), or_(School.id.is_(None), form_on(day).not_in(NOT_SCHOOLS)))


def _narrowed(day: date, wanted: PlaceFilter) -> Select[Place]:
    statement = select(Place).outerjoin(Place.school).where(_is_listed(day))
    if wanted.kind is not None:
        statement = statement.where(Place.kind == wanted.kind)
    if wanted.district_id is not None:
        statement = statement.where(_is_of(day, wanted.district_id, with_further=wanted.with_further))
    if wanted.space_id is not None:
        statement = statement.where(spaces.belongs(day, wanted.space_id))
    if wanted.is_elsewhere:
        statement = statement.where(district_on(day) == "")
    if wanted.form_code is not None:
        schools = select(School.place_id).where(form_on(day) == wanted.form_code).correlate(None)
        is_site = and_(Place.kind == PlaceKind.SCHOOL_SITE, Place.parent_id.in_(schools))
        statement = statement.where(or_(form_on(day) == wanted.form_code, is_site))
    if wanted.is_empty:
        statement = statement.where(~somebody_at(day))
        # Where nobody is at a site, its school may have somebody: it is no school with nobody.
        if wanted.kind is not PlaceKind.SCHOOL_SITE:
            statement = statement.where(Place.kind != PlaceKind.SCHOOL_SITE)
    return statement


def _lies_in(day: date, district_id: int) -> ColumnElement[bool]:
    is_site = and_(Place.kind == PlaceKind.SCHOOL_SITE, district_on(day) == str(district_id))
    return or_(held(day, Place.district_id, district_id), is_site)


def _is_of(day: date, district_id: int, *, with_further: bool) -> ColumnElement[bool]:
    lies = _lies_in(day, district_id)
    return or_(lies, Place.id.in_(further.working_for(day, district_id))) if with_further else lies


def somebody_at(day: date) -> ColumnElement[bool]:
    """Return the condition that somebody is assigned to a place, or to a site of it, on ``day``."""
    site = aliased(Place)
    is_held = Assignment.person_id.is_not(None), _holds(day)
    is_site = site.parent_id == Place.id, site.kind == PlaceKind.SCHOOL_SITE
    return or_(
        exists().where(Assignment.place_id == Place.id, *is_held),
        exists().where(Assignment.place_id == site.id, *is_site, *is_held),
    )


def page_of_places(session: Session, day: date, wanted: PlaceFilter, number: int) -> tuple[Sequence[Place], bool]:
    """Return the ``number``-th fifty places in German order, and whether more follow."""
    rows = session.scalars(
        _narrowed(day, wanted)
        .options(contains_eager(Place.school), joinedload(Place.district), OF_SCHOOL)
        .order_by(Place.sort_name, Place.id)
        .limit(PAGE_SIZE + 1)
        .offset(PAGE_SIZE * (number - 1))
    ).all()
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Counted:
    """How many places a list has, at most one more than ``COUNTED``, and how many of them are what."""

    total: int
    #: Sites of schools, without those that only work for the district.
    sites: int
    #: Places that lie elsewhere and work for the district that is asked for.
    further: int

    @property
    def own(self) -> int:
        """Return how many there are without those that lie elsewhere."""
        return self.total - self.further


def places_counted(session: Session, day: date, wanted: PlaceFilter) -> Counted:
    """Return how many places there are; whatever works for a district and lies elsewhere is counted for itself."""
    lies = true() if wanted.district_id is None else _lies_in(day, wanted.district_id)
    columns = Place.kind, case((lies, 0), else_=1).label("further")
    some = _narrowed(day, wanted).with_only_columns(*columns).limit(COUNTED + 1).subquery()
    branches = func.count().filter(some.c.kind == PlaceKind.SCHOOL_SITE, some.c.further == 0)
    counts = func.count(), branches, func.count().filter(some.c.further == 1)
    return Counted(*session.execute(select(*counts).select_from(some)).one())


def places_of(session: Session, day: date, wanted: PlaceFilter, limit: int) -> Sequence[Place]:
    """Return the first ``limit`` places in German order."""
    return session.scalars(
        _narrowed(day, wanted)
        .options(contains_eager(Place.school), joinedload(Place.operator), OF_SCHOOL)
        .order_by(Place.sort_name, Place.id)
        .limit(limit)
    ).all()


def kinds_by_district(session: Session, day: date) -> dict[tuple[int | None, PlaceKind], int]:
    """Return how many places of each kind there are in each district on ``day``."""
    # The key is made in a query of its own: PostgreSQL takes an expression with values for another one each time.
    listed = (
        select(district_on(day).label("district"), Place.kind).outerjoin(Place.school).where(_is_listed(day)).subquery()
    )
    statement = select(listed.c.district, listed.c.kind, func.count()).group_by(listed.c.district, listed.c.kind)
    return {(_key(row[0]), row[1]): row[2] for row in session.execute(statement)}


def places_by_space(session: Session, day: date) -> dict[int, int]:
    """Return how many places belong to each social space on ``day``."""
    statement = (
        select(PlaceSocialSpace.social_space_id, func.count(Place.id.distinct()))
        .select_from(PlaceSocialSpace)
        .join(PlaceSocialSpace.place)
        .join(PlaceSocialSpace.space)
        .outerjoin(Place.school)
        .where(spaces.holds(day), _is_listed(day))
        .group_by(PlaceSocialSpace.social_space_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _key(text: str) -> int | None:
    return int(text) if text else None


def people_there(session: Session, day: date) -> dict[int | None, int]:
    """Return how many people are there on ``day``, by district: the rule of ``rules.presence_on`` in one statement.

    Only places that are listed on the day count. In school holidays, and where nobody knows whether it is one, only
    those are surely there of whom it is said.
    """
    if special_days.public_holiday(day):
        return {}
    is_term = special_days.school_holiday(day) == ""
    in_holidays = [] if is_term else [Assignment.in_holidays == HolidayPresence.YES]
    absent = exists().where(
        Absence.person_id == Assignment.person_id,
        Absence.first_on <= day,
        or_(Absence.last_on.is_(None), Absence.last_on >= day),
    )
    free = exists().where(is_off_at(Place.id, Place.parent_id), FreeDay.day == day)
    there = (
        select(district_on(day).label("district"), Assignment.person_id)
        .outerjoin(Place.school)
        .join(Assignment, Assignment.place_id == Place.id)
        .join(Presence, and_(Presence.assignment_id == Assignment.id, Presence.weekday == day.weekday()))
        .where(_is_listed(day), _holds(day), Assignment.person_id.is_not(None), ~absent, ~free, *in_holidays)
        .subquery()
    )
    statement = select(there.c.district, func.count(there.c.person_id.distinct())).group_by(there.c.district)
    return {_key(row[0]): row[1] for row in session.execute(statement)}


def organisations(session: Session, day: date) -> Sequence[Organisation]:
    """Return all organisations that exist on ``day``."""
    return session.scalars(
        select(Organisation).where(or_(Organisation.valid_until.is_(None), Organisation.valid_until >= day))
    ).all()


def people_of(session: Session, organisation_id: int, day: date, limit: int) -> Sequence[Person]:
    """Return who belongs to an organisation on ``day``, in German order."""
    return session.scalars(
        select(Person)
        .where(
            held(day, Person.organisation_id, organisation_id),
            belongs(day),
        )
        .order_by(Person.sort_name, Person.id)
        .limit(limit)
    ).all()


def places_run_by(session: Session, organisation_id: int, day: date, limit: int) -> Sequence[Place]:
    """Return the places that an organisation runs on ``day``, in German order."""
    return session.scalars(
        select(Place)
        .outerjoin(Place.school)
        .options(contains_eager(Place.school), OF_SCHOOL)
        .where(held(day, Place.operator_id, organisation_id), is_current(day))
        .order_by(Place.sort_name, Place.id)
        .limit(limit)
    ).all()


def employed_by(session: Session, organisation_id: int, day: date, limit: int) -> Sequence[Assignment]:
    """Return the assignments of an employer on ``day``, by the people's names."""
    return session.scalars(
        select(Assignment)
        .join(Assignment.place)
        .outerjoin(Assignment.person)
        .where(Assignment.employer_id == organisation_id, _holds(day))
        .options(
            contains_eager(Assignment.place).options(joinedload(Place.school), OF_SCHOOL),
            contains_eager(Assignment.person),
            selectinload(Assignment.presences),
        )
        .order_by(Person.sort_name.is_(None), Person.sort_name, Place.sort_name)
        .limit(limit)
    ).all()


def organisation_counts(session: Session, organisation_id: int, day: date) -> tuple[int, int, int]:
    """Return how many people belong to an organisation, places it runs and assignments it employs on ``day``."""
    people = select(func.count(Person.id)).where(held(day, Person.organisation_id, organisation_id), belongs(day))
    places = (
        select(func.count(Place.id))
        .outerjoin(Place.school)
        .where(held(day, Place.operator_id, organisation_id), is_current(day))
    )
    employed = select(func.count(Assignment.id)).where(Assignment.employer_id == organisation_id, _holds(day))
    row = session.execute(select(people.scalar_subquery(), places.scalar_subquery(), employed.scalar_subquery())).one()
    return row[0], row[1], row[2]
