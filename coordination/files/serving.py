"""Where the files of this installation lie, and how one goes out; whoever asks has asked the access table before."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from flask import Response, current_app, request
from werkzeug.wsgi import wrap_file

from coordination.core.errors import NotFound
from coordination.files.models import StoredFile
from coordination.files.store import Store
from coordination.web.downloads import file_answer

log = logging.getLogger(__name__)


def store() -> Store:
    """Return where files lie."""
    return Store(Path(current_app.instance_path) / "files")


def serve(file: StoredFile) -> Response:
    """Return a stored file as a download, read in pieces while it goes out.

    Raises:
        NotFound: its bytes are gone, as after a backup that was played in without them.
    """
    try:
        stream = store().open(file.digest)
    except FileNotFoundError:
        log.warning("file_missing", extra={"file_id": file.id})
        raise NotFound from None
    answer = file_answer(wrap_file(request.environ, stream), file.media_type, file.name)
    answer.content_length = os.fstat(stream.fileno()).st_size
    answer.direct_passthrough = True
    return answer
