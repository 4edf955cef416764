"""Keeping what a field held before it changes: the only way earlier values come to be."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, select

from coordination.core import clock
from coordination.core.work import AuditEntry, Work
from coordination.directory.asof import as_text
from coordination.directory.models import EarlierValue, Organisation, Person, Place, School
from coordination.directory.rules import day_before

#: Fields whose earlier values are kept: what "as of" shows, and what a list once said.
KEPT = {
    Person: ("given_name", "family_name", "title", "function", "organisation_id", "phone", "mobile", "email"),
    Organisation: (
        *("name", "short_name", "parent_id", "weekly_hours"),
        *("phone", "email", "website", "street", "postcode", "city"),
    ),
    Place: (
        "name",
        "official_name",
        "facility_type",
        "street",
        "postcode",
        "city",
        "phone",
        "fax",
        "email",
        "website",
        "operator_id",
        "district_id",
    ),
}
#: The same of a school, kept with its place: its form, whether it runs, and what is counted of it.
KEPT_OF_SCHOOL = frozenset({"form_code", "operation_key", "operation_date", "pupils", "social_index"})


def change(work: Work, row: Person | Organisation | Place, **values: Any) -> bool:
    """Set fields of ``row`` from today on, keeping what they held; returns whether anything changed.

    A field has at most one earlier value for each day: of several changes on one day only what held on the day
    before is kept, and nothing at all if the last of them brings that back. A row that was entered today has no
    day before, so nothing of it is kept. ``row`` is already stored.
    """
    changed = {field: value for field, value in values.items() if getattr(row, field) != value}
    kept = [field for field in changed if field in KEPT[type(row)]]
    if kept and not _is_new(work, row):
        _keep(work, row, {field: (getattr(row, field), changed[field]) for field in kept})
    for field, value in changed.items():
        setattr(row, field, value)
    return bool(changed)


def change_school(work: Work, school: School, **values: Any) -> None:
    """Set fields of a stored school from today on, keeping what those of ``KEPT_OF_SCHOOL`` held."""
    changed = {
        field: (getattr(school, field), value)
        for field, value in values.items()
        if field in KEPT_OF_SCHOOL and getattr(school, field) != value
    }
    if changed and not _is_new(work, school.place):
        _keep(work, school.place, changed)
    for field, value in values.items():
        setattr(school, field, value)


def _keep(work: Work, row: Person | Organisation | Place, changed: dict[str, tuple[Any, Any]]) -> None:
    """Note what the fields in ``changed`` (old and new) held until yesterday, unless an earlier change of today did."""
    last = day_before(work.today)
    statement = select(EarlierValue).where(_of(row), EarlierValue.valid_until == last)
    noted = {entry.field: entry for entry in work.session.scalars(statement)}
    for field, (old, new) in changed.items():
        if field not in noted:
            entry = EarlierValue(field=field, value=as_text(old), valid_until=last, recorded_at=work.now, **_key(row))
            work.session.add(entry)
        elif noted[field].value == as_text(new):
            work.session.delete(noted[field])


def _is_new(work: Work, row: Person | Organisation | Place) -> bool:
    """Return whether ``row`` was entered today; of people and organisations the audit trail knows."""
    if isinstance(row, Place):
        return row.entered_on == work.today
    entered = (
        select(AuditEntry.id)
        .where(
            AuditEntry.subject == f"{row.__tablename__}:{row.id}",
            AuditEntry.at >= clock.zoned(datetime.combine(work.today, time())),
            AuditEntry.action.like("%.created"),
        )
        .limit(1)
    )
    return work.session.scalar(entered) is not None


def _key(row: Person | Organisation | Place) -> dict[str, int]:
    return {f"{row.__tablename__}_id": row.id}


def _of(row: Person | Organisation | Place) -> ColumnElement[bool]:
    match row:
        case Person():
            return EarlierValue.person_id == row.id
        case Organisation():
            return EarlierValue.organisation_id == row.id
        case Place():
            return EarlierValue.place_id == row.id
