"""The declarative base, the column types for instants and wall times, and what SQLite has to be told."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Engine, Enum, MetaData, event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in both databases (SQLite would return it naive)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive value: nobody could say which instant it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WallTime(TypeDecorator[datetime]):
    """A wall time: what people agreed on, naive, Europe/Berlin."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse an aware value: it would be an instant."""
        if value is not None and value.tzinfo is not None:
            raise ValueError("a wall time has no time zone")
        return value


class Base(DeclarativeBase):
    """Base of every table: named constraints, a whole-number key."""

    # A registry of its own: Flask-SQLAlchemy derives from this class and would trip over the bare map.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            enum.Enum: Enum(enum.Enum, native_enum=False, length=40, values_callable=lambda e: [m.value for m in e]),
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


#: For ``__table_args__`` of tables whose keys stand elsewhere without a foreign key: in the trail, in mails, in signed
#: links. SQLite would give the key of a deleted newest row to the next one; PostgreSQL never does.
KEYS_ONCE = {"sqlite_autoincrement": True}

#: Whether the transaction about to begin will write; set by the unit of work, read when BEGIN is sent.
Writes = Callable[[], bool]


#: Key of the engine for statements that are each a transaction of their own and write nothing: no BEGIN before and no
#: ROLLBACK after them, which of a read that takes a tenth of a millisecond are the larger part.
SINGLE_READS = "single_reads"
#: Seconds that a connection may have been free before it is asked whether it still works.
TRUSTED = 1.0


def prepare_engine(engine: Engine, writes: Writes | None) -> None:
    """Make SQLite keep its promises, and PostgreSQL's connections be asked whether they work.

    SQLite: writing transactions begin with BEGIN IMMEDIATE, reading ones with plain BEGIN, so that two
    read-modify-writes never overlap and readers never wait. ``writes`` is None for ``SINGLE_READS``: no transactions.
    """
    if engine.dialect.name != "sqlite":
        _ask_after_a_rest(engine)
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.close()

    if writes is None:
        return

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes() else "BEGIN")


def _ask_after_a_rest(engine: Engine) -> None:
    """Ask a connection that was free for a while whether it works, and let all go if it does not.

    ``pool_pre_ping`` asks each time, which is a second statement for every request that has one.
    """

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: Any) -> None:
        record.info["free_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get("free_since")
        if since is None or time.monotonic() - since < TRUSTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def single_read_options(database_url: str) -> dict[str, Any]:
    """Return what the engine ``SINGLE_READS`` is created with: ``url`` and how."""
    own = {"url": database_url, "pool_reset_on_return": None, "isolation_level": "AUTOCOMMIT"}
    options = engine_options(database_url)
    # Each is used for a millisecond: few are enough.
    few = {"pool_size": 2, "max_overflow": 6} if "pool_size" in options else {}
    return options | few | own


def engine_options(database_url: str) -> dict[str, Any]:
    """Return what the engine for ``database_url`` is created with."""
    if make_url(database_url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 10, "check_same_thread": False}}
    return {
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 5,
        "pool_recycle": 1800,
        # Compiling a plan to machine code pays for reports over millions of rows; our statements end within a few
        # milliseconds, and with 200,000 meetings the planner's guess made PostgreSQL compile for 15 ms to save none.
        "connect_args": {"options": "-c jit=off"},
    }
