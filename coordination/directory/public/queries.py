"""What the public page shows, as texts and times: no row of a person is ever read for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, raiseload, selectinload

from coordination.core.errors import NotFound
from coordination.directory.edit_choices import has_word
from coordination.directory.models import Assignment, Organisation, Person, Place, School
from coordination.directory.page_queries import PAGE_SIZE
from coordination.directory.person_services import PRIVATE_MAIL
from coordination.directory.public.models import PublicPage
from coordination.directory.public.rules import holidays_of, is_office_s, joined
from coordination.directory.queries import holds_on, is_current
from coordination.directory.rules import Function, HolidayPresence, PlaceKind, WeeklyTime
from coordination.directory.school_forms import NOT_SCHOOLS

#: The key of the one row.
ONLY = 1
#: Words of a name that are looked for; more are no name.
MOST_WORDS = 4
_TWO_LETTERS = re.compile("[aou]e", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to."""

    words: str = ""
    district_id: int | None = None
    form_code: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """School social work of one employer at one place: its office, and when somebody is usually there."""

    employer: str
    #: The function mailbox of the employer's office; "" if there is none that is nobody's own.
    email: str
    times: tuple[WeeklyTime, ...]
    in_holidays: HolidayPresence | None


@dataclass(frozen=True, slots=True)
class Site:
    """A school's main building (without a name) or one of its sites."""

    place_id: int
    name: str
    address: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class PublicSchool:
    """A school as everybody may see it."""

    place_id: int
    number: str
    name: str
    form_code: str
    address: str
    district: str
    #: The mailbox of the school's office.
    email: str
    sites: tuple[Site, ...]

    @property
    def offers(self) -> list[Offer]:
        """Return what is offered at any of its buildings."""
        return [offer for site in self.sites for offer in site.offers]

    @property
    def times(self) -> tuple[WeeklyTime, ...]:
        """Return when somebody is usually there, whoever sends them and in whichever building."""
        return joined(time for offer in self.offers for time in offer.times)

    @property
    def in_holidays(self) -> HolidayPresence | None:
        """Return whether somebody is there in school holidays, whoever sends them; None: nothing is to be said."""
        return holidays_of([offer.in_holidays for offer in self.offers])


def page(session: Session) -> PublicPage | None:
    """Return the row of the switch; None as long as nobody has touched it."""
    return session.get(PublicPage, ONLY)


def is_on(session: Session) -> bool:
    """Return whether everybody may look."""
    row = page(session)
    return row is not None and row.is_on


def _listed(day: date) -> Select[Place]:
    return (
        select(Place)
        .join(Place.school)
        .where(is_current(day), Place.kind == PlaceKind.SCHOOL, School.form_code.not_in(NOT_SCHOOLS))
    )


def _narrowed(day: date, wanted: Wanted) -> Select[Place]:
    statement = _listed(day)
    for word in wanted.words.split()[:MOST_WORDS]:
        statement = statement.where(or_(*(_is_called(one, day) for one in _spellings(word))))
    if wanted.district_id is not None:
        statement = statement.where(Place.district_id == wanted.district_id)
    if wanted.form_code is not None:
        statement = statement.where(School.form_code == wanted.form_code)
    return statement


def _is_called(word: str, day: date) -> ColumnElement[bool]:
    """Return the condition that a school, or one of its sites, has a word in its name."""
    site = aliased(Place)
    is_site = site.parent_id == Place.id, site.kind == PlaceKind.SCHOOL_SITE
    holds = holds_on(day, site.valid_from, site.valid_until)
    return or_(has_word(Place.sort_name, word), exists().where(*is_site, holds, has_word(site.sort_name, word)))


def _spellings(word: str) -> set[str]:
    """Return a word as it is typed, and with umlauts where a keyboard without them writes two letters."""
    return {word, _TWO_LETTERS.sub(lambda found: found[0][0], word)}


def counted(session: Session, day: date, wanted: Wanted) -> int:
    """Return how many schools there are."""
    some = _narrowed(day, wanted).with_only_columns(Place.id).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def schools(session: Session, day: date, wanted: Wanted, number: int) -> list[PublicSchool]:
    """Return one page of schools in German order: five statements, however many there are."""
    rows = session.scalars(
        _narrowed(day, wanted)
        .options(contains_eager(Place.school), joinedload(Place.district))
        .order_by(Place.sort_name, Place.id)
        .limit(PAGE_SIZE)
        .offset(PAGE_SIZE * (number - 1))
    ).all()
    return _shown(session, rows, day)


