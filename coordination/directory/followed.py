"""Which assignments only go on, as conditions in SQL: the twin of ``stays.Stays``, for what is never read wholly."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, exists, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from coordination.directory.models import Assignment
from coordination.directory.queries import holds_on


class day_after(FunctionElement[date]):  # noqa: N801 - a function of SQL
    """The day after the one in a column."""

    type = Date()
    inherit_cache = True


@compiles(day_after)
def _day_after(element: day_after, compiler: Any, **more: Any) -> str:
    return f"({compiler.process(element.clauses, **more)} + 1)"


@compiles(day_after, "sqlite")
def _day_after_on_sqlite(element: day_after, compiler: Any, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '+1 day')"


def goes_on() -> ColumnElement[bool]:
    """Return the condition that an assignment was only changed: on the day after it another one of the stay begins."""
    other = aliased(Assignment)
    return exists().where(_same_stay(other), other.valid_from == day_after(Assignment.valid_until))


def has_begun(day: date) -> ColumnElement[bool]:
    """Return the condition that an assignment holds by ``day`` already, or is how one goes on that holds."""
    other, before = aliased(Assignment), aliased(Assignment)
    goes_on_then = exists().where(_same_stay(other), holds_on(day, other.valid_from, other.valid_until))
    # Without a gap: what begins anew after one is only planned.
    is_next = exists().where(_same_stay(before), day_after(before.valid_until) == Assignment.valid_from)
    return or_(Assignment.valid_from <= day, and_(goes_on_then, is_next))


def money_ends_first(day: date) -> ColumnElement[bool]:
    """Return the condition that the money of an assignment ends and the assignment does not.

    Of how one goes on it is said only if the one before does not say it already.
    """
    return and_(
        or_(Assignment.valid_until.is_(None), Assignment.valid_until > Assignment.funded_until),
        or_(Assignment.valid_from <= day, Assignment.valid_from <= day_after(Assignment.funded_until)),
    )


def _same_stay(other: Any) -> ColumnElement[bool]:
    return and_(
        other.place_id == Assignment.place_id,
        other.person_id.is_not_distinct_from(Assignment.person_id),
        other.employer_id == Assignment.employer_id,
        other.function == Assignment.function,
    )
