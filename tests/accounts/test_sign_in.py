"""Signing in and out, staying signed in, and what a stranger can find out (nothing)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.accounts.models import UserSession
from coordination.core import clock
from coordination.core.access import Role
from coordination.web.views import own_path
from tests import factories
from tests.browser import Browser


@pytest.fixture(autouse=True)
def _ada(session: Session) -> None:
    factories.account(session)
    session.commit()


def sign_in(
    browser: Browser, email: str = "ada@example.org", password: str = factories.PASSWORD, **more: str
) -> object:
    return browser.get("/konto/anmelden").submit("Anmelden", email=email, password=password, **more)


def test_a_stranger_is_asked_to_sign_in_and_comes_back(browser: Browser) -> None:
    page = browser.get("/konto/")
    assert page.status == 303
    page = page.follow()
    assert page.h1 == "Anmelden"
    page = page.submit("Anmelden", email=" ADA@example.org ", password=factories.PASSWORD)
    assert (page.status, page.location) == (303, "/konto/")
    assert "Ada" in page.follow().main


@pytest.mark.parametrize(
    ("email", "password"), [("ada@example.org", "falsch falsch falsch"), ("niemand@example.org", factories.PASSWORD)]
)
def test_wrong_address_and_wrong_password_look_the_same(browser: Browser, email: str, password: str) -> None:
    page = browser.get("/konto/anmelden").submit("Anmelden", email=email, password=password)
    assert page.status == 422
    assert "E-Mail und Passwort passen nicht zusammen" in page.main


def test_after_five_failures_there_is_a_pause_even_with_the_right_password(browser: Browser) -> None:
    for _ in range(5):
        sign_in(browser, password="falsch falsch falsch")
    page = browser.get("/konto/anmelden").submit("Anmelden", email="ada@example.org", password=factories.PASSWORD)
    assert page.status == 429
    assert int(page.headers["Retry-After"]) > 60
    assert re.search(r"in \d+ Minuten erneut", page.main)
    assert page.click("Neues Passwort anfordern").status == 200


def test_a_session_gets_a_new_token_and_drops_what_the_cookie_held(
    app: Flask, browser: Browser, session: Session
) -> None:
    browser.get("/konto/anmelden")
    sign_in(browser)
    tokens = set(session.scalars(select(UserSession.token_hash)))
    browser.forget()
    sign_in(browser)
    session.rollback()
    assert len(tokens | set(session.scalars(select(UserSession.token_hash)))) == 2


def test_signing_out_ends_the_session_on_the_server(browser: Browser, session: Session) -> None:
    sign_in(browser)
    page = browser.get("/konto/").submit("Abmelden")
    assert "Sie sind abgemeldet." in page.follow().flash
    assert session.scalar(select(UserSession.id)) is None
    assert browser.get("/konto/").status == 303


def test_leaving_everywhere_ends_the_other_device_too(browser: Browser, other_browser: Browser) -> None:
    sign_in(browser)
    sign_in(other_browser)
    browser.get("/konto/").submit("Überall abmelden")
    assert other_browser.get("/konto/").status == 303


def test_one_device_can_be_signed_out_from_another(browser: Browser, other_browser: Browser) -> None:
    sign_in(browser)
    sign_in(other_browser)
    page = browser.get("/konto/")
    assert page.main.count("dieses Gerät") == 1
    form = page.soup.select("form[action*='/geraete/']")[0]
    browser.post(str(form["action"]), {"csrf_token": str(form.select("input")[0]["value"])})
    assert other_browser.get("/konto/").status == 303
    assert browser.get("/konto/").status == 200


def test_nobody_ends_the_session_of_somebody_else(browser: Browser, other_browser: Browser, session: Session) -> None:
    factories.account(session, "otto@example.org")
    session.commit()
    sign_in(browser)
    theirs = session.scalar(select(UserSession.id))
    sign_in(other_browser, email="otto@example.org")
    token = other_browser.get("/konto/").soup.select("input[name=csrf_token]")[0]["value"]
    page = other_browser.post(f"/konto/geraete/{theirs}/abmelden", {"csrf_token": str(token)})
    assert page.status == 404
    assert browser.get("/konto/").status == 200


@pytest.mark.parametrize(
    ("roles", "own_device", "idle", "alive"),
    [
        ((), False, timedelta(minutes=59), True),
        ((), False, timedelta(minutes=61), False),
        ((), True, timedelta(days=29), True),
        ((), True, timedelta(days=31), False),
        ((Role.ADMINISTRATOR,), True, timedelta(minutes=61), False),
    ],
)
def test_sessions_run_out(
    browser: Browser, session: Session, roles: tuple[Role, ...], own_device: bool, idle: timedelta, alive: bool
) -> None:
    factories.account(session, "otto@example.org", *roles)
    session.commit()
    browser.get("/konto/anmelden").submit(
        "Anmelden", email="otto@example.org", password=factories.PASSWORD, **({"own_device": "y"} if own_device else {})
    )
    then = clock.utc_now() - idle
    session.execute(update(UserSession).values(seen_at=then, created_at=then))
    session.commit()
    assert (browser.get("/konto/").status == 200) is alive


def test_a_deactivated_account_is_out_at_once(browser: Browser, session: Session) -> None:
    sign_in(browser)
    factories_account = session.get_one(UserSession, session.scalar(select(UserSession.id))).account
    factories_account.deactivated_at = clock.utc_now()
    session.commit()
    assert browser.get("/konto/").status == 303
    assert sign_in(browser).status == 422  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "https://evil.example",
        "javascript:alert(1)",
        "/\tx",
        "/%5cevil",
        " /x",
        "///x",
        "https:evil",
        "@evil",
        "/\n/evil",
        "",
    ],
)
def test_only_own_paths_are_returned_to(address: str) -> None:
    assert own_path(address) is None


def test_own_paths_pass() -> None:
    assert own_path("/orte/12?stand=2026-01-01") == "/orte/12?stand=2026-01-01"


@pytest.mark.parametrize("base_url", ["https://koordination.example"])
def test_over_https_cookies_are_locked_to_the_host_and_posting_works(browser: Browser) -> None:
    page = browser.get("/konto/anmelden").submit("Anmelden", email="ada@example.org", password=factories.PASSWORD)
    assert page.status == 303
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-koordination=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
