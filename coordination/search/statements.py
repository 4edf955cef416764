"""The statements of the search, kept: making one takes longer than the database needs to answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import CompoundSelect, Subquery

from coordination.core.access import Actor
from coordination.core.registry import SearchSource
from coordination.search.dialects import (
    Kind,
    Shape,
    Where,
    having_all,
    matching,
    with_all_inside,
    with_all_words,
    with_any_kind,
    with_one_word,
    with_term,
)
from coordination.search.models import IndexEntry

#: So many matches of a kind and stage are put in order at most: all that a city has, but a bounded time for any number.
CANDIDATES = 200
#: Entries that are read at once, with all of several words or with one; of more, each kind is looked through by itself.
AT_ONCE, WITH_ONE = 1000, 400
#: Conditions that are kept, one for each person and kind, and statements: a dozen for each who is searching just now.
READERS, STATEMENTS = 512, 256
_ENTRY = IndexEntry.__table__
#: What says in which stage an entry is found.
_WORDS = _ENTRY.c.title_words, _ENTRY.c.words, _ENTRY.c.near_words


@dataclass(frozen=True, eq=False)
class Reader:
    """Who searches, on which day; two with the same rights are the same."""

    actor: Actor
    day: date
    rights: tuple[Any, ...] = field(init=False)

    def __post_init__(self) -> None:
        # All that an actor is made of, also what it will be made of one day.
        values = [getattr(self.actor, one.name) for one in fields(self.actor)]
        known = [tuple(sorted(value.items())) if isinstance(value, Mapping) else value for value in values]
        object.__setattr__(self, "rights", (self.day, *known))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reader) and self.rights == other.rights

    def __hash__(self) -> int:
        return hash(self.rights)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a statement is kept under: who asks, how the query looks, and how many results of a kind are wanted."""

    reader: Reader
    shape: Shape
    number: int

    @property
    def at_once(self) -> int:
        """Return how many entries are read at once at most, whatever their kind; of more, each kind is asked alone."""
        return WITH_ONE if self.shape.is_single else AT_ONCE


@lru_cache(maxsize=READERS)
def _kind(reader: Reader, source: SearchSource) -> Kind:
    seen = source.visible(reader.actor, reader.day) if source.visible else None
    return Kind(source.kind, seen, source.hidden(reader.actor, reader.day) if source.hidden else None)


@lru_cache(maxsize=STATEMENTS)
def best(kept: Kept, where: Where, sources: tuple[SearchSource, ...]) -> CompoundSelect[Any]:
    """Return the statement for (kind, key, is over, how the title begins) of the best of several kinds.

    No cut of the whole: nothing promises in which order the rows of a union come, and each part is short already.
    """
    kinds = [_kind(kept.reader, source) for source in sources]
    return union_all(*(select(_best(kept, where, kind).subquery()) for kind in kinds))


def _best(kept: Kept, where: Where, kind: Kind) -> Select[Any]:
    hits = matching(kept.shape, where, kind=kind, limit=max(CANDIDATES, kept.number))
    is_over = _is_over(kept.reader.day)
    first = bindparam("first", type_=String)
    begins = case((_ENTRY.c.title_words.startswith(first), 0), (_ENTRY.c.title_words.contains(first), 1), else_=2)
    return (
        select(literal(kind.name).label("kind"), _ENTRY.c.subject_id, is_over, begins.label("begins"))
        .where(_ENTRY.c.id.in_(hits), *_of_kinds(kept, where, [kind.name]))
        .order_by(is_over, begins, _ENTRY.c.title_words, _ENTRY.c.id)
        .limit(kept.number)
    )


@lru_cache(maxsize=STATEMENTS)
def numbers(kept: Kept, where: Where, groups: tuple[tuple[SearchSource, ...], ...]) -> CompoundSelect[Any]:
    """Return the statement for (group, number) of the entries of each group of kinds, whatever may be seen.

    One more than ``CANDIDATES`` at most: each is one look for the words.
    """
    return union_all(*(_number(kept, where, place, group) for place, group in enumerate(groups)))


def _number(kept: Kept, where: Where, place: int, group: tuple[SearchSource, ...]) -> Select[int, int]:
    hits = with_any_kind(kept.shape, where, [source.kind for source in group], CANDIDATES + 1).subquery()
    return select(literal(place).label("group"), func.count().label("number")).select_from(hits)


@lru_cache(maxsize=STATEMENTS)
def in_groups(kept: Kept, where: Where, groups: tuple[tuple[SearchSource, ...], ...]) -> CompoundSelect[Any]:
    """Return the statement for the number of the group and what ``all_words`` says; as many of each as ``numbers``."""
    parts = (_of_group(kept, where, place, group) for place, group in enumerate(groups))
    return union_all(*(select(part.subquery()) for part in parts))


def _of_group(kept: Kept, where: Where, place: int, group: tuple[SearchSource, ...]) -> Select[Any]:
    kinds = [source.kind for source in group]
    hits = with_any_kind(kept.shape, where, kinds, CANDIDATES + 1)
    said = _ENTRY.c.kind, _ENTRY.c.subject_id, _is_over(kept.reader.day), *_WORDS, _ENTRY.c.id
    return select(literal(place).label("group"), *said).where(_ENTRY.c.id.in_(hits), *_of_kinds(kept, where, kinds))


