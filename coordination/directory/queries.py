"""Finding things of the directory; every list is narrowed to what holds on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from coordination.core import clock
from coordination.core.access import Actor, Permission, Subject, allows, plans_of
from coordination.core.db import Base
from coordination.core.errors import NotFound
from coordination.core.work import AuditEntry
from coordination.directory.held import form_on
from coordination.directory.models import (
    Absence,
    Assignment,
    District,
    EarlierValue,
    FreeDay,
    Organisation,
    Person,
    Place,
    School,
)
from coordination.directory.offers.models import Offer
from coordination.directory.rules import PlaceKind
from coordination.directory.school_forms import NOT_SCHOOLS
from coordination.directory.spaces.models import SocialSpace

_NAMED: dict[str, type[District | Organisation]] = {
    "district_id": District,
    "operator_id": Organisation,
    "organisation_id": Organisation,
}

#: What a site is called by: its school, with the form of that.
OF_SCHOOL = joinedload(Place.parent).joinedload(Place.school)

Row = TypeVar("Row", bound=Base)


def _get(session: Session, model: type[Row], key: int, *options: Any) -> Row:
    # An address may hold any number; what no key can be is asked of no database.
    row = session.get(model, key, options=options) if key < 2**31 else None
    if row is None:
        raise NotFound
    return row


def get_place(session: Session, place_id: int) -> Place:
    """Return a place with its school, operator and district.

    Raises:
        NotFound: there is none with this key. So do the other ``get_`` functions.
    """
    return _get(
        session,
        Place,
        place_id,
        joinedload(Place.school),
        joinedload(Place.operator),
        joinedload(Place.district),
        OF_SCHOOL,
    )


def get_person(session: Session, person_id: int, actor: Actor | None = None) -> Person:
    """Return a person with the organisation they belong to; for ``actor``, whom the actor may know of by now."""
    found = _get(session, Person, person_id, joinedload(Person.organisation))
    if actor is not None and not may_know(actor, found):
        raise NotFound
    return found


def may_know(actor: Actor, person: Person) -> bool:
    """Return whether ``actor`` may know of somebody: whoever begins only later is planned, like their assignments."""
    has_begun = person.valid_from is None or person.valid_from <= clock.today()
    return has_begun or actor.person_id == person.id or allows(actor, Permission.DIRECTORY_PLANNED, subject_of(person))


def known_people(actor: Actor, day: date) -> list[ColumnElement[bool]]:
    """Return the conditions that ``actor`` may know of a person on ``day``, as ``may_know`` says it of one."""
    if allows(actor, Permission.DIRECTORY_PLANNED):
        return []
    own = Person.id == (actor.person_id or 0), Person.organisation_id.in_(plans_of(actor))
    return [or_(Person.valid_from.is_(None), Person.valid_from <= day, *own)]


def belongs(day: date) -> ColumnElement[bool]:
    """Return the condition that a person belongs here on ``day``: has begun and not left."""
    return holds_on(day, Person.valid_from, Person.valid_until)


def get_organisation(session: Session, organisation_id: int) -> Organisation:
    """Return an organisation with the one above it."""
    return _get(session, Organisation, organisation_id, joinedload(Organisation.parent))


def get_district(session: Session, district_id: int) -> District:
    """Return a district."""
    return _get(session, District, district_id)


def get_assignment(session: Session, assignment_id: int) -> Assignment:
    """Return an assignment with its person, place, employer and weekly times."""
    return _get(
        session,
        Assignment,
        assignment_id,
        joinedload(Assignment.person),
        joinedload(Assignment.place).joinedload(Place.school),
        joinedload(Assignment.employer),
        selectinload(Assignment.presences),
    )


def subject_of(row: Person | Organisation | Place | Assignment | SocialSpace | Offer) -> Subject:
    """Return what the access table is asked about: the organisations that ``row`` belongs to.

    A person belongs to their organisation, an assignment to its employer, a facility to who runs it;
    a school or a social space to nobody's subtree: only the keeper of the whole directory changes it. An offer
    belongs to who runs it, and to whom its place belongs.
    """
    match row:
        case Person():
            keys = {row.organisation_id}
        case Organisation():
            keys = {row.id}
        case Assignment():
            keys = {row.employer_id}
        case Place():
            keys = set() if row.kind in {PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE} else {row.operator_id}
        case Offer():
            keys = {row.organisation_id, *subject_of(row.place).organisation_ids}
        case SocialSpace():
            keys = set()
    return Subject(organisation_ids=frozenset(key for key in keys if key is not None))


def holds_on(day: date | ColumnElement[date], first: Any, last: Any) -> ColumnElement[bool]:
    """Return the condition that a dated row holds on ``day``; both ends are included, either may be open."""
    return and_(or_(first.is_(None), first <= day), or_(last.is_(None), last >= day))


def _dated(day: date, *, planned: bool) -> ColumnElement[bool]:
    """Assignments that hold on ``day``; with ``planned`` also those that begin later."""
    begun = Assignment.valid_from <= day
    open_end = or_(Assignment.valid_until.is_(None), Assignment.valid_until >= day)
    return open_end if planned else and_(begun, open_end)


_SHOWN = (
    joinedload(Assignment.place).options(joinedload(Place.school), OF_SCHOOL),
    joinedload(Assignment.person),
    joinedload(Assignment.employer),
    selectinload(Assignment.presences),
)


def assignments_of(session: Session, person_ids: Iterable[int], day: date, *, planned: bool) -> Sequence[Assignment]:
    """Return where people are assigned on ``day``, with the places."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.person_id.in_(list(person_ids)), _dated(day, planned=planned))
        .options(*_SHOWN)
        .order_by(Assignment.valid_from, Assignment.id)
    ).all()


