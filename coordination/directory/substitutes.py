"""Whether somebody who stands in is needed elsewhere at the same time: a note, as people arrange such things."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coordination.core import i18n
from coordination.core.i18n import gettext as _
from coordination.directory import queries, words
from coordination.directory.boards import weekly
from coordination.directory.models import Absence, Assignment, Person
from coordination.directory.rules import Span


def notes(session: Session, absence: Absence) -> list[str]:
    """Return in a sentence each why the substitute of ``absence`` cannot be there all the time."""
    if absence.substitute is None:
        return []
    found = []
    last = absence.last_on or date.max
    away = queries.absences_of(session, [absence.substitute.id], absence.first_on, last)
    if away:
        found.append(_("%(name)s is entered as absent in that time.", name=absence.substitute.name))
    elsewhere = _elsewhere(session, absence, absence.substitute)
    if elsewhere:
        found.append(
            _("%(name)s is elsewhere at these times: %(times)s.", name=absence.substitute.name, times=elsewhere)
        )
    return found


def _elsewhere(session: Session, absence: Absence, substitute: Person) -> str:
    missed = list(_assignments(session, absence, absence.person_id))
    needed = [(one.place_id, time) for one in missed for time in weekly(one)]
    meets = [
        f"{i18n.weekday_short(time.weekday)} {words.hours(time)} ({other.place.name})"
        for other in _assignments(session, absence, substitute.id)
        for time in weekly(other)
        if _occurs(absence, time.weekday)
        and any(place != other.place_id and time.overlaps(wanted) for place, wanted in needed)
    ]
    return ", ".join(meets)


def _occurs(absence: Absence, weekday: int) -> bool:
    """Return whether the absence has that day of the week; a long one has all."""
    if absence.last_on is None or (absence.last_on - absence.first_on).days >= 6:
        return True
    return (weekday - absence.first_on.weekday()) % 7 <= (absence.last_on - absence.first_on).days


def _assignments(session: Session, absence: Absence, person_id: int) -> Iterable[Assignment]:
    """Return somebody's assignments that touch the days of ``absence``."""
    span = Span(absence.first_on, absence.last_on)
    rows = session.scalars(
        select(Assignment)
        .where(
            Assignment.person_id == person_id,
            or_(Assignment.valid_until.is_(None), Assignment.valid_until >= absence.first_on),
        )
        .options(joinedload(Assignment.place), selectinload(Assignment.presences))
        .order_by(Assignment.id)
    )
    return [one for one in rows if Span(one.valid_from, one.valid_until).meets(span)]
