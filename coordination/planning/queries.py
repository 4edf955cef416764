"""What the coverage board reads: schools and shares on a day. A fixed number of statements, however many schools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from coordination.directory import queries
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.held import count_on, form_on, key_on
from coordination.directory.models import Assignment, District, Organisation, Place, School
from coordination.directory.rules import Function, OrganisationKind, PlaceKind, Span
from coordination.directory.school_forms import NOT_SCHOOLS
from coordination.directory.spaces import queries as space_queries
from coordination.directory.spaces.queries import Space
from coordination.planning.models import CoverageTarget
from coordination.planning.rules import NOTHING, Known, SchoolCover, Target

#: The row there is at most one of.
ONLY = 1
#: What is done at a site counts to its school.
_SCHOOL = case((Place.kind == PlaceKind.SCHOOL_SITE, func.coalesce(Place.parent_id, Place.id)), else_=Place.id).label(
    "school"
)


def target(session: Session) -> Target:
    """Return the city's target; what it is in Bielefeld until somebody sets another."""
    row = session.get(CoverageTarget, ONLY)
    if row is None:
        return Target()
    return Target(row.posts_per_school, row.large_from, row.supplement_posts)


@dataclass(slots=True)
class _There:
    """Who does school social work at one school."""

    people: set[int] = field(default_factory=set)
    posts: Decimal = NOTHING
    unknown: int = 0


def schools(session: Session, day: date, wanted: Target, districts: Sequence[District]) -> list[SchoolCover]:
    """Return every school of ``day`` in German order with what it has; what is done at a site counts to its school.

    Its name, where it lay, its form and its pupils are those of the day, as far as they are known. Three statements,
    of an earlier day four; one more where shares are known in hours alone.
    """
    there, names = _shares(session, day), {str(one.id): one.name for one in districts}
    spaces = space_queries.names_of(session, day)
    columns: list[Any] = [
        Place.id,
        School.number,
        key_on(day, Place.name).label("name"),
        key_on(day, Place.district_id).label("district"),
        form_on(day).label("form_code"),
        count_on(day, School.social_index).label("social_index"),
        count_on(day, School.pupils).label("pupils"),
        Organisation.kind.label("maintainer"),
    ]
    statement = (
        select(*columns)
        .select_from(Place)
        .join(School, School.place_id == Place.id)
        .outerjoin(Organisation, Organisation.id == Place.operator_id)
        .where(Place.kind == PlaceKind.SCHOOL, form_on(day).not_in(NOT_SCHOOLS), queries.is_current(day))
        .order_by(Place.sort_name, Place.id)
    )
    return [
        _cover(row, there.get(row.id, _There()), wanted, (names.get(row.district, ""), spaces.get(row.id, ())))
        for row in session.execute(statement)
    ]


def _cover(row: Row[Any], here: _There, wanted: Target, where: tuple[str, Sequence[Space]]) -> SchoolCover:
    pupils, (district, spaces) = _number(row.pupils), where
    # Whose maintainer is a unit of the city; those of providers and of the state have no target.
    is_municipal = row.maintainer not in {None, OrganisationKind.PROVIDER}
    return SchoolCover(
        place_id=row.id,
        name=row.name,
        district=district,
        form_code=row.form_code,
        social_index=_number(row.social_index),
        pupils=pupils,
        is_municipal=is_municipal,
        people=len(here.people),
        posts=here.posts.quantize(Decimal("0.01")),
        unknown=here.unknown,
        wanted=wanted.wanted(pupils=pupils, is_municipal=is_municipal),
        spaces=[(one.id, one.name) for one in spaces],
        number=row.number or "",
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def known(session: Session, today: date) -> Known:
    """Return since when enough is entered for "nobody" to be no guess. One statement."""
    statement = (
        select(_SCHOOL, Assignment.valid_from, Assignment.valid_until)
        .join(Place, Place.id == Assignment.place_id)
        .where(Assignment.function == Function.SCHOOL_SOCIAL_WORK, Assignment.person_id.is_not(None))
        .distinct()
    )
    return Known.of([(key, Span(first, last)) for key, first, last in session.execute(statement)], today)


def _shares(session: Session, day: date) -> dict[int, _There]:
    """Return who does school social work on ``day``, by school; posts that are vacant are nobody's work."""
    statement = (
        select(_SCHOOL, Assignment.person_id, Assignment.share_posts, Assignment.share_hours, Assignment.employer_id)
        .join(Place, Place.id == Assignment.place_id)
        .where(
            Assignment.function == Function.SCHOOL_SOCIAL_WORK,
            Assignment.person_id.is_not(None),
            queries.holds_on(day, Assignment.valid_from, Assignment.valid_until),
        )
    )
    found, weeks = dict[int, _There](), FullWeeks(session, day)
    for row in session.execute(statement):
        here = found.setdefault(row.school, _There())
        here.people.add(row.person_id)
        posts = weeks.posts(row.share_posts, row.share_hours, row.employer_id)
        if posts is None:
            here.unknown += 1
        else:
            here.posts += posts
    return found
