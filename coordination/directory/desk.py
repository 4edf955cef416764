"""What the directory puts on the desk: a professional's own places today, and gaps for those who plan and keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from coordination.core import i18n
from coordination.core.access import Actor, Permission, allows, plans_of
from coordination.core.collation import german_key
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.core.registry import DeskLine
from coordination.directory import boards, followed, page_queries, panels, queries
from coordination.directory.asof import AsOf, Then
from coordination.directory.models import Assignment, Person, Place, School
from coordination.directory.panels import DayPanel, Entry
from coordination.directory.rules import PlaceKind, Span
from coordination.directory.school_forms import NOT_SCHOOLS

#: How far ahead an end is worth a sentence.
SOON = timedelta(days=60)
#: Sentences of one kind; the list behind the last button has all of them.
MOST_OF_A_KIND = 5
#: Lines with a date follow those that wait for somebody; the one about gaps, which has none, stands last.
DATED, LAST = 10, 100
#: Names said in a sentence about many places.
NAMED = 3


@dataclass(frozen=True, slots=True)
class MyPlace:
    """A place of one's own on a day: whether one is there, and who else is."""

    place: Place
    mine: Entry
    others: Sequence[Entry]
    panel: DayPanel
    as_of: AsOf
    then: Then


@dataclass(frozen=True, slots=True)
class StandingIn:
    """For whom one stands in on a day, where, and until when; never why they are away."""

    person: Person
    until: date | None
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class MyDay:
    """What a day has for a professional: the places of their own, and those of whom they stand in for."""

    places: Sequence[MyPlace] = ()
    standing_in: Sequence[StandingIn] = ()


def my_today(session: Session, person_id: int, now: datetime) -> MyDay:
    """Return the places that a person is assigned to today, those with presence first, and for whom they stand in.

    ``now`` is wall time. One statement.
    """
    day = now.date()
    first, last = boards.shown(day)
    around = page_queries.around(session, person_id, day, first=first, last=last)
    if not around.assignments:
        return MyDay()
    as_of = AsOf(day, day, planned=False, now=now.time())
    then = Then(session, as_of)
    entries = panels.entries_of(boards.rows_of(around.assignments, day, around.absences, around.free_days), then, as_of)
    found: dict[int, MyPlace] = {}
    for entry in entries:
        place = entry.assignment.place
        if entry.assignment.person_id != person_id or place.id in found:
            continue
        here = [one for one in entries if one.assignment.place_id == place.id]
        others = [one for one in here if one.assignment.person_id != person_id]
        found[place.id] = MyPlace(place, entry, others, panels.place_panel(place, here, as_of), as_of, then)
    return MyDay(list(found.values()), _standing_in(around, person_id, day))


def _standing_in(around: page_queries.Around, person_id: int, day: date) -> list[StandingIn]:
    """Return for whom a person stands in on ``day``: of those who are assigned somewhere."""
    found = []
    for key, absences in around.absences.items():
        mine = [a for a in absences if a.substitute_id == person_id and Span(a.first_on, a.last_on).holds(day)]
        rows = [row for row in around.assignments if row.person_id == key]
        if mine and rows and rows[0].person is not None:
            places = {row.place_id: row.place for row in rows}
            found.append(StandingIn(rows[0].person, mine[0].last_on, list(places.values())))
    return sorted(found, key=lambda one: (one.until or date.max, german_key(one.person.name)))


