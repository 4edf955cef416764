"""The one search: what matches, grouped, with what each result shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, literal, or_, select, union_all
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.collation import german_key
from coordination.core.registry import SearchHit, SearchSource, search_sources
from coordination.search.dialects import Kind, Where, matching, with_all_words
from coordination.search.models import IndexEntry
from coordination.search.rules import Query, fold, highlight, read_query

#: So many matches of a kind and stage are put in order at most: all that a city has, but a bounded time for any number.
CANDIDATES = 200

#: Entries with all of several words that are read at once; of more, each kind is looked through by itself.
AT_ONCE = 1000

#: So many words are looked for one by one where no entry has all of them.
MOST_ALONE = 3

#: Stage (0: in the title), and whether the thing is over.
Rank = tuple[int, bool]


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

    Beginnings of words in the title come first, then of any word, then what stands inside words; in each
    of them what is over on ``day`` comes last. Of very many only the first ``CANDIDATES`` that the index
    gives are put in order. Only kinds that ``actor`` may see are asked for, in the statement itself.
    """
    query = read_query(text)
    if not query.terms:
        return []
    sources = _sources(actor, wanted)
    keys = _keys(session, _Asked(query, actor, day, wanted.limit + 1), sources)
    return _groups(session, _Asked(query, actor, day, wanted.limit), sources, keys)


def find_any(session: Session, actor: Actor, query: Query, *, day: date, wanted: Wanted = Wanted()) -> list[Group]:
    """Return what matches any word of ``query``, what has more of them first; of many words only the longest."""
    sources = _sources(actor, wanted)
    found: dict[str, dict[int, list[Rank]]] = {source.kind: {} for source in sources}
    for term in sorted(query.terms, key=len, reverse=True)[:MOST_ALONE]:
        keys = _keys(session, _Asked(Query((term,)), actor, day, wanted.limit + 1), sources)
        for kind, ranks in keys.items():
            for key, rank in ranks.items():
                found[kind].setdefault(key, []).append(rank)
    best = {
        kind: dict(sorted(((key, _of_several(ranks)) for key, ranks in rows.items()), key=_rank)[: wanted.limit + 1])
        for kind, rows in found.items()
    }
    return _groups(session, _Asked(query, actor, day, wanted.limit), sources, best)


def _of_several(ranks: list[Rank]) -> Rank:
    """Return the rank of what matches as many words as there are ``ranks``: each word more beats every stage."""
    stage, is_over = min(ranks)
    return stage - len(Where) * len(ranks), is_over


def _rank(pair: tuple[int, Rank]) -> Rank:
    return pair[1]


def may_see(actor: Actor) -> bool:
    """Return whether there is any kind that ``actor`` may find."""
    return any(source.may_see(actor) for source in search_sources)


def _sources(actor: Actor, wanted: Wanted) -> list[SearchSource]:
    return [source for source in search_sources if wanted.kind in (None, source.kind) and source.may_see(actor)]


def _groups(
    session: Session, asked: _Asked, sources: Sequence[SearchSource], keys: dict[str, dict[int, Rank]]
) -> list[Group]:
    groups = []
    for source in sources:
        ranks = keys[source.kind]
        if ranks:
            hits = source.describe(session, asked.actor, list(ranks), asked.day)
            ordered = _in_order(asked.query, ranks, hits)
            results = [_marked(asked.query, hit) for hit in ordered[: asked.number]]
            groups.append(Group(source.kind, results, has_more=len(ordered) > asked.number))
    return groups


@dataclass(frozen=True)
class _Asked:
    query: Query
    actor: Actor
    day: date
    number: int

    @cached_property
    def order(self) -> tuple[Any, Any]:
        """Return (is over, begins otherwise), which come last. Made once: making statements costs more than asking."""
        is_over = case((IndexEntry.valid_until < self.day, 1), else_=0).label("is_over")
        begins = case((IndexEntry.title_words.startswith(self.query.terms[0], autoescape=True), 0), else_=1)
        return is_over, begins


