"""Keys as they were on a day, for conditions in SQL: in which district a place lay, to whom a person belonged."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, String, and_, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from coordination.core import clock
from coordination.directory.models import EarlierValue, Organisation, Person, Place, School
from coordination.directory.rules import PlaceKind

#: Whose entries they are: those of a school are kept with its place.
_OWNED: dict[Any, ColumnElement[bool]] = {
    Person: EarlierValue.person_id == Person.id,
    Organisation: EarlierValue.organisation_id == Organisation.id,
    Place: EarlierValue.place_id == Place.id,
    School: EarlierValue.place_id == School.place_id,
}


def form_on(day: date) -> SQLColumnExpression[str]:
    """Return a school's form as it was on ``day``; of today the column itself, with its index."""
    return School.form_code if day >= clock.today() else key_on(day, School.form_code)


def key_on(day: date, column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """Return the key in ``column`` as it was on ``day``, as text; "" where there was none.

    The oldest entry that still held on the day wins, as in ``asof.Then``; a field without one is as it is now.
    """
    now = func.coalesce(cast(column, String), "")
    if day >= clock.today():
        return now
    model = column.class_
    earlier = (
        select(EarlierValue.value)
        .where(_OWNED[model], EarlierValue.field == column.key, EarlierValue.valid_until >= day)
        .order_by(EarlierValue.valid_until, EarlierValue.id)
        .limit(1)
        .correlate(model)
        .scalar_subquery()
    )
    return func.coalesce(earlier, now)


def district_on(day: date) -> ColumnElement[str]:
    """Return the district that a place is listed in on ``day``, as ``key_on`` does.

    A site of which nobody has said where it lies stands with its school. The statement has to select from ``Place``.
    """
    own, school = key_on(day, Place.district_id), aliased(Place)
    above: ColumnElement[str] = (
        select(func.coalesce(cast(school.district_id, String), "")).where(school.id == Place.parent_id).correlate(Place)
    ).scalar_subquery()
    if day < clock.today():
        earlier = (
            select(EarlierValue.value)
            .where(EarlierValue.place_id == Place.parent_id, EarlierValue.field == "district_id")
            .where(EarlierValue.valid_until >= day)
            .order_by(EarlierValue.valid_until, EarlierValue.id)
            .limit(1)
            .correlate(Place)
        ).scalar_subquery()
        above = func.coalesce(earlier, above)
    return case((and_(Place.kind == PlaceKind.SCHOOL_SITE, own == ""), func.coalesce(above, "")), else_=own)


def count_on(day: date, column: InstrumentedAttribute[int | None]) -> ColumnElement[str]:
    """Return what was counted of a school as it was known on ``day``, as text; "" where nobody knew.

    A name is taken to have been the same before it was entered, a number of pupils is not: of the days before the
    school was entered it says nothing. The statement has to select from ``Place``.
    """
    known = key_on(day, column)
    return known if day >= clock.today() else case((Place.entered_on > day, ""), else_=known)


def held(day: date, column: InstrumentedAttribute[int | None], key: int) -> ColumnElement[bool]:
    """Return the condition that ``column`` held ``key`` on ``day``; of today it asks the column and its index."""
    return column == key if day >= clock.today() else key_on(day, column) == str(key)
