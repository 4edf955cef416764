"""What the search finds of the directory, and what a result shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, load_only

from coordination.core.access import Actor, Permission, allows, plans_of
from coordination.core.i18n import N_, format_date, gettext
from coordination.core.registry import SearchEntry, SearchHit, SearchSource
from coordination.directory import closing, queries
from coordination.directory.belonging import words_of_site
from coordination.directory.models import Absence, Assignment, District, Organisation, Person, Place, School
from coordination.directory.rules import (
    FUNCTION_WORDS,
    ORGANISATION_WORDS,
    PLACE_WORDS,
    Function,
    OrganisationKind,
    PlaceKind,
)
from coordination.directory.school_forms import FORMS, form_text
from coordination.directory.successions.models import PlaceSuccession
from coordination.directory.words import instead_of_address, site_of

#: What people type for a form of school; the official list has other letters for some ("GG"), which stand in the
#: school's short name.
_ABBREVIATED = {"02": "GS", "04": "HS", "08": "FöS"}
_STREET = re.compile(r"[Ss]tr\.(?!\w)|[Ss]tr(?=\s|$)")


def _may_read(actor: Actor) -> bool:
    return allows(actor, Permission.DIRECTORY_READ)


def _present(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _place_rows() -> Select[Any]:
    return (
        select(Place)
        .options(joinedload(Place.school), joinedload(Place.operator), queries.OF_SCHOOL)
        .order_by(Place.id)
    )


def _organisations(altered: Sequence[Any]) -> list[int]:
    return [row.id for row in altered if isinstance(row, Organisation)]


def _places_of(altered: Sequence[Any]) -> ColumnElement[bool] | None:
    """Return which places name somebody of ``altered``: who runs them, or the school that they are a site of."""
    keys = _organisations(altered)
    schools = [row.id for row in altered if isinstance(row, Place) and row.kind is PlaceKind.SCHOOL]
    named = [*([Place.operator_id.in_(keys)] if keys else []), *([Place.parent_id.in_(schools)] if schools else [])]
    return or_(*named) if named else None


def _people_of(altered: Sequence[Any]) -> ColumnElement[bool] | None:
    keys = _organisations(altered)
    return Person.organisation_id.in_(keys) if keys else None


def _place_entry(_session: Session, place: Place) -> SearchEntry:
    school = place.school
    words = _present(
        place.official_name,
        place.facility_type,
        *_spellings(place.street),
        place.email,
        place.operator.name if place.operator else "",
        *(_words_of_school(school) if school else ()),
        *_words_of_site(place),
    )
    # An inferred district is no word of a place: what is only guessed makes nothing findable.
    ends = [day for day in (place.valid_until, school.gone_since if school else None) if day is not None]
    return SearchEntry(place.name, words, _present(place.phone), min(ends, default=None))


def _words_of_school(school: School) -> tuple[str, ...]:
    form = FORMS[school.form_code].german if school.form_code in FORMS else ""
    return school.number, form, school.short_name, _ABBREVIATED.get(school.form_code, "")


def _words_of_site(place: Place) -> tuple[str, ...]:
    """Return what a site of a school is called besides: people say the school's name and "Teilstandort"."""
    if place.kind is not PlaceKind.SCHOOL_SITE or place.parent is None:
        return ()
    school = place.parent.school
    of_school = (*_words_of_school(school), *words_of_site(school.form_code)) if school else words_of_site(None)
    return "Schulstandort", place.parent.name, place.parent.official_name, *of_school


def _spellings(street: str) -> tuple[str, ...]:
    """Return a street as it is kept, and with "Straße" in full: people type it either way."""
    spelled = _STREET.sub(_in_full, street)
    return (street,) if spelled == street else (street, spelled)


def _in_full(found: re.Match[str]) -> str:
    return "Straße" if found[0].startswith("S") else "straße"


def _describe_places(session: Session, _actor: Actor, keys: Sequence[int], day: date) -> dict[int, SearchHit]:
    found: dict[int, tuple[Place, list[str]]] = {}
    for place, follower in session.execute(_places(), {"keys": keys, "day": day}):
        found.setdefault(place.id, (place, []))[1].extend(_present(follower))
    return {key: _place_hit(place, followers, day) for key, (place, followers) in found.items()}