def _keys(session: Session, asked: _Asked, sources: Sequence[SearchSource]) -> dict[str, dict[int, Rank]]:
    """Return kind → key of the thing → how well it matches (lowest is best); at most four statements."""
    kinds = {
        source.kind: Kind(source.kind, source.visible(asked.actor, asked.day) if source.visible else None)
        for source in sources
    }
    found = _at_once(session, asked, kinds) if len(asked.query.terms) > 1 else None
    stages = list(enumerate(Where)) if found is None else [(len(Where) - 1, Where.INSIDE)]
    found = found if found is not None else {kind: {} for kind in kinds}
    for stage, where in stages:
        if where is Where.INSIDE and not asked.query.can_look_inside:
            break
        short = [kind for kind, keys in found.items() if len(keys) < asked.number]
        if not short:
            break
        parts = [select(_best(session, asked, where, kinds[kind]).subquery()) for kind in short]
        # No cut here: nothing promises in which order the rows of a union come, and each part is short already.
        for kind, key, is_over in session.execute(union_all(*parts)):
            found[kind].setdefault(key, (stage, bool(is_over)))
    return found


def _at_once(session: Session, asked: _Asked, kinds: dict[str, Kind]) -> dict[str, dict[int, Rank]] | None:
    """Return what has all of several words as beginnings, or None if that is too much to be read at once.

    Few things have two words: one look instead of two for each kind, of which each reads all that the commoner
    word has.
    """
    entry, hits = IndexEntry, with_all_words(session, asked.query)
    seen = [and_(entry.kind == one.name, *_visible(one)) for one in kinds.values()]
    is_over, _begins = asked.order
    rows = session.execute(
        select(entry.kind, entry.subject_id, is_over, entry.title_words, entry.id)
        .join(hits, hits.c.id == entry.id)
        .where(or_(*seen))
        .limit(AT_ONCE + 1)
    ).all()
    if len(rows) > AT_ONCE:
        return None
    found: dict[str, list[tuple[Rank, bool, str, int, int]]] = {kind: [] for kind in kinds}
    for kind, key, over, title, entry_id in rows:
        words = title.split()
        in_title = all(any(word.startswith(term) for word in words) for term in asked.query.terms)
        begins = title.startswith(asked.query.terms[0])
        found[kind].append(((0 if in_title else 1, bool(over)), not begins, title, entry_id, key))
    return {kind: {row[4]: row[0] for row in sorted(rows_)[: asked.number]} for kind, rows_ in found.items()}


def _visible(kind: Kind) -> list[ColumnElement[bool]]:
    return [] if kind.visible is None else [IndexEntry.subject_id.in_(kind.visible)]


def _best(session: Session, asked: _Asked, where: Where, kind: Kind) -> Select[Any]:
    """Return the statement for (kind, key, is over) of the best of what the index gives."""
    hits = matching(session, asked.query, where, kind=kind, limit=max(CANDIDATES, asked.number))
    is_over, begins = asked.order
    return (
        select(literal(kind.name).label("kind"), IndexEntry.subject_id, is_over)
        .where(IndexEntry.id.in_(hits))
        .order_by(is_over, begins, IndexEntry.title_words, IndexEntry.id)
        .limit(asked.number)
    )


def _in_order(query: Query, ranks: dict[int, Rank], hits: dict[int, SearchHit]) -> list[SearchHit]:
    """Return the hits: best rank first, then titles that begin with the first word, then in German order."""

    def order(key: int) -> tuple[Rank, bool, tuple[str, str]]:
        title = hits[key].title
        return ranks[key], not fold(title).startswith(query.terms[0]), german_key(title)

    return [hits[key] for key in sorted((key for key in ranks if key in hits), key=order)]


def _marked(query: Query, hit: SearchHit) -> Found:
    return Found(hit, highlight(hit.title, query), highlight(hit.detail, query))
