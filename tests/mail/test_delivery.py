"""The outbox against a real SMTP server: sent once, tried again, given up, in doubt."""

from __future__ import annotations

import email
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import policy
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.errors import RuleViolation
from coordination.core.work import Work, work_as, writing
from coordination.mail import claims, delivery, outbox, stuck
from coordination.mail.delivery import Server, deliver
from coordination.mail.message import Letter
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.web.extensions import db
from tests.mail.sink import Sink, smtp_sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as found:
        yield found


@pytest.fixture
def site(app: Flask) -> Site:
    found: Site = app.extensions["koordination.site"]
    return found


@pytest.fixture
def send(app: Flask, site: Site) -> Iterator[Callable[[Server], dict[MailState, int]]]:
    with app.app_context():
        yield lambda server: deliver(lambda: Session(db.engine), server, site.sender)


def letter(**more: Any) -> Letter:
    values: dict[str, Any] = {
        "to": "ada@example.org",
        "to_name": "Ada Ahornblatt",
        "subject": "Grüße",
        "text": "Guten Tag,\n\nüber 76 Zeichen: " + "ä" * 90 + "\n.\nEnde\n",
        "purpose": "account.invitation",
        "about": "user_account:1",
    }
    return Letter(**values | more)


def queue(session: Session, site: Site, *letters: Letter) -> list[int]:
    with work_as(session, SYSTEM) as work:
        return [outbox.queue(work, one, site.sender).id for one in letters]


def state_of(session: Session, mail_id: int) -> MailState:
    session.rollback()
    state = session.scalar(select(OutboxMail.state).where(OutboxMail.id == mail_id))
    assert state is not None
    return state


def due_now(session: Session) -> None:
    session.execute(update(OutboxMail).values(due_at=clock.utc_now()))
    session.commit()


def test_a_mail_arrives_once_as_it_was_frozen(
    session: Session, site: Site, sink: Sink, send: Callable[..., object]
) -> None:
    [mail_id] = queue(session, site, letter())
    send(sink.server)
    send(sink.server)
    assert len(sink.received) == 1
    message = email.message_from_bytes(sink.received[0], policy=policy.default)
    assert message["To"] == "Ada Ahornblatt <ada@example.org>"
    assert message["Subject"] == "Grüße"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == letter().text
    session.rollback()
    mail = session.get_one(OutboxMail, mail_id)
    assert (mail.state, message["Message-ID"]) == (MailState.SENT, mail.message_id)
    # The server adds its own headers; ours follow unchanged.
    assert sink.received[0].rstrip().endswith(outbox.content_of(mail, site.sender).rstrip())


def test_a_claim_takes_one_mail_and_leaves_it_to_nobody_else(session: Session, site: Site) -> None:
    # A worker that dies leaves what it claimed in doubt: one mail, not a batch.
    keys = queue(session, site, letter(to="a@example.org"), letter(to="b@example.org"))
    taken = []
    for _ in range(3):
        with writing():
            mail = claims.claim(session, clock.utc_now())
            taken.append(mail.id if mail else None)
            session.commit()
    assert taken == [*keys, None]
    assert [state_of(session, key) for key in keys] == [MailState.SENDING] * 2


def test_content_rests_encrypted(session: Session, site: Site) -> None:
    [mail_id] = queue(session, site, letter(text="ein geheimer Link\n"))
    assert b"geheimer" not in session.get_one(OutboxMail, mail_id).content


def test_a_refused_address_is_given_up_at_once_and_stops_nobody_else(
    session: Session, site: Site, sink: Sink, send: Callable[..., object]
) -> None:
    bad, good = queue(session, site, letter(to="weg@example.org"), letter(to="da@example.org"))
    sink.answers = ["550"]
    send(sink.server)
    assert (state_of(session, bad), state_of(session, good)) == (MailState.FAILED, MailState.SENT)


def test_what_the_server_said_of_the_address_is_kept_without_its_words(
    session: Session, site: Site, sink: Sink, send: Callable[..., object]
) -> None:
    [mail_id] = queue(session, site, letter(to="weg@example.org"))
    sink.answers, sink.words = ["550"], "5.1.1 weg@example.org is unknown here"
    send(sink.server)
    session.rollback()
    assert session.get_one(OutboxMail, mail_id, populate_existing=True).problem == "550 5.1.1"


