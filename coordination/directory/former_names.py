"""People, places and organisations are found by what they were called: behind everything that is called so now.

Of people only the family name: whoever has another given name today is not to be found by the old one. Whose entry was
put together with another one is found by the name of that one, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from coordination.core.i18n import N_
from coordination.core.registry import SearchBelongings
from coordination.directory.belonging import gathered
from coordination.directory.duplicates.models import MergedPerson
from coordination.directory.models import EarlierValue, Person

SAID = N_("formerly: %(name)s")
_Texts = Callable[[Session, Sequence[int], date], Mapping[int, Sequence[str]]]


def _of(column: InstrumentedAttribute[int | None], *fields: str) -> _Texts:
    def texts(session: Session, keys: Sequence[int], _day: date) -> Mapping[int, Sequence[str]]:
        statement = (
            select(column, EarlierValue.value)
            .where(column.in_(keys), EarlierValue.field.in_(fields), EarlierValue.value != "")
            .order_by(EarlierValue.id)
        )
        return gathered((key, (name,)) for key, name in session.execute(statement))

    return texts


def _of_people(session: Session, keys: Sequence[int], day: date) -> Mapping[int, Sequence[str]]:
    merged = (
        select(MergedPerson.person_id, MergedPerson.name, Person.given_name, Person.family_name)
        .join(Person, Person.id == MergedPerson.person_id)
        .where(MergedPerson.person_id.in_(keys))
        .order_by(MergedPerson.id)
    )
    others = [(key, (name,)) for key, name, *own in session.execute(merged) if not name.endswith(" ".join(own))]
    named = _of(EarlierValue.person_id, "family_name")(session, keys, day)
    return gathered([*named.items(), *others])


def _none(_session: Session, *_more: Any) -> set[int]:
    """A name changes with the row that has it, and the row is entered anew then; days alone change none."""
    return set()


BELONGINGS = (
    SearchBelongings("person", _of_people, _none, _none, SAID),
    SearchBelongings("place", _of(EarlierValue.place_id, "name", "official_name"), _none, _none, SAID),
    SearchBelongings("organisation", _of(EarlierValue.organisation_id, "name", "short_name"), _none, _none, SAID),
)