def absences_of(session: Session, person_ids: Iterable[int], first: date, last: date) -> dict[int, list[Absence]]:
    """Return the absences of people that touch the days from ``first`` to ``last``, by person."""
    found: dict[int, list[Absence]] = {}
    statement = (
        select(Absence)
        .where(
            Absence.person_id.in_(list(person_ids)),
            Absence.first_on <= last,
            or_(Absence.last_on.is_(None), Absence.last_on >= first),
        )
        .options(joinedload(Absence.substitute), joinedload(Absence.of_substitute))
        .order_by(Absence.first_on, Absence.id)
    )
    for absence in session.scalars(statement).unique():
        found.setdefault(absence.person_id, []).append(absence)
    return found


def free_days_of(session: Session, place_ids: Iterable[int], first: date, last: date) -> dict[int, set[date]]:
    """Return the schools' own days off from ``first`` to ``last``, by place; those of a school hold at its sites."""
    found: dict[int, set[date]] = {}
    statement = (
        select(Place.id, FreeDay.day)
        .join(FreeDay, is_off_at(Place.id, Place.parent_id))
        .where(Place.id.in_(list(place_ids)), FreeDay.day.between(first, last))
    )
    for place_id, day in session.execute(statement):
        found.setdefault(place_id, set()).add(day)
    return found


def is_off_at(place_id: Any, school_id: Any) -> ColumnElement[bool]:
    """Return the condition that a day off is one of a place, or of the school that it is a site of."""
    return or_(FreeDay.place_id == place_id, FreeDay.place_id == school_id)


def history_of(session: Session, row: Person | Organisation | Place) -> Sequence[EarlierValue]:
    """Return what a row's fields held earlier, newest first."""
    column = {Person: EarlierValue.person_id, Organisation: EarlierValue.organisation_id, Place: EarlierValue.place_id}[
        type(row)
    ]
    return session.scalars(
        select(EarlierValue).where(column == row.id).order_by(EarlierValue.valid_until.desc(), EarlierValue.id.desc())
    ).all()


def kept_since(session: Session, row: Person | Place) -> date | None:
    """Return the day since which the directory has had a row: nobody changed it here before. None if unknown."""
    if isinstance(row, Place):
        return row.entered_on
    first = session.scalar(select(func.min(AuditEntry.at)).where(AuditEntry.subject == f"{row.__tablename__}:{row.id}"))
    return None if first is None else clock.wall_date(first)


def names_in(session: Session, history: Iterable[EarlierValue]) -> dict[str, dict[int, str]]:
    """Return what the districts and organisations of a history are called: field → key → name."""
    keys: dict[str, set[int]] = {}
    for entry in history:
        if entry.field in _NAMED and entry.value.isascii() and entry.value.isdigit():
            keys.setdefault(entry.field, set()).add(int(entry.value))
    found = {}
    for field, wanted in keys.items():
        model = _NAMED[field]
        found[field] = {
            row[0]: row[1] for row in session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
        }
    return found


def districts(session: Session) -> Sequence[District]:
    """Return the districts by the city's numbers."""
    return session.scalars(select(District).order_by(District.number)).all()


def is_current(day: date) -> ColumnElement[bool]:
    """Return the condition that a place exists on ``day`` and, if a school, was not gone from the list by then."""
    return and_(
        holds_on(day, Place.valid_from, Place.valid_until),
        or_(School.id.is_(None), School.gone_since.is_(None), School.gone_since > day),
    )


def schools_by_form(session: Session, day: date) -> dict[str, int]:
    """Return how many schools of each form there are on ``day``: Schulformschlüssel → number."""
    # The form is made in a query of its own: PostgreSQL takes an expression with values for another one each time.
    forms = select(form_on(day).label("form")).select_from(School).join(School.place).where(is_current(day)).subquery()
    statement = select(forms.c.form, func.count()).where(forms.c.form.not_in(NOT_SCHOOLS)).group_by(forms.c.form)
    return {row[0]: row[1] for row in session.execute(statement)}


def places(
    session: Session,
    day: date,
    *,
    kind: PlaceKind | None = None,
    district_id: int | None = None,
    form_code: str | None = None,
) -> Sequence[Place]:
    """Return the places that exist on ``day``, narrowed; German order is the caller's (``collation``)."""
    statement = (
        select(Place)
        .outerjoin(Place.school)
        .options(contains_eager(Place.school), joinedload(Place.operator), joinedload(Place.district))
        .where(is_current(day))
    )
    if kind is not None:
        statement = statement.where(Place.kind == kind)
    if district_id is not None:
        statement = statement.where(Place.district_id == district_id)
    if form_code is not None:
        statement = statement.where(School.form_code == form_code)
    return session.scalars(statement).all()
