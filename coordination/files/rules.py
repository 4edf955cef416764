"""Which kinds of file are taken, what they are called, and how their names are cleaned. No database."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from coordination.core.i18n import N_, format_number, gettext

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
#: Characters of a name, its ending among them.
LONGEST_NAME = 200
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its media type, its word, and the endings that its names have."""

    media_type: str
    #: Msgid.
    word: str
    endings: tuple[str, ...]


PDF = Kind("application/pdf", N_("PDF"), (".pdf",))
PNG = Kind("image/png", N_("Picture"), (".png",))
JPEG = Kind("image/jpeg", N_("Picture"), (".jpg", ".jpeg"))
TEXT = Kind("text/plain", N_("Text"), (".txt", ".md"))
CSV = Kind("text/csv", N_("Table (CSV)"), (".csv",))
WORD = Kind(f"{_OOXML}.wordprocessingml.document", N_("Word"), (".docx",))
EXCEL = Kind(f"{_OOXML}.spreadsheetml.sheet", N_("Excel"), (".xlsx",))
SLIDES = Kind(f"{_OOXML}.presentationml.presentation", N_("PowerPoint"), (".pptx",))
ODT = Kind(f"{_ODF}.text", N_("Text (OpenDocument)"), (".odt",))
ODS = Kind(f"{_ODF}.spreadsheet", N_("Table (OpenDocument)"), (".ods",))
ODP = Kind(f"{_ODF}.presentation", N_("Slides (OpenDocument)"), (".odp",))
KINDS = (PDF, WORD, EXCEL, SLIDES, ODT, ODS, ODP, PNG, JPEG, TEXT, CSV)
#: What the browser offers first when a file is chosen.
ENDINGS = ",".join(ending for kind in KINDS for ending in kind.endings)


def kind_word(media_type: str) -> str:
    """Return what a kind of file is called, in the language in use."""
    found = next((kind for kind in KINDS if kind.media_type == media_type), None)
    return gettext(found.word) if found is not None else ""


def size_word(size: int) -> str:
    """Return "640 KB" or "1,2 MB"."""
    if size < MEGABYTE:
        return f"{format_number(max(1, round(size / 1024)))} KB"
    return f"{format_number(size / MEGABYTE, 1)} MB"


#: What stands between folders, and what Windows does not allow in a name.
_FOLDERS, _REFUSED = re.compile(r"[/\\]"), re.compile(r'[<>:"|?*]+')


def clean_name(name: str | None, kind: Kind) -> str:
    """Return what a file is called here: one line, no path, with an ending of its kind, 200 characters at most.

    The ending follows from the content: what is called "x.bat" and is a text becomes "x.bat.txt".
    """
    text = unicodedata.normalize("NFC", _FOLDERS.split(name or "")[-1])
    seen = "".join(" " if c in "\r\n\t" else c for c in text if c in "\r\n\t" or unicodedata.category(c)[0] != "C")
    line = " ".join(_REFUSED.sub(" ", seen).split()).strip(". ")
    ending = next((one for one in kind.endings if line.casefold().endswith(one)), "")
    stem = (line[: -len(ending)] if ending else line).strip(". ")
    ending = ending or kind.endings[0]
    return (stem[: LONGEST_NAME - len(ending)].strip(". ") or gettext("Attachment")) + ending
