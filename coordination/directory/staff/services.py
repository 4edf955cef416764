"""Storing a list: everything its plan says, in one transaction, with a statement for each kind of change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import joinedload, selectinload

from coordination.core.access import Permission, Subject, require
from coordination.core.collation import sort_key
from coordination.core.errors import Conflict
from coordination.core.versions import next_version
from coordination.core.work import Work
from coordination.directory import assignment_undo
from coordination.directory.assignment_inputs import AssignmentInput, facts, input_of
from coordination.directory.assignment_undo import UNDO_DAYS
from coordination.directory.models import Assignment, EarlierValue, Organisation, Person, Place, Presence
from coordination.directory.queries import OF_SCHOOL
from coordination.directory.rules import day_before
from coordination.directory.staff.comparing import Step
from coordination.directory.staff.models import ListedRow
from coordination.directory.staff.people import ListedPerson
from coordination.directory.staff.plan import Plan, employers_of

#: Databases limit how many values one statement may hold.
BATCH = 10_000
#: Of what nobody has confirmed.
_UNSAID: dict[str, Any] = {"confirmed_on": None, "confirmed_by": "", "confirmed_by_id": None}
#: What a list says of a person → where it is stored.
COLUMNS = {"email": "email", "phone": "phone", "mobile": "mobile", "family": "family_name", "given": "given_name"}


@dataclass(frozen=True, slots=True)
class Stored:
    """How many assignments a list made, changed and ended, and how many people it brought and changed."""

    new: int
    changed: int
    ended: int
    new_people: int
    changed_people: int
    unchanged: int

    def as_values(self) -> dict[str, int]:
        """Return the counts as a job keeps them."""
        return {name: getattr(self, name) for name in self.__slots__}


def slices(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield ``keys`` in parts that one statement can hold."""
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def store(work: Work, job_id: int, plan: Plan, *, with_ends: bool) -> Stored:
    """Store what ``plan`` says; the caller records the job as the one line of the trail.

    Raises:
        Forbidden: an employer is not the actor's to edit.
        Conflict: somebody changed one of the rows at that moment.
    """
    employers = employers_of(plan)
    for employer in employers:
        require(work.actor, Permission.DIRECTORY_EDIT, Subject(organisation_ids=frozenset({employer})))
    # Two lists of one employer wait for one another.
    lock = select(Organisation.id).where(Organisation.id.in_(employers)).order_by(Organisation.id).with_for_update()
    work.session.execute(lock).all()
    ends = plan.ends if with_ends else []
    notes: list[dict[str, Any]] = []
    first_days = _first_days(plan)
    people = _add_people(work, plan.new_people, first_days, notes)
    changed_people = plan.changed_people
    _change_people(work, changed_people, notes)
    _change(work, [step for step in plan.steps if step.old is not None], ends, notes)
    new = [step for step in plan.steps if step.data is not None and (step.old is None or step.old_until is not None)]
    _add(work, new, people, notes)
    _begin_earlier(work, plan, first_days, notes)
    _keep(work, job_id, notes)
    known = [one.known.id for one in changed_people if one.known]
    tell_search(work, [*_ends(plan, ends, people), *((key, None) for key in known)])
    return Stored(
        sum(step.old is None for step in plan.steps),
        sum(step.old is not None for step in plan.steps),
        len(ends),
        len(people),
        len(changed_people),
        sum(plan.unchanged.values()),
    )


def _note(kind: str, key: int, version: int, before: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"kind": kind, "row_id": key, "version": version, "before": before}


def _first_days(plan: Plan) -> dict[str, date]:
    """Return from which day on each person of the list has an assignment: key in the list → day."""
    days: dict[str, date] = {}
    for step in plan.steps:
        if step.data is not None and step.person:
            days[step.person] = min(step.data.valid_from, days.get(step.person, date.max))
    return days


def _begin_earlier(work: Work, plan: Plan, first_days: Mapping[str, date], notes: list[dict[str, Any]]) -> None:
    """Let people who were planned for later belong here from their first assignment on."""
    days = {one.known.id: first_days[key] for key, one in plan.people.items() if one.known and key in first_days}
    last = day_before(work.today).isoformat()
    noted = {note["row_id"]: note for note in notes if note["kind"] == "person"}
    earlier = []
    for keys in slices(list(days)):
        planned = select(Person).where(Person.id.in_(keys), Person.valid_from.is_not(None))
        # What the list has just changed of them went past the session.
        for person in work.session.scalars(planned.execution_options(populate_existing=True)):
            if person.valid_from is None or person.valid_from <= days[person.id]:
                continue
            note = noted.get(person.id)
            if note is None:
                note = _note("person", person.id, person.version, {"history": [], "until": last})
                notes.append(note)
            note["before"] |= {"valid_from": person.valid_from.isoformat()}
            note["version"] += 1
            person.valid_from = days[person.id]
            earlier.append(person)
    work.record_all("person.changed", earlier)