@pytest.mark.parametrize("answer", ["451", "452"])
def test_a_busy_server_is_tried_again_later(
    session: Session, site: Site, sink: Sink, send: Callable[..., object], answer: str
) -> None:
    [mail_id] = queue(session, site, letter())
    sink.answers = [answer]
    send(sink.server)
    assert state_of(session, mail_id) is MailState.WAITING
    due = session.get_one(OutboxMail, mail_id).due_at
    assert timedelta(seconds=50) < due - clock.utc_now() < timedelta(minutes=2)
    due_now(session)
    send(sink.server)
    assert state_of(session, mail_id) is MailState.SENT
    assert len(sink.received) == 1


def test_a_server_that_is_down_costs_nothing_but_time(
    session: Session, site: Site, send: Callable[..., object]
) -> None:
    [mail_id] = queue(session, site, letter())
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    send(Server("127.0.0.1", port, "", "", "none"))
    session.rollback()
    mail = session.get_one(OutboxMail, mail_id)
    assert (mail.state, mail.problem, mail.attempts) == (MailState.WAITING, "ConnectionRefusedError", 0)
    # A worker looks once a minute: the first time that somebody is there, this one goes as well.
    assert clock.utc_now() < mail.due_at < clock.utc_now() + timedelta(seconds=50)
    # Put off again and again, it has still been waiting since it was written.
    assert outbox.oldest_due(session, clock.utc_now()) == mail.created_at


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=2)], ids=["new mails", "old mails"])
def test_a_server_that_refuses_our_sign_in_is_tried_less_and_less_often(
    session: Session, site: Site, send: Callable[..., object], monkeypatch: pytest.MonkeyPatch, age: timedelta
) -> None:
    now = clock.utc_now()
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    keys = queue(session, site, letter(to="a@example.org"), letter(to="b@example.org"))
    session.execute(update(OutboxMail).values(created_at=now - age, due_at=now - age))
    session.commit()
    with smtp_sink(password="richtig") as sink:
        wrong = Server("127.0.0.1", sink.port, "koordination", "falsch", "none")
        tried = []
        for minute in range(130):
            before = sink.sign_ins
            send(wrong)
            if sink.sign_ins > before:
                tried.append(minute)
            if minute == 40:
                keys += queue(session, site, letter(to="c@example.org"))
            now += timedelta(minutes=1)
        assert tried == [0, 1, 2, 4, 8, 16, 32, 64, 124]
        session.rollback()
        assert [session.get_one(OutboxMail, key).problem for key in keys] == [outbox.REFUSED] * 3
        assert [session.get_one(OutboxMail, key).attempts for key in keys] == [0] * 3
        # Whoever says so has it tried at once; with the right password all of them go.
        with work_as(session, SYSTEM) as work:
            stuck.send_again(work, outbox.get_mail(session, keys[1]))
        send(Server("127.0.0.1", sink.port, "koordination", "richtig", "none"))
        assert sorted(sink.recipients) == ["a@example.org", "b@example.org", "c@example.org"]


