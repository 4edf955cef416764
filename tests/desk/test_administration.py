"""What the administration finds on its desk: mails that do not get out, work that failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Role
from coordination.core.jobs import Job, JobState
from coordination.mail.delivery import Server
from coordination.mail.outbox import REFUSED, OutboxMail
from coordination.mail.rules import MailState
from tests import factories
from tests.browser import Browser
from tests.statements import counted


@pytest.fixture
def admin(browser: Browser, session: Session) -> Browser:
    """Return the browser, signed in as an administrator."""
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    return browser


def mail(session: Session, state: MailState, number: int, problem: str = "") -> None:
    now = clock.utc_now()
    session.add(
        OutboxMail(
            state=state,
            purpose="feedback",
            about=f"feedback:{number}",
            recipient="ada@example.org",
            subject="Probe",
            message_id=f"<{state}{number}@example.org>",
            content=b"",
            created_at=now,
            due_at=now,
            attempts=0,
            problem=problem,
        )
    )


def job(session: Session, **more: Any) -> None:
    now = clock.utc_now()
    values = {"kind": "accounts.reset", "state": JobState.FAILED, "created_at": now, "ended_at": now, **more}
    session.add(Job(params={}, result={}, problem="You may no longer do this.", problem_values={}, **values))


def lines(browser: Browser) -> list[str]:
    return browser.get("/").select(".desk-lines li p")


def test_without_a_mail_server_the_desk_says_how_many_mails_wait(admin: Browser, session: Session) -> None:
    assert lines(admin) == ["Kein Mailserver eingerichtet: Einladungen bleiben im Postausgang liegen."]
    for number in range(3):
        mail(session, MailState.WAITING, number)
    session.commit()
    assert lines(admin) == ["Kein Mailserver eingerichtet: 3 Mails warten."]
    assert admin.get("/").click("Postausgang öffnen").h1 == "Postausgang"


def test_mails_that_did_not_get_through_come_first(app: Flask, admin: Browser, session: Session) -> None:
    app.extensions["koordination.mail_server"] = Server("127.0.0.1", 9, "", "", "none")
    assert lines(admin) == []
    mail(session, MailState.WAITING, 1)
    mail(session, MailState.FAILED, 2)
    mail(session, MailState.UNCLEAR, 3)
    mail(session, MailState.UNCLEAR, 4)
    session.commit()
    assert lines(admin) == [
        "1 Mail ist unzustellbar.",
        "Bei 2 Mails ist unklar, ob sie angekommen sind.",
    ]


def test_a_mail_server_that_refuses_the_sign_in_is_said_first(app: Flask, admin: Browser, session: Session) -> None:
    app.extensions["koordination.mail_server"] = Server("127.0.0.1", 9, "koordination", "falsch", "none")
    mail(session, MailState.WAITING, 1, problem=REFUSED)
    mail(session, MailState.WAITING, 2)
    session.commit()
    assert lines(admin) == ["Der Mailserver nimmt den Benutzernamen oder das Passwort nicht an: 2 Mails warten."]
    page = admin.get("/").click("Postausgang öffnen")
    assert "Der Mailserver nimmt den Benutzernamen oder das Passwort nicht an." in page.main


def test_failed_work_is_named_with_its_reason_for_two_weeks(admin: Browser, session: Session) -> None:
    job(session)
    job(session, ended_at=clock.utc_now() - timedelta(days=15))
    job(session, state=JobState.DONE)
    session.commit()
    assert "In den letzten zwei Wochen ist 1 Hintergrundarbeit fehlgeschlagen." in lines(admin)
    page = admin.get("/").click("Fehlgeschlagenes zeigen")
    (row,) = page.select("tbody tr")
    assert "Mail für ein neues Passwort schreiben" in row
    assert row.endswith("Dafür haben Sie keine Berechtigung mehr.")


def test_failed_work_belongs_to_the_administration(admin: Browser) -> None:
    page = admin.get("/verwaltung/auftraege")
    assert {tag.get_text(strip=True) for tag in page.soup.select('nav a[aria-current="page"]')} == {"Verwaltung"}


def test_nobody_else_hears_of_it(other_browser: Browser, session: Session) -> None:
    factories.account(session, "ada@example.org", Role.PLANNER)
    mail(session, MailState.FAILED, 1)
    job(session)
    session.commit()
    other_browser.sign_in("ada@example.org", factories.PASSWORD)
    assert lines(other_browser) == []
    assert other_browser.get("/verwaltung/auftraege").status == 404


def test_the_number_of_statements_does_not_grow(app: Flask, admin: Browser, session: Session) -> None:
    def statements() -> int:
        with counted(app) as seen:
            admin.get("/")
        return len(seen)

    mail(session, MailState.FAILED, 0)
    job(session)
    session.commit()
    few = statements()
    for number in range(1, 20):
        mail(session, MailState.FAILED, number)
        job(session)
    session.commit()
    assert statements() == few
