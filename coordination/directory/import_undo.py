"""Taking back an import of the school file: every place becomes again what it was, or nothing happens at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, or_, select, union_all
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified

from coordination.core.db import Base
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.jobs import Job
from coordination.core.work import Work
from coordination.directory.assignment_undo import UNDO_DAYS
from coordination.directory.confirming import by_file
from coordination.directory.models import EarlierValue, Place, School
from coordination.directory.rules import day_before
from coordination.directory.successions.models import PlaceSuccession
from coordination.directory.undo_models import ImportedConfirmation, ImportedPlace

#: Names in a sentence; beyond that their number says enough.
MOST_NAMES = 5
#: Databases limit how many values one statement may hold.
BATCH = 500

_PLACE = (
    "name",
    "official_name",
    "street",
    "postcode",
    "city",
    "phone",
    "fax",
    "email",
    "website",
    "operator_id",
    "utm_east",
    "utm_north",
)
_PLACE_DAYS = ("valid_from", "valid_until")
_SCHOOL = (
    "form_code",
    "short_name",
    "legal_form",
    "maintainer_number",
    "municipality",
    "operation_key",
    "pupils",
    "social_index",
)
_SCHOOL_DAYS = ("operation_date", "gone_since")
#: What belongs to a place so closely that it goes with it.
_OWN = frozenset({"school", "earlier_value", "no_site"})

#: Of which import something is kept, and since when: the places that it touched, or what they were confirmed by.
KEPT = union_all(
    select(ImportedPlace.job_id, ImportedPlace.recorded_at),
    select(ImportedConfirmation.job_id, ImportedConfirmation.recorded_at),
).subquery("kept")

_CHANGED = N_("Changed since the import: %(names)s. Nothing was taken back.")
_USED = N_("In use, and new with the import: %(names)s. Nothing was taken back.")
_OVER = N_("This import can no longer be taken back.")


@dataclass(frozen=True, slots=True)
class Touched:
    """A place that an import touched, and what it was before; None: the import made it."""

    place: Place
    before: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What stands in the way: (key, name) of places changed since, and of new ones that something hangs on."""

    changed: Sequence[tuple[int, str]]
    used: Sequence[tuple[int, str]]

    def __bool__(self) -> bool:
        """Return whether anything does."""
        return bool(self.changed or self.used)


def snapshots(work: Work, schools: Iterable[School]) -> dict[int, dict[str, Any]]:
    """Return all that an import may change of stored schools, as JSON can hold it, by the key of the place."""
    schools = list(schools)
    last = day_before(work.today)
    found = {school.place_id: _snapshot(school, last) for school in schools}
    for keys in _slices(list(found)):
        statement = select(EarlierValue).where(EarlierValue.place_id.in_(keys), EarlierValue.valid_until == last)
        for entry in work.session.scalars(statement.order_by(EarlierValue.id)):
            noted = [entry.field, entry.value, entry.recorded_at.isoformat()]
            found[entry.place_id or 0]["earlier"].append(noted)
    return found


def _snapshot(school: School, last: date) -> dict[str, Any]:
    place = school.place
    values: dict[str, Any] = {name: getattr(place, name) for name in _PLACE}
    values |= {name: getattr(school, name) for name in _SCHOOL}
    days = {name: getattr(place, name) for name in _PLACE_DAYS} | {name: getattr(school, name) for name in _SCHOOL_DAYS}
    values |= {name: day.isoformat() if day else None for name, day in days.items()}
    # Of the history, an import alters only what held until the day before it.
    return values | {"until": last.isoformat(), "earlier": []}


def keep(work: Work, job_id: int, touched: Sequence[Touched]) -> None:
    """Note how to take back an import that was just stored; what is too old for that goes."""
    over = work.now - timedelta(days=UNDO_DAYS)
    work.session.execute(delete(ImportedPlace).where(ImportedPlace.recorded_at < over))
    rows = [
        {
            "job_id": job_id,
            "place_id": one.place.id,
            "version": one.place.version,
            "before": one.before,
            "recorded_at": work.now,
        }
        for one in touched
    ]
    if rows:
        work.session.execute(insert(ImportedPlace), rows)


def until(session: Session, job_id: int) -> datetime | None:
    """Return until when an import can be taken back; None if nothing is kept of it."""
    noted = session.scalar(select(KEPT.c.recorded_at).where(KEPT.c.job_id == job_id).limit(1))
    return None if noted is None else noted + timedelta(days=UNDO_DAYS)


def obstacles(session: Session, job_id: int) -> Obstacles:
    """Return what keeps an import from being taken back: four statements, however many places it touched."""
    entered = _entered(session, job_id)
    rewritten = [key for key, (row, version) in entered.items() if row.version != version]
    here = ImportedPlace.job_id == job_id
    changed = (
        select(ImportedPlace.place_id, Place.name)
        .outerjoin(Place, Place.id == ImportedPlace.place_id)
        .where(here, or_(Place.id.is_(None), Place.version != ImportedPlace.version))
        .order_by(Place.sort_name, Place.id)
    )
    used = (
        select(Place.id, Place.name)
        .join(ImportedPlace, Place.id == ImportedPlace.place_id)
        .where(here, ImportedPlace.before.is_(None), or_(*_uses(entered.keys() - set(rewritten))))
        .order_by(Place.sort_name, Place.id)
    )
    found = [(row[0], row[1] or "–") for row in session.execute(changed)]
    found += [(entered[key][0].predecessor_id, entered[key][0].predecessor.name) for key in rewritten]
    found = list(dict.fromkeys(found))
    return Obstacles(found, [(row[0], row[1]) for row in session.execute(used)])


