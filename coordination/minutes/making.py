"""The files of minutes: PDF and Word."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from coordination.documents import making
from coordination.minutes.document import Document

TEMPLATE = Path(__file__).with_name("minutes.typ")
MEDIA_TYPES = {
    "pdf": making.PDF,
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def make(document: Document, kind: str, made_on: date) -> bytes:
    """Return the file of a document; raises as ``documents.making.run`` does.

    The day is no part of the document: what was agreed on stays equal over midnight.
    """
    values = document.values() | {"made_on": made_on.isoformat()}
    if kind == "pdf":
        return making.pdf(TEMPLATE, values)
    return making.run("coordination.minutes.word", values)
