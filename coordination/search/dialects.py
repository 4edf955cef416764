"""How the two databases find words: FTS5 with prefix indexes, or GIN over tsvector and trigrams.

Each way answers one question: which entries of a kind have all terms – as the beginning of a word of
the title, of any word, or inside a word – the first few, unranked: ranking every hit of two letters
would cost more than everything else on the page.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, Integer, column, literal_column, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Select

from coordination.search.models import IndexEntry
from coordination.search.rules import SHORTEST_PART, Query


class Where(StrEnum):
    """Where the terms are looked for, the best first."""

    TITLE = "title"
    WORDS = "words"
    INSIDE = "inside"


def matching(session: Session, query: Query, where: Where, *, kind: str, limit: int) -> Select[int]:
    """Return the statement for the keys of the entries of ``kind`` that match, at most ``limit``."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    condition = (_sqlite if is_sqlite else _postgresql)(query, where)
    return select(IndexEntry.id).where(IndexEntry.kind == kind, condition).limit(limit)


def _sqlite(query: Query, where: Where) -> ColumnElement[bool]:
    # Terms hold only letters and digits (``rules.read_query``), so quoting them is all FTS5 asks for.
    prefixes = " AND ".join(f'"{term}"*' for term in query.terms)
    if where is Where.TITLE:
        return _fts("search_word", f"{{title_words}} : ({prefixes})")
    if where is Where.WORDS:
        return _fts("search_word", f"{{words}} : ({prefixes})")
    long = " AND ".join(f'"{term}"' for term in query.terms if len(term) >= SHORTEST_PART)
    short = " AND ".join(f'"{term}"*' for term in query.terms if len(term) < SHORTEST_PART)
    inside = _fts("search_part", long)
    return inside & _fts("search_word", f"{{words}} : ({short})") if short else inside


def _fts(table: str, expression: str) -> ColumnElement[bool]:
    found = text(f"SELECT rowid FROM {table} WHERE {table} MATCH :expression").bindparams(expression=expression)  # noqa: S608 - the table is one of two words above
    return IndexEntry.id.in_(found.columns(column("rowid", Integer)).subquery().select())


def _postgresql(query: Query, where: Where) -> ColumnElement[bool]:
    prefixes = " & ".join(f"{term}:*" for term in query.terms)
    if where is Where.TITLE:
        return _tokens("title_tokens", prefixes)
    if where is Where.WORDS:
        return _tokens("tokens", prefixes)
    condition: ColumnElement[bool] = literal_column("true")
    for term in query.terms:
        if len(term) < SHORTEST_PART:
            condition = condition & _tokens("tokens", f"{term}:*")
            continue
        grams = sorted({term[i : i + 3] for i in range(len(term) - 2)})
        condition = condition & column("trigrams").op("@>")(grams) & IndexEntry.words.contains(term, autoescape=True)
    return condition


def _tokens(name: str, expression: str) -> ColumnElement[bool]:
    return column(name).op("@@")(text("to_tsquery('simple', :query)").bindparams(query=expression))
