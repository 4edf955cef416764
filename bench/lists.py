"""Reading in a list of 20,000 assignments, beside the bare insert of as many rows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from coordination import worker
from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.core.db import Base
from coordination.core.jobs import add_job
from coordination.core.work import Work, after_changes, writing
from coordination.directory.models import Assignment
from coordination.directory.staff import jobs, services
from coordination.directory.staff.plan import Plan
from coordination.exchange.grids import read_book
from coordination.exchange.sheets import Sheet, write_xlsx
from tests import databases, factories

ROWS, SCHOOLS, PEOPLE = 20_000, 1_000, 10_000
ROUNDS = 5
KEEPER = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True)
HEADINGS = (
    "Schulnummer",
    "Nachname",
    "Vorname",
    "E-Mail",
    "Diensthandy",
    "Stellenanteil",
    "Präsenzzeiten",
    "gültig ab",
)

Line = tuple[str, float]


def _fill(session: Session) -> int:
    """Plant schools, an employer and half of the people; return the employer's key."""
    employer = factories.organisation(session)
    for number in range(SCHOOLS):
        factories.school(session, f"Schule {number}", f"{100_000 + number}")
    for number in range(PEOPLE):
        family, given = _name(number)
        factories.person(session, given, family, email=f"p{number}@example.org", organisation_id=employer.id)
    key = employer.id
    session.commit()
    return key


def _name(number: int) -> tuple[str, str]:
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    return f"Müller{letters}", f"Jo{letters[::-1]}"


def _list() -> bytes:
    """Return the list as XLSX: half of its people are there already."""
    rows = [
        (
            str(100_000 + number % SCHOOLS),
            *_name(number),
            f"p{number}@example.org",
            f"0151 9999{number:05}",
            ("0,5", "19,5 Std.", "50 %")[number % 3],
            "Mo, Mi 8-13 Uhr",
            ("01.08.2026", "ab Schuljahr 26/27")[number % 2],
        )
        for number in range(ROWS)
    ]
    return write_xlsx(Sheet("Liste", HEADINGS, rows))


def _timed(work: Callable[[], Any]) -> float:
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(kind: str, folder: Path) -> Sequence[Line]:
    """Return what was measured on one database, as rows a second."""
    with databases.fresh_database(kind, folder) as url:
        app = databases.make_app(url, folder)
        with app.app_context(), writing(), Session(app.extensions["sqlalchemy"].engines[None]) as session:
            found = _measured(session, _fill(session), _list())
        databases.dispose(app)
    return found


def _measured(session: Session, employer: int, raw: bytes) -> Sequence[Line]:
    params = {"employer": employer, "answers": {}}
    # As the worker does when it starts.
    worker.settle_memory()

    def check() -> Plan:
        _known, read, plan, _columns = jobs.check(session, KEEPER, read_book(raw), params=params)
        if read.faults or read.questions or plan.faults or plan.questions or len(plan.steps) != ROWS:
            raise RuntimeError("the list of the bench is not what it should be")
        return plan

    plan = check()
    bare = [services.columns_of(step.data) | {"version": 1, "confirmed_by": ""} for step in plan.steps if step.data]

    def floor() -> None:
        session.execute(insert(Assignment.__table__), bare)  # type: ignore[arg-type]
        session.rollback()

    def store() -> None:
        work = Work(session, KEEPER, clock.utc_now())
        job = add_job(work, jobs.APPLY, {})
        services.store(work, job.id, plan, with_ends=False)
        changed: list[Base] = work.changed
        for listener in after_changes:
            listener(session, changed)
        session.rollback()

    session.rollback()
    times = {"bare insert": _timed(floor), "read and checked": _timed(check), "stored, with the search": _timed(store)}
    return [(name, ROWS / seconds) for name, seconds in times.items()]


def report(results: dict[str, Sequence[Line]]) -> None:
    """Print one table: rows a second, and their share of a bare insert's."""
    print("\n| database | list of 20,000 rows | rows/s | of a bare insert |")
    print("|---|---|---|---|")
    for kind, lines in results.items():
        for name, speed in lines:
            print(f"| {kind} | {name} | {speed:,.0f} | {speed / lines[0][1]:.0%} |")