@cache
def _places() -> Select[Place, str | None]:
    """Return the statement for (place, what has followed it by ``day``): a row for each that followed."""
    named = load_only(Place.kind, Place.name, Place.facility_type, Place.street, Place.phone, Place.valid_until)
    listed = load_only(School.form_code, School.operation_key, School.operation_date, School.gone_since)
    district = joinedload(Place.district).load_only(District.name)
    above = joinedload(Place.parent).options(
        load_only(Place.name, Place.phone, Place.valid_until), joinedload(Place.school).options(listed)
    )
    shown = named, contains_eager(Place.school).options(listed), district, above
    day, after = bindparam("day", type_=Date), aliased(Place)
    has_begun = and_(PlaceSuccession.predecessor_id == Place.id, PlaceSuccession.on_day <= day)
    return (
        select(Place, after.name)
        .outerjoin(Place.school)
        .outerjoin(PlaceSuccession, has_begun)
        .outerjoin(after, after.id == PlaceSuccession.successor_id)
        .where(Place.id.in_(bindparam("keys", expanding=True)))
        .options(*shown)
        .order_by(PlaceSuccession.on_day, PlaceSuccession.id)
    )


def _place_hit(place: Place, followers: Sequence[str], day: date) -> SearchHit:
    form = form_text(place.school.form_code) if place.school else site_of(place)
    kind = form or place.facility_type or gettext(PLACE_WORDS[place.kind])
    about = _present(kind, place.street or instead_of_address(place), place.district.name if place.district else "")
    over = closing.said(place, day)
    if not over:
        number, whose = _office(place, day)
        return SearchHit(place.name, " · ".join(about), f"/orte/{place.id}", number, whose, key=place.id)
    # Nobody picks up the telephone there any more.
    now = gettext("now: %(places)s", places=", ".join(followers)) if followers else ""
    return SearchHit(place.name, " · ".join(_present(over, now, *about)), f"/orte/{place.id}", key=place.id)


def _office(place: Place, day: date) -> tuple[str, str]:
    """Return the number of a place and whose it is: a site without one has that of its school, unless it has closed."""
    school = place.parent if place.kind is PlaceKind.SCHOOL_SITE and not place.phone else None
    if school is None or not school.phone or closing.said(school, day):
        return place.phone, ""
    return school.phone, school.name


def _person_rows() -> Select[Any]:
    return select(Person).options(joinedload(Person.organisation)).order_by(Person.id)


def _person_entry(_session: Session, person: Person) -> SearchEntry:
    words = _present(person.function, person.email, person.organisation.name if person.organisation else "")
    return SearchEntry(person.name, words, _present(person.phone, person.mobile), person.valid_until)


def _former_entry(name: str, function: str, employer: str, last: date) -> SearchEntry:
    """Return what the index should have of somebody who has left: the day passes without anything being written."""
    return SearchEntry(name, _present(function, employer), (), last)


def _describe_people(session: Session, actor: Actor, keys: Sequence[int], day: date) -> dict[int, SearchHit]:
    rows: dict[int, Row[Any]] = {}
    where: dict[int, list[tuple[Function, str]]] = {}
    for row in session.execute(_people(), {"keys": keys, "day": day}):
        rows.setdefault(row.id, row)
        if row.place is not None:
            where.setdefault(row.id, []).append((row.at_work, row.place))
    found = {key: _person_hit(row, where.get(key, []), day) for key, row in rows.items()}
    away = [key for key, row in rows.items() if row.is_away and key in where and not found[key].only_by]
    rest = session.execute(_instead(), {"keys": away, "day": day}) if away else ()
    instead = {key: (substitute, employer) for key, substitute, employer in rest}
    return found | {key: _away(found[key], actor, *whom) for key, whom in instead.items()}


@cache
def _people() -> Select[Any]:
    """Return the statement for what a result says of people, and whether they are away on ``day``; no objects.

    A row for each assignment that holds on that day (``at_work``: its function); without one, one with no ``place``.
    """
    day, away = bindparam("day", type_=Date), select(Absence.id).where(_is_away()).exists()
    holds = queries.holds_on(day, Assignment.valid_from, Assignment.valid_until)
    named = Person.title, Person.given_name, Person.family_name, Person.function, Person.phone, Person.mobile
    return (
        select(Person.id, *named, Person.valid_from, Person.valid_until, away.label("is_away"))
        .add_columns(Organisation.name.label("employer"), Assignment.function.label("at_work"))
        .add_columns(Place.name.label("place"))
        .outerjoin(Person.organisation)
        .outerjoin(Assignment, and_(Assignment.person_id == Person.id, holds))
        .outerjoin(Assignment.place)
        .where(Person.id.in_(bindparam("keys", expanding=True)))
        .order_by(Assignment.valid_from, Assignment.id)
    )


def _is_away() -> ColumnElement[bool]:
    day = bindparam("day", type_=Date)
    return and_(Absence.person_id == Person.id, queries.holds_on(day, Absence.first_on, Absence.last_on))