def desk_lines(session: Session, actor: Actor, day: date) -> Sequence[DeskLine]:
    """Return what those who plan and keep should look at: what ends soon, schools with nobody.

    Who keeps a part of the directory hears of that part; who plans for the city, of all of it. An end that lies
    ahead is planned: who may not see plans hears of schools with nobody alone.
    """
    is_whole = allows(actor, Permission.GAPS_READ)
    if not is_whole and not allows(actor, Permission.DIRECTORY_EDIT_ANY):
        return []
    # Ends and gaps in one statement: the desk asks every part of the product, and each once.
    parts = [_schools_with_nobody(day)] if is_whole else []
    sees_all = allows(actor, Permission.DIRECTORY_PLANNED)
    if sees_all or plans_of(actor):
        parts.append(_ends(day, true() if sees_all else Assignment.employer_id.in_(plans_of(actor))))
    keys = union_all(*parts).subquery()
    rows = session.execute(
        select(keys.c.total, keys.c.last_on, keys.c.is_funding, Place, Assignment)
        .select_from(keys)
        .join(Place, Place.id == keys.c.place_id)
        .outerjoin(Assignment, Assignment.id == keys.c.assignment_id)
        .options(joinedload(Assignment.person))
        .order_by(keys.c.total, keys.c.last_on, Place.sort_name, keys.c.assignment_id)
    ).all()
    lines = [_ending_line(row, day) for row in rows if row.Assignment is not None]
    gaps = [row for row in rows if row.Assignment is None]
    return lines + ([_gap_line(gaps)] if gaps else [])


def _ends(day: date, wanted: ColumnElement[bool]) -> Select[Any]:
    """Select the first assignments that end soon, or whose funding does."""
    soon = day + SOON
    ends = and_(Assignment.valid_until.between(day, soon), ~followed.goes_on())
    # Money that ran out before today is no news: then the end of the assignment itself is.
    funding = and_(Assignment.funded_until.between(day, soon), followed.money_ends_first(day))
    last_on = case((funding, Assignment.funded_until), else_=Assignment.valid_until)
    first = (
        select(
            literal(0).label("total"),
            Assignment.place_id,
            Assignment.id.label("assignment_id"),
            last_on.label("last_on"),
            case((funding, 1), else_=0).label("is_funding"),
        )
        .where(or_(ends, funding), followed.has_begun(day), wanted)
        .order_by(last_on, Assignment.id)
        .limit(MOST_OF_A_KIND)
    )
    return select(first.subquery())


def _ending_line(row: Row[Any], day: date) -> DeskLine:
    who = row.Assignment.person.name if row.Assignment.person else _("Vacant post")
    values = {"who": who, "place": row.Place.name, "day": i18n.format_date(row.last_on)}
    text = (
        _("The funding of %(who)s at %(place)s ends on %(day)s, the assignment does not.", **values)
        if row.is_funding
        else _("The assignment of %(who)s at %(place)s ends on %(day)s.", **values)
    )
    return DeskLine(
        urgency=DATED + (row.last_on - day).days,
        text=text,
        button=_("View"),
        url=url_for("directory.place", place_id=row.Place.id) + "#assignments",
    )


def _schools_with_nobody(day: date) -> Select[Any]:
    """Select the first schools with nobody, at none of their sites either; ``total`` is how many there are."""
    first = (
        select(
            func.count().over().label("total"),
            Place.id.label("place_id"),
            cast(null(), Integer).label("assignment_id"),
            cast(null(), Date).label("last_on"),
            literal(0).label("is_funding"),
        )
        .join(School, School.place_id == Place.id)
        .where(
            Place.kind == PlaceKind.SCHOOL,
            School.form_code.not_in(NOT_SCHOOLS),
            queries.is_current(day),
            ~page_queries.somebody_at(day),
        )
        .order_by(Place.sort_name)
        .limit(NAMED)
    )
    return select(first.subquery())


def _gap_line(rows: Sequence[Row[Any]]) -> DeskLine:
    count, names = rows[0].total, ", ".join(row.Place.name for row in rows)
    text = ngettext(
        "At one school nobody is assigned: %(names)s.",
        "At %(count)s schools nobody is assigned, among them %(names)s.",
        count,
        count=count,
        names=names,
    )
    url = url_for("directory.places", art="schule", lage="unbesetzt")
    return DeskLine(urgency=LAST, text=text, button=_("Show the schools"), url=url)
