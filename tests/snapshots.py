"""Everything stored, to compare before and after, and to put back: for tests that walk over the whole product."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import psycopg
from flask import Flask
from sqlalchemy.engine import URL, make_url

from coordination.core import telemetry
from tests import databases

#: What a refused request may leave behind in the trail; every other line counts as stored.
REFUSAL = "access.refused"
#: Derived from the other tables, or not ours.
LEFT_OUT = ("search_", "sqlite_", "calendar_part", "calendar_revision")


class Snapshot:
    """The database of one app: what it holds, kept once, put back as often as needed."""

    def __init__(self, app: Flask, database_url: str, folder: Path) -> None:
        self.app = app
        self.url = make_url(database_url)
        self.is_file = self.url.get_backend_name() == "sqlite"
        self.kept = folder / "kept.db"
        self._standing: dict[str, str] = {}
        self._watch: _Watch | None = None

    def keep(self) -> None:
        """Keep what is stored now."""
        self._let_go()
        if self.is_file:
            shutil.copyfile(str(self.url.database), self.kept)
        else:
            databases.clone(self.url, str(self.url.database), self._twin)
        self._standing = self._hashes()

    def put_back(self) -> None:
        """Make it as it was, unless it still is."""
        if self._hashes() == self._standing:
            return
        self._let_go()
        if self.is_file:
            path = str(self.url.database)
            for more in ("-wal", "-shm"):
                Path(f"{path}{more}").unlink(missing_ok=True)
            shutil.copyfile(self.kept, path)
        else:
            databases.clone(self.url, self._twin, str(self.url.database))

    def changed(self) -> set[str]:
        """Return the tables that hold something else than was kept; telemetry apart."""
        found = self._hashes()
        # The trail is telemetry only as far as it tells of refusals.
        watched = found.keys() - (telemetry.TABLES - {"audit_entry"})
        return {name for name in watched if found[name] != self._standing[name]}

    def close(self) -> None:
        """Remove what was kept."""
        self._let_go()
        if not self.is_file:
            databases.drop(self.url, self._twin)

    @property
    def _twin(self) -> str:
        return f"{self.url.database}_kept"

    def _let_go(self) -> None:
        databases.dispose(self.app)
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _hashes(self) -> dict[str, str]:
        if self._watch is None:
            self._watch = _FileWatch(str(self.url.database)) if self.is_file else _ServerWatch(self.url)
        return self._watch.hashes()


class _Watch(Protocol):
    """A connection that is kept: thousands of answers are each followed by a look at every table."""

    def hashes(self) -> dict[str, str]: ...

    def close(self) -> None: ...


class _FileWatch:
    def __init__(self, path: str) -> None:
        self.file = sqlite3.connect(path)
        self.version = -1
        self.known: dict[str, str] = {}

    def hashes(self) -> dict[str, str]:
        # Rises with whatever another connection has committed.
        (version,) = self.file.execute("PRAGMA data_version").fetchone()
        if version != self.version or not self.known:
            names = self.file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            rows = {name: self.file.execute(_query(name)).fetchall() for name in _ours(names)}
            self.known = {name: hashlib.sha256(repr(found).encode()).hexdigest() for name, found in rows.items()}
            self.version = version
        return self.known

    def close(self) -> None:
        self.file.close()


class _ServerWatch:
    def __init__(self, url: URL) -> None:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.server = psycopg.connect(address, autocommit=True)
        names = self.server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        each = (
            f"SELECT '{name}', md5(coalesce(string_agg(t::text, '\n' ORDER BY t::text), '')) FROM ({_query(name)}) t"
            for name in _ours(names)
        )
        self.question = " UNION ALL ".join(each).encode()

    def hashes(self) -> dict[str, str]:
        return dict(self.server.execute(self.question).fetchall())

    def close(self) -> None:
        self.server.close()


def rows_of(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table's rows in the order of their keys; lines about refused access are left out."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        file = sqlite3.connect(str(url.database))
        try:
            names = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {name: file.execute(_query(name)).fetchall() for name in _ours(names)}
        finally:
            file.close()
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as server:
        names = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {name: server.execute(_query(name).encode()).fetchall() for name in _ours(names)}


def asked_for(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows that somebody asked for: those of ``rows_of`` without sessions and counts of attempts."""
    return {name: rows for name, rows in rows_of(database_url).items() if name not in {"user_session", "throttle"}}


def _ours(names: Sequence[Any]) -> list[str]:
    return sorted(name for (name,) in names if not name.startswith(LEFT_OUT))


def _query(table: str) -> str:
    which = f" WHERE action <> '{REFUSAL}'" if table == "audit_entry" else ""
    return f'SELECT * FROM "{table}"{which} ORDER BY 1'
