"""The demonstration as every journey finds it: on a school day in the morning, with passwords that are known."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.engine import URL, make_url

from coordination.core import clock
from coordination.demo.load import LABELS, load
from tests import databases

#: A Wednesday without holidays, while professionals are at work.
NOW = datetime(2026, 11, 25, 10, 15, tzinfo=clock.ZONE)
PASSWORD = "korrekt pferd batterie heftklammer"
PROFESSIONAL, KEEPER, ADMINISTRATOR = (
    "fachkraft@example.org",
    "verzeichnis@example.org",
    "verwaltung@example.org",
)
#: On SQLite always, on PostgreSQL among the slow tests: loading takes its seconds there.
SQLITE_FIRST = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
#: By kind of database, what this process has loaded: the file or the name of a database that nobody uses, and the
#: files of approved minutes by their name in the folder.
_loaded: dict[str, tuple[bytes | str, dict[str, bytes]]] = {}


def fill(app: Flask) -> None:
    """Load the demonstration, or give the app a copy of what this process has loaded before."""
    settings = app.extensions["koordination.settings"]
    url, folder = make_url(settings.database_url), Path(settings.instance_path) / "files"
    kind = url.get_backend_name()
    databases.dispose(app)
    if kind in _loaded:
        kept, files = _loaded[kind]
        if isinstance(kept, bytes):
            Path(str(url.database)).write_bytes(kept)
        else:
            databases.clone(url, kept, str(url.database))
        for name, file in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(file)
        return
    with app.app_context():
        load("05711000", dict.fromkeys(LABELS, PASSWORD))
    databases.dispose(app)
    _loaded[kind] = (
        _keep(url),
        {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()},
    )


def _keep(url: URL) -> bytes | str:
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).read_bytes()
    kept = f"demonstration_{os.getpid()}"
    databases.clone(url, str(url.database), kept)
    return kept


def sign_in(page: Page, email: str, password: str = PASSWORD) -> Page:
    """Sign in through the page; ends on the desk."""
    page.goto("/konto/anmelden")
    page.get_by_label("E-Mail").fill(email)
    page.get_by_label("Passwort", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/")
    return page
