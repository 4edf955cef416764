"""How the two databases find words: FTS5 with prefix indexes, or a list of words and GIN over tsvector.

Each way answers one question: which entries of a kind have all terms – as the beginning of a word of
the title, of any word, or inside a word – the first few, unranked: ranking every hit of two letters
would cost more than everything else on the page.
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
    and_,
    bindparam,
    column,
    func,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Select, Subquery

from coordination.search.models import IndexEntry
from coordination.search.rules import Query, is_looked_for_inside, kind_word

#: PostgreSQL: the words of all entries and the ends of those words, kept by a trigger (migration 0003), ordered as
#: bytes. ``place`` is the position in ``Where``.
_TERM = table(
    "search_term", column("kind", String), column("place", Integer), column("word", Text), column("entry_id", Integer)
)
#: PostgreSQL, several words of which one stands inside others: how many entries with the longest are looked through.
LOOKED_THROUGH = 2000
_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_vocabulary USING fts5vocab(main, search_word, col)"
#: SQLite: an FTS5 table → its rows. Made once: each search asks for two dozen of them.
_FTS = {
    name: select(table(name, column("rowid", Integer)).c.rowid.label("id")) for name in ("search_word", "search_part")
}
_LAST_LETTER = "\U0010ffff"


class Where(StrEnum):
    """Where the terms are looked for, the best first."""

    TITLE = "title"
    WORDS = "words"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry, and the keys of the things that may be seen (None: all of them)."""

    name: str
    visible: Select[Any] | None = None


def matching(session: Session, query: Query, where: Where, *, kind: Kind, limit: int) -> Select[int]:
    """Return the statement for the keys of the entries of ``kind`` that match, at most ``limit``."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    found = (_sqlite if is_sqlite else _postgresql)(query, where, kind.name)
    if kind.visible is not None:
        # Before the limit: what may not be seen takes no place.
        seen = select(IndexEntry.id).where(IndexEntry.kind == kind.name, IndexEntry.subject_id.in_(kind.visible))
        found = found.where(found.selected_columns.id.in_(seen))
    return found.limit(limit)


def with_all_words(session: Session, query: Query) -> Subquery:
    """Return the keys (``id``) of the entries of all kinds that have all terms as beginnings of words."""
    if session.get_bind().dialect.name == "sqlite":
        prefixes = " AND ".join(f'"{term}"*' for term in query.terms)
        return _fts("search_word", f"{{words}} : ({prefixes})").subquery()
    found = select(IndexEntry.id).where(_tokens("tokens", " & ".join(f"{term}:*" for term in query.terms)))
    return select(found.cte().prefix_with("MATERIALIZED").c.id).subquery()


def title_words(session: Session, term: str, kinds: Sequence[str], *, within: int) -> list[str]:
    """Return the distinct words of titles that begin as ``term`` does and differ in length by ``within`` at most.

    ``kinds`` are all there are: what may be said of the words is decided by what they lead to.
    """
    first, last = term[0], term[0] + _LAST_LETTER
    shortest, longest = len(term) - within, len(term) + within
    if session.get_bind().dialect.name == "sqlite":
        # The index itself keeps its words; the table over them is one of this connection alone, and is nothing stored.
        session.execute(text(_VOCABULARY))
        words = table("search_vocabulary", column("term", Text), column("col", Text), schema="temp").c
        word, is_title = words.term, words.col == "title_words"
    else:
        # The index begins with the kind: without it, all of the index would be read.
        word, is_title = _TERM.c.word, and_(_TERM.c.kind.in_(kinds), _TERM.c.place == 0)
    long_enough = func.length(word).between(shortest, longest)
    return list(session.scalars(select(word).where(word >= first, word < last, is_title, long_enough).distinct()))


def _sqlite(query: Query, where: Where, kind: str) -> Select[int]:
    # Terms hold only letters and digits (``rules.read_query``), so quoting them is all FTS5 asks for.
    mark = f'{{words}} : "{kind_word(kind)}"'
    prefixes = " AND ".join(f'"{term}"*' for term in query.terms)
    if where is Where.TITLE:
        return _fts("search_word", f"{mark} AND {{title_words}} : ({prefixes})")
    if where is Where.WORDS:
        return _fts("search_word", f"{mark} AND {{words}} : ({prefixes})")
    long = " AND ".join(f'"{term}"' for term in query.terms if is_looked_for_inside(term))
    short = " AND ".join(f'"{term}"*' for term in query.terms if not is_looked_for_inside(term))
    inside = _fts("search_part", f'"{kind_word(kind)}" AND {long}')
    if not short:
        return inside
    beginning = _fts("search_word", f"{mark} AND {{words}} : ({short})").subquery()
    return inside.where(column("rowid").in_(select(beginning)))


def _fts(name: str, expression: str) -> Select[int]:
    """Return the rows of an FTS5 table that match, read in the order of the index until there are enough."""
    matches = text(f"{name} MATCH :expression").bindparams(bindparam("expression", expression, unique=True))
    return _FTS[name].where(matches)


def _postgresql(query: Query, where: Where, kind: str) -> Select[int]:
    if len(query.terms) == 1:
        return _beginning(query.terms[0], where, kind)
    if where is Where.INSIDE:
        return _inside(query, kind)
    prefixes = " & ".join(f"{term}:*" for term in query.terms)
    found = select(IndexEntry.id)
    if where is Where.TITLE:
        found = found.where(IndexEntry.kind == kind, _tokens("title_tokens", prefixes))
    else:
        found = found.where(_tokens("tokens", f"{kind_word(kind)} & {prefixes}"))
    # Apart from LIMIT: seeing it, the planner reads the whole table in the hope of finding enough early on.
    return select(found.cte().prefix_with("MATERIALIZED").c.id)


def _inside(query: Query, kind: str) -> Select[int]:
    """Return the entries that have the longest term anywhere and, of the first ``LOOKED_THROUGH``, all others too."""
    longest = max((term for term in query.terms if is_looked_for_inside(term)), key=len)
    first = select(_TERM.c.entry_id).where(*_begins(longest, kind), _TERM.c.place.in_(range(len(Where))))
    found = select(IndexEntry.id).where(IndexEntry.id.in_(first.limit(LOOKED_THROUGH)))
    for term in query.terms:
        if is_looked_for_inside(term):
            found = found.where(IndexEntry.words.contains(term))
        else:
            found = found.where((" " + IndexEntry.words).contains(f" {term}"))
    return select(found.cte().prefix_with("MATERIALIZED").c.id)


def _beginning(term: str, where: Where, kind: str) -> Select[int]:
    """Return the entries with a word, or the rest of one, that begins with ``term``, read in the order of an index.

    GIN would first collect every entry that has one: 12 ms for three common letters among 200,000 entries.
    """
    return select(_TERM.c.entry_id.label("id")).where(*_begins(term, kind), _TERM.c.place == list(Where).index(where))


def _begins(term: str, kind: str) -> tuple[ColumnElement[bool], ...]:
    return _TERM.c.kind == kind, _TERM.c.word >= term, _TERM.c.word < term + _LAST_LETTER


def _tokens(name: str, expression: str) -> ColumnElement[bool]:
    return column(name).op("@@")(func.to_tsquery("simple", expression))
