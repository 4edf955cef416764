"""How the two databases find words: FTS5 with prefix indexes, or a list of words and GIN over tsvector.

Each way answers one question: which entries of a kind have all terms – as the beginning of a word of
the title, of any word, inside a word, or among the words of what belongs to them too – the first few,
unranked: ranking every hit of two letters would cost more than everything else on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Text,
    bindparam,
    column,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Select, Subquery

from coordination.core.registry import search_sources
from coordination.search.models import IndexEntry
from coordination.search.rules import Query, is_looked_for_inside, kind_word, part_of_kind, telling_parts

#: PostgreSQL: the words of all entries and the ends of those words, kept by a trigger (migration 0003), ordered as
#: bytes. ``place`` is the position in ``Where``, of which each word has only the best (migrations 0003, 0037).
_TERM = table(
    "search_term", column("kind", String), column("place", Integer), column("word", Text), column("entry_id", Integer)
)
#: PostgreSQL, several words of which one stands inside others: how many entries that have one are looked through.
LOOKED_THROUGH = 2000
#: SQLite: an FTS5 table → its rows. Made once: each search asks for two dozen of them.
_FTS = {
    name: select(table(name, column("rowid", Integer)).c.rowid.label("id")) for name in ("search_word", "search_part")
}
_LAST_LETTER = "\U0010ffff"
#: Of tables, not of objects: the statements of the index stay out of the ORM.
_ENTRY = IndexEntry.__table__


class Where(StrEnum):
    """Where the terms are looked for, the best first: in what a thing has, then with what belongs to it."""

    TITLE = "title"
    WORDS = "words"
    INSIDE = "inside"
    NEAR = "near"
    NEAR_INSIDE = "near_inside"

    @property
    def is_inside(self) -> bool:
        """Return whether the terms may stand inside words."""
        return self in {Where.INSIDE, Where.NEAR_INSIDE}

    @property
    def is_near(self) -> bool:
        """Return whether the words of what belongs to a thing count."""
        return self in {Where.NEAR, Where.NEAR_INSIDE}


#: The place stands before the word in the index: without it, each look reads all words of a kind.
_EVERYWHERE = _TERM.c.place.in_(range(len(Where)))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry, the keys of the things that may be seen (None: all of them), and of those that may not."""

    name: str
    visible: Select[Any] | None = None
    hidden: Select[Any] | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A query without its words: a statement is made once for each shape, and asked with ``values``.

    ``inside``: for each term, whether it is also looked for inside words.
    """

    is_sqlite: bool
    inside: tuple[bool, ...]

    @property
    def can_look_inside(self) -> bool:
        """Return whether any term is looked for inside words."""
        return any(self.inside)

    @property
    def is_single(self) -> bool:
        """Return whether there is but one term."""
        return len(self.inside) == 1


def shape_of(session: Session, query: Query) -> Shape:
    """Return what the statements for ``query`` are made by."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return Shape(is_sqlite, tuple(is_looked_for_inside(term) for term in query.terms))


def values(shape: Shape, query: Query) -> dict[str, str]:
    """Return what the statements of a shape are asked with; ``first`` is the first term in both."""
    # Terms hold only letters and digits (``rules.read_query``), so quoting them is all that FTS5 asks for.
    if shape.is_sqlite:
        found = _sqlite_values(query)
    else:
        # What has a word itself has it with weight A, what only belongs to it with C.
        found = {"title": _prefixes(query, ""), "words": _prefixes(query, "A"), "near": _prefixes(query, "AC")}
        for place, term in enumerate(query.terms):
            found |= {f"term_{place}": term, f"after_term_{place}": term + _LAST_LETTER}
        longest = max((term for term in query.terms if is_looked_for_inside(term)), key=len, default="")
        found |= {"longest": longest, "after_longest": longest + _LAST_LETTER}
        found |= {"after_first": query.terms[0] + _LAST_LETTER}
    return found | {"first": query.terms[0]}


def _prefixes(query: Query, weights: str) -> str:
    return " & ".join(f"{term}:*{weights}" for term in query.terms)


