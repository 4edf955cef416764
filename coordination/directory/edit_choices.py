"""What the forms of the directory offer: only what the actor may use, in German order, never more than a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from coordination.core import registry
from coordination.core.access import Actor
from coordination.core.collation import german_key
from coordination.core.i18n import format_date, gettext
from coordination.directory.models import Organisation, Person, Place, School
from coordination.directory.rules import PLACE_WORDS, PlaceKind
from coordination.directory.school_forms import form_label

#: A longer list is narrowed by a word first: nobody finds a name among more.
MOST = 300


@dataclass(frozen=True, slots=True)
class Offer:
    """Choices of one field; ``is_cut`` if there are more than are shown, ``is_similar`` if none is spelled so."""

    options: list[tuple[int, str]]
    is_cut: bool = False
    is_similar: bool = False


def has_word(sort_name: Any, word: str) -> ColumnElement[bool]:
    """Return the condition that a name has part of a word: folded, since SQLite's lower() knows no umlauts."""
    found: ColumnElement[bool] = sort_name.contains(german_key(word)[0], autoescape=True)
    return found


def _sorted(options: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return sorted(options, key=lambda option: german_key(option[1]))


def organisations(session: Session, actor: Actor, day: date, keep: int | None = None) -> list[tuple[int, str]]:
    """Return the organisations that the actor keeps and that exist on ``day``; ``keep`` stands in any case."""
    statement = select(Organisation.id, Organisation.name)
    is_open = or_(Organisation.valid_until.is_(None), Organisation.valid_until >= day)
    if not actor.keeps_all:
        is_open = is_open & Organisation.id.in_(list(actor.keeps))
    statement = statement.where(or_(is_open, Organisation.id == (keep or 0)))
    return _sorted([(key, name) for key, name in session.execute(statement)])


def _own_people(actor: Actor, day: date) -> ColumnElement[bool]:
    stays = or_(Person.valid_until.is_(None), Person.valid_until >= day)
    return stays if actor.keeps_all else and_(stays, Person.organisation_id.in_(list(actor.keeps)))


def _cut(session: Session, every: Any, condition: Any, keep: Collection[int]) -> tuple[list[Any], bool]:
    """Return at most a page of rows, with those to keep, and whether there are more; a row begins with its key."""
    key = every.selected_columns[0]
    found = list(session.execute(every.where(condition).limit(MOST + 1)))
    rows = found[:MOST]
    known = {row[0] for row in rows}
    if missing := [one for one in keep if one and one not in known]:
        rows += list(session.execute(every.where(key.in_(missing))))
    return rows, len(found) > MOST


def people(session: Session, actor: Actor, day: date, *, q: str = "", keep: Collection[int] = ()) -> Offer:
    """Return the people that the actor may assign, narrowed by part of a name; ``keep`` stand in any case."""
    wanted = _own_people(actor, day)
    for word in q.split()[:4]:
        wanted = wanted & has_word(Person.sort_name, word)
    named = func.coalesce(Organisation.name, "")
    statement = (
        select(Person.id, Person.family_name, Person.given_name, named, Person.function, Person.email)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .order_by(Person.id)
    )
    rows, is_cut = _cut(session, statement, wanted, keep)
    return Offer(_sorted(told_apart(rows)), is_cut)


def with_first_day(session: Session, options: Iterable[tuple[int, str]], day: date) -> list[tuple[int, str]]:
    """Return people to choose from; of those who begin only after ``day`` with their first day."""
    begins = select(Person.id, Person.valid_from).where(Person.valid_from > day)
    later = {key: first for key, first in session.execute(begins) if first is not None}
    return [
        (key, f"{label} – {gettext('from %(day)s', day=format_date(later[key]))}" if key in later else label)
        for key, label in options
    ]


def told_apart(rows: Iterable[Any]) -> list[tuple[int, str]]:
    """Return people with what they are chosen by; who would read like another has more beside it.

    Args:
        rows: key, family name, given name, organisation, and then what tells namesakes apart.
    """
    people = {row[0]: (f"{row[1]}, {row[2]}" + (f" ({row[3]})" if row[3] else ""), row[4:]) for row in rows}
    often = Counter(label for label, _more in people.values())
    return [
        (key, " · ".join([label, *filter(None, more)]) if often[label] > 1 else label)
        for key, (label, more) in people.items()
    ]


def with_own(session: Session, actor: Actor, offer: Offer, person_id: int) -> Offer:
    """Return ``offer`` with one more person, if the actor keeps them: found in a narrowed list before."""
    own = session.scalar(select(Person.organisation_id).where(Person.id == person_id))
    if own not in actor.keeps or person_id in {key for key, _label in offer.options}:
        return offer
    more = people(session, actor, date.max, keep={person_id})
    label = next((label for key, label in more.options if key == person_id), "")
    return Offer(_sorted([*offer.options, (person_id, label)]), offer.is_cut)


def places(session: Session, actor: Actor, day: date, *, q: str = "", keep: Collection[int] = ()) -> Offer:
    """Return the places that exist, narrowed by part of a name; ``keep`` stand in any case.

    Where no name has what was typed, those that the search finds by it: "froebel", "GS Fröbel", a slip of the pen.
    """
    exist = or_(Place.valid_until.is_(None), Place.valid_until >= day) & or_(
        School.id.is_(None), School.gone_since.is_(None)
    )
    above = aliased(Place)
    wanted = exist
    for word in q.split()[:4]:
        # A site is found by its school, too.
        wanted = wanted & or_(has_word(Place.sort_name, word), has_word(func.coalesce(above.sort_name, ""), word))
    statement = (
        select(Place.id, Place.name, Place.kind, Place.facility_type, School.form_code, above.name)
        .outerjoin(School, School.place_id == Place.id)
        .outerjoin(above, and_(above.id == Place.parent_id, Place.kind == PlaceKind.SCHOOL_SITE))
        .order_by(Place.id)
    )
    rows, is_cut = _cut(session, statement, wanted, keep)
    is_similar = False
    if q.strip() and not [row for row in rows if row[0] not in keep]:
        for look in registry.lookups:
            meant = look(session, actor, q, kind="place", day=day)
            found, is_cut = _cut(session, statement, exist & Place.id.in_(list(meant.keys)), keep)
            rows, is_similar = found, meant.is_similar
    return Offer(_sorted([(r[0], f"{r[1]} – {_what(*r[2:])}") for r in rows]), is_cut, is_similar)


def _what(kind: PlaceKind, facility_type: str, form_code: str | None, school: str | None) -> str:
    if school:
        return gettext("Site of %(school)s", school=school)
    if form_code:
        return gettext(form_label(form_code))
    return facility_type or gettext(PLACE_WORDS[kind])


def schools(session: Session, day: date) -> list[tuple[int, str]]:
    """Return the schools as (key, name): what a site may belong to."""
    rows = session.execute(
        select(Place.id, Place.name).where(
            Place.kind == PlaceKind.SCHOOL, or_(Place.valid_until.is_(None), Place.valid_until >= day)
        )
    )
    return _sorted([(key, name) for key, name in rows])
