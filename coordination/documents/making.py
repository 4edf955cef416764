"""Has a document made by a short-lived process, outside any transaction."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from coordination.core.errors import Unavailable
from coordination.core.i18n import N_

log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
PDF = "application/pdf"
LONGEST = 60
_NOT_MADE = N_("The file could not be made. Please use the page itself, or try again later.")
#: Each takes some memory: more at once wait for each other, but not as long as one may take. Seconds.
LONGEST_WAIT = 10
_at_once = BoundedSemaphore(2)


class NotMade(Unavailable):
    """The file could not be made; the page that offers it says the same."""


def pdf(template: Path, values: Mapping[str, Any]) -> bytes:
    """Return the PDF that a typst template makes of ``values``; raises as ``run`` does."""
    return run("coordination.documents.printing", values, template.relative_to(ROOT).as_posix())


def run(module: str, values: Mapping[str, Any], *arguments: str) -> bytes:
    """Return what a module of ours, run as a process, makes of ``values``: JSON in, bytes out.

    Raises:
        NotMade: it failed, took too long, or too many others are being made; nothing of the text is logged.
    """
    command = [sys.executable, "-m", module, *arguments]
    # Nothing of the settings: what makes documents of other people's texts holds no secret.
    environment = {name: os.environ[name] for name in ("PATH", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    given = json.dumps(values, ensure_ascii=False).encode()
    if not _at_once.acquire(timeout=LONGEST_WAIT):
        log.warning("document_waited_too_long", extra={"maker": module})
        raise NotMade(_NOT_MADE)
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with data only on its input
            command, input=given, capture_output=True, cwd=ROOT, env=environment, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        log.warning("document_took_too_long", extra={"maker": module})
        raise NotMade(_NOT_MADE) from None
    finally:
        _at_once.release()
    if done.returncode != 0:
        log.error("document_failed", extra={"maker": module, "code": done.returncode})
        raise NotMade(_NOT_MADE)
    return done.stdout
