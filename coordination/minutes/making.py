"""Has a PDF or a Word file made by a short-lived process, outside any transaction."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from coordination.core.errors import DomainError
from coordination.core.i18n import N_
from coordination.minutes.document import Document

log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
LONGEST = 60
#: Each takes some memory: more at once wait for each other.
_at_once = BoundedSemaphore(2)
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class NotMade(DomainError):
    """The file could not be made; the page of the minutes says the same."""


def make(document: Document, kind: str) -> bytes:
    """Return the file of a document.

    Raises:
        NotMade: it failed or took too long; nothing of the text is logged.
    """
    command = [sys.executable, "-m", "coordination.minutes.printing", kind]
    # Nothing of the settings: what makes documents of other people's texts holds no secret.
    environment = {name: os.environ[name] for name in ("PATH", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    given = json.dumps(document.values(), ensure_ascii=False).encode()
    with _at_once:
        try:
            done = subprocess.run(  # noqa: S603 - our own module, with data only on its input
                command, input=given, capture_output=True, cwd=ROOT, env=environment, timeout=LONGEST, check=False
            )
        except subprocess.TimeoutExpired:
            log.warning("document_took_too_long", extra={"kind": kind})
            raise NotMade(N_("The file could not be made. Please use the page itself, or try again later.")) from None
    if done.returncode != 0:
        log.error("document_failed", extra={"kind": kind, "code": done.returncode})
        raise NotMade(N_("The file could not be made. Please use the page itself, or try again later."))
    return done.stdout
