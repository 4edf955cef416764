"""Headers that every answer carries, whatever it is."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.browser import Browser

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
EVERYWHERE = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ADDRESSES = {"/konto/anmelden": 200, "/": 303, "/gibt-es-nicht": 404, "/healthz": 200, "/static/css/fonts.css": 200}


@pytest.mark.parametrize(("address", "status"), ADDRESSES.items())
def test_every_answer_carries_the_security_headers(browser: Browser, address: str, status: int) -> None:
    page = browser.get(address)
    assert page.status == status
    assert {name: page.headers.get(name) for name in EVERYWHERE} == EVERYWHERE


def test_a_personal_page_is_kept_nowhere(browser: Browser, session: Session) -> None:
    factories.account(session)
    session.commit()
    sign_in = browser.get("/konto/anmelden")
    browser.sign_in("ada@example.org", factories.PASSWORD)
    for page in (sign_in, browser.get("/")):
        assert page.headers["Cache-Control"] == "no-store"
        assert "Cookie" in page.headers["Vary"]
    assert browser.get("/konto/").headers["Cache-Control"] == "no-store"


def test_a_static_file_named_with_its_hash_is_kept_for_a_year_and_sets_no_cookie(browser: Browser) -> None:
    found = re.search(r'"(/static/css/[^"]+\?v=[0-9a-f]{12})"', browser.get("/konto/anmelden").html)
    assert found is not None
    page = browser.get(found[1])
    assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in page.headers


def test_a_static_file_is_the_same_for_everybody(browser: Browser) -> None:
    assert "Cookie" not in browser.get("/static/css/fonts.css?v=0123456789ab").headers.get("Vary", "")


def test_a_static_file_without_its_hash_is_kept_for_an_hour(browser: Browser) -> None:
    assert browser.get("/static/css/fonts.css").headers["Cache-Control"] == "public, max-age=3600"


def test_a_static_file_that_is_missing_is_not_kept(browser: Browser) -> None:
    page = browser.get("/static/css/fehlt.css?v=0123456789ab")
    assert page.status == 404
    assert "immutable" not in page.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [("https://koordination.example", "max-age=31536000; includeSubDomains"), ("http://localhost", None)],
)
def test_only_over_https_browsers_are_bound_to_it(browser: Browser, expected: str | None) -> None:
    assert browser.get("/konto/anmelden").headers.get("Strict-Transport-Security") == expected


def test_each_answer_has_a_number_of_its_own_that_nobody_outside_chooses(browser: Browser) -> None:
    numbers = {browser.get("/healthz", {"X-Request-Id": "von-aussen"}).headers["X-Request-Id"] for _ in range(3)}
    assert len(numbers) == 3
    assert all(re.fullmatch("[0-9a-f]{12}", number) for number in numbers)
