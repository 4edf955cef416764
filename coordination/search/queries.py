"""The one search: what matches, grouped, with what each result shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.collation import german_key
from coordination.core.registry import SearchHit, SearchSource, search_sources
from coordination.search.dialects import Where
from coordination.search.looks import Asked, keys
from coordination.search.ranks import PLACES, STAGES, Rank
from coordination.search.reasons import with_reasons
from coordination.search.rules import (
    Query,
    has_terms,
    highlight,
    last_digits,
    number_found,
    read_query,
)

#: So many words are looked for one by one where no entry has all of them, and none shorter than this beside longer
#: ones: "der" would find every school that is called after somebody.
MOST_ALONE, SHORTEST_ALONE = 3, 4


@dataclass(frozen=True, slots=True)
class Found:
    """One result with its title and detail in pieces: text, and whether it is what was looked for."""

    hit: SearchHit
    title: list[tuple[str, bool]]
    detail: list[tuple[str, bool]]
    #: The number by whose last digits it was found; empty if it was found by something else.
    number: list[tuple[str, bool]]


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
    A few digits alone also find telephone numbers that end so, behind what begins so.
    Of very many only the first ``CANDIDATES`` that the index gives are put in order. Only kinds that
    ``actor`` may see are asked for, in the statement itself.
    """
    query = read_query(text)
    if not query.terms:
        return []
    sources = _sources(actor, wanted)
    found = keys(session, Asked(query, actor, day, wanted.limit + 1), sources)
    if (turned := last_digits(query)) is not None:
        _add_ends(found, keys(session, Asked(turned, actor, day, wanted.limit + 1), sources))
    return _groups(session, Asked(query, actor, day, wanted.limit), sources, found)


def _add_ends(found: dict[str, dict[int, Rank]], ends: dict[str, dict[int, Rank]]) -> None:
    """Put what has a telephone number that ends so behind what has a word that begins so.

    Digits are looked for inside no word: that stage is theirs, before what only belongs to a thing (its postcode).
    """
    for kind, ranks in ends.items():
        for key, (_stage, is_over, begins) in ranks.items():
            rank = STAGES[Where.INSIDE], is_over, begins
            found[kind][key] = min(rank, found[kind].get(key, rank))


def find_any(session: Session, actor: Actor, query: Query, *, day: date, wanted: Wanted = Wanted()) -> list[Group]:
    """Return what matches any word of ``query``, what has more of them first; of many words the longest."""
    sources = _sources(actor, wanted)
    found: dict[str, dict[int, list[Rank]]] = {source.kind: {} for source in sources}
    terms = [term for term in query.terms if len(term) >= SHORTEST_ALONE] or query.terms
    for term in sorted(terms, key=len, reverse=True)[:MOST_ALONE]:
        of_term = keys(session, Asked(Query((term,)), actor, day, wanted.limit + 1), sources)
        for kind, ranks in of_term.items():
            for key, rank in ranks.items():
                found[kind].setdefault(key, []).append(rank)
    best = {
        kind: dict(sorted(((key, _of_several(ranks)) for key, ranks in rows.items()), key=_rank_of)[: wanted.limit + 1])
        for kind, rows in found.items()
    }
    return _groups(session, Asked(query, actor, day, wanted.limit, is_any=True), sources, best)


def _of_several(ranks: list[Rank]) -> Rank:
    """Return the rank of what matches as many words as there are ``ranks``: each word more beats every stage."""
    stage, is_over, begins = min(ranks)
    return stage - len(PLACES) * len(ranks), is_over, begins


def _rank_of(pair: tuple[int, Rank]) -> Rank:
    return pair[1]


def may_see(actor: Actor) -> bool:
    """Return whether there is any kind that ``actor`` may find."""
    return any(source.may_see(actor) for source in search_sources)


def _sources(actor: Actor, wanted: Wanted) -> tuple[SearchSource, ...]:
    return tuple(one for one in search_sources if wanted.kind in (None, one.kind) and one.may_see(actor))


def _groups(
    session: Session, asked: Asked, sources: tuple[SearchSource, ...], found: dict[str, dict[int, Rank]]
) -> list[Group]:
    groups: list[tuple[tuple[int, int], Group]] = []
    for source in sources:
        ranks = found[source.kind]
        if ranks:
            described = source.describe(session, asked.actor, list(ranks), asked.day)
            hits = {key: hit for key, hit in described.items() if _may_be_found(asked, source, hit)}
            near = {key: hit for key, hit in hits.items() if _is_near(ranks[key])}
            hits |= with_reasons(session, source.kind, asked.query, near, day=asked.day)
            ordered = _in_order(ranks, hits)
            results = [_marked(asked.query, hit) for hit in ordered[: asked.number]]
            if results:
                group = Group(source.kind, results, has_more=len(ordered) > asked.number)
                groups.append((min(_nearness(ranks[key], asked.query) for key in hits), group))
    # A kind that is called so stands before kinds that only have the word, or have something that is called so.
    return [group for _nearest, group in sorted(groups, key=itemgetter(0))]


def _nearness(rank: Rank, query: Query) -> tuple[int, int]:
    """Return how near a kind is by its best: more words first, then called so (0), has it (1), belongs to it (2).

    That a telephone number ends so is as far as the last, and so is what is over and only stands inside words.
    """
    fewer_words, stage = divmod(rank[0], len(PLACES))
    where = PLACES[stage]
    is_far = where.is_near or (where.is_inside and (rank[1] or not query.can_look_inside))
    return fewer_words, 2 if is_far else int(where is not Where.TITLE)


def _is_near(rank: Rank) -> bool:
    return PLACES[rank[0] % len(PLACES)].is_near


def _may_be_found(asked: Asked, source: SearchSource, hit: SearchHit) -> bool:
    return hit.only_by is None or has_terms(hit.only_by, source.kind, asked.query, every=not asked.is_any)


def _in_order(ranks: dict[int, Rank], hits: dict[int, SearchHit]) -> list[SearchHit]:
    """Return the hits: best rank first, then in German order."""

    def order(key: int) -> tuple[Rank, tuple[str, str]]:
        return ranks[key], german_key(hits[key].title)

    return [hits[key] for key in sorted((key for key in ranks if key in hits), key=order)]


def _marked(query: Query, hit: SearchHit) -> Found:
    return Found(hit, highlight(hit.title, query), highlight(hit.detail, query), number_found(hit, query))
