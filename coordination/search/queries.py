"""The one search: what matches, grouped, with what each result shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.collation import german_key
from coordination.core.registry import SearchHit, SearchSource, search_sources
from coordination.search.dialects import LOOKED_THROUGH, Where, shape_of, values
from coordination.search.reasons import with_reasons
from coordination.search.rules import (
    Query,
    has_terms,
    highlight,
    is_looked_for_inside,
    last_digits,
    number_found,
    read_query,
)
from coordination.search.statements import (
    CANDIDATES,
    Kept,
    Reader,
    all_inside,
    all_words,
    allowed,
    best,
    in_groups,
    key_of,
    longest,
    one_word,
)

#: So many words are looked for one by one where no entry has all of them, and none shorter than this beside longer
#: ones: "der" would find every school that is called after somebody.
MOST_ALONE, SHORTEST_ALONE = 3, 4

#: Stage (0: in the title), whether the thing is over, whether the title begins with the first term (0), holds it (1).
Rank = tuple[int, bool, int]
STAGES = {where: stage for stage, where in enumerate(Where)}


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
    keys = _keys(session, _Asked(query, actor, day, wanted.limit + 1), sources)
    if (turned := last_digits(query)) is not None:
        _add_ends(keys, _keys(session, _Asked(turned, actor, day, wanted.limit + 1), sources))
    return _groups(session, _Asked(query, actor, day, wanted.limit), sources, keys)


def _add_ends(keys: dict[str, dict[int, Rank]], ends: dict[str, dict[int, Rank]]) -> None:
    """Put what has a telephone number that ends so behind what has a word that begins so.

    Digits are looked for inside no word: that stage is theirs.
    """
    for kind, ranks in ends.items():
        for key, (_stage, is_over, begins) in ranks.items():
            keys[kind].setdefault(key, (STAGES[Where.INSIDE], is_over, begins))


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
        kind: dict(sorted(((key, _of_several(ranks)) for key, ranks in rows.items()), key=_rank_of)[: wanted.limit + 1])
        for kind, rows in found.items()
    }
    return _groups(session, _Asked(query, actor, day, wanted.limit, is_any=True), sources, best)


def _of_several(ranks: list[Rank]) -> Rank:
    """Return the rank of what matches as many words as there are ``ranks``: each word more beats every stage."""
    stage, is_over, begins = min(ranks)
    return stage - len(Where) * len(ranks), is_over, begins


def _rank_of(pair: tuple[int, Rank]) -> Rank:
    return pair[1]


def may_see(actor: Actor) -> bool:
    """Return whether there is any kind that ``actor`` may find."""
    return any(source.may_see(actor) for source in search_sources)


def _sources(actor: Actor, wanted: Wanted) -> tuple[SearchSource, ...]:
    return tuple(one for one in search_sources if wanted.kind in (None, one.kind) and one.may_see(actor))


def _groups(
    session: Session, asked: _Asked, sources: tuple[SearchSource, ...], keys: dict[str, dict[int, Rank]]
) -> list[Group]:
    groups: list[tuple[tuple[int, int], Group]] = []
    for source in sources:
        ranks = keys[source.kind]
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

    That a telephone number ends so is as far as the last.
    """
    fewer_words, stage = divmod(rank[0], len(Where))
    where = list(Where)[stage]
    is_far = where.is_near or (where.is_inside and not query.can_look_inside)
    return fewer_words, 2 if is_far else int(where is not Where.TITLE)


def _is_near(rank: Rank) -> bool:
    return list(Where)[rank[0] % len(Where)].is_near


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
    sources: tuple[SearchSource, ...]


def _keys(session: Session, asked: _Asked, sources: tuple[SearchSource, ...]) -> dict[str, dict[int, Rank]]:
    """Return kind → key of the thing → how well it matches (lowest is best); at most ten statements."""
    shape = shape_of(session, asked.query)
    kept = Kept(Reader(asked.actor, asked.day), shape, asked.number)
    found: dict[str, dict[int, Rank]] = {source.kind: {} for source in sources}
    look = _Look(asked, kept, values(shape, asked.query), found, sources)
    # Who may see no kind at all asks nothing.
    if not sources or _with_one_word(session, look, one_word(kept, sources)):
        return found
    is_single = one_word(kept, sources) is not None
    is_whole = not is_single and bool(kept.at_once) and _at_once(session, look, all_words(kept, sources))
    begun = {source.kind for source in sources} if is_whole else _in_groups(session, look, Where.NEAR, sources)
    inside: set[str] = set()
    for stage, where in enumerate(Where):
        short = tuple(source for source in sources if _is_short(look, source, stage))
        if not short:
            break
        if where.is_inside and not shape.can_look_inside:
            continue
        if where is Where.INSIDE:
            # Of what too many begin with, there is too much inside words as well.
            few = tuple(source for source in short if source.kind in begun)
            inside = _inside_at_once(session, look, few, is_whole=is_whole)
        done = inside if where.is_inside else begun
        if staged := tuple(source for source in short if source.kind not in done):
            for kind, key, is_over, begins in session.execute(best(kept, where, staged), look.params):
                found[kind].setdefault(key, (stage, bool(is_over), begins))
    return found


def _with_one_word(session: Session, look: _Look, statement: Select[Any] | None) -> bool:
    """Put all that has the one word in ``look.found``, if the index says of it where, and if that is not too much."""
    rows = _read(session, look, statement) if statement is not None else None
    if rows is None:
        return False
    _put(look, ((stage, kind, key, over, title, entry) for kind, key, over, title, stage, entry in rows))
    return True


