"""A real SMTP server on loopback that keeps what it gets and can be told to fail."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from coordination.mail.delivery import Server


@dataclass
class Sink:
    """What arrived, in order, and what the server answers next (one entry for each mail)."""

    received: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    #: "550", "451" refuse the recipient; "503" wants no data; "452" refuses after them; "drop" hangs up after they
    #: were kept.
    answers: list[str] = field(default_factory=list)
    #: What it says beside the code that refuses a recipient.
    words: str = "not now"
    port: int = 0
    #: How often somebody has tried to sign in, in any of the ways there are.
    sign_ins: int = 0
    #: Seconds that the server takes over each mail, after it was kept.
    pause: float = 0
    #: As long as this is set, it says nothing more of a mail that it was given.
    is_hanging: bool = False
    #: Mails that it was given and has not answered for, and the most there were of them at once.
    held: int = 0
    most_held: int = 0

    @property
    def server(self) -> Server:
        return Server("127.0.0.1", self.port, "", "", "none")

    def _next(self, *wanted: str) -> str:
        return self.answers.pop(0) if self.answers and self.answers[0] in wanted else ""

    async def handle_RCPT(  # noqa: N802 - the library's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refused = self._next("550", "451")
        if refused:
            return f"{refused} {self.words}"
        if self._next("503"):
            # Nobody to send to: the library refuses the data by itself.
            return "250 OK"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers[:1] == ["ok"]:
            self.answers.pop(0)
        late = self._next("452", "drop")
        if late == "452":
            return "452 disk full"
        assert isinstance(envelope.content, bytes)
        self.received.append(envelope.content)
        self.recipients.extend(envelope.rcpt_tos)
        await self._take_time()
        if late == "drop":
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"

    async def _take_time(self) -> None:
        self.held += 1
        self.most_held = max(self.held, self.most_held)
        try:
            await asyncio.sleep(self.pause)
            while self.is_hanging:
                await asyncio.sleep(0.02)
        finally:
            # Also if whoever gave the mail hangs up.
            self.held -= 1


@contextmanager
def smtp_sink(password: str = "", port: int = 0) -> Iterator[Sink]:
    """Run a sink on ``port`` of 127.0.0.1, or on a free one; with a ``password`` who signs in has to know that."""
    sink = Sink(port=port)

    def is_known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        sink.sign_ins += 1
        return AuthResult(success=given.password.decode() == password, handled=False)

    guarded: dict[str, Any] = {"authenticator": is_known, "auth_require_tls": False} if password else {}
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            sink.port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, **guarded)
    controller.start()
    try:
        yield sink
    finally:
        sink.is_hanging = False
        controller.stop()
