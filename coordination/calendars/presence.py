"""Subscriptions of presence: a day each, with the times of that day, while somebody is there for certain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from coordination.calendars.days import identity
from coordination.calendars.reader import Reader
from coordination.calendars.rules import FeedKind, presence_window
from coordination.core.access import Permission, allows, plans_of
from coordination.core.i18n import gettext
from coordination.core.ical import CalendarEvent
from coordination.directory import queries
from coordination.directory.boards import facts_of, usual_of
from coordination.directory.models import Assignment, Place
from coordination.directory.rules import FUNCTION_WORDS, Here, PlaceKind, Span, WeeklyTime, presence_on
from coordination.mail.site import Site


def entries(reader: Reader, kind: FeedKind, subject_id: int) -> Iterator[CalendarEvent]:
    """Yield the presence at a place, or of a person, within the window; what is not known is left out.

    What happens at the sites of a school is in the calendar of the school, said with the site.
    """
    first, last = presence_window(reader.today)
    of_what = _at(subject_id) if kind is FeedKind.PLACE else Assignment.person_id == subject_id
    found = _assignments(reader.session, and_(of_what, _may_be_known(reader)), first, last)
    people = {one.person_id for one in found if one.person_id is not None}
    away = queries.absences_of(reader.session, people, first, last)
    free = queries.free_days_of(reader.session, {one.place_id for one in found}, first, last)
    for one in found:
        absences = [Span(row.first_on, row.last_on) for row in away.get(one.person_id or 0, [])]
        for day, times in _days(one, Span(first, last), absences, free.get(one.place_id, set())):
            yield _event(one, day, times, reader.site, at=subject_id if kind is FeedKind.PLACE else None)


def _at(place_id: int) -> ColumnElement[bool]:
    """Return the condition that an assignment is to a place, or to a site of it."""
    sites = select(Place.id).where(Place.parent_id == place_id, Place.kind == PlaceKind.SCHOOL_SITE)
    return or_(Assignment.place_id == place_id, Assignment.place_id.in_(sites))


def _may_be_known(reader: Reader) -> ColumnElement[bool]:
    """Return the condition that an assignment has begun, or that its plans are the subscriber's to see."""
    if allows(reader.actor, Permission.DIRECTORY_PLANNED):
        return true()
    return or_(Assignment.valid_from <= reader.today, Assignment.employer_id.in_(plans_of(reader.actor)))


def _assignments(session: Session, which: ColumnElement[bool], first: date, last: date) -> list[Assignment]:
    statement = (
        select(Assignment)
        .where(
            which,
            Assignment.person_id.is_not(None),
            Assignment.valid_from <= last,
            or_(Assignment.valid_until.is_(None), Assignment.valid_until >= first),
        )
        .options(
            joinedload(Assignment.place).joinedload(Place.school),
            joinedload(Assignment.person),
            selectinload(Assignment.presences),
        )
        .order_by(Assignment.id)
    )
    return list(session.scalars(statement))


def _days(one: Assignment, within: Span, away: list[Span], free: set[date]) -> Iterator[tuple[date, WeeklyTime]]:
    usual, day = usual_of(one), within.first
    while within.holds(day):
        answer = presence_on(facts_of(one.place, day, free), usual, away)
        if answer.here is Here.YES:
            yield from ((day, times) for times in answer.times)
        day += timedelta(days=1)


def _event(one: Assignment, day: date, times: WeeklyTime, site: Site, *, at: int | None) -> CalendarEvent:
    """Return a day; ``at`` is the place whose calendar it is, None in that of a person."""
    person, is_place = one.person, at is not None
    assert person is not None
    known = datetime.combine(one.valid_from, time(), tzinfo=UTC)
    # Whoever looks at a school asks for the person, and the other way round.
    page = site.url(f"/personen/{person.id}" if is_place else f"/orte/{one.place_id}")
    name = person.name if is_place else one.place.name
    summary = f"{name} ({gettext(FUNCTION_WORDS[one.function])})"
    if is_place and one.place_id != at:
        summary = ", ".join((summary, gettext("only at its site: %(sites)s", sites=one.place.name)))
    return CalendarEvent(
        uid=identity(site.signer, "presence", one.id, day, times.starts_at),
        sequence=one.version,
        stamp=known,
        changed=known,
        starts_at=datetime.combine(day, times.starts_at),
        ends_at=datetime.combine(day, times.ends_at),
        summary=summary,
        description=page,
        location=", ".join(part for part in (times.room, one.place.name, one.place.street) if part),
        url=page,
    )