def _sqlite_values(query: Query) -> dict[str, str]:
    prefixes = " AND ".join(f'"{term}"*' for term in query.terms)
    short = " AND ".join(f'"{term}"*' for term in query.terms if not is_looked_for_inside(term))
    long = " AND ".join(f'"{term}"' for term in query.terms if is_looked_for_inside(term))
    parts = (part for term in query.terms if is_looked_for_inside(term) for part in telling_parts(term))
    return {
        "title": f"{{title_words}} : ({prefixes})",
        "words": f"{{words}} : ({prefixes})",
        "near": f"{{words near_words}} : ({prefixes})",
        "short": f"{{words}} : ({short})",
        "near_short": f"{{words near_words}} : ({short})",
        "long": f"{{words}} : ({long})",
        "near_long": f"{{words near_words}} : ({long})",
        "telling": " AND ".join(f'"{part}"' for part in dict.fromkeys(parts)),
    }


def matching(shape: Shape, where: Where, *, kind: Kind, limit: int) -> Select[int]:
    """Return the statement for the keys of the entries of ``kind`` that match, at most ``limit``."""
    found = _sqlite(shape, where, [kind.name]) if shape.is_sqlite else _postgresql(shape, where, kind.name)
    if kind.visible is not None:
        # Before the limit: what may not be seen takes no place.
        seen = select(_ENTRY.c.id).where(_ENTRY.c.kind == kind.name, _ENTRY.c.subject_id.in_(kind.visible))
        found = found.where(found.selected_columns.id.in_(seen))
    if kind.hidden is not None:
        unseen = select(_ENTRY.c.id).where(_ENTRY.c.kind == kind.name, _ENTRY.c.subject_id.in_(kind.hidden))
        found = found.where(found.selected_columns.id.not_in(unseen))
    return found.limit(limit)


def with_any_kind(shape: Shape, where: Where, kinds: Sequence[str], limit: int) -> Select[int]:
    """Return the statement for the keys (``id``) of entries of any of ``kinds`` that match, at most ``limit``.

    One word is found on PostgreSQL wherever it stands; of several their beginnings. Whoever reads it may not see all of
    them: rights are asked of what is found. Inside words SQLite may give some of other kinds, as with ``matching``.
    """
    one_word = with_one_word(shape, kinds)
    if shape.is_sqlite:
        found = _sqlite(shape, where, kinds)
    elif one_word is not None:
        found = select(one_word.c.id)
    else:
        found = _beginnings(where, kinds)
    return found.limit(limit)


def with_all_words(shape: Shape) -> Subquery:
    """Return the keys (``id``) of the entries of any kind that have all terms as beginnings of words, near ones too."""
    near = bindparam("near", type_=String)
    if shape.is_sqlite:
        return _fts("search_word", near).subquery()
    return _apart(select(_ENTRY.c.id).where(_tokens("tokens", near))).subquery()


def with_all_inside(shape: Shape, kinds: Sequence[str]) -> Subquery:
    """Return the keys (``id``) of the entries that may have all terms anywhere in their words, in any order.

    SQLite looks for ``telling_parts`` of the terms in entries of any kind, PostgreSQL for ``rarest`` in ``kinds``,
    each entry once for each word that has it: ask ``having_all`` of them, or see whether an entry has the terms.
    """
    if shape.is_sqlite:
        return _sqlite_inside(shape, bindparam("telling", type_=String), Where.NEAR_INSIDE).subquery()
    return select(_TERM.c.entry_id.label("id")).where(*_begins("rarest", kinds), _EVERYWHERE).subquery()


def having_all(shape: Shape, where: Where) -> list[ColumnElement[bool]]:
    """Return the conditions that an entry has each term: inside its words, or at the beginning of one if it is short.

    Of an entry whose words are read anyway; no index knows it.
    """
    words = _ENTRY.c.words + " " + _ENTRY.c.near_words if where.is_near else _ENTRY.c.words
    spaced = literal(" ") + words
    terms = [bindparam(f"term_{place}", type_=String) for place in range(len(shape.inside))]
    return [
        words.contains(term) if is_inside else spaced.contains(literal(" ") + term)
        for term, is_inside in zip(terms, shape.inside, strict=True)
    ]


def with_term(place: int, kinds: Sequence[str]) -> Select[int]:
    """PostgreSQL: return how many words of these kinds have a term of several, ``LOOKED_THROUGH`` and one at most."""
    begun = select(literal(1).label("one")).where(*_begins(f"term_{place}", kinds), _EVERYWHERE)
    return select(func.count().label("number")).select_from(begun.limit(LOOKED_THROUGH + 1).subquery())


