"""Looking for people and places in this process, beside a bare full-text query: ``--only finding``."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles

from flask import Flask
from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from bench import seed
from coordination.core import clock
from coordination.core.access import Actor
from coordination.directory.models import Person, Place
from coordination.search.models import IndexEntry
from coordination.search.nearest import Answer, look
from coordination.search.rules import fold
from tests import databases

QUERIES, TYPOS, ROUNDS = 100, 1000, 5
#: How far down the list the right entry may stand.
FIRST = 20
READER = Actor(user_id=1, person_id=1)
#: What a program with nothing but the index would ask, by database.
BARE = {
    "sqlite": text(
        "SELECT search_entry.subject_id, search_entry.title_words FROM search_word"
        " JOIN search_entry ON search_entry.id = search_word.rowid WHERE search_word MATCH :words LIMIT 20"
    ),
    "postgresql": text(
        "SELECT subject_id, title_words FROM search_entry WHERE tokens @@ to_tsquery('simple', :words) LIMIT 20"
    ),
}
#: What stands between words of which all are to be there, and how the beginning of a word is written.
GRAMMAR = {"sqlite": (" AND ", '"{}"*'), "postgresql": (" & ", "{}:*")}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of query at one size: 95th percentiles in seconds, medians of the rounds."""

    work: str
    size: int
    p95: float
    floor: float
    target: float

    @property
    def times(self) -> float:
        """Return how many times the floor's 95th percentile it is."""
        return self.p95 / self.floor


@dataclass(frozen=True, slots=True)
class Typo:
    """A title with one error, and the thing that was meant."""

    typed: str
    kind: str
    subject_id: int


@dataclass
class Filled:
    """A filled database with an open session."""

    kind: str
    size: int
    session: Session
    prefixes: list[str]
    pairs: list[str]
    typos: list[Typo]

    def ask(self, words: str) -> Answer:
        """Look as the page does."""
        return look(self.session, READER, words, day=clock.today())

    def floor(self, words: str) -> None:
        """Ask the bare query."""
        between, beginning = GRAMMAR[self.kind]
        statement: TextClause = BARE[self.kind]
        typed = between.join(beginning.format(fold(word)) for word in words.split())
        self.session.execute(statement, {"words": typed}).all()


def measure(kind: str, sizes: Sequence[int]) -> tuple[list[Line], dict[int, float]]:
    """Return the lines of one database, and the share of typing errors that were understood at each size."""
    with ExitStack() as stack:
        places = [stack.enter_context(_filled(kind, size)) for size in sizes]
        lines, understood = [], {}
        for one in places:
            mistaken, understood[one.size] = _mistaken(one)
            lines += [_compared(one, "a prefix", one.prefixes, 3), _compared(one, "two words", one.pairs, 3), mistaken]
        return lines, understood


@contextmanager
def _filled(kind: str, size: int) -> Iterator[Filled]:
    with tempfile.TemporaryDirectory() as name, databases.fresh_database(kind, Path(name)) as url:
        app: Flask = databases.make_app(url, Path(name))
        with app.test_request_context():
            engine = app.extensions["sqlalchemy"].engines[None]
            seed.fill(engine, size)
            with Session(engine) as session:
                yield _made(kind, size, session)
        databases.dispose(app)


def _made(kind: str, size: int, session: Session) -> Filled:
    """Make the queries from the data, the same ones for the same data."""
    random = Random(7)
    rows = session.execute(select(IndexEntry.kind, IndexEntry.subject_id, IndexEntry.title_words)).all()
    rows = sorted(row for row in rows if row.kind in {"person", "place"})
    chosen = random.sample(rows, min(TYPOS, len(rows)))
    words = [word for row in chosen for word in row.title_words.split() if len(word) > 4]
    prefixes = [random.choice(words)[: random.randint(3, 5)] for _ in range(QUERIES)]
    people = [row.title_words.split() for row in chosen if row.kind == "person"]
    pairs = [f"{words[0]} {words[1]}" for words in people[:QUERIES]]
    typos = [Typo(_mistyped(_title(session, row.kind, row.subject_id), random), *row[:2]) for row in chosen]
    return Filled(kind, size, session, prefixes, pairs, typos)


def _title(session: Session, kind: str, key: int) -> str:
    return session.get_one(Person, key).name if kind == "person" else session.get_one(Place, key).name


def _mistyped(title: str, random: Random) -> str:
    """Return ``title`` with one letter swapped with the next, left out, doubled or another."""
    spots = [i for i, letter in enumerate(title) if letter.isalpha()]
    i = random.choice(spots)
    how = random.choice(("swap", "drop", "double", "replace"))
    if how == "swap" and i + 1 in spots and title[i].casefold() != title[i + 1].casefold():
        return title[:i] + title[i + 1] + title[i] + title[i + 2 :]
    if how == "drop":
        return title[:i] + title[i + 1 :]
    if how == "double":
        return title[:i] + title[i] + title[i:]
    other = random.choice([letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter != title[i].casefold()])
    return title[:i] + other + title[i + 1 :]


def _compared(place: Filled, work: str, asked: Sequence[str], target: float) -> Line:
    for words in asked[:20]:
        place.ask(words)
        place.floor(words)
    found, bare = [], []
    for _round in range(ROUNDS):
        found.append(_p95(place.ask, asked))
        bare.append(_p95(place.floor, asked))
    return Line(work, place.size, median(found), median(bare), target)


def _mistaken(place: Filled) -> tuple[Line, float]:
    """Return how long errors take, and the share of which the right entry is among the first; each asked once."""
    found, bare, right = [], [], 0
    for number in range(ROUNDS):
        # Each round takes its share: they take turns with the bare query all the same.
        times = []
        for typo in place.typos[number::ROUNDS]:
            start = time.perf_counter()
            answer = place.ask(typo.typed)
            times.append(time.perf_counter() - start)
            right += _is_understood(answer, typo)
        found.append(quantiles(times, n=20)[-1])
        bare.append(_p95(place.floor, place.prefixes))
    return Line("a typing error", place.size, median(found), median(bare), 20), right / len(place.typos)


def _p95(ask: Callable[[str], object], queries: Sequence[str]) -> float:
    times = []
    for words in queries:
        start = time.perf_counter()
        ask(words)
        times.append(time.perf_counter() - start)
    return quantiles(times, n=20)[-1]


def _is_understood(answer: Answer, typo: Typo) -> bool:
    shown = [group for group in answer.groups if group.kind == typo.kind]
    return any(one.hit.url.endswith(f"/{typo.subject_id}") for group in shown for one in group.results[:FIRST])


def report(results: dict[str, tuple[list[Line], dict[int, float]]]) -> None:
    """Print one table for each database."""
    for kind, (lines, understood) in results.items():
        print(f"\n### {kind}\n")
        print("| work | size | p95 ms | bare query, p95 ms | times | target | p95 against the smallest size |")
        print("|---|---|---|---|---|---|---|")
        smallest = {one.work: one.p95 for one in reversed(lines)}
        for one in lines:
            held = "held" if one.times <= one.target else "missed"
            print(
                f"| {one.work} | {one.size:,} | {one.p95 * 1000:.1f} | {one.floor * 1000:.2f} | {one.times:.1f}"
                f" | ≤ {one.target:.0f} {held} | {one.p95 / smallest[one.work]:.2f} |"
            )
        for size, share in understood.items():
            print(f"\nThe right entry is among the first {FIRST} for {share:.1%} of {TYPOS:,} errors at {size:,}.")