def test_a_second_refusal_begins_anew_when_the_server_took_us_in_between(
    session: Session, site: Site, send: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.utc_now()
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    (key,) = queue(session, site, letter())
    with smtp_sink(password="richtig") as sink:
        sink.answers.append("451")
        wrong = Server("127.0.0.1", sink.port, "koordination", "falsch", "none")
        send(wrong)
        now += timedelta(hours=3)
        send(Server("127.0.0.1", sink.port, "koordination", "richtig", "none"))
        session.rollback()
        assert session.get_one(OutboxMail, key).problem == "451"
        now += timedelta(hours=3)
        send(wrong)
    session.rollback()
    mail = session.get_one(OutboxMail, key)
    assert (mail.problem, mail.due_at - now) == (outbox.REFUSED, timedelta(minutes=1))


def test_after_the_last_pause_a_mail_is_given_up(
    session: Session, site: Site, sink: Sink, send: Callable[..., object]
) -> None:
    [mail_id] = queue(session, site, letter())
    for _ in range(len(claims.BACKOFF) + 1):
        sink.answers = ["451"]
        due_now(session)
        send(sink.server)
    assert state_of(session, mail_id) is MailState.FAILED


def test_a_connection_lost_after_the_data_leaves_a_doubt_and_a_person_decides(
    session: Session, site: Site, sink: Sink, send: Callable[..., object]
) -> None:
    [mail_id] = queue(session, site, letter())
    sink.answers = ["drop"]
    send(sink.server)
    assert state_of(session, mail_id) is MailState.UNCLEAR
    due_now(session)
    send(sink.server)
    assert len(sink.received) == 1
    with work_as(session, SYSTEM) as work:
        stuck.send_again(work, outbox.get_mail(session, mail_id))
    send(sink.server)
    first, second = (email.message_from_bytes(content) for content in sink.received)
    assert first["Message-ID"] == second["Message-ID"]


def test_a_mail_whose_process_died_is_in_doubt_not_sent_twice(
    session: Session, site: Site, sink: Sink, send: Callable[..., object]
) -> None:
    [mail_id] = queue(session, site, letter())
    with work_as(session, SYSTEM) as work:
        claims.claim(session, work.now)
        session.execute(update(OutboxMail).values(state=MailState.SENDING, lease_until=work.now - timedelta(seconds=1)))
    send(sink.server)
    assert state_of(session, mail_id) is MailState.UNCLEAR
    assert sink.received == []


def test_two_processes_send_each_mail_once(app: Flask, session: Session, site: Site, sink: Sink) -> None:
    queue(session, site, *(letter(to=f"nr{n}@example.org") for n in range(30)))

    def work() -> None:
        with app.app_context():
            deliver(lambda: Session(db.engine), sink.server, site.sender)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sink.recipients) == sorted(f"nr{n}@example.org" for n in range(30))


def test_a_process_that_waits_for_a_silent_server_keeps_its_mail() -> None:
    # To connect to either of two addresses, the greeting, EHLO, STARTTLS, the handshake, EHLO, two words to sign in,
    # sender, recipient; then DATA.
    longest = 11 * delivery.TIMEOUT + 2 * delivery.ANSWER_TIMEOUT
    assert timedelta(seconds=longest) < claims.LEASE


@pytest.mark.parametrize("answer", ["ok", "503", "452"])
def test_a_server_has_long_for_a_text_and_not_for_what_is_said_after_it(
    session: Session,
    site: Site,
    sink: Sink,
    send: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
) -> None:
    quit_, waited = smtplib.SMTP.quit, []

    def look(host: smtplib.SMTP) -> tuple[int, bytes]:
        assert host.sock is not None
        waited.append(host.sock.gettimeout())
        return quit_(host)

    monkeypatch.setattr(smtplib.SMTP, "quit", look)
    queue(session, site, letter())
    sink.answers = [answer]
    send(sink.server)
    assert (sink.answers, waited) == ([], [delivery.TIMEOUT])


def test_a_newer_mail_replaces_one_that_still_waits(session: Session, site: Site) -> None:
    queue(session, site, letter(subject="alt"))
    queue(session, site, letter(subject="neu"))
    assert session.scalars(select(OutboxMail.subject)).all() == ["neu"]


def test_nothing_is_mailed_for_a_change_that_did_not_commit(session: Session, site: Site) -> None:
    def fails() -> None:
        with work_as(session, SYSTEM) as work:
            outbox.queue(work, letter(), site.sender)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert session.scalars(select(OutboxMail.id)).all() == []


@pytest.mark.parametrize(
    "address", ["a@b.de\r\nBcc: x@evil.example", "a@b.de, c@d.de", "a b@c.de", "ab.de", "a@b@c.de", "a@b.de;"]
)
def test_an_address_that_smuggles_is_refused(work: Work, site: Site, address: str) -> None:
    with pytest.raises(RuleViolation):
        outbox.queue(work, letter(to=address), site.sender)


def test_line_breaks_in_subject_and_name_begin_no_header(
    session: Session, site: Site, sink: Sink, send: Callable[..., object]
) -> None:
    queue(session, site, letter(subject="x\r\nBcc: evil@example.org", to_name="Ada\r\nX-Evil: 1"))
    send(sink.server)
    message = email.message_from_bytes(sink.received[0], policy=policy.default)
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert sink.recipients == ["ada@example.org"]


def test_the_oldest_overdue_mail_is_known(session: Session, site: Site) -> None:
    now: datetime = clock.utc_now()
    assert outbox.oldest_due(session, now) is None
    queue(session, site, letter())
    session.execute(update(OutboxMail).values(due_at=now - timedelta(hours=1)))
    session.commit()
    assert outbox.oldest_due(session, now) == now - timedelta(hours=1)
