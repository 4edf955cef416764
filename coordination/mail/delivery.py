"""Sending: the only place that talks to a mail server."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from flask_mail import Connection, Mail
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.work import writing
from coordination.mail import outbox
from coordination.mail.outbox import MailState, OutboxMail, Sender

log = logging.getLogger(__name__)

#: Seconds after which a silent server counts as not answering; far below the lease.
TIMEOUT = 20
SessionMaker = Callable[[], Session]


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server of an installation; without a host mails rest in the outbox."""

    host: str
    port: int
    user: str
    password: str
    #: "starttls", "tls" or "none".
    tls: str


class VerifyingConnection(Connection):
    """Flask-Mail's connection with a timeout and a TLS context that checks the certificate."""

    def configure_host(self) -> smtplib.SMTP:
        """Return a connected, signed-in client."""
        settings = self.mail
        if settings.use_ssl:
            host: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.server, settings.port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            host = smtplib.SMTP(settings.server, settings.port, timeout=TIMEOUT)
            if settings.use_tls:
                host.starttls(context=ssl.create_default_context())
        if settings.username:
            host.login(settings.username, settings.password)
        return host


def _connect(server: Server) -> smtplib.SMTP:
    config = {
        "MAIL_SERVER": server.host,
        "MAIL_PORT": server.port,
        "MAIL_USERNAME": server.user or None,
        "MAIL_PASSWORD": server.password or None,
        "MAIL_USE_TLS": server.tls == "starttls",
        "MAIL_USE_SSL": server.tls == "tls",
    }
    settings: Any = Mail().init_mail(config)
    return VerifyingConnection(settings).configure_host()


def deliver(make_session: SessionMaker, server: Server, sender: Sender, limit: int = 100) -> dict[MailState, int]:
    """Send what is due and return how many mails ended in which state.

    Safe to run in several processes at once and to be killed at any moment: a mail is claimed in a
    transaction of its own before the server hears of it, and settled in another afterwards.
    """
    ended = dict.fromkeys(MailState, 0)
    if not server.host:
        return ended
    while sum(ended.values()) < limit:
        with writing(), make_session() as session, session.begin():
            claimed = [(mail.id, outbox.content_of(mail, sender)) for mail in outbox.claim(session, clock.utc_now())]
        if not claimed:
            return ended
        _send_batch(make_session, server, claimed, ended)
    return ended


def _send_batch(
    make_session: SessionMaker, server: Server, claimed: list[tuple[int, bytes]], ended: dict[MailState, int]
) -> None:
    """Send the claimed mails one by one over one connection, opened anew after each trouble."""
    host: smtplib.SMTP | None = None
    for mail_id, content in claimed:
        problem, final, unclear = "", False, False
        try:
            if host is None:
                host = _connect(server)
            _send(host, content)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            problem, final = str(code), code >= 500
            _reset(host)
        except smtplib.SMTPResponseException as error:
            problem, final = str(error.smtp_code), 500 <= error.smtp_code < 600 and host is not None
            _close(host)
            host = None
        except (OSError, smtplib.SMTPException) as error:
            problem, unclear = type(error).__name__, getattr(host, "was_in_data", False)
            _close(host)
            host = None
        with writing(), make_session() as session, session.begin():
            mail = session.get_one(OutboxMail, mail_id)
            if unclear:
                outbox.doubt(mail, problem)
            else:
                outbox.settle(mail, clock.utc_now(), problem=problem, final=final)
            ended[mail.state] += 1
            log.info("mail_attempted", extra={"mail_id": mail_id, "state": mail.state.value, "problem": problem})
    _close(host)


def _send(host: Any, content: bytes) -> None:
    """Send the frozen bytes as they are; what the server may have taken in full is marked on ``host``."""
    host.was_in_data = False
    message = message_from_bytes(content, policy=policy.SMTP)
    host.ehlo_or_helo_if_needed()
    options = ["SMTPUTF8"] if not str(message["To"]).isascii() and host.has_extn("smtputf8") else []
    code, reply = host.mail(message["From"].addresses[0].addr_spec, options)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, reply, "")
    recipient = message["To"].addresses[0].addr_spec
    code, reply = host.rcpt(recipient)
    if code not in {250, 251}:
        raise smtplib.SMTPRecipientsRefused({recipient: (code, reply)})
    host.was_in_data = True
    code, reply = host.data(content)
    host.was_in_data = False
    if code != 250:
        raise smtplib.SMTPDataError(code, reply)


def _reset(host: smtplib.SMTP | None) -> None:
    if host is not None:
        host.rset()


def _close(host: smtplib.SMTP | None) -> None:
    if host is not None:
        try:
            host.quit()
        except (OSError, smtplib.SMTPException):
            host.close()
