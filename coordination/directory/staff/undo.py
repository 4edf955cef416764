"""Taking back a stored list: every row becomes again what it was, or nothing happens at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Permission, Subject, require
from coordination.core.db import Base
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, gettext, sentence
from coordination.core.work import Work
from coordination.directory import first_day
from coordination.directory.assignment_inputs import AssignmentInput
from coordination.directory.assignment_undo import UNDO_DAYS, holidays_in
from coordination.directory.models import Assignment, EarlierValue, Person, Place, Presence
from coordination.directory.rules import Function, Funding, WeeklyTime
from coordination.directory.shares import Share
from coordination.directory.staff.models import ListedRow
from coordination.directory.staff.services import add_weeks, columns_of, slices, tell_search, update_all

#: Names in a sentence; beyond that "…" says enough.
MOST_NAMES = 5
#: What belongs to a person so closely that it goes with them.
_OWN = frozenset({"earlier_value", "two_people"})
_OVER = N_("This list can no longer be taken back.")
_CHANGED = N_("Changed since the list was stored: %(names)s. Nothing was taken back.")
_USED = N_("In use, and new with the list: %(names)s. Nothing was taken back.")


def until(session: Session, job_id: int) -> datetime | None:
    """Return until when a list can be taken back; None if nothing is kept of it."""
    noted = session.scalar(select(ListedRow.recorded_at).where(ListedRow.job_id == job_id).limit(1))
    return None if noted is None else noted + timedelta(days=UNDO_DAYS)


def problem(session: Session, job_id: int) -> str:
    """Return why a list cannot be taken back as far as can be seen beforehand; "" if nothing speaks against it."""
    over = until(session, job_id)
    if over is None or over < clock.utc_now():
        return gettext(_OVER)
    try:
        _refuse_changed(session, job_id)
    except RuleViolation as violation:
        return sentence(violation)
    return ""


def take_back(work: Work, job_id: int) -> int:
    """Take back a list, wholly or not at all, and return how many rows went back.

    Raises:
        RuleViolation: too much time has passed, or somebody went on from there; the sentence says where.
        Forbidden: an assignment is no longer the actor's to edit.
    """
    over = until(work.session, job_id)
    if over is None or over < work.now:
        raise RuleViolation(_OVER)
    _refuse_changed(work.session, job_id)
    _check_employers(work, job_id)
    noted = work.session.execute(
        select(ListedRow.kind, ListedRow.row_id, ListedRow.version, ListedRow.before).where(ListedRow.job_id == job_id)
    ).all()
    rows = {kind: [row[1:] for row in noted if row[0] == kind] for kind in ("person", "assignment")}
    ends = _ends_of(work.session, rows["assignment"])
    for keys in slices([key for key, _version, before in rows["assignment"] if before is None]):
        work.session.execute(delete(Presence).where(Presence.assignment_id.in_(keys)))
        work.session.execute(delete(Assignment).where(Assignment.id.in_(keys)))
    _restore_assignments(work, [row for row in rows["assignment"] if row[2] is not None])
    _restore_people(work, [row for row in rows["person"] if row[2] is not None])
    _remove_people(work, [key for key, _version, before in rows["person"] if before is None])
    tell_search(work, ends)
    work.session.execute(delete(ListedRow).where(ListedRow.job_id == job_id))
    return len(noted)


def _ends_of(session: Session, rows: Sequence[Any]) -> list[tuple[int | None, int | None]]:
    """Return the keys of whom and where assignments are about as the list left them, and were before."""
    found = [(before["person_id"], before["place_id"]) for _key, _version, before in rows if before is not None]
    for keys in slices([row[0] for row in rows]):
        now = select(Assignment.person_id, Assignment.place_id).where(Assignment.id.in_(keys))
        found += [(person, place) for person, place in session.execute(now)]
    return found


def _refuse_changed(session: Session, job_id: int) -> None:
    here = ListedRow.job_id == job_id
    people = (
        select(Person.given_name + " " + Person.family_name)
        .select_from(ListedRow)
        .outerjoin(Person, Person.id == ListedRow.row_id)
        .where(here, ListedRow.kind == "person", or_(Person.id.is_(None), Person.version != ListedRow.version))
    )
    places = (
        select(Place.name)
        .select_from(ListedRow)
        .outerjoin(Assignment, Assignment.id == ListedRow.row_id)
        .outerjoin(Place, Place.id == Assignment.place_id)
        .where(
            here,
            ListedRow.kind == "assignment",
            or_(Assignment.id.is_(None), Assignment.version != ListedRow.version),
        )
    )
    for statement in (people, places):
        names = list(session.scalars(statement.limit(MOST_NAMES + 1)))
        _refuse(_CHANGED, [name or "–" for name in names])


def _refuse(message: str, names: Sequence[str]) -> None:
    if names:
        shown = [*dict.fromkeys(names[:MOST_NAMES]), *(["…"] if len(names) > MOST_NAMES else [])]
        raise RuleViolation(message, names=", ".join(shown))


def _check_employers(work: Work, job_id: int) -> None:
    statement = (
        select(Assignment.employer_id)
        .join(ListedRow, ListedRow.row_id == Assignment.id)
        .where(ListedRow.job_id == job_id, ListedRow.kind == "assignment")
    )
    for employer in work.session.scalars(statement.distinct()):
        require(work.actor, Permission.DIRECTORY_EDIT, Subject(organisation_ids=frozenset({employer})))


def _restore_assignments(work: Work, rows: Sequence[Any]) -> None:
    inputs = [(key, _input(before)) for key, _version, before in rows]
    values = [
        columns_of(data) | {"key": key, "seen": version}
        for (key, version, _before), (_key, data) in zip(rows, inputs, strict=True)
    ]
    update_all(work, Assignment, values)
    for keys in slices([key for key, _data in inputs]):
        work.session.execute(delete(Presence).where(Presence.assignment_id.in_(keys)))
    add_weeks(work, inputs)


def _input(before: dict[str, Any]) -> AssignmentInput:
    """Return an assignment as ``assignment_undo.snapshot`` noted it."""

    def day(name: str) -> date | None:
        return date.fromisoformat(before[name]) if before[name] else None

    def number(name: str) -> Decimal | None:
        return Decimal(before[name]) if before[name] is not None else None

    return AssignmentInput(
        person_id=before["person_id"],
        place_id=before["place_id"],
        employer_id=before["employer_id"],
        function=Function(before["function"]),
        funding=Funding(before["funding"]),
        valid_from=date.fromisoformat(before["valid_from"]),
        valid_until=day("valid_until"),
        target_group=before["target_group"],
        share=Share(number("share_posts"), number("share_hours")),
        funded_until=day("funded_until"),
        times=tuple(
            WeeklyTime(weekday, time.fromisoformat(first), time.fromisoformat(last), room)
            for weekday, first, last, room in before["presences"]
        ),
        in_holidays=holidays_in(before),
    )


def _restore_people(work: Work, rows: Sequence[Any]) -> None:
    """Let people say again what they said, and their history with them."""
    before = {key: values for key, _version, values in rows}
    for keys in slices(list(before)):
        for person in work.session.scalars(select(Person).where(Person.id.in_(keys))):
            for name, value in before[person.id].items():
                if name == "valid_from":
                    had = date.fromisoformat(value)
                    person.valid_from = min(had, first_day.begins_on(work.session, person.id) or had)
                elif name not in {"history", "until"}:
                    setattr(person, name, value)
            work.changed.append(person)
        last = {date.fromisoformat(values["until"]) for values in before.values()}
        fields = {name for values in before.values() for name in values["history"]}
        entries = select(EarlierValue).where(
            EarlierValue.person_id.in_(keys), EarlierValue.valid_until.in_(last), EarlierValue.field.in_(fields)
        )
        for entry in work.session.scalars(entries):
            if entry.field in before[entry.person_id or 0]["history"]:
                work.session.delete(entry)
    work.session.flush()


def _remove_people(work: Work, keys: Sequence[int]) -> None:
    for some in slices(keys):
        used = select(Person.given_name + " " + Person.family_name).where(Person.id.in_(some), or_(*_uses()))
        _refuse(_USED, list(work.session.scalars(used.limit(MOST_NAMES + 1))))
        people = work.session.scalars(select(Person).where(Person.id.in_(some))).all()
        for person in people:
            work.session.delete(person)
        work.touch(people)


def _uses() -> Iterator[ColumnElement[bool]]:
    """Yield for each column of any table that names a person the condition that it names this one."""
    key = Person.__table__.c.id
    for table in Base.metadata.sorted_tables:
        other = table.alias(f"using_{table.name}")
        for foreign in table.foreign_keys:
            if foreign.column is key and table.name not in _OWN:
                yield exists().where(other.c[foreign.parent.name] == key)
