"""How well an entry matches, by what its words say."""

from __future__ import annotations

from coordination.search.dialects import Where
from coordination.search.rules import Query, is_looked_for_inside

#: Stage (0: in the title), whether the thing is over, whether the title begins with the first term (0), holds it (1).
Rank = tuple[int, bool, int]
PLACES = tuple(Where)
STAGES = {where: stage for stage, where in enumerate(PLACES)}


def stage_of(title: str, words: str, near: str, query: Query) -> int | None:
    """Return the best stage in which an entry is found; None: it has not all terms (``telling_parts`` found it)."""
    if _begin(title, query):
        return STAGES[Where.TITLE]
    if _begin(words, query):
        return STAGES[Where.WORDS]
    if _stand_inside(words, query):
        return STAGES[Where.INSIDE]
    both = f"{words} {near}"
    if _begin(both, query):
        return STAGES[Where.NEAR]
    return STAGES[Where.NEAR_INSIDE] if _stand_inside(both, query) else None


def _begin(words: str, query: Query) -> bool:
    spaced = " " + words
    return all(" " + term in spaced for term in query.terms)


def _stand_inside(words: str, query: Query) -> bool:
    spaced = " " + words
    return all((term if is_looked_for_inside(term) else " " + term) in spaced for term in query.terms)


def begins(title_words: str, query: Query) -> int:
    """Return 0 if a title begins with the first term, 1 if it holds it, else 2; as ``statements`` orders by."""
    if title_words.startswith(query.terms[0]):
        return 0
    return 1 if query.terms[0] in title_words else 2
