"""What the directory puts on the desk: a professional's own places today, and gaps for those who plan and keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for
from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from coordination.core import i18n
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.core.registry import DeskLine
from coordination.directory import boards, page_queries, panels, queries
from coordination.directory.asof import AsOf, Then
from coordination.directory.models import Assignment, Place, School
from coordination.directory.panels import DayPanel, Entry
from coordination.directory.rules import PlaceKind
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


def my_today(session: Session, person_id: int, day: date) -> list[MyPlace]:
    """Return the places that a person is assigned to on ``day``, those with presence that day first."""
    own = queries.assignments_of(session, [person_id], day, planned=False)
    as_of = AsOf(day, day, planned=False)
    then = Then(session, as_of)
    all_there = page_queries.current_assignments(session, {a.place_id for a in own}, day)
    entries = panels.entries_of(boards.rows(session, all_there, day), then, as_of)
    found: dict[int, MyPlace] = {}
    for entry in entries:
        place = entry.assignment.place
        if entry.assignment.person_id != person_id or place.id in found:
            continue
        here = [one for one in entries if one.assignment.place_id == place.id]
        others = [one for one in here if one.assignment.person_id != person_id]
        found[place.id] = MyPlace(place, entry, others, panels.place_panel(place, here, as_of), as_of, then)
    return list(found.values())


def desk_lines(session: Session, actor: Actor, day: date) -> Sequence[DeskLine]:
    """Return what those who plan and keep should look at: what ends soon, schools with nobody.

    Who keeps a part of the directory hears of that part; who plans for the city, of all of it.
    """
    is_whole = allows(actor, Permission.GAPS_READ)
    if not is_whole and not allows(actor, Permission.DIRECTORY_EDIT_ANY):
        return []
    lines = _ending(session, day, true() if is_whole else Assignment.employer_id.in_(actor.keeps))
    return lines + (_schools_with_nobody(session, day) if is_whole else [])


def _ending(session: Session, day: date, wanted: ColumnElement[bool]) -> list[DeskLine]:
    soon = day + SOON
    ends = Assignment.valid_until.between(day, soon)
    funding = and_(
        Assignment.funded_until.between(day, soon),
        or_(Assignment.valid_until.is_(None), Assignment.valid_until > Assignment.funded_until),
    )
    statement = (
        select(Assignment)
        .where(or_(ends, funding), Assignment.valid_from <= day, wanted)
        .options(joinedload(Assignment.person), joinedload(Assignment.place))
        .order_by(case((funding, Assignment.funded_until), else_=Assignment.valid_until), Assignment.id)
    )
    found = session.scalars(statement.limit(MOST_OF_A_KIND)).all()
    return [_ending_line(one, day) for one in found]


def _ending_line(one: Assignment, day: date) -> DeskLine:
    funded, until = one.funded_until, one.valid_until
    # Money that ran out before today is no news: then the end of the assignment itself is.
    is_funding = funded is not None and funded >= day and (until is None or until > funded)
    last = one.funded_until if is_funding else one.valid_until
    assert last is not None
    who = one.person.name if one.person else _("Vacant post")
    values = {"who": who, "place": one.place.name, "day": i18n.format_date(last)}
    text = (
        _("The funding of %(who)s at %(place)s ends on %(day)s, the assignment does not.", **values)
        if is_funding
        else _("The assignment of %(who)s at %(place)s ends on %(day)s.", **values)
    )
    return DeskLine(
        urgency=DATED + (last - day).days,
        text=text,
        button=_("View"),
        url=url_for("directory.place", place_id=one.place_id) + "#assignments",
    )


def _schools_with_nobody(session: Session, day: date) -> list[DeskLine]:
    somebody = exists().where(
        Assignment.place_id == Place.id,
        Assignment.person_id.is_not(None),
        queries.holds_on(day, Assignment.valid_from, Assignment.valid_until),
    )
    statement = (
        select(Place.name, func.count().over())
        .join(School, School.place_id == Place.id)
        .where(
            Place.kind == PlaceKind.SCHOOL,
            School.form_code.not_in(NOT_SCHOOLS),
            queries.is_current(day),
            ~somebody,
        )
        .order_by(Place.sort_name)
        .limit(NAMED)
    )
    rows = session.execute(statement).all()
    if not rows:
        return []
    count, names = rows[0][1], ", ".join(row[0] for row in rows)
    text = ngettext(
        "At one school nobody is assigned: %(names)s.",
        "At %(count)s schools nobody is assigned, among them %(names)s.",
        count,
        count=count,
        names=names,
    )
    url = url_for("directory.places", art="schule", lage="unbesetzt")
    return [DeskLine(urgency=LAST, text=text, button=_("Show the schools"), url=url)]
