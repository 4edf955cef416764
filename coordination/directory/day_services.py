"""Days off: absences of people (never with a reason) and the days a place closes by its own choice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from coordination.core.access import Permission, allows, require
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.directory import first_day
from coordination.directory.models import Absence, FreeDay, Person, Place
from coordination.directory.queries import subject_of
from coordination.directory.rules import check_span

#: Longest range of free days entered at once; more is a mistyped year.
LONGEST_RANGE = 60

_GONE = N_("This absence was removed in the meantime. Nothing was stored.")
_OTHERWISE = N_("This absence was changed in the meantime. Nothing was stored; please look at its days again.")


def absences(session: Session, person_id: int) -> list[Absence]:
    """Return all absences of a person, newest first."""
    return list(
        session.scalars(
            select(Absence)
            .where(Absence.person_id == person_id)
            .options(joinedload(Absence.substitute))
            .order_by(Absence.first_on.desc(), Absence.id.desc())
        )
    )


def get_absence(session: Session, absence_id: int) -> Absence:
    """Return an absence with its person.

    Raises:
        NotFound: there is none with this key.
    """
    found = session.get(Absence, absence_id, options=[joinedload(Absence.person)])
    if found is None:
        raise NotFound
    return found


def add_absence(
    work: Work, person: Person, first_on: date, last_on: date | None, *, substitute_id: int | None = None
) -> Absence:
    """Note that a person is not there, and who stands in.

    Raises:
        RuleViolation: impossible days, an absence that overlaps another, or a substitute who cannot be one.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(person))
    check_span(first_on, last_on, field="last_on")
    if substitute_id is not None:
        _check_substitute(work, person, substitute_id, first_on)
    # Locked, so that one form sent twice meets itself here.
    work.session.get(Person, person.id, with_for_update=True)
    _check_free(work, person.id, (first_on, last_on))
    absence = Absence(person_id=person.id, first_on=first_on, last_on=last_on, substitute_id=substitute_id)
    work.session.add(absence)
    work.record("absence.created", absence)
    return absence


def _lock(work: Work, absence: Absence) -> None:
    """Let nobody else enter or change absences of its person until this is over, and read what it says now.

    Raises:
        Conflict: it is gone, or somebody else's since their entries were merged.
    """
    key, person_id = absence.id, absence.person_id
    work.session.get(Person, person_id, with_for_update=True)
    statement = select(Absence).where(Absence.id == key, Absence.person_id == person_id)
    statement = statement.with_for_update(of=Absence).execution_options(populate_existing=True)
    if work.session.scalars(statement).one_or_none() is None:
        raise Conflict(_GONE)


def mark_of(absence: Absence) -> str:
    """Return what an absence says, as its form carries it: whoever saves what is otherwise by then is told."""
    return f"{absence.first_on}/{absence.last_on or ''}/{absence.substitute_id or ''}"


def substitute_in(mark: str) -> int | None:
    """Return the key of who stood in when ``mark`` was made."""
    key = mark.rpartition("/")[2]
    return int(key) if key.isascii() and key.isdigit() and len(key) < 10 else None


def change_absence(
    work: Work, absence: Absence, days: tuple[date, date | None], *, substitute_id: int | None, seen: str
) -> bool:
    """Change the days of an absence and who stands in. Returns whether anything is other than before.

    A substitute that somebody else named may stay, as long as they have begun by the first day.

    Raises:
        RuleViolation: as ``add_absence``.
        Conflict: it no longer says what the form showed; with a sentence: it is gone.
    """
    person = absence.person
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(person))
    _lock(work, absence)
    if mark_of(absence) != seen:
        raise Conflict
    first_on, last_on = days
    check_span(first_on, last_on, field="last_on")
    if substitute_id is not None:
        _check_substitute(work, person, substitute_id, first_on, had=absence.substitute_id)
    _check_free(work, person.id, days, but=absence.id)
    if (absence.first_on, absence.last_on, absence.substitute_id) == (first_on, last_on, substitute_id):
        return False
    absence.first_on, absence.last_on, absence.substitute_id = first_on, last_on, substitute_id
    work.record("absence.changed", absence)
    return True


