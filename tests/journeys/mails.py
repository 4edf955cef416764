"""What has reached the people: the outbox delivered to a real mail server, as the texts that they read."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

from flask import Flask
from sqlalchemy.orm import Session

from coordination.mail.delivery import deliver
from tests.mail.sink import smtp_sink


def delivered(app: Flask) -> dict[str, str]:
    """Deliver all that waits; return address → text of its newest mail."""
    found = {}
    with smtp_sink() as sink, app.app_context():
        engine = app.extensions["sqlalchemy"].engines[None]
        deliver(lambda: Session(engine), sink.server, app.extensions["koordination.site"].sender)
        for content, to in zip(sink.received, sink.recipients, strict=True):
            body = message_from_bytes(content, policy=policy.default).get_body(("plain",))
            found[to] = str(body.get_content()) if body else ""
    return found


def link(text: str, part: str) -> str:
    """Return the path of the link in a mail that has ``part`` in it."""
    found = re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", text)
    assert found is not None, text
    return found[1]
