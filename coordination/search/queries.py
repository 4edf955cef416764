"""The one search: what matches, grouped, with what each result shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.collation import german_key
from coordination.core.registry import SearchHit, SearchSource, search_sources
from coordination.search.dialects import Where, shape_of, values
from coordination.search.rules import Query, has_terms, highlight, is_looked_for_inside, read_query, words_of
from coordination.search.statements import Kept, Reader, all_inside, all_words, best

#: So many words are looked for one by one where no entry has all of them, and none shorter than this beside longer
#: ones: "der" would find every school that is called after somebody.
MOST_ALONE, SHORTEST_ALONE = 3, 4

#: Stage (0: in the title), and whether the thing is over.
Rank = tuple[int, bool]
STAGES = {where: stage for stage, where in enumerate(Where)}


@dataclass(frozen=True, slots=True)
class Found:
    """One result with its title and detail in pieces: text, and whether it is what was looked for."""

    hit: SearchHit
    title: list[tuple[str, bool]]
    detail: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Group:
    """The results of one kind; ``has_more`` if there are further ones than shown."""

    kind: str
    results: list[Found]
    has_more: bool

    @property
    def size(self) -> int:
        """Return how many results are shown."""
        return len(self.results)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many results of each kind are shown, and of which kind alone, if not of all."""

    limit: int = 20
    kind: str | None = None


def find(session: Session, actor: Actor, text: str, *, day: date, wanted: Wanted = Wanted()) -> list[Group]:
    """Return what matches every word of ``text``, grouped by kind.

    Beginnings of words in the title come first, then of any word, then what stands inside words, and behind
    all these what has a word only by what belongs to it; in each of them what is over on ``day`` comes last.
    Of very many only the first ``CANDIDATES`` that the index gives are put in order. Only kinds that
    ``actor`` may see are asked for, in the statement itself.
    """
    query = read_query(text)
    if not query.terms:
        return []
    sources = _sources(actor, wanted)
    keys = _keys(session, _Asked(query, actor, day, wanted.limit + 1), sources)
    return _groups(session, _Asked(query, actor, day, wanted.limit), sources, keys)


def find_any(session: Session, actor: Actor, query: Query, *, day: date, wanted: Wanted = Wanted()) -> list[Group]:
    """Return what matches any word of ``query``, what has more of them first; of many words the longest."""
    sources = _sources(actor, wanted)
    found: dict[str, dict[int, list[Rank]]] = {source.kind: {} for source in sources}
    terms = [term for term in query.terms if len(term) >= SHORTEST_ALONE] or query.terms
    for term in sorted(terms, key=len, reverse=True)[:MOST_ALONE]:
        keys = _keys(session, _Asked(Query((term,)), actor, day, wanted.limit + 1), sources)
        for kind, ranks in keys.items():
            for key, rank in ranks.items():
                found[kind].setdefault(key, []).append(rank)
    best = {
        kind: dict(sorted(((key, _of_several(ranks)) for key, ranks in rows.items()), key=_rank)[: wanted.limit + 1])
        for kind, rows in found.items()
    }
    return _groups(session, _Asked(query, actor, day, wanted.limit, is_any=True), sources, best)


def _of_several(ranks: list[Rank]) -> Rank:
    """Return the rank of what matches as many words as there are ``ranks``: each word more beats every stage."""
    stage, is_over = min(ranks)
    return stage - len(Where) * len(ranks), is_over


def _rank(pair: tuple[int, Rank]) -> Rank:
    return pair[1]


def may_see(actor: Actor) -> bool:
    """Return whether there is any kind that ``actor`` may find."""
    return any(source.may_see(actor) for source in search_sources)


def _sources(actor: Actor, wanted: Wanted) -> tuple[SearchSource, ...]:
    return tuple(one for one in search_sources if wanted.kind in (None, one.kind) and one.may_see(actor))


def _groups(
    session: Session, asked: _Asked, sources: tuple[SearchSource, ...], keys: dict[str, dict[int, Rank]]
) -> list[Group]:
    groups = []
    for source in sources:
        ranks = keys[source.kind]
        if ranks:
            described = source.describe(session, asked.actor, list(ranks), asked.day)
            hits = {key: hit for key, hit in described.items() if _may_be_found(asked, source, hit)}
            ordered = _in_order(asked.query, ranks, hits)
            results = [_marked(asked.query, hit) for hit in ordered[: asked.number]]
            if results:
                groups.append(Group(source.kind, results, has_more=len(ordered) > asked.number))
    return groups