def _entered(session: Session, job_id: int) -> dict[int, tuple[PlaceSuccession, int]]:
    """Return the successions that an import entered and that are still there, with the version that they had."""
    result = session.scalar(select(Job.result).where(Job.id == job_id)) or {}
    versions: dict[int, int] = dict(result.get("successions", ()))
    if not versions:
        return {}
    statement = select(PlaceSuccession).where(PlaceSuccession.id.in_(versions))
    rows = session.scalars(statement.options(joinedload(PlaceSuccession.predecessor)))
    return {row.id: (row, versions[row.id]) for row in rows}


def _uses(entered: Collection[int]) -> Iterator[ColumnElement[bool]]:
    """Yield for each column of any table that names a place the condition that it names this one.

    Upper slices have such columns too; the tables know of them without anybody importing them. The successions that
    the import ``entered`` itself are no use that somebody made of a place.
    """
    key = Place.__table__.c.id
    for table in Base.metadata.sorted_tables:
        # A place may hang on a place: its table stands twice in one statement then.
        other = table.alias(f"using_{table.name}")
        for foreign in table.foreign_keys:
            if foreign.column is key and table.name not in _OWN:
                uses = other.c[foreign.parent.name] == key
                is_own = entered and table is PlaceSuccession.__table__
                yield exists().where(uses, other.c.id.not_in(entered)) if is_own else exists().where(uses)


def take_back(work: Work, job_id: int) -> int:
    """Take back an import, wholly or not at all, and return how many places went back.

    Raises:
        RuleViolation: too much time has passed, or somebody went on from there; the sentence names the places.
    """
    over = until(work.session, job_id)
    if over is None or over < work.now:
        raise RuleViolation(_OVER)
    noted = work.session.execute(
        select(ImportedPlace.place_id, ImportedPlace.before).where(ImportedPlace.job_id == job_id)
    )
    before: dict[int, dict[str, Any] | None] = {row[0]: row[1] for row in noted}
    schools = _locked(work, list(before))
    # Looked at under the lock: nobody changes or uses one of them meanwhile.
    _refuse(obstacles(work.session, job_id))
    followed = [row for row, _version in _entered(work.session, job_id).values()]
    for row in followed:
        work.session.delete(row)
    work.touch(followed)
    by_file.take_back(work, job_id)
    _restore(work, {key: one for key, one in before.items() if one is not None}, schools)
    _remove(work, [schools[key] for key, one in before.items() if one is None])
    work.session.execute(delete(ImportedPlace).where(ImportedPlace.job_id == job_id))
    return len(before)


def _locked(work: Work, keys: Sequence[int]) -> dict[int, School]:
    found: dict[int, School] = {}
    for some in _slices(keys):
        work.session.execute(select(Place.id).where(Place.id.in_(some)).order_by(Place.id).with_for_update())
        statement = select(School).where(School.place_id.in_(some)).options(joinedload(School.place))
        found |= {school.place_id: school for school in work.session.scalars(statement)}
    return found


def _refuse(found: Obstacles) -> None:
    for message, places in ((_CHANGED, found.changed), (_USED, found.used)):
        if places:
            names = [name for _key, name in places[:MOST_NAMES]]
            names += ["…"] if len(places) > MOST_NAMES else []
            raise RuleViolation(message, names=", ".join(names))


def _restore(work: Work, before: Mapping[int, dict[str, Any]], schools: Mapping[int, School]) -> None:
    """Let stored schools say again what they said, and their history with them."""
    for key, values in before.items():
        school = schools[key]
        for name in _PLACE:
            setattr(school.place, name, values[name])
        for name in _SCHOOL:
            setattr(school, name, values[name])
        for row, names in ((school.place, _PLACE_DAYS), (school, _SCHOOL_DAYS)):
            for name in names:
                setattr(row, name, date.fromisoformat(values[name]) if values[name] else None)
        # What only the school says would leave the version as it is.
        flag_modified(school.place, "name")
    work.touch([schools[key].place for key in before])
    _restore_history(work, before)


def _restore_history(work: Work, before: Mapping[int, dict[str, Any]]) -> None:
    rows = []
    # All places of one import have the same day before it.
    for last in {date.fromisoformat(values["until"]) for values in before.values()}:
        for keys in _slices(list(before)):
            mine = delete(EarlierValue).where(EarlierValue.place_id.in_(keys), EarlierValue.valid_until == last)
            work.session.execute(mine, execution_options={"synchronize_session": False})
        rows += [
            {
                "place_id": key,
                "field": field,
                "value": value,
                "valid_until": last,
                "recorded_at": datetime.fromisoformat(at),
            }
            for key, values in before.items()
            for field, value, at in values["earlier"]
        ]
    if rows:
        work.session.execute(insert(EarlierValue), rows)


def _remove(work: Work, schools: Sequence[School]) -> None:
    places = [school.place for school in schools]
    for school in schools:
        work.session.delete(school)
        work.session.delete(school.place)
    work.touch(places)


def _slices(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