def _check_free(work: Work, person_id: int, days: tuple[date, date | None], *, but: int = 0) -> None:
    first_on, last_on = days
    meets = select(Absence.id).where(
        Absence.person_id == person_id,
        Absence.id != but,
        or_(Absence.last_on.is_(None), Absence.last_on >= first_on),
    )
    if last_on is not None:
        meets = meets.where(Absence.first_on <= last_on)
    if work.session.scalar(meets.limit(1)) is not None:
        raise RuleViolation(
            N_("The person is entered as absent on these days already. Please change that entry."), field="first_on"
        )


def _check_substitute(
    work: Work, person: Person, substitute_id: int, first_on: date, *, had: int | None = None
) -> None:
    substitute = work.session.get(Person, substitute_id)
    is_known = substitute_id == had
    if substitute is None or not (is_known or allows(work.actor, Permission.DIRECTORY_EDIT, subject_of(substitute))):
        raise RuleViolation(N_("Please choose a person of the directory."), field="substitute_id")
    if substitute.id == person.id:
        raise RuleViolation(N_("Nobody stands in for themselves. Please choose somebody else."), field="substitute_id")
    first_day.check_begun(substitute, first_on, "substitute_id")


def end_absence(work: Work, absence: Absence, last_on: date, *, seen: str) -> None:
    """Fix the last day of an absence; ended on that day already, nothing happens.

    Raises:
        RuleViolation: it begins only later.
        Conflict: it is gone, or no longer says what the page showed.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(absence.person))
    _lock(work, absence)
    if absence.last_on == last_on:
        return
    if mark_of(absence) != seen:
        raise Conflict(_OTHERWISE)
    check_span(absence.first_on, last_on, field="last_on")
    absence.last_on = last_on
    work.record("absence.ended", absence)


def delete_absence(work: Work, absence: Absence) -> None:
    """Remove an absence that was entered by mistake; nothing of it is kept.

    Raises:
        Conflict: somebody else removed it.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(absence.person))
    _lock(work, absence)
    work.record("absence.deleted", absence)
    work.changed.remove(absence)
    work.session.delete(absence)


def free_days(session: Session, place_id: int) -> list[FreeDay]:
    """Return the days a place closes by its own choice, in order."""
    return list(session.scalars(select(FreeDay).where(FreeDay.place_id == place_id).order_by(FreeDay.day)))


def add_free_days(work: Work, place: Place, first: date, last: date | None) -> int:
    """Enter one day or the working days of a range; days that are there stay. Returns how many are new.

    Raises:
        RuleViolation: impossible or too many days.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(place))
    last = last or first
    check_span(first, last, field="last")
    if (last - first).days >= LONGEST_RANGE:
        raise RuleViolation(
            N_("That is more than %(most)d days. Please check the year."), field="last", most=LONGEST_RANGE
        )
    work.session.get(Place, place.id, with_for_update=True)
    known = {row.day for row in free_days(work.session, place.id)}
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    wanted = [day for day in days if day.weekday() < 5] if last > first else days
    new = [day for day in wanted if day not in known]
    work.session.add_all(FreeDay(place_id=place.id, day=day) for day in new)
    if new:
        work.record("place.free_days_added", place)
    return len(new)


def remove_free_days(work: Work, place: Place, keys: Collection[int]) -> list[date]:
    """Remove free days of a place by their keys; those of other places are left alone. Returns the days."""
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(place))
    chosen = [row for row in free_days(work.session, place.id) if row.id in keys]
    for row in chosen:
        work.session.delete(row)
    if chosen:
        work.record("place.free_days_removed", place)
    return [row.day for row in chosen]
