"""One migrated template of each kind per test run, and a copy of it for every test.

All processes of a run share the templates; the first that needs one makes it. The process that began the run
owns the folder they are in and takes everything down at the end, whatever happened in between.
"""

import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from werkzeug.routing import Rule

from tests import postgres

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("sqlite", "postgresql")
FOLDER = "KOORDINATION_TEST_FOLDER"
PREFIX = "koordination-test-"
TEMPLATE = "koordination_template"
_numbers = itertools.count(1)


class _Compiled(BytecodeCache):
    """Keeps templates compiled for all apps of this run: compiling them anew took a third of the tests' time.

    What one process has compiled, the others find in the folder of the run.
    """

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))
        if bucket.code is None and (shared := self._shared(bucket)) and shared.exists():
            bucket.bytecode_from_string(shared.read_bytes())
            self.kept[bucket.key, bucket.checksum] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code
        if shared := self._shared(bucket):
            # Whole or not at all: another process may be about to read it.
            part = shared.with_suffix(f".{os.getpid()}")
            part.write_bytes(bucket.bytecode_to_string())
            part.replace(shared)

    @staticmethod
    def _shared(bucket: Bucket) -> Path | None:
        folder = os.environ.get(FOLDER)
        return Path(folder) / f"{bucket.key}-{bucket.checksum}.template" if folder else None


_compiled = _Compiled()


class _RuleOnce(Rule):
    """A route that is compiled once for all apps of this process: all routes took 50 ms for each app."""

    kept: ClassVar[dict[tuple[Any, ...], Mapping[str, Any]]] = {}

    def compile(self) -> None:
        """Compile the rule, or take over what the same rule of an earlier app was compiled to."""
        key = (self.rule, self.subdomain, self.host, self.merge_slashes, self.is_leaf, str(self.defaults))
        kept = self.kept.get(key)
        if kept is None:
            super().compile()
            names = ("_parts", "_trace", "_converters", "arguments")
            builders = {name: getattr(self, name).__func__ for name in ("_build", "_build_unknown")}
            self.kept[key] = {name: getattr(self, name) for name in names} | builders
            return
        for name, value in kept.items():
            setattr(self, name, value.__get__(self, None) if name.startswith("_build") else value)


Flask.url_rule_class = _RuleOnce


def settings_for(database_url: str, instance: Path, base_url: str = "http://localhost", **more: Any) -> Any:
    """Return settings of the product for a test."""
    from config import Settings

    values: dict[str, Any] = {
        "secret_key": "x" * 32,
        "database_url": database_url,
        "base_url": base_url,
        "instance_path": instance,
        "testing": True,
    }
    return Settings(**values | more)


def make_app(database_url: str, instance: Path, base_url: str = "http://localhost", **more: Any) -> Flask:
    """Return the product over ``database_url``; whoever calls this calls ``dispose`` in the end."""
    from coordination.app import create_app

    app = create_app(settings_for(database_url, instance, base_url, **more))
    assert isinstance(app, Flask)
    app.jinja_env.bytecode_cache = _compiled
    _share_statements(app)
    return app


#: Per key of the engine and kind of database: what statements are compiled for, and those that are.
_dialects: dict[tuple[str | None, str], tuple[Any, Any]] = {}


def _share_statements(app: Flask) -> None:
    with app.app_context():
        for key, engine in app.extensions["sqlalchemy"].engines.items():
            kind = key, engine.dialect.name
            if kind in _dialects:
                dialect, engine._compiled_cache = _dialects[kind]
                engine.dialect = engine.pool._dialect = dialect
            else:
                # Only once it has asked its database what that is: an app that never connects has nothing to share.
                event.listen(engine.pool, "first_connect", partial(_offer, kind, engine))


def _offer(kind: tuple[str | None, str], engine: Engine, *_connection: Any) -> None:
    _dialects.setdefault(kind, (engine.dialect, engine._compiled_cache))


def dispose(app: Flask) -> None:
    """Close every connection that ``app`` still holds."""
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()


def migrate(database_url: str, revision: str = "head", *, down: bool = False) -> None:
    """Bring the schema of ``database_url`` up or down to ``revision``, as ``flask db`` does."""
    import flask_migrate

    with tempfile.TemporaryDirectory(prefix="koordination-") as instance:
        app = make_app(database_url, Path(instance))
        try:
            with app.app_context():
                run = flask_migrate.downgrade if down else flask_migrate.upgrade
                run(directory=str(ROOT / "migrations"), revision=revision)
        finally:
            dispose(app)


def open_folder() -> None:
    """Make the folder that all processes of this run share; called once, by the process that began the run.

    Whatever a run that was killed has left behind goes first.
    """
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/owner"):
        if not Path(f"/proc/{old.read_text()}").exists():
            postgres.stop(old.parent / "pg")
            shutil.rmtree(old.parent, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=PREFIX)
    (Path(folder) / "owner").write_text(str(os.getpid()))
    os.environ[FOLDER] = folder


def close_folder() -> None:
    """Stop the server and remove all databases of this run."""
    folder = Path(os.environ.pop(FOLDER))
    postgres.stop(folder / "pg")
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _once(mark: str) -> Iterator[bool]:
    """Tell whether this process is the one that has to do what ``mark`` stands for; others wait meanwhile."""
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done, failed = folder / f"{mark}.done", folder / f"{mark}.failed"
        if failed.exists():
            raise RuntimeError(f"making the {mark} template failed in another process")
        if done.exists():
            yield False
            return
        failed.touch()
        yield True
        failed.rename(done)


def _sqlite_template() -> Path:
    path = Path(os.environ[FOLDER]) / "template.db"
    with _once("sqlite") as mine:
        if mine:
            migrate(f"sqlite:///{path}")
    return path


def _postgres_folder() -> Path:
    # Short on purpose: the path of a socket may have 107 characters.
    folder = Path(os.environ[FOLDER]) / "pg"
    with _once("postgresql") as mine:
        if mine:
            folder.parent.chmod(0o711)
            folder.mkdir(mode=0o700)
            postgres.start(folder)
            _administer(folder, f'CREATE DATABASE "{TEMPLATE}"')
            migrate(postgres.url(folder, TEMPLATE))
    return folder


def _administer(folder: Path, *statements: str) -> None:
    with psycopg.connect(f"host={folder} user={postgres.ACCOUNT} dbname=postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@contextmanager
def fresh_database(kind: str, folder: Path, *, empty: bool = False) -> Iterator[str]:
    """Make a database for one test, migrated unless ``empty``, and yield its address."""
    number = next(_numbers)
    if kind == "sqlite":
        path = folder / f"test-{number}.db"
        if not empty:
            shutil.copyfile(_sqlite_template(), path)
        yield f"sqlite:///{path}"
        return
    server = _postgres_folder()
    name = f"test_{os.getpid()}_{number}"
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{"template0" if empty else TEMPLATE}" STRATEGY file_copy')
    try:
        yield postgres.url(server, name)
    finally:
        _administer(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def clone(url: URL, source: str, target: str) -> None:
    """Make ``target`` on the server of ``url`` a copy of ``source``; nobody may be connected to ``source``."""
    drop(url, target)
    _administer(_folder_of(url), f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY file_copy')


def drop(url: URL, name: str) -> None:
    """Remove the database ``name`` from the server of ``url``, if it is there."""
    _administer(_folder_of(url), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _folder_of(url: URL) -> Path:
    return Path(str(url.query["host"]))
