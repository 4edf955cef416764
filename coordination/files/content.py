"""What a file is by its content, whatever it is called; anything that is not on the list is refused.

What comes back to other people's computers is what office programs and browsers show as a document: no program, no
page with a script, no archive that bursts when opened.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.files import rules
from coordination.files.rules import Kind

#: Of what is packed: parts, bytes of all together, and how much smaller than its content a large part may be.
MOST_PARTS, MOST_UNPACKED, MOST_RATIO = 3000, 150 * rules.MEGABYTE, 200
_LARGE = rules.MEGABYTE
#: Of the directory of what is packed; 3000 parts with long names have half of it.
_MOST_DIRECTORY = rules.MEGABYTE
_ENTRY, _LENGTHS_AT, _ENTRY_SIZE = re.compile(rb"PK\x01\x02"), 28, 46
_ALLOWED = N_(
    "“%(name)s” is of a kind that is not taken here. Possible are PDF, Word, Excel, PowerPoint (docx, xlsx, pptx), "
    "OpenDocument, PNG, JPEG, text and CSV."
)
_MARKUP = re.compile(r"<\s*(!doctype|\?xml|html|head|body|svg|script|iframe|object|embed)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": rules.WORD,
    b"spreadsheetml.sheet.main+xml": rules.EXCEL,
    b"presentationml.presentation.main+xml": rules.SLIDES,
}
_ODF = {kind.media_type.encode(): kind for kind in (rules.ODT, rules.ODS, rules.ODP)}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be kept: its clean name, its kind, its size."""

    name: str
    kind: Kind
    size: int


def accept(name: str | None, content: bytes, *, field: str) -> Accepted:
    """Return what a file is, and what it will be called.

    Raises:
        RuleViolation: it is empty, too large, damaged, or of a kind that is not taken; beside ``field``.
    """
    shown = rules.clean_name(name, Kind("", "", ("",)))
    if not content:
        raise RuleViolation(N_("“%(name)s” is empty."), field=field, name=shown)
    if len(content) > rules.MOST_BYTES:
        text = N_("“%(name)s” is too large. A file may have at most %(most)d MB.")
        raise RuleViolation(text, field=field, name=shown, most=rules.MOST_BYTES // rules.MEGABYTE)
    try:
        kind = _kind_of(name or "", content)
    except _HasMacrosError:
        text = N_("“%(name)s” holds macros. Please store it without them, as docx, xlsx or pptx.")
        raise RuleViolation(text, field=field, name=shown) from None
    if kind is None:
        raise RuleViolation(_ALLOWED, field=field, name=shown)
    return Accepted(rules.clean_name(name, kind), kind, len(content))


class _HasMacrosError(Exception):
    """An office document with a program in it."""


def _kind_of(name: str, content: bytes) -> Kind | None:
    if content.startswith(b"%PDF-"):
        return rules.PDF if b"%%EOF" in content[-2048:] else None
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return rules.PNG if content[12:16] == b"IHDR" and b"IEND" in content[-64:] else None
    if content.startswith(b"\xff\xd8\xff"):
        return rules.JPEG
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return _text(name, content)


def _office(content: bytes) -> Kind | None:
    """Return which office document an archive is; None for any other, and for what is damaged or bursts."""
    if not _has_modest_directory(content):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if not _is_modest(parts):
                return None
            kind = _kind_of_archive(archive, {part.filename for part in parts})
            # Reads each part to the end: none is longer than it says, and none is damaged.
            return kind if kind is not None and archive.testzip() is None else None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return None


def _has_modest_directory(content: bytes) -> bool:
    """Return whether reading the directory of an archive takes no more than it should.

    Counted are the entries themselves, wherever they stand: what the end of an archive says of them may be wrong.
    """
    count = size = 0
    for found in _ENTRY.finditer(content):
        lengths = content[found.start() + _LENGTHS_AT : found.start() + _LENGTHS_AT + 6]
        count, size = count + 1, size + _ENTRY_SIZE + sum(struct.unpack("<3H", lengths.ljust(6, b"\0")))
        if count > MOST_PARTS or size > _MOST_DIRECTORY:
            return False
    return True


def _is_modest(parts: list[zipfile.ZipInfo]) -> bool:
    return (
        len(parts) <= MOST_PARTS
        and sum(part.file_size for part in parts) <= MOST_UNPACKED
        and all(part.file_size <= _LARGE or part.file_size <= MOST_RATIO * max(1, part.compress_size) for part in parts)
        and not any(part.flag_bits & 1 for part in parts)
    )


def _kind_of_archive(archive: zipfile.ZipFile, names: set[str]) -> Kind | None:
    if "[Content_Types].xml" in names:
        with archive.open("[Content_Types].xml") as part:
            types = part.read(rules.MEGABYTE)
        if b"macroEnabled" in types or any(name.casefold().endswith("vbaproject.bin") for name in names):
            raise _HasMacrosError
        return next((kind for mark, kind in _MAIN_PARTS.items() if mark in types), None)
    if "mimetype" in names:
        with archive.open("mimetype") as part:
            kind = _ODF.get(part.read(200).strip())
        if kind is not None and any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise _HasMacrosError
        return kind
    return None


def _text(name: str, content: bytes) -> Kind | None:
    """Return text or CSV; None for what is no text in any spelling, and for pages and drawings."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        return None
    if _CONTROL.search(text) or _MARKUP.search(text):
        return None
    return rules.CSV if name.casefold().endswith(".csv") else rules.TEXT
