"""Mails and a subscription as they leave the product, kept in git: whoever changes them reads in the diff what changed.

To renew them after a change that is meant, and then to read ``git diff tests/as_sent``::

    KOORDINATION_TEST_RENEW=1 python -m pytest -n 0 tests/meetings/test_as_sent.py tests/feeds/test_as_sent.py

Kept with the line ends of all files here; that CRLF goes out is asked apart. What is random bears fixed words:
boundaries, Message-IDs, UIDs. Personal links are signed with the key of the tests and the time, which both stand still.
"""

from __future__ import annotations

import difflib
import os
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

#: The day on which everything kept here was sent: a Wednesday in term time.
AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
#: Instead of a random identity.
UID = "00000000-0000-4000-8000-00000000000{number}@koordination"
FOLDER = Path(__file__).parent
RENEW = "KOORDINATION_TEST_RENEW"


def check(name: str, content: bytes) -> None:
    """Compare with the file kept as ``name``; a difference is shown line by line."""
    # Every line ends in CRLF, and neither character stands alone.
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    now, path = content.decode().replace("\r\n", "\n"), FOLDER / name
    if os.environ.get(RENEW):
        path.write_text(now, encoding="utf-8", newline="\n")
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = difflib.unified_diff(kept.splitlines(), now.splitlines(), f"kept/{name}", f"now/{name}", lineterm="")
    assert now == kept, "\n".join(
        (f"{name} goes out otherwise than kept (tests/as_sent says how to renew it):", *lines)
    )


def without_chance(chain: list[bytes]) -> list[bytes]:
    """Return mails that follow each other with fixed words for boundaries and Message-IDs, alike in all of them.

    The headers of each are unfolded: where they are folded is another matter in each Python.
    """
    words: dict[bytes, bytes] = {}
    for number, content in enumerate(chain, start=1):
        message = message_from_bytes(content, policy=policy.default)
        for part in message.walk():
            if boundary := part.get_boundary():
                words.setdefault(boundary.encode(), f"boundary-{len(words)}".encode())
        local, host = str(message["Message-ID"]).strip("<>").split("@")
        assert re.fullmatch(r"[0-9a-f]{32}", local)
        words[f"{local}@{host}".encode()] = f"mail-{number}@{host}".encode()
    found = re.compile(b"|".join(re.escape(one) for one in words))
    return [found.sub(lambda one: words[one[0]], _unfolded(content)) for content in chain]


def _unfolded(content: bytes) -> bytes:
    head, end, rest = content.partition(b"\r\n\r\n")
    return re.sub(rb"\r\n(?=[ \t])", b"", head) + end + rest


def calendar_in(content: bytes) -> bytes:
    """Return the calendar part of a mail, which goes out in base64, to be read in a diff."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    (part,) = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
    decoded = part.get_payload(decode=True)
    assert isinstance(decoded, bytes)
    return decoded
