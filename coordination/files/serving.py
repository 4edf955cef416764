"""Where the files of this installation lie, and how one goes out; whoever asks has asked the access table before."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Response, current_app

from coordination.core.errors import NotFound
from coordination.files.models import StoredFile
from coordination.files.store import Store
from coordination.web.downloads import file_answer

log = logging.getLogger(__name__)


def store() -> Store:
    """Return where files lie."""
    return Store(Path(current_app.instance_path) / "files")


def serve(file: StoredFile) -> Response:
    """Return a stored file as a download.

    Raises:
        NotFound: its bytes are gone, as after a backup that was played in without them.
    """
    try:
        content = store().get(file.digest)
    except FileNotFoundError:
        log.warning("file_missing", extra={"file_id": file.id})
        raise NotFound from None
    return file_answer(content, file.media_type, file.name)