def _add_people(
    work: Work, people: Sequence[ListedPerson], first_days: Mapping[str, date], notes: list[dict[str, Any]]
) -> dict[str, int]:
    """Enter who is new and return their keys by those of the list. Whoever begins later is planned until then."""
    later = {key: day for key, day in first_days.items() if day > work.today}
    rows = [
        {
            "given_name": one.text.given,
            "family_name": one.text.family,
            "sort_name": sort_key(one.text.family, one.text.given),
            "title": one.text.title,
            "function": "",
            "organisation_id": one.employer_id,
            "phone": one.text.phone,
            "mobile": one.text.mobile,
            "email": one.text.email,
            "email_key": one.text.email.lower(),
            "valid_from": later.get(one.key),
            "valid_until": None,
            "version": 1,
        }
        for one in people
    ]
    keys = _inserted(work, Person, rows, ("family_name", "given_name", "email_key"))
    notes += [_note("person", key, 1) for key in keys]
    return {one.key: key for one, key in zip(people, keys, strict=True)}


def _inserted(
    work: Work, model: type[Person | Assignment], rows: list[dict[str, Any]], told_by: Sequence[str]
) -> list[int]:
    """Insert rows and return their keys in the same order; no two rows have the same values of ``told_by``.

    Asked for the keys in order, SQLite would take a statement for each row.
    """
    if not rows:
        return []
    table = model.__table__
    statement = insert(table).returning(table.c.id, *(table.c[name] for name in told_by))  # type: ignore[arg-type]
    keys = {tuple(row[1:]): row[0] for row in work.session.connection().execute(statement, rows)}
    return [keys[tuple(row[name] for name in told_by)] for row in rows]


def _change_people(work: Work, people: Sequence[ListedPerson], notes: list[dict[str, Any]]) -> None:
    """Change what the list says otherwise; what held until yesterday stays in the history."""
    last = day_before(work.today)
    known = {one.known.id: one.known for one in people if one.known is not None}
    noted: set[tuple[int | None, str]] = set()
    for keys in slices(list(known)):
        statement = select(EarlierValue.person_id, EarlierValue.field).where(
            EarlierValue.person_id.in_(keys), EarlierValue.valid_until == last
        )
        noted |= {(row[0], row[1]) for row in work.session.execute(statement)}
    rows, earlier = [], []
    for one in people:
        if one.known is None:
            continue
        old, changes = one.known, one.changes()
        values = {column: getattr(old, name) for name, column in COLUMNS.items()}
        before = {COLUMNS[name]: pair[0] for name, pair in changes.items()}
        history = [column for column in before if (old.id, column) not in noted]
        notes.append(_note("person", old.id, old.version + 1, before | {"history": history, "until": last.isoformat()}))
        values |= {COLUMNS[name]: pair[1] for name, pair in changes.items()}
        values["sort_name"] = sort_key(values["family_name"], values["given_name"])
        rows.append(values | {"email_key": values["email"].lower(), "key": old.id, "seen": old.version})
        earlier += [
            {
                "person_id": old.id,
                "field": column,
                "value": before[column],
                "valid_until": last,
                "recorded_at": work.now,
            }
            for column in history
        ]
    update_all(work, Person, rows)
    if earlier:
        work.session.execute(insert(EarlierValue), earlier)


def update_all(work: Work, model: type[Person | Assignment], rows: Sequence[Mapping[str, Any]]) -> None:
    """Update rows by "key" if they have the version "seen" still; each gets the next one.

    Raises:
        Conflict: somebody else changed one of them.
    """
    if not rows:
        return
    table = model.__table__
    names = [name for name in rows[0] if name not in {"key", "seen"}]
    statement = (
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("key"), table.c.version == bindparam("seen"))
        .values({name: bindparam(f"new_{name}") for name in names} | {"version": table.c.version + 1})
    )
    given = [{name if name in {"key", "seen"} else f"new_{name}": row[name] for name in row} for row in rows]
    if work.session.connection().execute(statement, given).rowcount != len(rows):
        raise Conflict


def columns_of(data: AssignmentInput) -> dict[str, Any]:
    """Return an assignment as its columns."""
    return {
        "person_id": data.person_id,
        "place_id": data.place_id,
        "employer_id": data.employer_id,
        "function": data.function,
        "target_group": data.target_group,
        "share_posts": data.share.posts,
        "share_hours": data.share.hours,
        "funding": data.funding,
        "funded_until": data.funded_until,
        "in_holidays": data.in_holidays,
        "valid_from": data.valid_from,
        "valid_until": data.valid_until,
    }


