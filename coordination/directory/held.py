"""Keys as they were on a day, for conditions in SQL: in which district a place lay, to whom a person belonged."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from coordination.core import clock
from coordination.directory.models import EarlierValue, Organisation, Person, Place

_OWNER: dict[Any, InstrumentedAttribute[int | None]] = {
    Person: EarlierValue.person_id,
    Organisation: EarlierValue.organisation_id,
    Place: EarlierValue.place_id,
}


def key_on(day: date, column: InstrumentedAttribute[int | None]) -> ColumnElement[str]:
    """Return the key in ``column`` as it was on ``day``, as text; "" where there was none.

    The oldest entry that still held on the day wins, as in ``asof.Then``; a field without one is as it is now.
    """
    now = func.coalesce(cast(column, String), "")
    if day >= clock.today():
        return now
    model = column.class_
    earlier = (
        select(EarlierValue.value)
        .where(_OWNER[model] == model.id, EarlierValue.field == column.key, EarlierValue.valid_until >= day)
        .order_by(EarlierValue.valid_until, EarlierValue.id)
        .limit(1)
        .correlate(model)
        .scalar_subquery()
    )
    return func.coalesce(earlier, now)


def held(day: date, column: InstrumentedAttribute[int | None], key: int) -> ColumnElement[bool]:
    """Return the condition that ``column`` held ``key`` on ``day``; of today it asks the column and its index."""
    return column == key if day >= clock.today() else key_on(day, column) == str(key)
