"""Meetings and subscriptions against bare floors, and what each has to reach: ``python -m bench --only feeds``."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from bench import meetings_seed, seed, servers
from bench.meetings_seed import Seeded
from bench.rounds import ROUNDS, Seen, Work, median, ratio, take_turns
from bench.servers import Served
from coordination.calendars import services
from coordination.calendars.models import CalendarPart
from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import work_as
from coordination.meetings.models import Meeting
from tests import databases

FEW, MANY = 2000, 200_000
STARTS = 3
GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what was found and what was to be reached."""

    work: str
    target: str
    found: str
    is_held: bool
    told: str = ""


#: Work, its floor, and how much of the floor's throughput it has to reach.
SHARES = (
    ("304", "hello", 0.30),
    ("unchanged subscription, plain", "same bytes", 0.70),
    ("unchanged subscription, gzip", "same bytes, gzip", 0.35),
    ("nothing but parts kept", "parts read and joined", 0.65),
    ("single .ics", "one row", 0.45),
    ("meeting page with minutes", "one row", 0.20),
    ("list of 50", "list", 0.40),
)


def measure(kind: str, folder: Path) -> list[Line]:
    """Measure one database: everything takes turns with its floor, in one run."""
    with ExitStack() as stack:
        few, app, seeded = stack.enter_context(_filled(kind, folder, FEW))
        many, _app, _seeded = stack.enter_context(_filled(kind, folder, MANY))
        with servers.gunicorn("wsgi:app", few, folder) as served:
            _status, answer, _headers = servers.get(served.port, seeded.feeds[0])
            (folder / servers.ANSWER).write_bytes(answer)
        floor = stack.enter_context(servers.gunicorn("bench.floors:app", few, folder, "/hello"))
        product = stack.enter_context(servers.gunicorn("wsgi:app", few, folder))
        forgetful = stack.enter_context(servers.gunicorn("bench.product:app", few, folder))
        large = stack.enter_context(servers.gunicorn("wsgi:app", many, folder))
        seen = take_turns(_works(seeded, Running(floor, product, forgetful, large)))
        lines = [_share(seen, *one) for one in SHARES]
        lines += [_growth(seen, "list of 50"), _growth(seen, "list of all bodies")]
        lines.append(_after_a_change(app, product, seeded))
    with _filled(kind, folder, FEW) as (few, _app, seeded):
        lines += _worker(few, folder, seeded)
    return lines


@contextmanager
def _filled(kind: str, folder: Path, total: int) -> Iterator[tuple[str, Flask, Seeded]]:
    with databases.fresh_database(kind, folder) as url:
        app = databases.make_app(url, folder)
        try:
            yield url, app, meetings_seed.fill(_engine(app), total, app.extensions["koordination.site"])
        finally:
            databases.dispose(app)


def _engine(app: Flask) -> Engine:
    with app.app_context():
        engine: Engine = app.extensions["sqlalchemy"].engines[None]
        return engine


@dataclass(frozen=True, slots=True)
class Running:
    """What is asked: bare Flask, the product, the product that keeps no answers, the product with many meetings."""

    floor: Served
    product: Served
    forgetful: Served
    large: Served


def _works(seeded: Seeded, running: Running) -> dict[str, Work]:
    floor, product = running.floor, running.product
    feed, held = seeded.feeds[:1], seeded.held
    of_bodies = [f"/termine?gremium={key}" for key in seeded.bodies]
    cookie = {"Cookie": servers.sign_in(product.port, seed.EMAIL, seed.PASSWORD)}
    there = {"Cookie": servers.sign_in(running.large.port, seed.EMAIL, seed.PASSWORD)}
    _status, _body, headers = servers.get(product.port, feed[0])
    known = {"If-None-Match": headers["ETag"]}
    return {
        "hello": Work(floor.port, ["/hello"], 1500),
        "304": Work(product.port, feed, 600, known, 304),
        "same bytes": Work(floor.port, ["/answer"], 400),
        "unchanged subscription, plain": Work(product.port, feed, 400),
        "same bytes, gzip": Work(floor.port, ["/answer.gz"], 1200),
        "unchanged subscription, gzip": Work(product.port, feed, 500, GZIP),
        "parts read and joined": Work(floor.port, ["/parts"], 60),
        "nothing but parts kept": Work(running.forgetful.port, feed, 40),
        "one row": Work(floor.port, [f"/meeting/{key}" for key in held], 500),
        "single .ics": Work(product.port, [f"/sitzungen/{key}/termin.ics" for key in held], 200, cookie),
        "meeting page with minutes": Work(product.port, [f"/sitzungen/{key}" for key in held], 60, cookie),
        "list": Work(floor.port, [f"/meetings/{key}" for key in seeded.bodies], 200),
        "list of 50": Work(product.port, of_bodies, 60, cookie),
        "list of 50, many": Work(running.large.port, of_bodies, 60, there),
        "list of all bodies": Work(product.port, ["/termine"], 60, cookie),
        "list of all bodies, many": Work(running.large.port, ["/termine"], 60, there),
    }