def _change(work: Work, changed: Sequence[Step], ends: Sequence[Step], notes: list[dict[str, Any]]) -> None:
    """End what ends or is followed by another row, and change in place what is only corrected."""
    steps = {step.old.id: step for step in [*changed, *ends] if step.old is not None}
    ended, corrected, weeks = [], [], []
    for keys in slices(list(steps)):
        loaded = select(Assignment).where(Assignment.id.in_(keys)).options(selectinload(Assignment.presences))
        for row in work.session.scalars(loaded):
            step = steps[row.id]
            notes.append(_note("assignment", row.id, row.version + 1, assignment_undo.snapshot(row)))
            versions = {"key": row.id, "seen": step.old.version if step.old else 0}
            if step.old_until is not None or step.data is None:
                ended.append({"valid_until": step.old_until} | versions)
            else:
                is_other = facts(step.data) != facts(input_of(row))
                # What somebody confirmed is not what it says now.
                confirmed = {name: value if is_other else getattr(row, name) for name, value in _UNSAID.items()}
                corrected.append(columns_of(step.data) | confirmed | versions)
                if step.old is not None and set(step.data.times) != set(step.old.times):
                    weeks.append((row.id, step.data))
            work.session.expunge(row)
    update_all(work, Assignment, ended)
    update_all(work, Assignment, corrected)
    for keys in slices([key for key, _data in weeks]):
        work.session.execute(delete(Presence).where(Presence.assignment_id.in_(keys)))
    add_weeks(work, weeks)


def _add(work: Work, steps: Sequence[Step], people: Mapping[str, int], notes: list[dict[str, Any]]) -> None:
    inputs = []
    for step in steps:
        if step.data is not None:
            who = people.get(step.person)
            inputs.append(replace(step.data, person_id=who) if who is not None else step.data)
    versions: dict[int, None] = {}
    while len(versions) < len(inputs):
        versions[next_version(None)] = None
    rows = [columns_of(data) | _UNSAID | {"version": version} for data, version in zip(inputs, versions, strict=True)]
    keys = _inserted(work, Assignment, rows, ("version",))
    notes += [_note("assignment", key, row["version"]) for key, row in zip(keys, rows, strict=True)]
    add_weeks(work, list(zip(keys, inputs, strict=True)))


def add_weeks(work: Work, weeks: Sequence[tuple[int, AssignmentInput]]) -> None:
    """Enter the weekly times of assignments by their keys."""
    rows = [
        {
            "assignment_id": key,
            "weekday": one.weekday,
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
            "room": one.room,
        }
        for key, data in weeks
        for one in data.times
    ]
    if rows:
        work.session.connection().execute(insert(Presence.__table__), rows)  # type: ignore[arg-type]


def _keep(work: Work, job_id: int, notes: Sequence[dict[str, Any]]) -> None:
    """Note how to take the list back; what is too old for that goes."""
    over = work.now - timedelta(days=UNDO_DAYS)
    work.session.execute(delete(ListedRow).where(ListedRow.recorded_at < over))
    rows = [{**note, "job_id": job_id, "recorded_at": work.now} for note in notes]
    if rows:
        work.session.connection().execute(insert(ListedRow.__table__), rows)  # type: ignore[arg-type]


def _ends(plan: Plan, ends: Sequence[Step], people: Mapping[str, int]) -> Iterator[tuple[int | None, int | None]]:
    """Yield the keys of whom and where each assignment is about now, and was before."""
    for step in [*plan.steps, *ends]:
        if step.old is not None:
            yield step.old.person_id, step.old.place_id
        if step.data is not None:
            yield people.get(step.person, step.data.person_id), step.data.place_id


def tell_search(work: Work, ends: Iterable[tuple[int | None, int | None]]) -> None:
    """Let the search follow at both ends of assignments: (person, place), in a few statements for any number."""
    pairs = list(ends)
    people = sorted({person for person, _place in pairs if person is not None})
    places = sorted({place for _person, place in pairs if place is not None})
    for some in slices(people):
        work.touch(work.session.scalars(select(Person).where(Person.id.in_(some))).all())
    for some in slices(places):
        # With what the search says of a place: asked for later, it would be a statement for each.
        found = select(Place).options(joinedload(Place.school), joinedload(Place.operator), OF_SCHOOL)
        work.touch(work.session.scalars(found.where(Place.id.in_(some))).all())
