"""Every refusal is a page in German: what happened, what to do, and a number where the fault is ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from coordination.core.access import Role
from coordination.core.errors import Conflict, Forbidden, LinkOver, NotFound, TooManyAttempts
from coordination.core.work import AuditEntry
from coordination.documents import making
from coordination.web import errors
from coordination.web.guard import open_to_all
from tests import databases, factories
from tests.browser import Browser

NUMBER = re.compile(r"[0-9a-f]{12}")
RAISED: list[tuple[Exception, int, str]] = [
    (NotFound(), 404, "Diese Seite gibt es nicht"),
    (Forbidden(), 403, "nicht"),
    (Conflict(), 409, "schneller"),
    (StaleDataError(), 409, "schneller"),
    (IntegrityError("INSERT geheim4711", {}, Exception("geheim4711")), 409, "schneller"),
    (LinkOver(), 410, "Dieser Link gilt nicht mehr"),
    (TooManyAttempts("", retry_after=77), 429, "Versuche"),
    (ZeroDivisionError("geheim4711"), 500, "schiefgegangen"),
]


@pytest.fixture
def raising(app: Flask) -> Callable[[Exception], str]:
    """Return an address at which an error is raised."""

    def at(error: Exception) -> str:
        @open_to_all("a probe")
        def view() -> str:
            raise error

        app.register_error_handler(Exception, errors._unexpected)
        app.add_url_rule("/probe", "probe", view)
        return "/probe"

    return at


def test_a_document_that_could_not_be_made_is_not_the_readers_fault(
    browser: Browser, raising: Callable[[Exception], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "LONGEST_WAIT", 0.0)
    with ExitStack() as busy:
        for _ in range(2):
            busy.enter_context(making._at_once)
        with pytest.raises(making.NotMade) as refused:
            making.run("coordination.documents.printing", {})
    page = browser.get(raising(refused.value))
    assert (page.status, page.headers["Retry-After"]) == (503, "30")
    assert "Die Datei ließ sich nicht erstellen." in page.main
    assert "Datenbank" not in page.main


@pytest.mark.parametrize(("error", "status", "words"), RAISED, ids=lambda value: type(value).__name__)
def test_each_error_has_a_german_page_without_its_inside(
    browser: Browser, raising: Callable[[Exception], str], error: Exception, status: int, words: str
) -> None:
    page = browser.get(raising(error))
    assert page.status == status
    assert words in page.h1
    assert page.soup.html is not None
    assert page.soup.html["lang"] == "de"
    assert f"Fehler {status}" in page.main
    assert "geheim4711" not in page.html
    assert bool(NUMBER.search(page.main)) == (status >= 500)


def test_the_page_of_our_own_fault_quotes_the_number_of_the_answer(
    browser: Browser, raising: Callable[[Exception], str]
) -> None:
    page = browser.get(raising(ZeroDivisionError()))
    assert page.headers["X-Request-Id"] in page.main


def test_a_pause_says_how_long(browser: Browser, raising: Callable[[Exception], str]) -> None:
    assert browser.get(raising(TooManyAttempts("", retry_after=77))).headers["Retry-After"] == "77"


def test_an_unknown_address_is_not_found_and_offers_the_search_only_to_who_is_signed_in(
    browser: Browser, session: Session
) -> None:
    page = browser.get("/gibt-es-nicht")
    assert page.soup.select("#search-error") == []
    assert ("Suche findet" in page.main, "Bitte prüfen Sie die Adresse" in page.main) == (False, True)
    factories.account(session)
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/gibt-es-nicht")
    assert page.status == 404
    assert page.soup.select("#search-error")


def test_a_method_that_an_address_does_not_know_is_refused_in_german(browser: Browser) -> None:
    page = browser.get("/einstellungen")
    assert (page.status, page.h1) == (405, "Diese Seite lässt sich nicht über ihre Adresse öffnen")
    assert "Hierher führt nur ein Knopf auf einer anderen Seite." in page.main
    assert "Bitte gehen Sie zurück und nutzen Sie dort den Knopf." in page.main


def test_what_is_too_large_is_refused_in_german(browser: Browser) -> None:
    page = browser.post("/einstellungen", {"next": "x" * (22 * 1024 * 1024)})
    assert page.status == 413
    assert "20 MB" in page.main


@pytest.mark.parametrize(
    ("sender", "back"),
    [
        ("{own}/verzeichnis/import/?a=1", ["/verzeichnis/import/?a=1"]),
        ("{own}//boese.example.org/", []),
        ("https://boese.example.org/verzeichnis/import/", []),
        ("http://[", []),
        ("", []),
    ],
)
def test_what_is_too_large_leads_back_to_its_form_and_nowhere_else(
    browser: Browser, sender: str, back: list[str]
) -> None:
    headers = {"Referer": sender.format(own=browser.base_url)}
    page = browser.post("/einstellungen", {"next": "x" * (22 * 1024 * 1024)}, headers=headers)
    assert page.status == 413
    found = [str(one["href"]) for one in page.soup.select(".error-page a") if one.get_text() == "Zurück zum Formular"]
    assert found == back
    assert len(page.soup.select(".error-page .button--primary")) == 1


def test_a_text_over_two_megabytes_is_refused_in_a_form_with_files(browser: Browser) -> None:
    text = {"next": "x" * (3 * 1024 * 1024)}
    page = browser._open("POST", "/einstellungen", data=text, content_type="multipart/form-data")
    assert page.status == 413


def test_a_text_over_two_megabytes_is_refused_in_every_form(browser: Browser) -> None:
    assert browser.post("/einstellungen", {"next": "x" * (3 * 1024 * 1024)}).status == 413


def test_a_form_without_its_token_is_refused_and_says_why(browser: Browser) -> None:
    page = browser.post("/einstellungen", {"theme": "dark"})
    assert page.status == 400
    assert "Formular" in page.main


def test_what_may_not_be_known_is_not_found_and_the_try_leaves_a_line(browser: Browser, session: Session) -> None:
    account_id = factories.account(session).id
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    assert browser.get("/verwaltung/konten").status == 404
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "access.refused")).all()
    assert [(entry.user_id, entry.subject) for entry in entries] == [(account_id, "404:admin.accounts")]


def test_a_fragment_for_somebody_signed_out_sends_the_whole_page_to_the_sign_in(browser: Browser) -> None:
    page = browser.get("/konto/", {"HX-Request": "true"})
    assert (page.status, page.headers["HX-Redirect"], page.html) == (401, "/konto/anmelden", "")
    page = browser.get("/konto/")
    assert (page.status, page.location) == (303, "/konto/anmelden?next=/konto/")


def test_an_english_reader_gets_english_pages(browser: Browser, session: Session) -> None:
    factories.account(session, "ada@example.org", Role.ADMINISTRATOR, language="en")
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    assert browser.get("/gibt-es-nicht").h1.startswith("This page does not exist")


def test_without_its_database_the_product_still_says_so(app: Flask, session: Session, browser: Browser) -> None:
    factories.account(session)
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    session.close()
    url = make_url(app.extensions["koordination.settings"].database_url)
    databases.dispose(app)
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).unlink()
    else:
        databases.drop(url, str(url.database))
    for page in (browser.get("/"), browser.get("/readyz")):
        assert page.status == 503
    page = browser.get("/personen/1")
    assert (page.h1, page.headers["Retry-After"]) == ("Gerade nicht erreichbar", "30")


def test_a_page_that_one_may_not_open_is_not_said_to_be_seen(browser: Browser, session: Session) -> None:
    factories.account(session, "liest@example.org")
    session.commit()
    browser.sign_in("liest@example.org", factories.PASSWORD)
    page = browser.get("/versorgung")
    assert page.status == 403
    assert page.h1 == "Diese Seite ist für Ihr Konto nicht freigegeben"
    assert "dürfen das sehen" not in page.main
