"""What the tests of the imports share: a keeper, the real files, the worker's turn."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from coordination import worker
from coordination.accounts.models import UserAccount, UserRole
from coordination.accounts.passwords import hash_password
from coordination.core import clock, telemetry
from coordination.core.access import Role
from coordination.core.db import Base
from tests.browser import Browser, Page

DATA = Path(__file__).resolve().parents[2] / "data"
OLD = DATA / "history" / "schools_bielefeld_2021-09.csv"
NEW = DATA / "schools_bielefeld.csv"
STATE = DATA / "nrw" / "schuldaten.csv"
UPLOAD = "/verzeichnis/import/"
PASSWORD = "ein langes Kennwort"


def add_account(session: Session, email: str, *roles: Role) -> UserAccount:
    """Store an account that can sign in; a directory keeper keeps the whole directory."""
    account = UserAccount(
        email=email,
        display_name=email.split("@", maxsplit=1)[0].title(),
        created_at=clock.utc_now(),
        password_hash=hash_password(PASSWORD),
        generation=0,
    )
    account.roles = [UserRole(role=role) for role in roles]
    session.add(account)
    session.commit()
    return account


def sign_in(browser: Browser, session: Session, email: str = "pflege@example.org") -> Browser:
    """Sign in as a keeper of the whole directory, who is made for it."""
    add_account(session, email, Role.DIRECTORY_KEEPER)
    answer = browser.get("/konto/anmelden").submit(email=email, password=PASSWORD)
    assert answer.status == 303, answer.main
    return browser


def upload(browser: Browser, raw: bytes, name: str = "schuldaten.csv", municipality: str | None = "05711000") -> Page:
    """Send a file through the form."""
    fields: dict[str, Any] = {"file": (io.BytesIO(raw), name)}
    if municipality is not None:
        fields["municipality"] = municipality
    return browser.get(UPLOAD).submit("Änderungen anzeigen", **fields)


def work_off(app: Flask) -> int:
    """Do what the worker does, and return how many jobs there were."""
    number = 0
    with app.app_context():
        while worker.run_next():
            number += 1
    return number


def preview(app: Flask, browser: Browser, raw: bytes, municipality: str | None = "05711000") -> Page:
    """Upload a file and return its preview."""
    answer = upload(browser, raw, municipality=municipality)
    assert answer.status == 303, answer.main
    assert work_off(app) == 1
    return answer.follow()


def dump(session: Session) -> dict[str, list[str]]:
    """Return all rows of all tables as text, without telemetry and without what only counts tries."""
    tables = _tables()
    found = {}
    for table in tables:
        rows = session.execute(text(f'SELECT * FROM "{table}"')).all()
        found[table] = sorted(map(str, rows))
    session.rollback()
    return found


def _tables() -> list[str]:
    # What is derived for calendars counts every step.
    derived = {"calendar_part", "calendar_revision"}
    return [table.name for table in Base.metadata.sorted_tables if table.name not in telemetry.TABLES | derived]
