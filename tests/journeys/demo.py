"""The demonstration as every journey finds it: on a school day in the morning, with passwords that are known."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

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
_loaded: list[bytes] = []


def fill(app: Flask) -> None:
    """Load the demonstration; SQLite gets a copy of what this process has loaded before."""
    url = make_url(app.extensions["koordination.settings"].database_url)
    is_file = url.get_backend_name() == "sqlite"
    if is_file and _loaded:
        databases.dispose(app)
        Path(str(url.database)).write_bytes(_loaded[0])
        return
    with app.app_context():
        load("05711000", dict.fromkeys(LABELS, PASSWORD))
    databases.dispose(app)
    if is_file:
        _loaded.append(Path(str(url.database)).read_bytes())


def sign_in(page: Page, email: str, password: str = PASSWORD) -> Page:
    """Sign in through the page; ends on the desk."""
    page.goto("/konto/anmelden")
    page.get_by_label("E-Mail").fill(email)
    page.get_by_label("Passwort", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/")
    return page
