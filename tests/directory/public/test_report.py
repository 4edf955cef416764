"""Reporting an error without an account: to the right office, and nothing for machines."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Assignment
from coordination.mail.outbox import OutboxMail, content_of
from coordination.privacy.models import Feedback
from tests import factories
from tests.browser import Browser, Page
from tests.directory.public.conftest import REPORT, SCHOOL, Open

TEXT = "Die Zeiten stimmen nicht mehr"


def write(browser: Browser, **fields: str) -> Page:
    return browser.get(SCHOOL).click("Fehler melden").submit("Senden", **{"text": TEXT, **fields})


def stored(session: Session) -> tuple[list[Feedback], list[OutboxMail]]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Feedback))), list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def test_it_goes_to_the_office_that_looks_after_the_entry(
    app: Flask, browser: Browser, session: Session, opened: Open
) -> None:
    page = write(browser, reply_to="eltern@example.org")
    assert (page.status, "eltern@example.org" in page.main) == (200, True)
    (message,), (mail,) = stored(session)
    assert (message.topic, message.page, message.text) == ("entry", f"/orte/{opened.school.id}", TEXT)
    assert (message.reply_to, message.user_id) == ("eltern@example.org", None)
    assert mail.recipient == "ssa@beispielwerk.example.org"
    sent = message_from_bytes(content_of(mail, app.extensions["koordination.site"].sender), policy=default)
    content = sent.get_content()
    assert TEXT in content
    assert f"/orte/{opened.school.id}" in content
    assert f"/rueckmeldungen?meldung={message.id}" in content


def test_without_an_office_it_goes_to_the_coordination(
    app: Flask, browser: Browser, session: Session, opened: Open
) -> None:
    session.query(Assignment).filter_by(employer_id=opened.employer.id).update({"function": "other"})
    session.commit()
    write(browser)
    _messages, (mail,) = stored(session)
    assert mail.recipient == app.extensions["koordination.site"].contact_email


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "Kaufen Sie auf HTTPS://boese.example"}, "text"),
        ({"text": "siehe www.boese.example"}, "text"),
        ({"reply_to": "keine adresse"}, "reply_to"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_stays_typed(
    browser: Browser, session: Session, opened: Open, fields: dict[str, str], where: str
) -> None:
    page = write(browser, **fields)
    assert page.status == 422
    assert page.error(where)
    assert [text.strip() for text in page.form("Senden").values("text")] == [fields.get("text", TEXT)]
    assert stored(session) == ([], [])
    # Put right, it goes.
    assert page.submit("Senden", text=TEXT, reply_to="").status == 200


def test_whoever_fills_in_the_field_that_nobody_sees_is_thanked_and_forgotten(
    browser: Browser, session: Session, opened: Open
) -> None:
    filled = browser.get(REPORT).form("Senden").fill("Senden", {"text": TEXT})
    filled.data["homepage"] = "boese"
    assert browser.send(REPORT, filled).status == 200
    assert stored(session) == ([], [])


@pytest.mark.parametrize("key", ["", "a.b.c", "other school", "too old"])
def test_a_form_that_was_not_opened_here_is_shown_anew(
    browser: Browser, session: Session, opened: Open, monkeypatch: pytest.MonkeyPatch, app: Flask, key: str
) -> None:
    factories.school(session, "Andere Schule", "200001")
    session.commit()
    form = browser.get(REPORT if key != "other school" else "/schulsozialarbeit/200001/melden").form("Senden")
    filled = form.fill("Senden", {"text": TEXT})
    if key in {"", "a.b.c"}:
        filled.data["form_token"] = key
    if key == "too old":
        monkeypatch.setattr("coordination.privacy.report_views.OPEN_FOR", -1)
    page = browser.send(REPORT, filled)
    assert (page.status, "zu lange geöffnet" in page.main) == (422, True)
    assert stored(session) == ([], [])
    monkeypatch.undo()
    if key != "too old":
        assert page.submit("Senden").status == 200


def test_after_five_reports_there_is_a_pause(browser: Browser, session: Session, opened: Open) -> None:
    assert [write(browser).status for _ in range(6)] == [200] * 5 + [429]
    assert len(stored(session)[0]) == 5


def test_many_networks_together_have_to_pause_too(
    browser: Browser, session: Session, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coordination.privacy import report_views

    assert not report_views.all_reports_sent.by_network
    monkeypatch.setattr(report_views, "all_reports_sent", type(report_views.all_reports_sent)("few", "1/hour"))
    assert [write(browser).status for _ in range(2)] == [200, 429]


def test_nothing_is_read_at_a_school_that_is_not_there(browser: Browser, opened: Open) -> None:
    assert clock.today()
    assert browser.get("/schulsozialarbeit/999999/melden").status == 404
    assert browser.post("/schulsozialarbeit/999999/melden", {"text": TEXT}).status == 404