def _may_be_found(asked: _Asked, source: SearchSource, hit: SearchHit) -> bool:
    return hit.only_by is None or has_terms(hit.only_by, source.kind, asked.query, every=not asked.is_any)


@dataclass(frozen=True)
class _Asked:
    query: Query
    actor: Actor
    day: date
    number: int
    is_any: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    """One look into the index: what the statements are kept under and asked with, and what was found so far."""

    asked: _Asked
    kept: Kept
    params: dict[str, str]
    found: dict[str, dict[int, Rank]]


def _keys(session: Session, asked: _Asked, sources: tuple[SearchSource, ...]) -> dict[str, dict[int, Rank]]:
    """Return kind → key of the thing → how well it matches (lowest is best); at most six statements."""
    shape = shape_of(session, asked.query)
    kept = Kept(Reader(asked.actor, asked.day), shape, asked.number)
    found: dict[str, dict[int, Rank]] = {source.kind: {} for source in sources}
    look = _Look(asked, kept, values(shape, asked.query), found)
    # Who may see no kind at all asks nothing.
    is_whole = bool(sources) and bool(kept.at_once) and _at_once(session, look, all_words(kept, sources))
    is_whole_inside = False
    for stage, where in enumerate(Where):
        short = tuple(source for source in sources if _is_short(look, source, stage))
        if not short:
            break
        if where.is_inside and not shape.can_look_inside:
            continue
        if where is Where.INSIDE and is_whole:
            whole = all_inside(kept, short)
            is_whole_inside = whole is not None and _at_once(session, look, whole, is_inside=True)
        if is_whole_inside if where.is_inside else is_whole:
            continue
        for kind, key, is_over in session.execute(best(kept, where, short), look.params):
            found[kind].setdefault(key, (stage, bool(is_over)))
    return found


def _is_short(look: _Look, source: SearchSource, stage: int) -> bool:
    """Return whether fewer things of a kind were found before ``stage`` than are wanted."""
    return sum(rank[0] < stage for rank in look.found[source.kind].values()) < look.asked.number


def _at_once(session: Session, look: _Look, statement: Select[Any], *, is_inside: bool = False) -> bool:
    """Put what has all words in ``look.found``; return False if it is too much to be read at once, and put nothing.

    Few things have two words, and no city has many that begin as one does: one look instead of two for each kind.
    """
    rows = session.execute(statement, look.params).all()
    if len(rows) > look.kept.at_once:
        return False
    query = look.asked.query
    ranked: dict[str, list[tuple[Rank, int, str, int, int]]] = {kind: [] for kind in look.found}
    for kind, key, over, title, words, entry_id in rows:
        stage = _stage_inside(words, query) if is_inside else _stage(title, words, query)
        ranked[kind].append(((stage, bool(over)), _begins(title, query), title, entry_id, key))
    for kind, rows_ in ranked.items():
        known = look.found[kind]
        for row in sorted(row for row in rows_ if row[4] not in known or row[0] < known[row[4]])[: look.asked.number]:
            known[row[4]] = min(row[0], known.get(row[4], row[0]))
    return True


def _stage(title: str, words: str, query: Query) -> int:
    if _begin(title, query):
        return STAGES[Where.TITLE]
    return STAGES[Where.WORDS] if _begin(words, query) else STAGES[Where.NEAR]


def _begin(words: str, query: Query) -> bool:
    spaced = " " + words
    return all(" " + term in spaced for term in query.terms)


def _stage_inside(words: str, query: Query) -> int:
    spaced = " " + words
    is_own = all((term if is_looked_for_inside(term) else " " + term) in spaced for term in query.terms)
    return STAGES[Where.INSIDE if is_own else Where.NEAR_INSIDE]


def _begins(title_words: str, query: Query) -> int:
    """Return 0 if a title begins with the first term, 1 if it holds it, else 2; as ``statements`` orders by."""
    if title_words.startswith(query.terms[0]):
        return 0
    return 1 if query.terms[0] in title_words else 2


def _in_order(query: Query, ranks: dict[int, Rank], hits: dict[int, SearchHit]) -> list[SearchHit]:
    """Return the hits: best rank first, then titles that begin with the first word or hold it, then in German order."""

    def order(key: int) -> tuple[Rank, int, tuple[str, str]]:
        title = hits[key].title
        return ranks[key], _begins(" ".join(words_of(title)), query), german_key(title)

    return [hits[key] for key in sorted((key for key in ranks if key in hits), key=order)]


def _marked(query: Query, hit: SearchHit) -> Found:
    return Found(hit, highlight(hit.title, query), highlight(hit.detail, query))