def _share(seen: dict[str, list[Seen]], name: str, floor: str, target: float) -> Line:
    one, other = seen[name], seen[floor]
    found = ratio(one, other)
    rate = f"{median(one):.0f}/s, p95 {median(one, 'p95') * 1000:.1f} ms; floor {median(other):.0f}/s"
    return Line(name, f"≥ {target:.2f} × {floor}", f"{found:.2f}", found >= target, rate)


def _growth(seen: dict[str, list[Seen]], name: str) -> Line:
    few, many = seen[name], seen[f"{name}, many"]
    found = ratio(many, few, "p95")
    told = (
        f"p95 {median(many, 'p95') * 1000:.1f} ms at {MANY:,} meetings, {median(few, 'p95') * 1000:.1f} ms at {FEW:,}"
    )
    return Line(f"{name}, p95 at 200,000 meetings", "< 1.3 × that at 2,000", f"{found:.2f}", found < 1.3, told)


def _after_a_change(app: Flask, product: Served, seeded: Seeded) -> Line:
    """Compare the fetch after one changed meeting with one for which every part is made anew, in turns."""
    full: list[float] = []
    next_one: list[float] = []
    with app.app_context(), Session(_engine(app)) as session:
        for number in range(ROUNDS):
            with work_as(session, SYSTEM) as work:
                work.session.execute(delete(CalendarPart))
                services.count(work.session, work.now)
            full.append(_timed(product, seeded.feeds[0]))
            with work_as(session, SYSTEM) as work:
                services.rebuild(work.session, app.extensions["koordination.site"])
            _timed(product, seeded.feeds[0])
            with work_as(session, SYSTEM) as work:
                changed = work.session.get_one(Meeting, 100 + number)
                changed.title, changed.revised_at = f"Verlegt {number}", clock.utc_now()
                work.record("bench.changed", changed)
            next_one.append(_timed(product, seeded.feeds[0]))
    share = statistics.median(one / whole for one, whole in zip(next_one, full, strict=True))
    told = f"{statistics.median(next_one) * 1000:.0f} ms, full build {statistics.median(full) * 1000:.0f} ms"
    return Line("after one changed meeting", "≤ 10 % of a full build", f"{share:.1%}", share <= 0.10, told)


def _timed(served: Served, path: str) -> float:
    start = time.perf_counter()
    status, _body, _headers = servers.get(served.port, path)
    assert status == 200
    return time.perf_counter() - start


def _worker(url: str, folder: Path, seeded: Seeded) -> list[Line]:
    """Measure a worker that was just started, and what it takes after a hundred subscriptions, each whole."""
    seconds: list[float] = []
    megabytes = 0.0
    for _ in range(STARTS):
        with servers.gunicorn("wsgi:app", url, folder) as served:
            seconds.append(served.seconds)
            if len(seconds) == STARTS:
                for path in seeded.feeds:
                    servers.get(served.port, path, Accept_Encoding="gzip")
                megabytes = served.worker_megabytes
    first = statistics.median(seconds)
    return [
        Line("memory of the worker after 100 subscriptions", "< 160 MB", f"{megabytes:.0f} MB", megabytes < 160),
        Line("start to first answer", "< 2.5 s", f"{first:.2f} s", first < 2.5),
    ]


def report(results: dict[str, Sequence[Line]], say: Callable[[str], None] = print) -> None:
    """Print one table for each database."""
    for kind, lines in results.items():
        say(f"\n### {kind}\n")
        say("| work | target | found | | measured |")
        say("|---|---|---|---|---|")
        for one in lines:
            say(f"| {one.work} | {one.target} | {one.found} | {'held' if one.is_held else 'missed'} | {one.told} |")
