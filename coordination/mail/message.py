"""Letters, and the message (RFC 5322) that each becomes."""

from __future__ import annotations

import secrets
from base64 import encodebytes
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet

from coordination.core import ical
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iTIP message to go by mail (RFC 6047); ``method`` is the word that ``content`` itself says."""

    method: str
    content: bytes
    name: str
    #: Whether it asks or tells the recipient something to act on; else it is only a file.
    is_asking: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be mailed, before it is frozen. ``text`` is plain text with its links written out."""

    to: str
    to_name: str
    subject: str
    text: str
    purpose: str
    about: str
    #: The same as HTML, for those whose program shows it.
    html: str = ""
    calendar: CalendarPart | None = None
    #: Who signs it, beside the installation's address; empty: the installation.
    sender_name: str = ""
    #: Where an answer goes, if not to the installation.
    reply_to: str = ""
    #: Message-ID of the mail that this one follows.
    follows: str = ""
    #: Whose it is, where the address alone does not say it: two people may share one.
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails come from, and the keys they rest encrypted with (newest first)."""

    address: str
    name: str
    keys: tuple[bytes, ...]

    @property
    def cipher(self) -> MultiFernet:
        """Return what encrypts with the newest key and decrypts with any."""
        return MultiFernet([Fernet(key) for key in self.keys])


#: Headers that say the same in hundreds of mails.
_ALIKE = frozenset({"content-type", "content-transfer-encoding", "content-disposition", "mime-version"})


class _Headers(HeaderRegistry):
    """Parses equal headers once: that was half of the time that a mail took."""

    def __call__(self, name: str, value: Any) -> Any:
        """Return the header; those are never changed in place."""
        return _alike(name, value) if name.casefold() in _ALIKE else super().__call__(name, value)


@lru_cache(maxsize=256)
def _alike(name: str, value: str) -> Any:
    return HeaderRegistry()(name, value)


_POLICY = SMTP.clone(header_factory=_Headers())


def one_line(text: str) -> str:
    """Return ``text`` without line breaks: they would begin a header of their own."""
    return " ".join(text.split())


def _address(name: str, address: str) -> Address:
    if any(c in address for c in "\r\n,;<> \t") or address.count("@") != 1:
        raise RuleViolation(N_("This is not an e-mail address."), field="email")
    local, domain = address.split("@")
    # RFC 5321 knows international domains only in their ASCII form.
    return Address(one_line(name), local, domain.encode("idna").decode() if not domain.isascii() else domain)


def compose(letter: Letter, sender: Sender, now: datetime) -> EmailMessage:
    """Return the message of ``letter``: one recipient, marked as sent by a program (RFC 3834)."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(letter.sender_name or sender.name, sender.address)
    message["To"] = _address(letter.to_name, letter.to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(now)
    # Random, so that nothing can be counted from it; the host is the sender's, not the machine's.
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{sender.address.rsplit('@', 1)[-1]}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.reply_to:
        message["Reply-To"] = _address("", letter.reply_to)
    if letter.follows:
        message["In-Reply-To"] = message["References"] = letter.follows
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        _add_calendar(message, letter.calendar)
    return message


def readdressed(content: bytes, new: str) -> bytes:
    """Return a frozen message for another address of the same person; text, links and Message-ID stay.

    Raises:
        RuleViolation: that is no e-mail address.
    """
    message = message_from_bytes(content, policy=_POLICY)
    (to,) = message["To"].addresses
    address = _address(to.display_name, new)
    for part in message.walk():
        if part.get_content_type() in {"text/calendar", "application/ics"}:
            data = ical.readdressed(bytes(part.get_payload(decode=True)), to.addr_spec, address.addr_spec)
            part.set_payload(encodebytes(data).decode())
    del message["To"]
    message["To"] = address
    return message.as_bytes()


def recipient_name(content: bytes) -> str:
    """Return the name that a frozen message is addressed to."""
    (to,) = message_from_bytes(content, policy=_POLICY)["To"].addresses
    return str(to.display_name)


def _add_calendar(message: EmailMessage, part: CalendarPart) -> None:
    """Add an invitation as clients want it: the last alternative, in base64, and once more as a file."""
    if part.is_asking:
        params = {"charset": "utf-8", "method": part.method}
        message.add_alternative(part.content, maintype="text", subtype="calendar", params=params, cte="base64")
    # Not text/calendar a second time, or it is shown twice.
    message.add_attachment(part.content, maintype="application", subtype="ics", filename=part.name)
