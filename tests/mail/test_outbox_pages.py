"""The outbox as a page: where a mail is and why, in plain words, and without what opens a door."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM, Role
from coordination.core.work import Work, work_as
from coordination.mail import stuck
from coordination.mail.message import Letter
from coordination.mail.outbox import OutboxMail, queue
from coordination.mail.rules import MailState
from tests import databases, factories
from tests.browser import Browser
from tests.together import engine_of, meanwhile

LINK = "http://localhost/konto/einladung/geheim4711"


@pytest.fixture
def text() -> str:
    return "Guten Tag\n"


@pytest.fixture
def mail(app: Flask, work: Work, browser: Browser, session: Session, text: str) -> OutboxMail:
    """Return a mail that waits; the browser is signed in as the administration."""
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    letter = Letter("ada@example.org", "Ada", "Ihr Konto", text, "account.invitation", "probe:1")
    found = queue(work, letter, app.extensions["koordination.site"].sender)
    work.finish()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    return found


STATES = [
    (MailState.WAITING, "", ""),
    (MailState.WAITING, "421", "beschäftigt"),
    (MailState.WAITING, "timeout", "nicht erreich"),
    (MailState.FAILED, "550", "550"),
    (MailState.FAILED, "451", "beschäftigt (451). Von selbst wird die Mail nicht mehr gesendet"),
    (MailState.FAILED, "InvalidToken", "nicht mehr entschlüsseln"),
    (MailState.FAILED, "ValueError", "Adresse"),
    (MailState.FAILED, "SMTPServerDisconnected", "Von selbst wird die Mail nicht mehr gesendet"),
    (MailState.UNCLEAR, "timeout", "angekommen"),
    (MailState.SENT, "", ""),
]


@pytest.mark.parametrize(("state", "problem", "words"), STATES)
def test_list_and_page_say_in_plain_words_where_a_mail_is(
    browser: Browser, session: Session, mail: OutboxMail, state: MailState, problem: str, words: str
) -> None:
    mail.state, mail.problem = state, problem
    session.commit()
    address = f"/postausgang/{mail.id}"
    listed, shown = browser.get(f"/postausgang/?stand={state}"), browser.get(address)
    for page in (listed, shown):
        assert "ada@example.org" in page.main
        assert "timeout" not in page.main
        assert not problem.isdigit() or problem in page.main
        assert words in page.main
        assert ("erneut versucht" in page.main) == (state is MailState.WAITING and bool(problem))
    buttons = [form for form in shown.soup.select("main form") if "erneut" in str(form.get("action"))]
    assert bool(buttons) == (state in {MailState.FAILED, MailState.UNCLEAR})


@pytest.mark.parametrize("text", [f"Guten Tag\n{LINK}\n"])
def test_a_mail_that_no_key_opens_still_has_its_page(browser: Browser, session: Session, mail: OutboxMail) -> None:
    mail.state, mail.problem, mail.content, mail.purpose = MailState.FAILED, "InvalidToken", b"x", "meeting"
    session.commit()
    assert "nicht mehr entschlüsseln" in browser.get(f"/postausgang/{mail.id}").main


def test_personal_links_are_left_out(browser: Browser, mail: OutboxMail) -> None:
    page = browser.get(f"/postausgang/{mail.id}")
    assert "Guten Tag" in page.main
    assert "geheim4711" not in page.html


@pytest.mark.parametrize("text", [f"Guten Tag\n{LINK}\n"])
def test_in_the_demo_links_are_shown(database_url: str, mail: OutboxMail, tmp_path: Path) -> None:
    address = f"/postausgang/{mail.id}"
    app = databases.make_app(database_url, tmp_path, is_demo=True)
    try:
        visitor = Browser(app)
        visitor.sign_in("eva@example.org", factories.PASSWORD)
        assert LINK in visitor.get(address).main
    finally:
        databases.dispose(app)


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNCLEAR])
def test_an_undelivered_mail_is_sent_again_as_it_is(
    browser: Browser, session: Session, mail: OutboxMail, state: MailState
) -> None:
    mail.state, mail.problem, mail.attempts = state, "550", 7
    before = (mail.message_id, mail.content)
    session.commit()
    browser.get(f"/postausgang/{mail.id}").submit(0)
    session.refresh(mail)
    assert (mail.state, mail.problem, mail.attempts) == (MailState.WAITING, "", 0)
    assert (mail.message_id, mail.content) == before


@pytest.mark.parametrize("state", [MailState.SENT, MailState.SENDING])
def test_what_is_gone_is_not_sent_twice(browser: Browser, session: Session, mail: OutboxMail, state: MailState) -> None:
    mail.state = MailState.FAILED
    session.commit()
    page = browser.get(f"/postausgang/{mail.id}")
    mail.state = state
    session.commit()
    assert page.submit(0).follow().flash
    session.refresh(mail)
    assert mail.state is state


def test_what_left_while_the_button_was_pressed_is_not_sent_again(
    app: Flask, browser: Browser, session: Session, mail: OutboxMail
) -> None:
    mail.state, mail.problem = MailState.FAILED, "550"
    session.commit()
    page, engine, key = browser.get(f"/postausgang/{mail.id}"), engine_of(app), mail.id
    session.rollback()
    with ExitStack() as stack, Session(engine) as own, work_as(own, SYSTEM) as work:
        stuck.take_mail(work, key).state = MailState.SENT
        own.flush()
        stack.enter_context(meanwhile(engine, lambda: page.submit("Erneut senden")))
    session.expire_all()
    assert session.get_one(OutboxMail, key).state is MailState.SENT


def test_who_was_told_otherwise_is_noted_and_the_desk_asks_no_more(
    browser: Browser, session: Session, mail: OutboxMail
) -> None:
    mail.state, mail.problem = MailState.FAILED, "550"
    session.commit()
    assert "unzustellbar" in browser.get("/").main
    page = browser.get(f"/postausgang/{mail.id}").submit("Anders mitgeteilt").follow()
    assert page.flash == "Vermerkt: ada@example.org weiß auf anderem Weg Bescheid."
    assert "anderem Weg" in page.main
    assert not page.select("button:-soup-contains('Anders mitgeteilt')")
    assert page.select("button:-soup-contains('Erneut senden')")
    assert "unzustellbar" not in browser.get("/").main


def test_a_mail_after_which_another_went_out_is_nothing_to_look_at(
    app: Flask, browser: Browser, session: Session, mail: OutboxMail, work: Work
) -> None:
    mail.state, mail.problem = MailState.FAILED, "550"
    session.commit()
    assert "1 Mail ist unzustellbar" in browser.get("/").main
    letter = Letter("ada@example.org", "Ada", "Ihr Konto", "Guten Tag\n", "account.invitation", "probe:1")
    queue(work, letter, app.extensions["koordination.site"].sender).state = MailState.SENT
    work.finish()
    assert "unzustellbar" not in browser.get("/").main


def test_only_the_administration_reads_the_outbox(other_browser: Browser, session: Session, mail: OutboxMail) -> None:
    address = f"/postausgang/{mail.id}"
    factories.account(session, "otto@example.org", Role.COORDINATOR, Role.DIRECTORY_KEEPER)
    session.commit()
    assert other_browser.get(address).status == 303
    other_browser.sign_in("otto@example.org", factories.PASSWORD)
    assert other_browser.get("/postausgang/").status == other_browser.get(address).status == 404


def test_all_undeliverable_mails_are_sent_again_after_a_question(
    app: Flask, browser: Browser, session: Session, mail: OutboxMail
) -> None:
    work = Work(session, SYSTEM, clock.utc_now())
    sender = app.extensions["koordination.site"].sender
    letters = [Letter(f"p{n}@example.org", "", f"Nachricht {n}", "Text\n", "feedback", f"probe:{n}") for n in (2, 3, 4)]
    mail.purpose = "meeting"
    for row in [mail, *(queue(work, one, sender) for one in letters)]:
        row.state, row.problem = MailState.FAILED, "421"
    row.state = MailState.UNCLEAR
    work.finish()
    session.commit()
    page = browser.get("/postausgang/?stand=failed").click("Alle erneut senden")
    assert "p2@example.org" in page.main
    assert "p4@example.org" not in page.main
    after = page.submit("3 Mails erneut senden").follow()
    assert "3 Mails warten" in after.flash
    session.expire_all()
    assert sorted(session.scalars(select(OutboxMail.state))) == [MailState.UNCLEAR, *[MailState.WAITING] * 3]
    assert "Alle erneut senden" not in browser.get("/postausgang/?stand=failed").main


@pytest.mark.parametrize("seen_to", ["settled", "overtaken"])
def test_the_desk_and_the_outbox_count_the_same_mails(
    app: Flask, browser: Browser, session: Session, mail: OutboxMail, seen_to: str
) -> None:
    work, sender = Work(session, SYSTEM, clock.utc_now()), app.extensions["koordination.site"].sender
    other = queue(work, Letter("p2@example.org", "", "Nachricht", "Text\n", "feedback", "probe:2"), sender)
    for row in (mail, other):
        row.state, row.problem = MailState.FAILED, "550"
    if seen_to == "settled":
        other.settled_at = work.now
    else:
        queue(work, Letter("p2@example.org", "", "Neue Nachricht", "Text\n", "feedback", "probe:2"), sender)
    work.finish()
    session.commit()
    assert "1 Mail ist unzustellbar." in browser.get("/").main
    page = browser.get("/postausgang/?stand=failed")
    assert "unzustellbar 1" in page.select(".filters a, .filter-row a, main nav a, main a")
    assert "p2@example.org" not in page.main
    assert "p2@example.org" in browser.get("/postausgang/").main
