"""What a monitor is told: whether the process answers and which part is not ready; no secrets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import Work
from coordination.mail.delivery import Server
from coordination.mail.message import Letter
from coordination.mail.outbox import REFUSED, queue
from tests import databases
from tests.browser import Browser

GONE = "postgresql+psycopg://koordination:geheim4711@127.0.0.1:9/koordination?connect_timeout=2"


@pytest.fixture(params=["sqlite", "postgresql"])
def without_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Browser]:
    """Return a browser on a product whose database is not there."""
    url = GONE if request.param == "postgresql" else f"sqlite:///{tmp_path}/geheim4711/fehlt.db"
    app = databases.make_app(url, tmp_path)
    yield Browser(app)
    databases.dispose(app)


def test_the_process_says_that_it_answers(browser: Browser) -> None:
    page = browser.get("/healthz")
    assert (page.status, page.response.get_json()) == (200, {"status": "ok"})


def test_a_migrated_database_is_ready(browser: Browser) -> None:
    page = browser.get("/readyz")
    assert page.response.get_json() == {"status": "ready", "reasons": {}}
    assert page.status == 200


def test_without_its_database_the_process_still_answers(without_database: Browser) -> None:
    assert without_database.get("/healthz").status == 200


def test_without_its_database_the_product_is_not_ready_and_tells_no_secret(without_database: Browser) -> None:
    page = without_database.get("/readyz")
    assert page.status == 503
    found = page.response.get_json()
    assert found["status"] == "not ready"
    assert "database" in found["reasons"]
    shown = page.response.get_data(as_text=True)
    for secret in ("geheim4711", "127.0.0.1", "sqlite", "postgresql", "Traceback"):
        assert secret not in shown


def test_a_page_without_a_database_says_so_calmly(without_database: Browser) -> None:
    page = without_database.post("/rueckmeldung", {})
    assert page.status == 400, "without a form token nothing is looked up"
    page = without_database.get("/konto/anmelden").submit("Anmelden", email="ada@example.org", password="x" * 12)
    assert (page.status, page.headers["Retry-After"]) == (503, "30")
    assert "Die Datenbank antwortet" in page.main
    assert "geheim4711" not in page.html


def test_mails_that_wait_too_long_make_the_product_not_ready(browser: Browser, app: Flask, session: Session) -> None:
    app.extensions["koordination.mail_server"] = Server("127.0.0.1", 9, "", "", "none")
    letter = Letter("ada@example.org", "Ada", "Betreff", "Text", "feedback", "feedback:1")
    work = Work(session, SYSTEM, clock.utc_now() - timedelta(hours=2))
    queue(work, letter, app.extensions["koordination.site"].sender)
    work.finish()
    page = browser.get("/readyz")
    assert page.status == 503
    assert "outbox" in page.response.get_json()["reasons"]


def test_a_refused_sign_in_at_the_mail_server_makes_the_product_not_ready(
    browser: Browser, app: Flask, session: Session
) -> None:
    app.extensions["koordination.mail_server"] = Server("127.0.0.1", 9, "koordination", "falsch", "none")
    work = Work(session, SYSTEM, clock.utc_now())
    letter = Letter("ada@example.org", "Ada", "Betreff", "Text", "feedback", "feedback:1")
    mail = queue(work, letter, app.extensions["koordination.site"].sender)
    work.finish()
    assert browser.get("/readyz").status == 200
    mail.problem = REFUSED
    session.commit()
    page = browser.get("/readyz")
    assert page.status == 503
    assert page.response.get_json()["reasons"] == {"outbox": "the mail server refuses the sign-in"}


def test_a_schema_that_is_one_revision_behind_is_not_ready(database_url: str, tmp_path: Path) -> None:
    databases.migrate(database_url, "-1", down=True)
    app = databases.make_app(database_url, tmp_path)
    try:
        page = Browser(app).get("/readyz")
        assert page.status == 503
        assert "migrations" in page.response.get_json()["reasons"]
    finally:
        databases.dispose(app)


def test_a_database_without_tables_is_not_ready(empty_database_url: str, tmp_path: Path) -> None:
    app = databases.make_app(empty_database_url, tmp_path)
    try:
        page = Browser(app).get("/readyz")
        assert page.status == 503
        assert page.response.get_json()["reasons"]
    finally:
        databases.dispose(app)
