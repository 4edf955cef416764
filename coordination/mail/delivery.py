"""Sending: the only place that talks to a mail server."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from cryptography.fernet import InvalidToken
from flask_mail import Connection, Mail
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.work import writing
from coordination.mail import claims, outbox, refusals
from coordination.mail.message import Sender
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState

log = logging.getLogger(__name__)

#: Seconds after which a silent server counts as not answering.
TIMEOUT = 18
#: The same while it has a text to answer for, which it may look through for viruses first: whoever gives up then
#: leaves a doubt. RFC 5321 section 4.5.3.2.6 would wait ten minutes; all silences of one mail together have to stay
#: below the lease.
ANSWER_TIMEOUT = 45
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
        try:
            if settings.use_tls:
                host.starttls(context=ssl.create_default_context())
            if settings.username:
                host.login(settings.username, settings.password)
        except (OSError, smtplib.SMTPException):
            host.close()
            raise
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


def deliver(
    make_session: SessionMaker, server: Server, sender: Sender, limit: int | None = None
) -> dict[MailState, int]:
    """Send what is due, ``limit`` mails at most, and return how many ended in which state.

    Safe to run in several processes at once and to be killed at any moment: a mail is claimed in a
    transaction of its own before the server hears of it, and settled in another afterwards. One at a time,
    so that a process that dies leaves one mail in doubt.
    """
    ended = dict.fromkeys(MailState, 0)
    if not server.host:
        return ended
    with writing(), make_session() as session, session.begin():
        claims.doubt_interrupted(session, clock.utc_now())
        if claims.is_resting(session, clock.utc_now()):
            return ended
    host: smtplib.SMTP | None = None
    try:
        while (limit is None or sum(ended.values()) < limit) and (claimed := _claim(make_session)) is not None:
            mail_id, content = claimed
            if host is None:
                try:
                    host = _connect(server)
                except (OSError, smtplib.SMTPException) as error:
                    # Nobody is there, or does not let us in: this one and the others wait until the next round.
                    _settle(make_session, mail_id, _turned_away(error), ended)
                    break
            attempt = _try(host, sender, content)
            _settle(make_session, mail_id, attempt, ended)
            if attempt.is_broken:
                _close(host)
                host = None
    finally:
        # The database may go away between two mails.
        _close(host)
    return ended


def _claim(make_session: SessionMaker) -> tuple[int, bytes] | None:
    with writing(), make_session() as session, session.begin():
        mail = claims.claim(session, clock.utc_now())
        return None if mail is None else (mail.id, mail.content)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one attempt ended; without a problem the mail was taken."""

    problem: str = ""
    is_final: bool = False
    is_unclear: bool = False
    #: The server could not be reached: the mail was not tried.
    is_away: bool = False
    #: It does not take our user name or password.
    is_refused: bool = False
    #: The connection is of no more use.
    is_broken: bool = False


def _turned_away(error: Exception) -> Attempt:
    """Return how an attempt ended that did not get as far as the mail."""
    is_refused = isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500
    problem = outbox.REFUSED if is_refused else type(error).__name__
    return Attempt(problem, is_away=True, is_refused=is_refused)


def _try(host: Any, sender: Sender, content: bytes) -> Attempt:
    """Send one mail and return how that ended; whatever is wrong with it is its own trouble alone."""
    try:
        _send(host, sender.cipher.decrypt(content))
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        return Attempt(refusals.kept(code, text), is_final=code >= 500, is_broken=not _reset(host))
    except smtplib.SMTPResponseException as error:
        code, is_of_sender = error.smtp_code, isinstance(error, smtplib.SMTPSenderRefused)
        problem = refusals.kept(code, _bytes(error.smtp_error), is_of_sender=is_of_sender)
        return Attempt(problem, is_final=500 <= code < 600, is_broken=True)
    except (OSError, smtplib.SMTPException) as error:
        return Attempt(type(error).__name__, is_unclear=getattr(host, "was_in_data", False), is_broken=True)
    except (InvalidToken, ValueError) as error:
        # Bytes that no key of ours opens, or an address that this server cannot be told.
        return Attempt(type(error).__name__, is_final=True, is_broken=not _reset(host))
    return Attempt()


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _settle(make_session: SessionMaker, mail_id: int, attempt: Attempt, ended: dict[MailState, int]) -> None:
    with writing(), make_session() as session, session.begin():
        mail = session.get_one(OutboxMail, mail_id)
        if mail.state is not MailState.SENDING:
            # The lease ran out and somebody decided meanwhile: that stands.
            return
        if attempt.is_unclear:
            claims.doubt(mail, attempt.problem)
        elif attempt.is_refused:
            claims.put_all_off(session, mail, clock.utc_now())
        elif attempt.is_away:
            claims.put_off(mail, clock.utc_now(), attempt.problem)
        else:
            claims.settle(mail, clock.utc_now(), problem=attempt.problem, final=attempt.is_final)
        ended[mail.state] += 1
        facts = {"mail_id": mail_id, "state": mail.state.value, "problem": attempt.problem}
    log.info("mail_attempted", extra=facts)


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
    host.sock.settimeout(ANSWER_TIMEOUT)
    try:
        code, reply = host.data(content)
    finally:
        # To a server that wants no text something is still said. Of one that fell silent nothing is left.
        if host.sock is not None:
            host.sock.settimeout(TIMEOUT)
    host.was_in_data = False
    if code != 250:
        raise smtplib.SMTPDataError(code, reply)


def _reset(host: smtplib.SMTP) -> bool:
    """Tell the server to forget the mail begun; return whether the connection still works."""
    try:
        host.rset()
    except (OSError, smtplib.SMTPException):
        return False
    return True


def _close(host: smtplib.SMTP | None) -> None:
    if host is not None:
        try:
            host.quit()
        except (OSError, smtplib.SMTPException):
            host.close()
