"""What is said of mails that were just sent: in which words, and in which colour."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from coordination.core.i18n import in_language
from coordination.mail.desk import on_the_way, told


@pytest.mark.parametrize(
    ("host", "kind", "said"),
    [
        ("", "warning", "3 Mails warten: Es ist noch kein Mailserver eingerichtet. Die Verwaltung weiß davon."),
        ("mail.example.org", "success", "3 Mails sind unterwegs."),
    ],
)
def test_what_only_waits_is_a_warning(app: Flask, host: str, kind: str, said: str) -> None:
    app.extensions["koordination.mail_server"] = replace(app.extensions["koordination.mail_server"], host=host)
    with app.test_request_context(), in_language("de"):
        assert on_the_way(3) == (said, kind)
        assert told("sent", "waits") == ({"success": "sent", "warning": "waits"}[kind], kind)
        assert on_the_way(0) == ("Es war nichts mehr zu senden.", "info")
