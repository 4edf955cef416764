"""The trail of changes: everybody sees the own lines, the administration all of them."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Role
from coordination.core.work import AuditEntry
from tests import factories
from tests.browser import Browser


@pytest.fixture
def ada(session: Session) -> int:
    """Return an account with lines of its own, beside those of another and of the program."""
    found = factories.account(session)
    for user_id, action in ((found.id, "own.probe"), (4711, "foreign.probe"), (None, "program.probe")):
        session.add(AuditEntry(at=clock.utc_now(), user_id=user_id, action=action, subject="probe:1"))
    session.commit()
    number: int = found.id
    return number


def test_everybody_sees_the_own_lines_and_no_others(browser: Browser, ada: int) -> None:
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/pruefspur")
    assert "own.probe" in page.main
    assert "foreign.probe" not in page.main
    assert "program.probe" not in page.main


def test_all_lines_are_not_there_for_others_than_the_administration(browser: Browser, ada: int) -> None:
    assert browser.get("/pruefspur").status == 303
    browser.sign_in("ada@example.org", factories.PASSWORD)
    assert browser.get("/pruefspur?alle=1").status == 404


def test_the_administration_sees_all_lines_but_first_its_own(browser: Browser, ada: int, session: Session) -> None:
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    assert "own.probe" not in browser.get("/pruefspur").main
    page = browser.get("/pruefspur?alle=1")
    assert all(one in page.main for one in ("own.probe", "foreign.probe", "program.probe"))


def test_a_hundred_lines_make_a_page_and_the_next_goes_on(browser: Browser, ada: int, session: Session) -> None:
    for number in range(150):
        session.add(AuditEntry(at=clock.utc_now(), user_id=ada, action=f"n{number:03}", subject="probe:1"))
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/pruefspur")
    older = (
        page.click("Ältere")
        if "Ältere" in page.main
        else browser.get(str(page.soup.select("a[href*='vor=']")[0]["href"]))
    )
    shown = page.select("tbody tr td:first-of-type") + older.select("tbody tr td:first-of-type")
    assert [one for one in shown if one[0] == "n"] == [f"n{number:03}" for number in reversed(range(150))]


@pytest.mark.parametrize("before", ["", "x", "-1", "²", "9" * 30, "1.5"])
def test_a_strange_beginning_is_ignored(browser: Browser, ada: int, before: str) -> None:
    browser.sign_in("ada@example.org", factories.PASSWORD)
    assert "own.probe" in browser.get(f"/pruefspur?vor={before}").main


def test_signing_in_and_a_new_password_are_lines_of_the_account(browser: Browser, ada: int, session: Session) -> None:
    browser.sign_in("ada@example.org", factories.PASSWORD)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "account.signed_in")).all()
    assert [entry.user_id for entry in entries] == [ada]
    assert "Angemeldet" in browser.get("/pruefspur").main


def test_what_was_refused_is_no_change(browser: Browser, ada: int, session: Session) -> None:
    browser.sign_in("ada@example.org", factories.PASSWORD)
    assert browser.get("/verwaltung/konten").status == 404
    assert "Zugriff abgelehnt" not in browser.get("/pruefspur").main
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    session.commit()
    browser.forget()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    assert "Zugriff abgelehnt" in browser.get("/pruefspur?alle=1").main
