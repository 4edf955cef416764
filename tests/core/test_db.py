"""What both databases keep: instants in UTC, wall times as they are, and no lost change when many write at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, insert, literal, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from coordination.core.access import SYSTEM
from coordination.core.db import SINGLE_READS, UtcDateTime, WallTime
from coordination.core.work import AuditEntry, is_writing, work_as, writing
from coordination.directory.models import Person
from coordination.web.throttle import Throttle
from tests import factories

NAIVE = datetime.fromisoformat("2027-01-14T14:00")
INDIA = timezone(timedelta(hours=5, minutes=30))
DIALECTS: list[Any] = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call]


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        found: Engine = app.extensions["sqlalchemy"].engines[None]
    return found


def test_an_instant_without_a_zone_is_refused(session: Session) -> None:
    session.add(AuditEntry(at=NAIVE, action="probe", subject="probe:1"))
    with pytest.raises(StatementError, match="needs a time zone"):
        session.flush()
    session.rollback()


def test_an_instant_comes_back_aware_and_in_utc_whatever_zone_it_went_in(session: Session) -> None:
    instant = datetime(2027, 1, 14, 1, 30, 0, 123456, tzinfo=INDIA)
    session.add(AuditEntry(at=instant, action="probe", subject="probe:1"))
    session.commit()
    found = session.scalars(select(AuditEntry.at)).one()
    assert found == instant
    assert found.isoformat() == "2027-01-13T20:00:00.123456+00:00"


def test_instants_are_compared_as_instants(session: Session) -> None:
    session.add(AuditEntry(at=datetime(2027, 1, 14, 1, 30, tzinfo=INDIA), action="probe", subject="probe:1"))
    session.commit()
    count = select(func.count()).select_from(AuditEntry)
    assert session.scalar(count.where(AuditEntry.at < datetime(2027, 1, 13, 21, 0, tzinfo=UTC))) == 1
    assert session.scalar(count.where(AuditEntry.at > datetime(2027, 1, 14, 1, 31, tzinfo=INDIA))) == 0


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_nothing_stays_nothing_and_a_wall_time_has_no_zone(dialect: Any) -> None:
    for kind in (UtcDateTime(), WallTime()):
        assert kind.process_bind_param(None, dialect) is None
    assert UtcDateTime().process_result_value(None, dialect) is None
    assert WallTime().process_bind_param(NAIVE, dialect) == NAIVE
    with pytest.raises(ValueError, match="no time zone"):
        WallTime().process_bind_param(NAIVE.replace(tzinfo=UTC), dialect)


@contextmanager
def begins(engine: Engine) -> Iterator[list[str]]:
    """Collect how the transactions of SQLite begin."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


sqlite_only = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@sqlite_only
def test_a_unit_of_work_takes_the_write_lock_at_once_and_reading_takes_none(engine: Engine) -> None:
    with begins(engine) as seen, Session(engine) as session:
        session.scalar(select(func.count()).select_from(Throttle))
        with work_as(session, SYSTEM) as work:
            work.session.scalar(select(func.count()).select_from(Throttle))
        session.scalar(select(func.count()).select_from(Throttle))
    assert seen == ["BEGIN", "BEGIN IMMEDIATE", "BEGIN"]


@sqlite_only
def test_a_reader_does_not_wait_for_a_writer_and_sees_the_state_before(engine: Engine) -> None:
    with Session(engine) as one, Session(engine) as other:
        with work_as(one, SYSTEM) as work:
            factories.person(work.session)
            reads: list[int | None] = []
            reader = threading.Thread(
                target=lambda: reads.append(other.scalar(select(func.count()).select_from(Person)))
            )
            reader.start()
            reader.join(timeout=60)
        assert reads == [0]
        other.rollback()
        assert other.scalar(select(func.count()).select_from(Person)) == 1


@sqlite_only
def test_every_connection_keeps_the_promises_of_durability_and_foreign_keys(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            found = [
                connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
            assert found == ["wal", 2, 1, 10000]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_postgresql_compiles_no_plan_of_statements_that_take_milliseconds(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as other:
        assert [connection.scalar(text("SHOW jit")) for connection in (one, other)] == ["off", "off"]


@pytest.fixture(params=[None, SINGLE_READS])
def away(app: Flask, request: pytest.FixtureRequest) -> Engine:
    """Return an engine whose one free connection PostgreSQL has ended meanwhile."""
    with app.app_context():
        found: Engine = app.extensions["sqlalchemy"].engines[request.param]
        other: Engine = app.extensions["sqlalchemy"].engines[SINGLE_READS if request.param is None else None]
    with found.connect() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:process, 10000)"), {"process": process})
    return found


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_connection_that_rested_is_asked_whether_it_works(away: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coordination.core.db.TRUSTED", 0)
    with away.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_one_that_was_used_just_now_is_trusted_and_its_loss_costs_one_request(
    away: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coordination.core.db.TRUSTED", 60)
    with pytest.raises(OperationalError), away.connect() as connection:
        connection.scalar(text("SELECT 1"))
    with away.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_writing_is_marked_only_inside_and_only_in_its_thread() -> None:
    seen: list[bool] = []
    with writing():
        assert is_writing()
        other = threading.Thread(target=lambda: seen.append(is_writing()))
        other.start()
        other.join()
    assert not is_writing()
    assert seen == [False]


def test_a_unit_of_work_that_fails_leaves_nothing_behind(session: Session) -> None:
    def fail() -> None:
        with work_as(session, SYSTEM) as work:
            work.record("probe", factories.person(work.session))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert session.scalar(select(func.count()).select_from(Person)) == 0
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0
    assert not is_writing()


def test_ten_who_change_one_row_at_once_lose_nothing(engine: Engine) -> None:
    """The version of the row tells who was slower; they read again, as a person would, and add theirs."""
    with Session(engine) as session:
        person_id = factories.person(session, function="0").id
        session.commit()

    def add_one() -> None:
        with Session(engine) as session, work_as(session, SYSTEM) as work:
            person = work.session.get_one(Person, person_id)
            person.function = str(int(person.function) + 1)

    def add_twenty(_number: int) -> int:
        refused = 0
        for _ in range(20):
            while True:
                try:
                    add_one()
                    break
                except StaleDataError:
                    refused += 1
        return refused

    with ThreadPoolExecutor(10) as threads:
        refused = sum(threads.map(add_twenty, range(10)))
    with Session(engine) as session:
        assert session.get_one(Person, person_id).function == "200"
    if engine.dialect.name == "sqlite":
        assert refused == 0, "the write lock is taken before the first read, so nobody is ever too late"


def test_both_databases_know_the_same_instant_as_a_literal(session: Session) -> None:
    instant = datetime(2027, 7, 1, 0, 30, tzinfo=INDIA)
    session.execute(insert(Throttle).values(key="probe", count=1, expires_at=instant))
    matches = select(Throttle.key).where(Throttle.expires_at == literal(instant, UtcDateTime()))
    assert session.scalar(matches) == "probe"
    session.rollback()
