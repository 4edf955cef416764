"""What every test may ask for: a database of its own (each kind in turn), the product on it, a browser."""

import gc
import gettext
import io
import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from coordination.accounts import passwords
from coordination.core import clock, i18n
from coordination.core.access import SYSTEM
from coordination.core.work import Work
from coordination.web.log import JsonFormatter
from tests import databases, postgres
from tests.browser import Browser
from tests.page_checks import UNTRANSLATED

pytest_plugins = ("tests.order", "tests.reporting")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # Whoever ends the run, its server ends with it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        databases.open_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        databases.close_folder()


def pytest_collection_finish() -> None:
    """Look for garbage less often: to look through what was collected, which stays, took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


class _Marked(gettext.NullTranslations):
    """Shows which English text has no German one, so that a page check finds it."""

    def gettext(self, message: str) -> str:
        return UNTRANSLATED + message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return UNTRANSLATED + (msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return f"{UNTRANSLATED}{message} ({context})"


@pytest.fixture(scope="session", autouse=True)
def _untranslated_is_marked() -> None:
    if i18n.CATALOGUE.exists():
        i18n._translations("de").add_fallback(_Marked())


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash with the least that Argon2 allows: thousands of tests sign in. What the product uses is tested apart."""
    kept = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._nobody.cache_clear()
    yield
    passwords._hasher = kept
    passwords._nobody.cache_clear()


@pytest.fixture(autouse=True)
def _german() -> None:
    """Begin every test in German, whatever language the one before it ended in."""
    i18n.use_language("de")


@pytest.fixture(params=databases.KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Return each kind of database in turn."""
    kind = str(request.param)
    if kind == "postgresql" and (reason := postgres.obstacle()):
        pytest.skip(reason)
    return kind


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """Return the address of a fresh migrated database."""
    with databases.fresh_database(database_kind, tmp_path) as url:
        yield url


@pytest.fixture
def empty_database_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database without any table."""
    with databases.fresh_database(database_kind, tmp_path, empty=True) as url:
        yield url


@pytest.fixture
def base_url() -> str:
    """Return the address under which the product believes to be."""
    return "http://localhost"


@pytest.fixture
def app(database_url: str, base_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return the whole product on its own database."""
    app = databases.make_app(database_url, tmp_path, base_url)
    yield app
    databases.dispose(app)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Return a session of the test's own, outside any request; commit before a browser looks."""
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engines[None]
    with Session(engine) as session:
        event.listen(session, "after_flush", lambda session, _: session.info.update(flushed=True))
        event.listen(session, "after_commit", lambda session: session.info.update(flushed=False))
        event.listen(session, "after_rollback", lambda session: session.info.update(flushed=False))
        yield session


@pytest.fixture
def work(session: Session) -> Work:
    """Return a unit of work of the system; ``work.finish()`` really commits."""
    return Work(session, SYSTEM, clock.utc_now())


@pytest.fixture
def browser(app: Flask, session: Session, base_url: str) -> Browser:
    """Return a browser that nobody has signed in with."""
    return Browser(app, session, base_url=base_url)


@pytest.fixture
def other_browser(app: Flask, session: Session, base_url: str) -> Browser:
    """Return a second browser on the same product, with cookies of its own."""
    return Browser(app, session, base_url=base_url)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Collect what the whole program logs, from DEBUG on, as it would stand in the log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel("DEBUG")
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
