"""The demonstration as every journey finds it: on a school day in the morning, with passwords that are known."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.engine import make_url

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
#: On SQLite always, on PostgreSQL among the slow tests: loading takes its seconds there each time.
SQLITE_FIRST = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
#: The database as it was loaded, and the files of approved minutes by their name in the folder.
_loaded: list[tuple[bytes, dict[str, bytes]]] = []


def fill(app: Flask) -> None:
    """Load the demonstration; SQLite gets a copy of what this process has loaded before."""
    settings = app.extensions["koordination.settings"]
    url, folder = make_url(settings.database_url), Path(settings.instance_path) / "files"
    is_file = url.get_backend_name() == "sqlite"
    if is_file and _loaded:
        databases.dispose(app)
        content, files = _loaded[0]
        Path(str(url.database)).write_bytes(content)
        for name, file in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(file)
        return
    with app.app_context():
        load("05711000", dict.fromkeys(LABELS, PASSWORD))
    databases.dispose(app)
    if is_file:
        files = {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
        _loaded.append((Path(str(url.database)).read_bytes(), files))


def sign_in(page: Page, email: str, password: str = PASSWORD) -> Page:
    """Sign in through the page; ends on the desk."""
    page.goto("/konto/anmelden")
    page.get_by_label("E-Mail").fill(email)
    page.get_by_label("Passwort", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/")
    return page