def _of_kinds(kept: Kept, where: Where, kinds: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the condition that leaves out what SQLite's index gives of other kinds where it looks inside words."""
    if not (kept.shape.is_sqlite and where.is_inside):
        return []
    # Not the column itself: all entries of the kind would be read, instead of the few that the index gives.
    return [(_ENTRY.c.kind + "").in_(kinds)]


@lru_cache(maxsize=STATEMENTS)
def one_word(kept: Kept, sources: tuple[SearchSource, ...]) -> Select[Any] | None:
    """Return the statement for (kind, key, is over, words of the title, stage, key of the entry) of one word.

    None where one look does not say in which stages the word is found.
    """
    hits = with_one_word(kept.shape, [source.kind for source in sources])
    return _at_once(sources, kept, hits, [_ENTRY.c.title_words, hits.c.place]) if hits is not None else None


@lru_cache(maxsize=STATEMENTS)
def all_words(kept: Kept, sources: tuple[SearchSource, ...]) -> Select[Any]:
    """Return the statement for (kind, key, is over, words of the title, own words, near words, key of the entry).

    Of what has all terms, as beginnings of words, among the words of what belongs to it too.
    """
    return _at_once(sources, kept, with_all_words(kept.shape))


@lru_cache(maxsize=STATEMENTS)
def all_inside(kept: Kept, sources: tuple[SearchSource, ...]) -> Select[Any]:
    """Return the same for what may have all terms, inside words too; what has not, SQLite leaves to the reader."""
    hits = with_all_inside(kept.shape, [source.kind for source in sources])
    return _at_once(sources, kept, hits, also=() if kept.shape.is_sqlite else having_all(kept.shape, Where.NEAR_INSIDE))


@lru_cache(maxsize=STATEMENTS)
def each_term(shape: Shape, groups: tuple[tuple[SearchSource, ...], ...]) -> CompoundSelect[Any]:
    """PostgreSQL: return the statement for (group, place of a term, number of words that have it) of several terms."""
    return union_all(
        *(
            with_term(place, [source.kind for source in group]).add_columns(
                literal(number).label("group"), literal(place).label("place")
            )
            for number, group in enumerate(groups)
            for place, is_inside in enumerate(shape.inside)
            if is_inside
        )
    )


def _at_once(
    sources: tuple[SearchSource, ...],
    kept: Kept,
    hits: Subquery,
    said: Sequence[ColumnElement[Any]] = _WORDS,
    *,
    also: Sequence[ColumnElement[bool]] = (),
) -> Select[Any]:
    """Return the statement without the reader's rights: ask ``allowed`` of what it finds. ``also``: what is read of it.

    With the conditions of a dozen kinds in it, PostgreSQL planned for 8 ms what it then found in one. Each row says
    first how many there are: of more than are read at once none is read, and one row says so; so it does of none.
    """
    most = bindparam("most", type_=Integer)
    few = select(hits).limit(most + 1).cte("few").prefix_with("MATERIALIZED")
    counted = select(func.count().label("number")).select_from(few).subquery()
    of_kinds = and_(_ENTRY.c.id == few.c.id, _ENTRY.c.kind.in_([source.kind for source in sources]), *also)
    read = counted.outerjoin(few, counted.c.number <= most).outerjoin(_ENTRY, of_kinds)
    known = [few.c[one.name] if one.table is hits else one for one in said]
    about = _ENTRY.c.kind, _ENTRY.c.subject_id, _is_over(kept.reader.day)
    return select(counted.c.number, *about, *known, _ENTRY.c.id).select_from(read)


def key_of(kind: str) -> str:
    """Return what the keys of a kind are called in the values of ``allowed``."""
    return f"keys_of_{kind}"


@lru_cache(maxsize=STATEMENTS)
def allowed(reader: Reader, sources: tuple[SearchSource, ...]) -> Select[str, int] | None:
    """Return the statement for (kind, key) of what may be seen of these kinds, among the keys given; None: all.

    By kind and key, as the index has them: SQLite looked through all people for a few entries by their own keys.
    """
    kinds = [_kind(reader, source) for source in sources]
    if not any(_visible(kind) for kind in kinds):
        return None
    given = {kind.name: _ENTRY.c.subject_id.in_(bindparam(key_of(kind.name), expanding=True)) for kind in kinds}
    seen = [and_(_ENTRY.c.kind == kind.name, given[kind.name], *_visible(kind)) for kind in kinds]
    return select(_ENTRY.c.kind, _ENTRY.c.subject_id).where(or_(*seen))


def _is_over(day: date) -> ColumnElement[int]:
    return case((_ENTRY.c.valid_until < day, 1), else_=0).label("is_over")


def _visible(kind: Kind) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if kind.visible is not None:
        conditions.append(_ENTRY.c.subject_id.in_(kind.visible))
    if kind.hidden is not None:
        conditions.append(_ENTRY.c.subject_id.not_in(kind.hidden))
    return conditions
