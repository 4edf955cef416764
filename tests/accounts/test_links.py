"""Invitation and reset: once, in time, for one purpose, and silent about who has an account."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination import worker
from coordination.accounts import services
from coordination.accounts.models import UserAccount, UserSession
from coordination.accounts.services import AccountInput
from coordination.core.errors import RuleViolation
from coordination.core.jobs import Job
from coordination.core.work import Work
from coordination.mail.outbox import OutboxMail, content_of
from coordination.mail.site import Site
from tests import factories
from tests.browser import Browser

NEW = "sieben graue kiesel unter brücke"


@pytest.fixture
def site(app: Flask) -> Site:
    found: Site = app.extensions["koordination.site"]
    return found


def link_in(app: Flask, session: Session, site: Site) -> str:
    """Let the worker write its mails and return the path of the link in the newest one."""
    session.rollback()
    with app.app_context():
        while worker.run_next():
            pass
    mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert mail is not None
    text = content_of(mail, site.sender).decode().replace("=\r\n", "")
    found = re.search(r"http://localhost(/konto/\S+)", text)
    assert found is not None
    return found[1].replace("=3D", "=")


@pytest.fixture
def invited(app: Flask, work: Work, site: Site, session: Session) -> str:
    """Return the link of somebody just invited."""
    services.create_account(work, AccountInput("Neu@Example.org", "Neu Hier", None), site)
    work.finish()
    return link_in(app, session, site)


def test_an_invited_person_chooses_a_password_and_signs_in(browser: Browser, invited: str) -> None:
    page = browser.get(invited).submit("Passwort speichern", password=NEW)
    assert page.status == 303
    page = page.follow().submit("Anmelden", email="neu@example.org", password=NEW)
    assert (page.status, page.location) == (303, "/")


def test_reading_the_link_stores_nothing(browser: Browser, invited: str, session: Session) -> None:
    browser.get(invited)
    browser.get(invited)
    session.rollback()
    assert session.scalars(select(UserAccount)).one().password_hash == ""


def test_a_link_works_once_and_then_says_so_without_data(browser: Browser, invited: str) -> None:
    browser.get(invited).submit("Passwort speichern", password=NEW)
    page = browser.get(invited)
    assert page.status == 410
    assert "Dieser Link gilt nicht mehr" in page.main
    assert "neu@example.org" not in page.html.casefold()


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("kurz", "mindestens 12 Zeichen"),
        ("password1234", "leicht zu erraten"),
        ("neu@example.org", "leicht zu erraten"),
        ("x" * 200, "höchstens 128 Zeichen"),
    ],
)
def test_weak_passwords_are_refused_with_a_sentence(
    browser: Browser, invited: str, password: str, sentence: str
) -> None:
    page = browser.get(invited).submit("Passwort speichern", password=password)
    assert page.status == 422
    assert sentence in str(page.error("password"))


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.replace(".", "_"), lambda _t: "a.b.c"]
)
def test_guessed_links_are_not_found(browser: Browser, invited: str, change: object) -> None:
    base, token = invited.rsplit("/", 1)
    page = browser.get(f"{base}/{change(token)}")  # type: ignore[operator]
    assert page.status == 404
    assert page.h1 == "Dieser Link gilt nicht oder nicht mehr"
    assert page.submit("Neuen Link senden", email="neu@example.org").status == 200


def test_a_link_is_for_its_purpose_alone(browser: Browser, invited: str) -> None:
    assert browser.get(invited.replace("/einladung/", "/passwort/")).status == 404


def test_posting_needs_the_form_token_of_the_link(browser: Browser, invited: str, session: Session) -> None:
    page = browser.post(invited, {"password": NEW})
    assert page.status == 404
    session.rollback()
    assert session.scalars(select(UserAccount)).one().password_hash == ""


def test_a_reset_ends_all_sessions(
    app: Flask, browser: Browser, other_browser: Browser, session: Session, site: Site
) -> None:
    factories.account(session)
    session.commit()
    other_browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/konto/passwort").submit("Link senden", email="ada@example.org")
    assert "ist eine Mail mit einem Link unterwegs" in page.main
    browser.get(link_in(app, session, site)).submit("Passwort speichern", password=NEW)
    assert other_browser.get("/konto/").status == 303
    session.rollback()
    assert session.scalar(select(UserSession.id)) is None


def test_asking_for_an_unknown_address_looks_the_same_and_mails_nobody(
    app: Flask, browser: Browser, session: Session
) -> None:
    factories.account(session)
    session.commit()
    known = browser.get("/konto/passwort").submit("Link senden", email="ada@example.org")
    unknown = browser.get("/konto/passwort").submit("Link senden", email="eva@example.org")
    assert known.main.replace("ada@", "eva@") == unknown.main
    with app.app_context():
        while worker.run_next():
            pass
    assert session.scalars(select(OutboxMail.recipient)).all() == ["ada@example.org"]
    assert [job.params for job in session.scalars(select(Job))] == [{}, {}]


def test_links_asked_for_are_limited(browser: Browser) -> None:
    statuses = [browser.get("/konto/passwort").submit("Link senden", email="ada@example.org").status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_a_wrong_host_header_never_reaches_a_mail(app: Flask, session: Session, site: Site) -> None:
    factories.account(session)
    session.commit()
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/konto/passwort").text)
    assert token is not None
    client.post(
        "/konto/passwort",
        data={"email": "ada@example.org", "csrf_token": token[1]},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    assert link_in(app, session, site).startswith("/konto/passwort/")


def test_an_invitation_never_replaces_a_password(
    app: Flask, browser: Browser, work: Work, session: Session, site: Site
) -> None:
    account = factories.account(session)
    token = site.signer.make("invitation", account.id, account.generation)
    session.commit()
    assert browser.get(f"/konto/einladung/{token}").status == 410
    with pytest.raises(RuleViolation):
        services.invite(work, account, site)


def test_asking_again_voids_no_link(app: Flask, browser: Browser, session: Session, site: Site) -> None:
    factories.account(session)
    session.commit()
    browser.get("/konto/passwort").submit("Link senden", email="ada@example.org")
    first = link_in(app, session, site)
    browser.get("/konto/passwort").submit("Link senden", email="ada@example.org")
    link_in(app, session, site)
    assert browser.get(first).status == 200
