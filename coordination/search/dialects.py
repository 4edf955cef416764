"""How the two databases find words: FTS5 with prefix indexes, or GIN over tsvector and trigrams.

Each way answers one question: which entries of a kind have all terms – as the beginning of a word of
the title, of any word, or inside a word – the first few, unranked: ranking every hit of two letters
would cost more than everything else on the page.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, Integer, column, func, literal, literal_column, select, table
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Select

from coordination.search.models import IndexEntry
from coordination.search.rules import SHORTEST_PART, Query, kind_word


class Where(StrEnum):
    """Where the terms are looked for, the best first."""

    TITLE = "title"
    WORDS = "words"
    INSIDE = "inside"


def matching(session: Session, query: Query, where: Where, *, kind: str, limit: int) -> Select[int]:
    """Return the statement for the keys of the entries of ``kind`` that match, at most ``limit``."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return (_sqlite if is_sqlite else _postgresql)(query, where, kind).limit(limit)


def _sqlite(query: Query, where: Where, kind: str) -> Select[int]:
    # Terms hold only letters and digits (``rules.read_query``), so quoting them is all FTS5 asks for.
    mark = f'{{words}} : "{kind_word(kind)}"'
    prefixes = " AND ".join(f'"{term}"*' for term in query.terms)
    if where is Where.TITLE:
        return _fts("search_word", f"{mark} AND {{title_words}} : ({prefixes})")
    if where is Where.WORDS:
        return _fts("search_word", f"{mark} AND {{words}} : ({prefixes})")
    long = " AND ".join(f'"{term}"' for term in query.terms if len(term) >= SHORTEST_PART)
    short = " AND ".join(f'"{term}"*' for term in query.terms if len(term) < SHORTEST_PART)
    inside = _fts("search_part", f'"{kind_word(kind)}" AND {long}')
    if not short:
        return inside
    beginning = _fts("search_word", f"{mark} AND {{words}} : ({short})").subquery()
    return inside.where(column("rowid").in_(select(beginning)))


def _fts(name: str, expression: str) -> Select[int]:
    """Return the rows of an FTS5 table that match, read in the order of the index until there are enough."""
    found = table(name, column("rowid", Integer))
    matches = literal_column(name).op("MATCH")(literal(expression))
    return select(found.c.rowid.label("id")).where(matches)


def _postgresql(query: Query, where: Where, kind: str) -> Select[int]:
    prefixes = " & ".join(f"{term}:*" for term in query.terms)
    found = select(IndexEntry.id)
    if where is Where.TITLE:
        return found.where(_tokens("tokens", kind_word(kind)), _tokens("title_tokens", prefixes))
    if where is Where.WORDS:
        return found.where(_tokens("tokens", f"{kind_word(kind)} & {prefixes}"))
    found = found.where(IndexEntry.kind == kind)
    for term in query.terms:
        if len(term) < SHORTEST_PART:
            found = found.where(_tokens("tokens", f"{term}:*"))
            continue
        grams = sorted({term[i : i + 3] for i in range(len(term) - 2)})
        found = found.where(column("trigrams").op("@>")(grams), IndexEntry.words.contains(term, autoescape=True))
    return found


def _tokens(name: str, expression: str) -> ColumnElement[bool]:
    return column(name).op("@@")(func.to_tsquery("simple", expression))