@cache
def _instead() -> Select[int, Person | None, Organisation | None]:
    """Return the statement for (person who is away on ``day``, who stands in, employer), with a substitute last.

    Of several absences one has a substitute at best: the last one counts. Who has left, only begins later, or is away
    as well is none.
    """
    substitute, other, day = aliased(Person), aliased(Absence), bindparam("day", type_=Date)
    is_away = select(other.id).where(
        other.person_id == substitute.id, queries.holds_on(day, other.first_on, other.last_on)
    )
    is_there = and_(queries.holds_on(day, substitute.valid_from, substitute.valid_until), ~is_away.exists())
    return (
        select(Person.id, substitute, Organisation)
        .join(Absence, _is_away())
        .outerjoin(Person.organisation)
        .outerjoin(substitute, and_(substitute.id == Absence.substitute_id, is_there))
        .where(Person.id.in_(bindparam("keys", expanding=True)))
        .order_by(substitute.id.is_not(None), Absence.id.desc())
    )


def _away(hit: SearchHit, actor: Actor, substitute: Person | None, employer: Organisation | None) -> SearchHit:
    """Return the hit of somebody who is away: whom to ask instead, and how to call them. Never why."""
    if substitute is not None and substitute.id == actor.person_id:
        # Nobody calls themselves.
        instead, phone, said = "", "", gettext("not there today, you stand in")
    elif substitute is not None:
        instead, phone = substitute.name, substitute.mobile or substitute.phone
        said = gettext("not there today, substitute: %(who)s", who=instead)
    elif employer is not None and (employer.phone or employer.email):
        instead, phone = employer.called, employer.phone
        said = gettext("not there today, please turn to: %(who)s", who=instead)
    else:
        instead, phone, said = "", hit.phone, gettext("not there today")
    return replace(hit, detail=" · ".join(_present(hit.detail, said)), phone=phone, phone_of=instead)


def _hidden_people(actor: Actor, day: date) -> Select[int] | None:
    """Return who is only planned: known to those who see plans, and to themselves."""
    if allows(actor, Permission.DIRECTORY_PLANNED):
        return None
    others = or_(Person.organisation_id.is_(None), Person.organisation_id.not_in(plans_of(actor)))
    return select(Person.id).where(Person.valid_from > day, Person.id != (actor.person_id or 0), others)


def _person_hit(person: Row[Any], assigned: list[tuple[Function, str]], day: date) -> SearchHit:
    functions = dict.fromkeys(gettext(FUNCTION_WORDS[function]) for function, _place in assigned)
    places = ", ".join(dict.fromkeys(place for _function, place in assigned))
    # An end that is only planned is nobody's business yet.
    has_left = person.valid_until is not None and person.valid_until < day
    left = gettext("no longer here") if has_left else ""
    if person.valid_from is not None and person.valid_from > day:
        left = gettext("from %(day)s", day=format_date(person.valid_from))
    employer = person.employer or ""
    detail = " · ".join(_present(left, person.function or ", ".join(functions), places or employer))
    name = " ".join(_present(person.title, person.given_name, person.family_name))
    url = f"/personen/{person.id}"
    if has_left:
        former = _former_entry(name, person.function, employer, person.valid_until)
        return SearchHit(name, detail, url, only_by=former)
    return SearchHit(name, detail, url, person.mobile or person.phone, other_phone=person.mobile and person.phone)


def _organisation_rows() -> Select[Any]:
    return select(Organisation).order_by(Organisation.id)


def _organisation_entry(_session: Session, organisation: Organisation) -> SearchEntry:
    return SearchEntry(
        organisation.name,
        _present(organisation.short_name, organisation.email, organisation.street),
        _present(organisation.phone),
        organisation.valid_until,
    )


def _describe_organisations(session: Session, _actor: Actor, keys: Sequence[int], _day: date) -> dict[int, SearchHit]:
    found = session.scalars(
        select(Organisation).where(Organisation.id.in_(keys)).options(joinedload(Organisation.parent))
    )
    hits = {}
    for one in found:
        # "Other" says nothing: of the city itself least of all.
        kind = gettext(ORGANISATION_WORDS[one.kind]) if one.kind is not OrganisationKind.OTHER else ""
        detail = " · ".join(_present(kind, one.parent.name if one.parent else ""))
        hits[one.id] = SearchHit(one.name, detail, f"/organisationen/{one.id}", one.phone)
    return hits


SOURCES = (
    SearchSource(
        "place",
        N_("Schools and facilities"),
        "school",
        Place,
        _place_rows,
        _place_entry,
        _describe_places,
        _may_read,
        _places_of,
        is_many=True,
    ),
    SearchSource(
        "person",
        N_("People"),
        "user-round",
        Person,
        _person_rows,
        _person_entry,
        _describe_people,
        _may_read,
        _people_of,
        hidden=_hidden_people,
        is_many=True,
    ),
    SearchSource(
        "organisation",
        N_("Organisations"),
        "building-2",
        Organisation,
        _organisation_rows,
        _organisation_entry,
        _describe_organisations,
        _may_read,
    ),
)
