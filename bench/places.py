"""People and places against bare floors, at several sizes: ``python -m bench --only places``."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import seed, servers
from bench.rounds import Seen, Work, median, ratio, take_turns
from tests import databases

REQUESTS = {"floor": 400, "product": 120}
PREFIXES = ("fro", "ber", "ahorn", "mira", "kam", "wald", "05215", "schule", "len", "distel", "ost", "gymnasium")
FLOORS = {"hello": ["/hello"], "one row": [f"/row/{key}" for key in range(1, 51)], "list of 50": ["/list"]}
#: Of one database at one size: name → its rounds.
Found = dict[str, list[Seen]]


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to measure and the floor it is compared with."""

    name: str
    paths: Sequence[str]
    floor: str


def subjects(places: int) -> list[Subject]:
    """Return what is measured of the product."""
    step = max(1, places // 50)
    schools = [f"/orte/{key}" for key in range(1, places, step)][:50]
    return [
        Subject("product: search, one word", [f"/suche?q={word}" for word in PREFIXES], "one row"),
        Subject("product: search, two words", [f"/suche?q={pair.replace(' ', '+')}" for pair in seed.PAIRS], "one row"),
        Subject("product: school page", schools, "one row"),
        Subject("product: desk", ["/"], "one row"),
        Subject("product: list of 50", [f"/orte?seite={n}" for n in range(1, 6)], "list of 50"),
    ]


def measure_all(kinds: Sequence[str], sizes: Sequence[int]) -> dict[tuple[str, int], Found]:
    """Measure each database at each size."""
    results = {}
    for kind in kinds:
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder:
                results[kind, size] = measure(kind, size, Path(folder))
    return results


def measure(kind: str, size: int, folder: Path) -> Found:
    """Measure one database at one size: floors and product take turns."""
    with databases.fresh_database(kind, folder) as url:
        app = databases.make_app(url, folder)
        with app.app_context():
            places, _people = seed.fill(app.extensions["sqlalchemy"].engines[None], size)
        databases.dispose(app)
        with (
            servers.gunicorn("bench.floors:app", url, folder, "/hello") as floor,
            servers.gunicorn("wsgi:app", url, folder) as product,
        ):
            cookie = {"Cookie": servers.sign_in(product.port, seed.EMAIL, seed.PASSWORD)}
            works = {name: Work(floor.port, paths, REQUESTS["floor"]) for name, paths in FLOORS.items()}
            works |= {one.name: Work(product.port, one.paths, REQUESTS["product"], cookie) for one in subjects(places)}
            return take_turns(works)


def report(results: dict[tuple[str, int], Found]) -> None:
    """Print one table for each database, and how p95 grows with the size."""
    floor_of = {one.name: one.floor for one in subjects(50)}
    for kind in dict.fromkeys(kind for kind, _size in results):
        sizes = [size for one, size in results if one == kind]
        print(f"\n### {kind}\n")
        print("| work | size | requests/s | p50 ms | p95 ms | ratio to its floor | p95 against the smallest size |")
        print("|---|---|---|---|---|---|---|")
        for name in results[kind, sizes[0]]:
            smallest = median(results[kind, sizes[0]][name], "p95")
            for size in sizes:
                found = results[kind, size]
                one = found[name]
                share = f"{ratio(one, found[floor_of[name]]):.2f}" if name in floor_of else "floor"
                print(
                    f"| {name} | {size:,} | {median(one):.0f} | {median(one, 'p50') * 1000:.1f} "
                    f"| {median(one, 'p95') * 1000:.1f} | {share} | {median(one, 'p95') / smallest:.2f} |"
                )
