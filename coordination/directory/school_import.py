"""Writing what the official school file says: new, changed with the old value kept, gone marked, never deleted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_date, gettext, in_language
from coordination.core.work import Work
from coordination.directory import history, import_undo
from coordination.directory.confirming.by_file import Spoken
from coordination.directory.import_undo import Touched
from coordination.directory.models import Organisation, Place, School
from coordination.directory.rules import PlaceKind
from coordination.directory.school_changes import Changes, SchoolChange, StoredSchool, compare
from coordination.directory.school_file import SchoolFile, SchoolRecord
from coordination.directory.successions import services as successions
from coordination.directory.successions.models import PlaceSuccession

#: Compared field → where it is stored: of the place, or of the school (see ``_set``).
PLACE_FIELDS = {
    "name": "official_name",
    "street": "street",
    "postcode": "postcode",
    "city": "city",
    "phone": "phone",
    "fax": "fax",
    "email": "email",
    "website": "website",
}
SCHOOL_FIELDS = frozenset(
    {
        "short_name",
        "form_code",
        "legal_form",
        "maintainer_number",
        "municipality",
        "operation_key",
        "operation_date",
        "pupils",
        "social_index",
    }
)


_NO_LINE = N_("No line of this file can be used. Nothing was changed.")
_NOTHING = N_(
    "No line of this file is about the municipality %(municipality)s; %(count)s lines are about others. "
    "Please check the municipality key."
)


#: Numbers of a school that is gone and of one that follows it, and the day from which on.
Wanted = tuple[str, str, date]
#: What no file speaks of.
NO_FILE = Spoken("")


@dataclass(frozen=True, slots=True)
class Applied:
    """How many schools an import made, changed, marked as gone, took back and left as they were."""

    new: int
    changed: int
    gone: int
    came_back: int
    unchanged: int = 0
    #: What has to be known to take it back.
    touched: Sequence[Touched] = ()
    #: What was entered of what follows the schools that are gone.
    successions: Sequence[PlaceSuccession] = ()
    #: What the file speaks of, and so confirms.
    spoken: Spoken = NO_FILE


def stored_schools(session: Session, municipality: str | None) -> dict[str, StoredSchool]:
    """Return what the directory holds of a municipality's schools (None: of all), by Schulnummer."""
    statement = select(School).options(joinedload(School.place))
    if municipality is not None:
        statement = statement.where(School.municipality == municipality)
    return {school.number: _stored(school) for school in session.scalars(statement)}


def stored_by_number(session: Session, numbers: Collection[str]) -> dict[str, StoredSchool]:
    """Return what the directory holds of some schools, by Schulnummer."""
    return {number: _stored(school) for number, school in _schools(session, numbers).items()}


def _stored(school: School) -> StoredSchool:
    place = school.place
    return StoredSchool(
        **{field: getattr(place, column) for field, column in PLACE_FIELDS.items()},
        **{field: getattr(school, field) for field in SCHOOL_FIELDS},
        utm_east=place.utm_east,
        utm_north=place.utm_north,
        gone=school.gone_since is not None,
    )


def preview(session: Session, file: SchoolFile, municipality: str | None) -> Changes:
    """Return what importing ``file`` would change; stores nothing.

    Raises:
        RuleViolation: no line of the file is about the municipality; importing it would mark every school as gone.
    """
    if not file.records and municipality is not None and file.elsewhere:
        raise RuleViolation(_NOTHING, field="municipality", municipality=municipality, count=file.elsewhere)
    if not file.records:
        raise RuleViolation(_NO_LINE, field="file")
    stored = stored_schools(session, municipality)
    # A school that moved here from another municipality keeps its number; it is known, not new.
    moved = _schools(session, [record.number for record in file.records if record.number not in stored])
    stored |= {number: _stored(school) for number, school in moved.items()}
    changes = compare(stored, file.records, fields=file.fields)
    # A school whose line could not be used still stands in the file.
    return replace(changes, gone=tuple(number for number in changes.gone if number not in file.mentioned))


