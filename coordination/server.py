"""The web server of ``python -m coordination``: what is too large is refused with a page, before it arrives."""

from __future__ import annotations

import socket
import time
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, create_server
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge

#: What is still arriving after the refusal is thrown away for so long: a browser that is cut off while it sends
#: shows "connection lost" and not the page.
LINGER_SECONDS = 20.0


class RefusalTask(WSGITask):  # type: ignore[misc]
    """Lets the product answer without the body: it reads the length and makes its page for 413."""

    def execute(self) -> None:
        """Answer, then end the connection: what follows on it would be the rest of the body."""
        # Said first, so that the answer's header tells it.
        self.set_close_on_finish()
        super().execute()
        self.channel.is_refused = True


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that answers a body that is too large with a page, and lets the sender finish for a while."""

    is_refused = False
    lingers_until: float | None = None

    def error_task_class(self, channel: Channel, request: Any) -> Any:
        """Return what answers a request that the server itself refuses."""
        if isinstance(request.error, RequestEntityTooLarge) and not request.chunked:
            return RefusalTask(channel, request)
        return ErrorTask(channel, request)

    def handle_close(self) -> None:
        """Close; after a refusal only in one direction at first."""
        if self.is_refused and self.lingers_until is None and self.connected:
            self.lingers_until = time.monotonic() + LINGER_SECONDS
            self.will_close = self.close_when_flushed = False
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                super().handle_close()
            return
        super().handle_close()

    def readable(self) -> bool:
        """Go on reading while the sender may not have noticed."""
        return True if self.lingers_until is not None else bool(super().readable())

    def handle_read(self) -> None:
        """Throw away what arrives after a refusal; else read on."""
        if self.lingers_until is None:
            super().handle_read()
            return
        try:
            data = self.recv(1 << 18)
        except OSError:
            data = b""
        if not data or time.monotonic() > self.lingers_until:
            super().handle_close()


def make_server(app: Flask, **options: Any) -> Any:
    """Return a waitress server for ``app`` that takes no larger bodies than the product does."""
    # waitress refuses from this length on, the product above it.
    limit = int(app.config["MAX_CONTENT_LENGTH"]) + 1
    server = create_server(app, max_request_body_size=limit, ident="", **options)
    for one in server.map.values() if isinstance(server, MultiSocketServer) else [server]:
        one.channel_class = Channel
    return server
