"""Looking into the index: which entries match, how well, and whether the reader may see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.registry import SearchSource
from coordination.search.dialects import LOOKED_THROUGH, Where, shape_of, values
from coordination.search.ranks import Rank, begins, stage_of
from coordination.search.rules import Query
from coordination.search.statements import (
    CANDIDATES,
    Kept,
    Reader,
    all_inside,
    all_words,
    allowed,
    best,
    each_term,
    in_groups,
    key_of,
    numbers,
    one_word,
)

#: Rank, words of the title, key of the entry, key of the thing: in this order the best come first.
_Candidate = tuple[Rank, str, int, int]


@dataclass(frozen=True)
class Asked:
    """What is looked for, by whom, on which day, and how many results of each kind are wanted."""

    query: Query
    actor: Actor
    day: date
    number: int
    is_any: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    """One look into the index: what the statements are kept under and asked with, and what was found so far."""

    asked: Asked
    kept: Kept
    params: dict[str, Any]
    found: dict[str, dict[int, Rank]]
    sources: tuple[SearchSource, ...]
    #: Kind → key of a thing → whether the reader may see it, of what was asked.
    seen: dict[str, dict[int, bool]] = field(default_factory=dict)


def keys(session: Session, asked: Asked, sources: tuple[SearchSource, ...]) -> dict[str, dict[int, Rank]]:
    """Return kind → key of the thing → how well it matches (lowest is best); at most a dozen statements."""
    shape = shape_of(session, asked.query)
    kept = Kept(Reader(asked.actor, asked.day), shape, asked.number)
    found: dict[str, dict[int, Rank]] = {source.kind: {} for source in sources}
    look = _Look(asked, kept, values(shape, asked.query), found, sources)
    # Who may see no kind at all asks nothing.
    if not sources or _with_one_word(session, look, sources, kept.at_once):
        return found
    is_known = one_word(kept, sources) is not None
    # Whatever has a word at its beginning has it inside as well: of so little one look says all.
    if shape.is_sqlite and shape.can_look_inside and _at_once(session, look, all_inside(kept, sources), kept.at_once):
        return found
    _stage_by_stage(session, look, _begun(session, look, is_known=is_known), is_known=is_known)
    return found


def _begun(session: Session, look: _Look, *, is_known: bool) -> set[str]:
    """Put what begins with the words in ``look.found``, and return the kinds of which that is all."""
    shape = look.kept.shape
    # What SQLite has just counted inside words is mostly what begins so.
    asks_once = not is_known and not (shape.is_sqlite and shape.can_look_inside)
    if asks_once and _at_once(session, look, all_words(look.kept, look.sources), look.kept.at_once):
        return {source.kind for source in look.sources}
    return _in_groups(session, look, Where.NEAR, look.sources)


def _stage_by_stage(session: Session, look: _Look, begun: set[str], *, is_known: bool) -> None:
    """Look for what is still wanted, the best stage first; of ``begun`` all that begins with the words was found.

    ``is_known``: what was found of them is all there is, inside words too.
    """
    inside: set[str] = set()
    for stage, where in enumerate(Where):
        short = tuple(source for source in look.sources if _is_short(look, source, stage))
        if not short:
            break
        if where.is_inside and not look.kept.shape.can_look_inside:
            continue
        if where is Where.INSIDE:
            # Of what too many begin with, there is too much inside words as well.
            few = tuple(source for source in short if source.kind in begun)
            inside = begun if is_known else _inside(session, look, few)
        done = inside if where.is_inside else begun
        if staged := tuple(source for source in short if source.kind not in done):
            for kind, key, is_over, begins in session.execute(best(look.kept, where, staged), look.params):
                look.found[kind].setdefault(key, (stage, bool(is_over), begins))


def _with_one_word(session: Session, look: _Look, sources: tuple[SearchSource, ...], most: int) -> bool:
    """Put all that has the one word in ``look.found``, if the index says of it where, and if that is not too much."""
    statement = one_word(look.kept, sources)
    rows = _read(session, look, statement, most) if statement is not None else None
    if rows is None:
        return False
    _put(session, look, ((stage, kind, key, over, title, entry) for kind, key, over, title, stage, entry in rows))
    return True


def _inside(session: Session, look: _Look, short: tuple[SearchSource, ...]) -> set[str]:
    """Look inside the words of kinds of which too little was found, and return those of which all was read."""
    if look.kept.shape.is_sqlite:
        return _in_groups(session, look, Where.NEAR_INSIDE, short)
    return _by_the_rarest(session, look, _in_order_of_number(short))


def _by_the_rarest(session: Session, look: _Look, groups: tuple[tuple[SearchSource, ...], ...]) -> set[str]:
    """PostgreSQL: look through what has the rarest of several words, where that is little, and return those kinds."""
    counted = session.execute(each_term(look.kept.shape, groups), look.params) if groups else ()
    rarest: dict[int, tuple[int, int]] = {}
    for number, group, place in counted:
        rarest[group] = min(rarest.get(group, (number, place)), (number, place))
    done: set[str] = set()
    for group, (number, place) in rarest.items():
        if number > LOOKED_THROUGH:
            continue
        of_rarest = {"rarest": look.params[f"term_{place}"], "after_rarest": look.params[f"after_term_{place}"]}
        chosen = replace(look, params={**look.params, **of_rarest})
        if not number or _at_once(session, chosen, all_inside(look.kept, groups[group]), LOOKED_THROUGH):
            done |= {source.kind for source in groups[group]}
    return done


def _in_order_of_number(sources: tuple[SearchSource, ...]) -> tuple[tuple[SearchSource, ...], ...]:
    """Return each kind of which there are many by itself, and all that is rare together: each look costs the same."""
    rare = tuple(source for source in sources if not source.is_many)
    return (*((source,) for source in sources if source.is_many), *([rare] if rare else []))


def _in_groups(session: Session, look: _Look, where: Where, sources: tuple[SearchSource, ...]) -> set[str]:
    """Put all that ``where`` finds of each kind in ``look.found``, and return the kinds of which that was little.

    Those that are rare are looked for by themselves only if even together they have much.
    """
    groups = _in_order_of_number(sources)
    done = _whole(session, look, where, groups)
    rare = tuple(source for source in sources if not source.is_many)
    left = tuple((source,) for source in rare if source.kind not in done) if len(rare) > 1 else ()
    return done | _whole(session, look, where, left)


def _whole(session: Session, look: _Look, where: Where, groups: tuple[tuple[SearchSource, ...], ...]) -> set[str]:
    """Read the groups that are not too much, and return their kinds."""
    if not groups:
        return set()
    shape = look.kept.shape
    counted: Mapping[int, int] = dict.fromkeys(range(len(groups)), 1)
    if shape.is_sqlite or shape.is_single:
        # Counted first: reading a row takes far longer than finding it.
        counted = {row.group: row.number for row in session.execute(numbers(look.kept, where, groups), look.params)}
    read = tuple(group for place, group in enumerate(groups) if 0 < counted[place] <= CANDIDATES)
    of_read = tuple(source for group in read for source in group)
    too_many: set[str] = set()
    if read and not _with_one_word(session, look, of_read, CANDIDATES * len(read)):
        rows = session.execute(in_groups(look.kept, where, read), look.params).all()
        numbers_read = Counter(row.group for row in rows)
        full = {place for place, number in numbers_read.items() if number > CANDIDATES}
        too_many = {source.kind for place in full for source in read[place]}
        _rank(session, look, [row[1:] for row in rows if row.group not in full])
    few = (group for place, group in enumerate(groups) if counted[place] <= CANDIDATES)
    return {source.kind for group in few for source in group} - too_many


def _is_short(look: _Look, source: SearchSource, stage: int) -> bool:
    """Return whether fewer things of a kind were found before ``stage`` than are wanted."""
    return sum(rank[0] < stage for rank in look.found[source.kind].values()) < look.asked.number


def _at_once(session: Session, look: _Look, statement: Any, most: int) -> bool:
    """Put what has all words in ``look.found``; return False if it is too much to be read at once, and put nothing.

    Few things have two words: one look instead of two for each kind.
    """
    rows = _read(session, look, statement, most)
    if rows is None:
        return False
    _rank(session, look, rows)
    return True


def _read(session: Session, look: _Look, statement: Any, most: int) -> Sequence[Any] | None:
    """Return what a statement finds, whoever may see it; None: it is more than is read at once."""
    rows = session.execute(statement, {**look.params, "most": most}).all()
    if rows[0].number > most:
        return None
    # There is one row if nothing was found, and rows of kinds that nobody asked for.
    return [row[1:] for row in rows if row.kind is not None]


def _rank(session: Session, look: _Look, rows: Iterable[Any]) -> None:
    """Put the best of each kind in ``look.found``, by what the words of each entry say."""
    query = look.asked.query
    ranked = (
        (stage_of(title, words, near, query), kind, key, over, title, entry)
        for kind, key, over, title, words, near, entry in rows
    )
    _put(session, look, ((stage, *rest) for stage, *rest in ranked if stage is not None))


def _put(session: Session, look: _Look, rows: Iterable[tuple[int, str, int, int, str, int]]) -> None:
    """Put the best rows that the reader may see in ``look.found``.

    A row is: stage, kind, key, is over, words of the title, key of the entry.
    """
    candidates: dict[str, list[_Candidate]] = {}
    for stage, kind, key, over, title, entry_id in rows:
        rank = stage, bool(over), begins(title, look.asked.query)
        candidates.setdefault(kind, []).append((rank, title, entry_id, key))
    ordered = {kind: _first_of_each(rows_) for kind, rows_ in candidates.items()}
    partly = _ask_of_best(session, look, ordered)
    for kind, rows_ in ordered.items():
        known = look.found[kind]
        may_be_seen = [row for row in rows_ if kind not in partly or look.seen[kind].get(row[3])]
        for rank, _title, _entry, key in may_be_seen[: look.asked.number]:
            known[key] = min(rank, known.get(key, rank))


def _first_of_each(rows: Iterable[_Candidate]) -> list[_Candidate]:
    """Return the rows in order, each key once."""
    first: dict[int, _Candidate] = {}
    for row in sorted(rows):
        first.setdefault(row[3], row)
    return list(first.values())


def _ask_of_best(session: Session, look: _Look, ordered: Mapping[str, Sequence[_Candidate]]) -> set[str]:
    """Note in ``look.seen`` whether the reader may see the best of those kinds where that differs by row: the result.

    Of those that would be shown; where some of them may not be seen, of all the others too.
    """
    partly = [one for one in look.sources if one.kind in ordered and (one.visible or one.hidden)]
    best_of = {one.kind: _not_refused(look, one.kind, ordered)[: look.asked.number] for one in partly}
    refused = _ask(session, look, partly, best_of)
    again = [one for one in partly if one.kind in refused]
    _ask(session, look, again, {one.kind: [row[3] for row in ordered[one.kind]] for one in again})
    return {one.kind for one in partly}


def _not_refused(look: _Look, kind: str, ordered: Mapping[str, Sequence[_Candidate]]) -> list[int]:
    """Return the keys of a kind in order, without those that an earlier look knows to be hidden."""
    seen = look.seen.get(kind, {})
    return [row[3] for row in ordered[kind] if seen.get(row[3]) is not False]


def _ask(session: Session, look: _Look, partly: Iterable[SearchSource], of: Mapping[str, Sequence[int]]) -> set[str]:
    """Ask for the rights of keys of several kinds that were not asked for, and return the kinds that have others."""
    unknown = {one.kind: [key for key in of[one.kind] if key not in look.seen.get(one.kind, {})] for one in partly}
    asked = tuple(one for one in partly if unknown[one.kind])
    if not asked:
        return set()
    statement = allowed(look.kept.reader, asked)
    given = {key_of(one.kind): unknown[one.kind] for one in asked}
    may_be_seen = {(kind, key) for kind, key in session.execute(statement, given)} if statement is not None else None
    for one in asked:
        answers = {key: may_be_seen is None or (one.kind, key) in may_be_seen for key in unknown[one.kind]}
        look.seen.setdefault(one.kind, {}).update(answers)
    return {one.kind for one in asked if not all(look.seen[one.kind][key] for key in unknown[one.kind])}
