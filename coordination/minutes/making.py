"""The files of minutes: PDF and Word."""

from __future__ import annotations

from pathlib import Path

from coordination.documents import making
from coordination.minutes.document import Document

TEMPLATE = Path(__file__).with_name("minutes.typ")
MEDIA_TYPES = {
    "pdf": making.PDF,
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def make(document: Document, kind: str) -> bytes:
    """Return the file of a document; raises as ``documents.making.run`` does."""
    if kind == "pdf":
        return making.pdf(TEMPLATE, document.values())
    return making.run("coordination.minutes.word", document.values())