def with_one_word(shape: Shape, kinds: Sequence[str]) -> Subquery | None:
    """Return (``id``, ``place``) of what has the one term of the query, wherever it stands; None: not known so.

    PostgreSQL's list of words says of each where it stands; ``place`` is the position in ``Where``.
    """
    if shape.is_sqlite or not shape.is_single:
        return None
    places = [place for place, where in enumerate(Where) if shape.can_look_inside or not where.is_inside]
    term, after = bindparam("first", type_=Text), bindparam("after_first", type_=Text)
    return (
        select(_TERM.c.entry_id.label("id"), _TERM.c.place)
        .where(_TERM.c.kind.in_(kinds), _TERM.c.place.in_(places), _TERM.c.word >= term, _TERM.c.word < after)
        .subquery()
    )


def _sqlite(shape: Shape, where: Where, kinds: Sequence[str]) -> Select[int]:
    every = [source.kind for source in search_sources]
    marks = [part_of_kind(kind, every) if where.is_inside else kind_word(kind) for kind in kinds]
    of_kind = " OR ".join(f'"{mark}"' for mark in marks)
    mark = literal(f"{{words}} : ({of_kind}) AND ")
    if where.is_inside:
        long = "near_long" if where.is_near else "long"
        return _sqlite_inside(shape, mark + bindparam(long, type_=String), where)
    return _fts("search_word", mark + bindparam(where.value, type_=String))


def _sqlite_inside(shape: Shape, long: ColumnElement[str], where: Where) -> Select[int]:
    """Return what has inside words what ``long`` says, and the terms that are not looked for so at their beginning."""
    inside = _fts("search_part", long)
    if all(shape.inside):
        return inside
    short = "near_short" if where.is_near else "short"
    beginning = _fts("search_word", bindparam(short, type_=String)).subquery()
    # Not the row number itself: SQLite would look inside words once for each entry that has the beginning.
    return inside.where((column("rowid") + 0).in_(select(beginning)))


def _fts(name: str, expression: ColumnElement[str]) -> Select[int]:
    """Return the rows of an FTS5 table that match, read in the order of the index until there are enough."""
    return _FTS[name].where(column(name).op("MATCH")(expression))


def _postgresql(shape: Shape, where: Where, kind: str) -> Select[int]:
    if shape.is_single:
        return _beginning(where, kind)
    if where.is_inside:
        return _inside(shape, where, [kind])
    if where is not Where.TITLE:
        return _beginnings(where, [kind])
    in_title = _tokens("title_tokens", bindparam("title", type_=String))
    return _apart(select(_ENTRY.c.id).where(_ENTRY.c.kind == kind, in_title))


def _beginnings(where: Where, kinds: Sequence[str]) -> Select[int]:
    """Return the entries of any of ``kinds`` that have all terms as beginnings of words."""
    marks = " | ".join(kind_word(kind) for kind in kinds)
    prefixes = literal(f"({marks}) & ") + bindparam(where.value, type_=String)
    return _apart(select(_ENTRY.c.id).where(_tokens("tokens", prefixes)))


def _apart(found: Select[int]) -> Select[int]:
    """Return the same apart from LIMIT: seeing it, the planner reads the whole table in the hope of enough early on."""
    return select(found.cte().prefix_with("MATERIALIZED").c.id)


def _inside(shape: Shape, where: Where, kinds: Sequence[str]) -> Select[int]:
    """Return the entries that have the longest term anywhere and, of the first ``LOOKED_THROUGH``, all others too."""
    places = range(list(Where).index(where) + 1)
    first = select(_TERM.c.entry_id).where(*_begins("longest", kinds), _TERM.c.place.in_(places))
    found = select(_ENTRY.c.id).where(_ENTRY.c.id.in_(first.limit(LOOKED_THROUGH)))
    return _apart(found.where(*having_all(shape, where)))


def _beginning(where: Where, kind: str) -> Select[int]:
    """Return the entries with a word, or the rest of one, that begins with the one term, in the order of an index.

    GIN would first collect every entry that has one: 12 ms for three common letters among 200,000 entries.
    """
    place = list(Where).index(where)
    return select(_TERM.c.entry_id.label("id")).where(*_begins("first", [kind]), _TERM.c.place == place)


def _begins(name: str, kinds: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    term, after = bindparam(name, type_=Text), bindparam(f"after_{name}", type_=Text)
    return _TERM.c.kind.in_(kinds), _TERM.c.word >= term, _TERM.c.word < after


def _tokens(name: str, expression: ColumnElement[str]) -> ColumnElement[bool]:
    return column(name).op("@@")(func.to_tsquery("simple", expression))
