"""The words of titles that begin or end as a mistyped one: read from their own index, a few of any number."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Label,
    Select,
    Text,
    and_,
    bindparam,
    column,
    func,
    literal,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session

#: Words of titles as they are and turned, kept by triggers (migration 0034); one index over all columns in their order.
_TITLE = table(
    "search_title",
    column("is_turned", Boolean),
    column("length", Integer),
    column("word", Text),
    column("entry_id", Integer),
)
_RANGE = ("is_turned", "length", "first", "last")
_LAST_LETTER = "\U0010ffff"
#: So many words are compared at most. All ranges are read at once, each along its alphabet: where more begin or end
#: alike, those late in the alphabet of their range are not looked at.
MOST_COMPARED = 3000


def title_words(session: Session, term: str, *, within: int) -> set[str]:
    """Return words of titles that ``within`` errors may have made ``term``: they begin or end as it does.

    One error leaves one end of a word whole, also where two letters at its middle change places; most of what two
    errors do is found as well. What may be said of the words is decided by what they lead to.
    """
    whole = max(1, (len(term) - 1) // (within + 1))
    params: dict[str, Any] = {f"length_{n}": len(term) + n for n in range(-within, within + 1)}
    for is_turned, letters in enumerate((term[:whole], term[::-1][:whole])):
        params |= {f"first_{is_turned}": letters, f"last_{is_turned}": letters + _LAST_LETTER}
    # All rows at once: of a common ending there are a thousand.
    rows = session.connection().execute(_near(within), params).all()
    return {word[::-1] if is_turned else word for is_turned, word in rows}


@cache
def _near(within: int) -> Select[bool, str]:
    """Return the statement for (is turned, word) of the distinct words in some ranges of the index.

    The index is asked for the word after the last one, again and again: a name that thousands have is read once.
    """
    ranges = union_all(*(_range(turned, n) for turned in (0, 1) for n in range(-within, within + 1))).subquery()
    near = select(*_columns(ranges), _next(ranges, _TITLE.c.word >= ranges.c.first)).cte("near", recursive=True)
    after = select(*_columns(near), _next(near, _TITLE.c.word > near.c.word)).where(near.c.word.is_not(None))
    found = near.union_all(after)
    return select(found.c.is_turned, found.c.word).where(found.c.word.is_not(None)).limit(MOST_COMPARED)


def _columns(rows: FromClause) -> list[ColumnElement[Any]]:
    return [rows.c[name] for name in _RANGE]


def _range(is_turned: int, longer: int) -> Select[bool, int, str, str]:
    """Return a row that says where in the index to look: turned or not, how long, from where to where."""
    return select(
        literal(bool(is_turned)).label("is_turned"),
        bindparam(f"length_{longer}", type_=Integer).label("length"),
        bindparam(f"first_{is_turned}", type_=Text).label("first"),
        bindparam(f"last_{is_turned}", type_=Text).label("last"),
    )


def _next(here: FromClause, after: ColumnElement[bool]) -> Label[str]:
    is_there = and_(_TITLE.c.is_turned == here.c.is_turned, _TITLE.c.length == here.c.length)
    found = select(func.min(_TITLE.c.word)).where(is_there, after, _TITLE.c.word < here.c.last)
    return found.correlate(here).scalar_subquery().label("word")
