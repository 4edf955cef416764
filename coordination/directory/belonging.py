"""What else people and places are found by: where somebody is, who employs them, what is done there, the district.

Only what holds on the day: what is planned is nobody's business yet, and what has ended finds nobody any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from coordination.core.i18n import N_, gettext, in_language
from coordination.core.registry import SearchBelongings
from coordination.directory.models import Assignment, District, Organisation, Place, School, earlier_keys
from coordination.directory.queries import holds_on
from coordination.directory.rules import FUNCTION_WORDS, Function, PlaceKind
from coordination.directory.school_forms import FORMS
from coordination.directory.sites.rules import PRIMARY

Texts = dict[int, list[str]]
DAY = timedelta(days=1)


@cache
def function_word(function: Function) -> str:
    """Return a function in German, in whatever language the page is that led to the change."""
    with in_language("de"):
        return gettext(FUNCTION_WORDS[function])


def form_word(code: str | None) -> str:
    """Return the German word of a school form; "" if it is not known."""
    return FORMS[code].german if code in FORMS else ""


def words_of_site(form_code: str | None) -> tuple[str, ...]:
    """Return what people call a site of a school of some form, or a school that has one, whatever its name is."""
    return ("Teilstandort", *(("Grundschulverbund", "GSV") if form_code == PRIMARY else ()))


def gathered(rows: Iterable[tuple[int | None, Iterable[str | None]]]) -> Texts:
    """Return what belongs to each key, each text once."""
    found: dict[int, dict[str, None]] = {}
    for key, texts in rows:
        if key is not None:
            found.setdefault(key, {}).update((text, None) for text in texts if text)
    return {key: list(texts) for key, texts in found.items()}


def begins_or_ended(first: date, last: date, since: Any, until: Any) -> ColumnElement[bool]:
    """Return the condition that a dated row begins to hold on one of the days, or no longer holds."""
    return or_(and_(since >= first, since <= last), and_(until >= first - DAY, until <= last - DAY))


def keys_of(rows: Iterable[Any], model: type[Any]) -> list[int]:
    """Return the keys of the rows of one kind."""
    return [row.id for row in rows if isinstance(row, model)]


def _of_people(session: Session, keys: Sequence[int], day: date) -> Mapping[int, Sequence[str]]:
    # Whoever is at a site is at its school.
    above, form = aliased(Place), aliased(School)
    shown = (
        Assignment.person_id,
        Assignment.function,
        Assignment.target_group,
        Place.name,
        School.form_code,
        District.name,
        Organisation.name,
        above.name,
        form.form_code,
    )
    statement = (
        select(*shown)
        .join(Assignment.place)
        .join(Assignment.employer)
        .outerjoin(Place.school)
        .outerjoin(Place.district)
        .outerjoin(above, above.id == Place.parent_id)
        .outerjoin(form, form.place_id == above.id)
        .where(Assignment.person_id.in_(keys), holds_on(day, Assignment.valid_from, Assignment.valid_until))
        .order_by(Assignment.id)
    )
    return gathered(
        (key, (place, form_word(own or of_school), district, function_word(function), group, employer, school))
        for key, function, group, place, own, district, employer, school, of_school in session.execute(statement)
    )


def _of_places(session: Session, keys: Sequence[int], day: date) -> Mapping[int, Sequence[str]]:
    # An inferred district is not among them: what is only guessed makes nothing findable.
    districts = select(Place.id, District.name).join(Place.district).where(Place.id.in_(keys))
    there = Assignment.place_id.in_(keys), Assignment.person_id.is_not(None)
    functions = (
        select(Assignment.place_id, Assignment.function)
        .where(*there, holds_on(day, Assignment.valid_from, Assignment.valid_until))
        .distinct()
        .order_by(Assignment.place_id, Assignment.function)
    )
    sites = (
        select(Place.parent_id, Place.name, School.form_code)
        .join(School, School.place_id == Place.parent_id)
        .where(Place.parent_id.in_(keys), Place.kind == PlaceKind.SCHOOL_SITE)
        .where(holds_on(day, Place.valid_from, Place.valid_until))
        .order_by(Place.id)
    )
    named: list[tuple[int | None, Sequence[str]]] = [(key, (name,)) for key, name in session.execute(districts)]
    named += [(key, (name, *words_of_site(form))) for key, name, form in session.execute(sites)]
    done: list[tuple[int | None, Sequence[str]]] = [
        (key, (function_word(function),)) for key, function in session.execute(functions)
    ]
    return gathered([*named, *done])


def _postcodes(session: Session, keys: Sequence[int], _day: date) -> Mapping[int, Sequence[str]]:
    """Return the postcode of each place: behind whatever has these digits as a telephone or school number."""
    statement = select(Place.id, Place.postcode).where(Place.id.in_(keys), Place.postcode != "")
    return gathered((key, (postcode,)) for key, postcode in session.execute(statement))


def _none(_session: Session, *_more: Any) -> set[int]:
    """A postcode changes with the place that has it, and the place is entered anew then; days alone change none."""
    return set()


def _concerned_people(session: Session, rows: Sequence[Any]) -> set[int]:
    """Return who is assigned anew or no longer, or where a place or an employer is called something else."""
    found = _ends(rows, "person_id")
    places, employers = keys_of(rows, Place), keys_of(rows, Organisation)
    if places or employers:
        sites = select(Place.id).where(Place.parent_id.in_(places))
        at = or_(Assignment.place_id.in_(places), Assignment.place_id.in_(sites))
        of = or_(at, Assignment.employer_id.in_(employers))
        found |= set(session.scalars(select(Assignment.person_id).where(of, Assignment.person_id.is_not(None))))
    return found


def _concerned_places(_session: Session, rows: Sequence[Any]) -> set[int]:
    sites = [row for row in rows if isinstance(row, Place)]
    schools = {key for row in sites for key in (row.parent_id, *earlier_keys(row, "parent_id")) if key is not None}
    return schools | _ends(rows, "place_id")


def _ends(rows: Iterable[Any], column: str) -> set[int]:
    """Return the keys that assignments have now, or had before they were changed."""
    found: set[int] = set()
    for row in rows:
        if isinstance(row, Assignment):
            found |= {getattr(row, column), *earlier_keys(row, column)} - {None}
    return found


def _turning(column: InstrumentedAttribute[Any]) -> Callable[[Session, date, date], set[int]]:
    def keys(session: Session, first: date, last: date) -> set[int]:
        turns = begins_or_ended(first, last, Assignment.valid_from, Assignment.valid_until)
        return set(session.scalars(select(column).where(turns, column.is_not(None)).distinct()))

    return keys


def _turning_places(session: Session, first: date, last: date) -> set[int]:
    """Return where an assignment begins or has ended, and whose site does."""
    turns = begins_or_ended(first, last, Place.valid_from, Place.valid_until)
    schools = select(Place.parent_id).where(turns, Place.parent_id.is_not(None)).distinct()
    found: set[int] = {key for key in session.scalars(schools) if key is not None}
    return found | _turning(Assignment.place_id)(session, first, last)


BELONGINGS = (
    SearchBelongings("person", _of_people, _concerned_people, _turning(Assignment.person_id)),
    SearchBelongings("place", _of_places, _concerned_places, _turning_places),
    SearchBelongings("place", _postcodes, _none, _none, N_("Postcode %(name)s")),
)