def apply(work: Work, file: SchoolFile, municipality: str | None, wanted: Sequence[Wanted] = ()) -> Applied:
    """Import ``file`` and return what was done. All or nothing; the same file again changes nothing.

    The difference is computed anew in this transaction, so a preview that has grown old does no harm. Whoever calls it
    leaves one line about the whole in the trail. ``wanted`` says what follows schools that are gone with it.
    """
    if wanted:
        successions.one_at_a_time(work)
    changes = preview(work.session, file, municipality)
    maintainers = _maintainers(work.session)
    new = [_create(record, maintainers, work.today) for record in changes.new]
    work.session.add_all(new)
    altered = (*changes.changed, *changes.came_back)
    known = _schools(work.session, [change.record.number for change in altered] + list(changes.gone))
    before = import_undo.snapshots(work, known.values())
    for change in altered:
        _change(work, known[change.record.number], change, maintainers)
    for number in changes.gone:
        known[number].gone_since = work.today
    for school in known.values():
        # What only the school says would leave the version as it is.
        flag_modified(school.place, "name")
    places = [school.place for school in known.values()]
    work.touch([*new, *places])
    touched = [Touched(place, None) for place in new] + [Touched(place, before[place.id]) for place in places]
    return Applied(
        len(changes.new),
        len(changes.changed),
        len(changes.gone),
        len(changes.came_back),
        changes.unchanged,
        touched,
        _followed(work, [one for one in wanted if one[0] in changes.gone]),
        Spoken.of(file, municipality),
    )


def _followed(work: Work, wanted: Sequence[Wanted]) -> list[PlaceSuccession]:
    """Enter what follows schools that are gone, as far as both are there; it says where it is known from."""
    if not wanted:
        return []
    found = _schools(work.session, {number for one in wanted for number in one[:2]})
    known = [
        (found[gone].place, found[after].place, day)
        for gone, after, day in wanted
        if gone in found and after in found and found[after].gone_since is None
    ]
    with in_language("de"):
        source = gettext("Official school file, read in on %(day)s", day=format_date(work.today))
    return successions.take_over(work, known, source)


def _schools(session: Session, numbers: Collection[str]) -> dict[str, School]:
    found: dict[str, School] = {}
    numbers = list(numbers)
    # In slices: databases limit how many values one statement may hold.
    for start in range(0, len(numbers), 500):
        statement = (
            select(School).where(School.number.in_(numbers[start : start + 500])).options(joinedload(School.place))
        )
        found |= {school.number: school for school in session.scalars(statement)}
    return found


def _maintainers(session: Session) -> dict[str, int]:
    statement = select(Organisation.maintainer_number, Organisation.id).where(Organisation.maintainer_number != "")
    return {row[0]: row[1] for row in session.execute(statement)}


def _create(record: SchoolRecord, maintainers: dict[str, int], today: date) -> Place:
    place = Place(
        kind=PlaceKind.SCHOOL if record.is_school else PlaceKind.OTHER,
        name=record.display_name,
        facility_type="",
        utm_east=record.utm_east,
        utm_north=record.utm_north,
        operator_id=maintainers.get(record.maintainer_number),
        valid_from=record.opens_on,
        valid_until=record.closes_on,
        entered_on=today,
        source_note="",
    )
    school = School(place=place, number=record.number)
    for field in (*PLACE_FIELDS, *SCHOOL_FIELDS):
        _set(school, field, getattr(record, field))
    return place


def _change(work: Work, school: School, change: SchoolChange, maintainers: dict[str, int]) -> None:
    record, place = change.record, school.place
    if school.gone_since is not None:
        school.gone_since = None
    changed = {field.field for field in change.fields}
    values: dict[str, Any] = {
        column: getattr(record, name) or "" for name, column in PLACE_FIELDS.items() if name in changed
    }
    if changed & {"name", "short_name", "form_code"}:
        values["name"] = record.display_name
    # An operator that somebody set by hand is another than the old maintainer, and stays.
    if "maintainer_number" in changed and place.operator_id == maintainers.get(school.maintainer_number):
        values["operator_id"] = maintainers.get(record.maintainer_number)
    history.change(work, place, **values)
    if "position" in changed:
        place.utm_east, place.utm_north = record.utm_east, record.utm_north
    if changed & {"operation_key", "operation_date"}:
        place.valid_from, place.valid_until = record.opens_on, record.closes_on
    known = {name: _stored_value(name, getattr(record, name)) for name in changed & SCHOOL_FIELDS}
    history.change_school(work, school, **known)


def _set(school: School, field: str, value: object) -> None:
    """Store a field of the file where it belongs."""
    if field in PLACE_FIELDS:
        setattr(school.place, PLACE_FIELDS[field], value or "")
    else:
        setattr(school, field, _stored_value(field, value))


def _stored_value(field: str, value: object) -> object:
    """Return what a field of the school holds for ``value``; texts are "" where there is none."""
    if value is None and field in {"operation_date", "pupils", "social_index"}:
        return None
    return value if isinstance(value, (int, date)) else value or ""