def _inside_at_once(session: Session, look: _Look, short: tuple[SearchSource, ...], *, is_whole: bool) -> set[str]:
    """Look inside the words of kinds of which too little was found, and return those of which all was read."""
    if is_whole and short:
        counted = longest(look.kept, short)
        is_little = counted is None or (session.scalar(counted, look.params) or 0) <= LOOKED_THROUGH
        if is_little and _at_once(session, look, all_inside(look.kept, short), is_inside=True):
            return {source.kind for source in short}
    return _in_groups(session, look, Where.NEAR_INSIDE, short)


def _in_groups(session: Session, look: _Look, where: Where, sources: tuple[SearchSource, ...]) -> set[str]:
    """Put all that ``where`` finds of each kind in ``look.found``, and return the kinds of which that was little.

    On SQLite, where each look for the words costs the same for one kind as for all of them: the kinds of which there
    are many are looked for by themselves, the others together – and by themselves only if even they have much.
    """
    if not sources or not look.kept.shape.is_sqlite:
        return set()
    rare = tuple(source for source in sources if not source.is_many)
    groups = (*((source,) for source in sources if source.is_many), *([rare] if rare else []))
    done = _whole(session, look, where, groups)
    left = tuple((source,) for source in rare if source.kind not in done)
    return done | (_whole(session, look, where, left) if len(left) > 1 else set())


def _whole(session: Session, look: _Look, where: Where, groups: tuple[tuple[SearchSource, ...], ...]) -> set[str]:
    rows = session.execute(in_groups(look.kept, where, groups), look.params).all()
    numbers = Counter(row.group for row in rows)
    whole = {place for place in range(len(groups)) if numbers[place] <= CANDIDATES}
    read = _seen(session, look, [row for row in rows if row.group in whole])
    _rank(look, [row[:-1] for row in read], is_inside=where.is_inside)
    return {source.kind for place in whole for source in groups[place]}


def _is_short(look: _Look, source: SearchSource, stage: int) -> bool:
    """Return whether fewer things of a kind were found before ``stage`` than are wanted."""
    return sum(rank[0] < stage for rank in look.found[source.kind].values()) < look.asked.number


def _at_once(session: Session, look: _Look, statement: Select[Any], *, is_inside: bool = False) -> bool:
    """Put what has all words in ``look.found``; return False if it is too much to be read at once, and put nothing.

    Few things have two words, and no city has many that begin as one does: one look instead of two for each kind.
    """
    rows = _read(session, look, statement)
    if rows is None:
        return False
    _rank(look, rows, is_inside=is_inside)
    return True


def _read(session: Session, look: _Look, statement: Select[Any]) -> Sequence[Any] | None:
    """Return what a statement finds of what the reader may see; None: it is too much to be read at once."""
    rows = session.execute(statement, look.params).all()
    return _seen(session, look, rows) if len(rows) <= look.kept.at_once else None


def _seen(session: Session, look: _Look, rows: Sequence[Any]) -> Sequence[Any]:
    """Return the rows that the reader may see: rights are asked of the kinds among them where they differ by row.

    Most searches find people and places.
    """
    # What an earlier look has found was asked then.
    asked = [row for row in rows if row.subject_id not in look.found[row.kind]]
    kinds = {row.kind for row in asked}
    partly = tuple(one for one in look.sources if one.kind in kinds and (one.visible or one.hidden))
    of_rights = allowed(look.kept.reader, partly) if partly else None
    if of_rights is None:
        return rows
    names = {source.kind: [row.subject_id for row in asked if row.kind == source.kind] for source in partly}
    doubtful = {row.id for row in asked if row.kind in names}
    unseen = doubtful.difference(session.scalars(of_rights, {key_of(kind): keys for kind, keys in names.items()}))
    return [row for row in rows if row.id not in unseen]


def _rank(look: _Look, rows: Sequence[Any], *, is_inside: bool) -> None:
    """Put the best of each kind in ``look.found``, by what the words of each entry say."""
    query = look.asked.query
    _put(
        look,
        [
            (
                _stage_inside(words, query) if is_inside else _stage(title, words, query),
                kind,
                key,
                over,
                title,
                entry_id,
            )
            for kind, key, over, title, words, entry_id in rows
        ],
    )


def _put(look: _Look, rows: Iterable[tuple[int, str, int, int, str, int]]) -> None:
    """Put the best rows of each kind in ``look.found``: stage, kind, key, is over, words of title, key of entry."""
    ranked: dict[str, list[tuple[Rank, str, int, int]]] = {kind: [] for kind in look.found}
    for stage, kind, key, over, title, entry_id in rows:
        ranked[kind].append(((stage, bool(over), _begins(title, look.asked.query)), title, entry_id, key))
    for kind, rows_ in ranked.items():
        known = look.found[kind]
        for rank, _title, _entry, key in _best(rows_, look.asked.number):
            known[key] = min(rank, known.get(key, rank))


def _best(rows: Iterable[tuple[Rank, str, int, int]], number: int) -> list[tuple[Rank, str, int, int]]:
    """Return the first rows in order, each key once."""
    first: dict[int, tuple[Rank, str, int, int]] = {}
    for row in sorted(rows):
        first.setdefault(row[3], row)
        if len(first) == number:
            break
    return list(first.values())


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


def _in_order(ranks: dict[int, Rank], hits: dict[int, SearchHit]) -> list[SearchHit]:
    """Return the hits: best rank first, then in German order."""

    def order(key: int) -> tuple[Rank, tuple[str, str]]:
        return ranks[key], german_key(hits[key].title)

    return [hits[key] for key in sorted((key for key in ranks if key in hits), key=order)]


def _marked(query: Query, hit: SearchHit) -> Found:
    return Found(hit, highlight(hit.title, query), highlight(hit.detail, query), number_found(hit, query))
