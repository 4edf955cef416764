"""``python -m bench [--sizes …] [--databases …]``: prints the table of docs/performance.md."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import seed, servers
from tests import databases

ROUNDS = 5
REQUESTS = {"floor": 400, "product": 120}
CLIENTS = 4
PREFIXES = ("fro", "ber", "ahorn", "mira", "kam", "wald", "05215", "schule", "len", "distel", "ost", "gymnasium")


@dataclass(frozen=True)
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
        Subject("search, one word", [f"/suche?q={word}" for word in PREFIXES], "one row"),
        Subject("search, two words", [f"/suche?q={pair.replace(' ', '+')}" for pair in seed.PAIRS], "one row"),
        Subject("school page", schools, "one row"),
        Subject("desk", ["/"], "one row"),
        Subject("list of 50", [f"/orte?seite={n}" for n in range(1, 6)], "list of 50"),
    ]


def measure(port: int, paths: Sequence[str], cookie: str, requests: int) -> dict[str, float]:
    """Return the medians of five rounds, each made by a process of its own, after a warm-up."""
    job: dict[str, Any] = {"port": port, "paths": list(paths), "cookie": cookie, "clients": CLIENTS}
    _load(job | {"requests": min(requests, 60)})
    rounds = [_load(job | {"requests": requests}) for _ in range(ROUNDS)]
    return {key: statistics.median(one[key] for one in rounds) for key in ("per_second", "p50", "p95")}


def _load(job: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
        cwd=servers.ROOT,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    if result["failures"]:
        raise RuntimeError(f"{job['paths'][0]}: {result['failures']}")
    return result


def bench(kind: str, size: int, folder: Path) -> dict[str, dict[str, float]]:
    """Measure one database at one size: floors and product side by side."""
    found: dict[str, dict[str, float]] = {}
    with databases.fresh_database(kind, folder) as url:
        app = databases.make_app(url, folder)
        with app.app_context():
            places, _people = seed.fill(app.extensions["sqlalchemy"].engines[None], size)
        databases.dispose(app)
        with (
            servers.gunicorn("bench.floors:app", url, folder) as floor,
            servers.gunicorn("wsgi:app", url, folder) as port,
        ):
            rows = [f"/row/{key}" for key in range(1, 51)]
            for name, paths in (("hello", ["/hello"]), ("one row", rows), ("list of 50", ["/list"])):
                found[name] = measure(floor, paths, "", REQUESTS["floor"])
            cookie = servers.sign_in(port, seed.EMAIL, seed.PASSWORD)
            for subject in subjects(places):
                one = measure(port, subject.paths, cookie, REQUESTS["product"])
                one["ratio"] = one["per_second"] / found[subject.floor]["per_second"]
                found[f"product: {subject.name}"] = one
    return found


def report(results: dict[tuple[str, int], dict[str, dict[str, float]]]) -> None:
    """Print one table for each database, and how p95 grows with the size."""
    for kind in dict.fromkeys(kind for kind, _size in results):
        sizes = [size for one, size in results if one == kind]
        print(f"\n### {kind}\n")
        print("| work | size | requests/s | p50 ms | p95 ms | ratio to its floor | p95 against the smallest size |")
        print("|---|---|---|---|---|---|---|")
        for name in results[kind, sizes[0]]:
            for size in sizes:
                one, base = results[kind, size][name], results[kind, sizes[0]][name]
                ratio = f"{one['ratio']:.2f}" if "ratio" in one else "floor"
                print(
                    f"| {name} | {size:,} | {one['per_second']:.0f} | {one['p50'] * 1000:.1f} "
                    f"| {one['p95'] * 1000:.1f} "
                    f"| {ratio} | {one['p95'] / base['p95']:.2f} |"
                )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--sizes", nargs="+", type=int, default=[2000, 200000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=databases.KINDS)
    chosen = parser.parse_args()
    results: dict[tuple[str, int], dict[str, dict[str, float]]] = {}
    databases.open_folder()
    try:
        for kind in chosen.databases:
            for size in chosen.sizes:
                with tempfile.TemporaryDirectory() as folder:
                    results[kind, size] = bench(kind, size, Path(folder))
    finally:
        databases.close_folder()
    report(results)


if __name__ == "__main__":
    main()
