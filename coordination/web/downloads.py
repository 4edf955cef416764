"""Answers that a browser stores as a file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from flask import Response

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def attachment(name: str) -> str:
    """Return a Content-Disposition for a download called ``name`` (RFC 6266): plain for old clients, exact."""
    clean = re.sub(r"[\x00-\x1f\x7f/\\]+", " ", name).strip() or "download"
    plain = unicodedata.normalize("NFKD", clean.translate(_GERMAN)).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "", plain).strip()
    # Of a name in another script only its ending is left.
    plain = f"download{plain}" if not plain or plain.startswith(".") else plain
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def file_answer(content: bytes | Iterable[bytes], media_type: str, name: str) -> Response:
    """Return bytes to be stored as ``name``: never shown in place, and without power if they were."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = attachment(name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
