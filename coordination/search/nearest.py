"""What stands nearest to words that nothing has: by typing errors, then by any one of the words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.search.queries import Group, Wanted, find, find_any, may_see
from coordination.search.rules import Query, read_query, words_of
from coordination.search.titles import title_words

#: Shorter words are too near to too many others; numbers are not guessed at all.
SHORTEST = 4
#: From how many letters on two errors are forgiven instead of one.
TWO_ERRORS = 7
#: Nearest words of each word, and how many combinations of them are looked up.
NEAREST, TRIES = 3, 5
ALL_KINDS = Wanted()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; ``similar``: the words that were looked for instead, ``is_any``: not all words match."""

    groups: list[Group]
    similar: str = ""
    is_any: bool = False


def look(session: Session, actor: Actor, text: str, *, day: date, wanted: Wanted = ALL_KINDS) -> Answer:
    """Return what matches every word of ``text``; if nothing does, the nearest by typing errors, then by any word.

    Whether something similar may be said is decided by whether it leads to anything that ``actor`` may see.
    """
    groups = find(session, actor, text, day=day, wanted=wanted)
    query = read_query(text)
    if groups or not may_see(actor):
        return Answer(groups)
    for terms in _instead(session, query):
        groups = find(session, actor, " ".join(terms), day=day, wanted=wanted)
        if groups:
            return Answer(groups, similar=_as_written(groups, terms, text))
    if len(query.terms) > 1:
        return Answer(find_any(session, actor, query, day=day, wanted=wanted), is_any=True)
    return Answer([])


def errors_forgiven(term: str) -> int:
    """Return how many letters of ``term`` may be wrong, missing, too many or swapped."""
    if len(term) < SHORTEST or any(letter.isdecimal() for letter in term):
        return 0
    return 2 if len(term) >= TWO_ERRORS else 1


def _instead(session: Session, query: Query) -> Iterator[tuple[str, ...]]:
    """Return what else the words could have been: by one error in each, then by two where so much is forgiven."""
    seen: set[tuple[str, ...]] = {query.terms}
    for most in range(1, max(map(errors_forgiven, query.terms), default=0) + 1):
        choices = [[(0, term), *_near(session, term, min(most, errors_forgiven(term)))] for term in query.terms]
        combinations = sorted(product(*choices), key=lambda pairs: sum(errors for errors, _word in pairs))
        tried = [tuple(word for _errors, word in pairs) for pairs in combinations]
        for terms in [one for one in tried if one not in seen][:TRIES]:
            seen.add(terms)
            yield terms


def _near(session: Session, term: str, most: int) -> list[tuple[int, str]]:
    """Return the nearest words of titles, each with how many letters differ."""
    if not most:
        return []
    # In order: of words equally near, the same ones each time.
    words = sorted(title_words(session, term, within=most))
    near = process.extract(term, words, scorer=OSA.distance, processor=None, score_cutoff=most, limit=NEAREST)
    return [(int(errors), word) for word, errors, _place in near if word != term]


def _as_written(groups: list[Group], terms: tuple[str, ...], text: str) -> str:
    """Return the words as a title that was found writes them, else as they were typed, but not as they are folded."""
    written: dict[str, str] = {}
    for found in (result for group in groups for result in group.results):
        for word in found.hit.title.replace("-", " ").split():
            for folded in words_of(word):
                written.setdefault(folded, word.strip(".,()"))
    for word in text.split():
        for folded in words_of(word):
            written.setdefault(folded, word)
    return " ".join(dict.fromkeys(written.get(term, term) for term in terms))
