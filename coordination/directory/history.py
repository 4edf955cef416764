"""Keeping what a field held before it changes: the only way earlier values come to be."""

from __future__ import annotations

from datetime import date
from typing import Any

from coordination.core.work import Work
from coordination.directory.models import EarlierValue, Organisation, Person, Place
from coordination.directory.rules import day_before

#: Fields whose earlier values are kept: what "as of" shows, and what a list once said.
KEPT = {
    Person: ("given_name", "family_name", "title", "function", "organisation_id", "phone", "mobile", "email"),
    Organisation: ("name", "short_name", "parent_id", "phone", "email", "street"),
    Place: (
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
        "district_id",
    ),
}


def keep_earlier(work: Work, row: Person | Organisation | Place, field: str, *, value: object, last: date) -> None:
    """Note that ``field`` of ``row`` held ``value`` until ``last``, included. The row is already stored."""
    entry = EarlierValue(field=field, value="" if value is None else str(value), valid_until=last, recorded_at=work.now)
    match row:
        case Person():
            entry.person_id = row.id
        case Organisation():
            entry.organisation_id = row.id
        case Place():
            entry.place_id = row.id
    work.session.add(entry)


def change(work: Work, row: Person | Organisation | Place, **values: Any) -> bool:
    """Set fields of ``row`` from today on, keeping what they held; returns whether anything changed.

    Of several changes on one day only what held on the day before is ever shown (``queries.values_on``).
    """
    changed = False
    for field, value in values.items():
        old = getattr(row, field)
        if old == value:
            continue
        changed = True
        if field in KEPT[type(row)]:
            keep_earlier(work, row, field, value=old, last=day_before(work.today))
        setattr(row, field, value)
    return changed
