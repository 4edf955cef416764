"""The one search: what matches, grouped, with what each result shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.collation import german_key
from coordination.core.registry import SearchHit, SearchSource, search_sources
from coordination.search.dialects import Where, matching
from coordination.search.models import IndexEntry
from coordination.search.rules import Query, fold, highlight, read_query


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


def find(session: Session, actor: Actor, text: str, *, day: date, limit: int = 20) -> list[Group]:
    """Return what matches every word of ``text``, at most ``limit`` of each kind.

    Beginnings of words in the title come first, then of any word, then what stands inside words.
    Only kinds that ``actor`` may see are asked for, in the statement itself.
    """
    query = read_query(text)
    if not query.terms:
        return []
    sources = [source for source in search_sources if source.may_see(actor)]
    keys = _keys(session, query, sources, limit + 1)
    groups = []
    for source in sources:
        stages = keys[source.kind]
        if stages:
            hits = source.describe(session, actor, list(stages), day)
            ordered = _in_order(query, stages, hits)
            results = [_marked(query, hit) for hit in ordered[:limit]]
            groups.append(Group(source.kind, results, has_more=len(ordered) > limit))
    return groups


def _keys(session: Session, query: Query, sources: Sequence[SearchSource], wanted: int) -> dict[str, dict[int, int]]:
    """Return kind → key of the thing → how well it matches (0 is best); at most three statements."""
    found: dict[str, dict[int, int]] = {source.kind: {} for source in sources}
    for stage, where in enumerate(Where):
        if where is Where.INSIDE and not query.can_look_inside:
            break
        short = [kind for kind, keys in found.items() if len(keys) < wanted]
        if not short:
            break
        parts = []
        for kind in short:
            hits = matching(session, query, where, kind=kind, limit=wanted).subquery()
            parts.append(select(literal(kind), IndexEntry.subject_id).join(hits, hits.c.id == IndexEntry.id))
        for kind, key in session.execute(union_all(*parts)):
            if len(found[kind]) < wanted:
                found[kind].setdefault(key, stage)
    return found


def _in_order(query: Query, stages: dict[int, int], hits: dict[int, SearchHit]) -> list[SearchHit]:
    """Return the hits: best stage first, then titles that begin with the first word, then in German order."""

    def order(key: int) -> tuple[int, bool, tuple[str, str]]:
        title = hits[key].title
        return stages[key], not fold(title).startswith(query.terms[0]), german_key(title)

    return [hits[key] for key in sorted((key for key in stages if key in hits), key=order)]


def _marked(query: Query, hit: SearchHit) -> Found:
    return Found(hit, highlight(hit.title, query), highlight(hit.detail, query))