def school(session: Session, school_number: str, day: date) -> PublicSchool:
    """Return the school with an official number.

    Raises:
        NotFound: there is none today.
    """
    # PostgreSQL refuses some characters by themselves.
    if not (school_number.isascii() and school_number.isdigit()):
        raise NotFound
    row = session.scalar(
        _listed(day)
        .where(School.number == school_number)
        .options(contains_eager(Place.school), joinedload(Place.district))
    )
    if row is None:
        raise NotFound
    return _shown(session, [row], day)[0]


def _shown(session: Session, rows: Sequence[Place], day: date) -> list[PublicSchool]:
    keys = [row.id for row in rows]
    sites: dict[int, list[Place]] = {}
    is_site = Place.parent_id.in_(keys), Place.kind == PlaceKind.SCHOOL_SITE
    # Joined for the condition alone: a site has no school of its own.
    found = select(Place).outerjoin(Place.school).where(is_current(day), *is_site).order_by(Place.sort_name, Place.id)
    for site in session.scalars(found):
        sites.setdefault(site.parent_id or 0, []).append(site)
    assignments = _assignments(session, [*keys, *(one.id for some in sites.values() for one in some)], day)
    mailboxes = _offices(
        session, [*(row.email for row in rows), *(a.employer.email for some in assignments.values() for a in some)]
    )
    return [_school(row, sites.get(row.id, []), assignments, mailboxes) for row in rows]


def _assignments(session: Session, place_ids: Collection[int], day: date) -> dict[int, list[Assignment]]:
    """Return the school social work at places today, by place; whose it is cannot be asked of it."""
    statement = (
        select(Assignment)
        .where(
            Assignment.place_id.in_(list(place_ids)),
            holds_on(day, Assignment.valid_from, Assignment.valid_until),
            Assignment.function == Function.SCHOOL_SOCIAL_WORK,
            Assignment.person_id.is_not(None),
        )
        .options(
            joinedload(Assignment.employer),
            selectinload(Assignment.presences),
            raiseload(Assignment.person),
        )
        .order_by(Assignment.employer_id, Assignment.id)
    )
    found: dict[int, list[Assignment]] = {}
    for row in session.scalars(statement):
        found.setdefault(row.place_id, []).append(row)
    return found


def _offices(session: Session, addresses: Iterable[str]) -> set[str]:
    """Return which of ``addresses`` are an office's, not a person's."""
    asked = {one for one in addresses if one}
    small = [one.strip().lower() for one in asked]
    of_people = set(session.scalars(select(Person.email_key).where(Person.email_key.in_(small))))
    return {one for one in asked if is_office_s(one, of_people=of_people, private=PRIVATE_MAIL)}


def _school(
    row: Place, sites: Sequence[Place], assignments: dict[int, list[Assignment]], mailboxes: set[str]
) -> PublicSchool:
    buildings = [
        Site(
            one.id,
            "" if one.id == row.id else one.name,
            _address(one),
            _offers(assignments.get(one.id, []), mailboxes),
        )
        for one in (row, *sites)
    ]
    return PublicSchool(
        place_id=row.id,
        number=row.school.number if row.school else "",
        name=row.name,
        form_code=row.school.form_code if row.school else "",
        address=_address(row),
        district=row.district.name if row.district else "",
        email=row.email if row.email in mailboxes else "",
        sites=tuple(one for one in buildings if one.offers or not one.name),
    )


def _address(place: Place) -> str:
    return ", ".join(filter(None, [place.street, " ".join(filter(None, [place.postcode, place.city]))]))


def _offers(rows: Sequence[Assignment], mailboxes: set[str]) -> tuple[Offer, ...]:
    by_employer: dict[int, list[Assignment]] = {}
    for row in rows:
        by_employer.setdefault(row.employer_id, []).append(row)
    return tuple(_offer(some[0].employer, some, mailboxes) for some in by_employer.values())


def _offer(employer: Organisation, rows: Sequence[Assignment], mailboxes: set[str]) -> Offer:
    times = joined(WeeklyTime(p.weekday, p.starts_at, p.ends_at) for row in rows for p in row.presences)
    said = holidays_of([row.in_holidays for row in rows])
    return Offer(employer.called, employer.email if employer.email in mailboxes else "", times, said)
