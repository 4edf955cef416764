"""Bytes to text: what kind of file it is, and in which encoding a German office saved it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_

#: Larger uploads are refused before they are read; the whole state's school file has 1.8 MB.
MAX_BYTES = 20 * 1024 * 1024

_EMPTY = N_("The file is empty.")
_TOO_LARGE = N_("The file is too large: %(megabytes)s MB. At most %(limit)s MB can be read.")
_NOT_TEXT = N_("This is not a text file that can be read as a table. Please save the table as CSV and upload that.")
_DAMAGED = N_(
    "The umlauts in this file are damaged (for example “%(example)s”). "
    "Please download or export it again and do not save it in another program first."
)
_PHOTO = N_("This file is a picture, not a table. Please choose the CSV file.")
_PDF = N_("This file is a PDF, not a table. Please choose the CSV file.")
_EXCEL = N_("This file is an Excel workbook. Please save it in Excel as “CSV UTF-8” and upload that file.")
_ODS = N_("This file is a LibreOffice document. Please save the table as CSV and upload that file.")
_WORD = N_("This file is a Word document, not a table. Please choose the CSV file.")
_ARCHIVE = N_("This file is a compressed archive. Please unpack it and choose the CSV file inside.")
_WEB_PAGE = N_("This file is a web page, not a table. Perhaps the download showed an error; please download it again.")

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", _PHOTO),
    (b"\x89PNG\r\n\x1a\n", _PHOTO),
    (b"GIF87a", _PHOTO),
    (b"GIF89a", _PHOTO),
    (b"II*\x00", _PHOTO),
    (b"MM\x00*", _PHOTO),
    (b"%PDF", _PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _EXCEL),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
)
_ZIP_CONTENT: tuple[tuple[bytes, str], ...] = (
    (b"application/vnd.oasis", _ODS),
    (b"xl/", _EXCEL),
    (b"word/", _WORD),
)

_GERMAN = "äöüÄÖÜß"
#: A German letter within a word: "Frö", "Straße", "Über".
_IN_WORD = re.compile(rf"[{_GERMAN}é](?=[a-zß])|(?<=[A-Za-z])[{_GERMAN}é]")
#: UTF-8 read as Windows-1252 or Latin-1 and saved as UTF-8 again, or letters already replaced.
_DOUBLE = re.compile("Ã[\u00a4\u00b6\u00bc\u009f\u0178\u009c\u0153\u0084\u201e\u0096\u2013]|\ufffd")
#: Controls that no table has; a few slip into real exports, many mean that this is no text.
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was in (as people call it) and how many zero bytes were dropped."""

    text: str
    encoding: str
    zero_bytes: int = 0
    mixed: bool = False


def check_size(length: int | None, max_bytes: int = MAX_BYTES) -> None:
    """Refuse an upload by its length alone, before its body is read; None means the length is not known.

    Raises:
        RuleViolation: it is longer than ``max_bytes``.
    """
    if length is not None and length > max_bytes:
        raise RuleViolation(
            _TOO_LARGE, field="file", megabytes=-(-length // 1_048_576), limit=max(1, max_bytes // 1_048_576)
        )


def check_kind(raw: bytes) -> None:
    """Refuse what is no text, and say what it is.

    Raises:
        RuleViolation: a picture, PDF, workbook, archive or web page; or nothing at all.
    """
    if not raw.strip(b" \t\r\n\x00\x1a\xef\xbb\xbf\xff\xfe"):
        raise RuleViolation(_EMPTY, field="file")
    for magic, message in _MAGIC:
        if raw.startswith(magic):
            raise RuleViolation(message, field="file")
    if raw[4:8] == b"ftyp" or (raw.startswith(b"RIFF") and raw[8:12] == b"WEBP"):
        raise RuleViolation(_PHOTO, field="file")
    if raw.startswith(b"PK\x03\x04"):
        # The names of the files inside stand in clear, near the start and in the directory at the end.
        clear = raw[:4096] + raw[-65536:]
        kind = next((message for mark, message in _ZIP_CONTENT if mark in clear), _ARCHIVE)
        raise RuleViolation(kind, field="file")
    if raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise RuleViolation(_WEB_PAGE, field="file")


def decode(raw: bytes) -> Decoded:
    """Return ``raw`` as text: UTF-16 by its mark or its zero bytes, UTF-8 if it is, else the likelier old encoding.

    Raises:
        RuleViolation: no text in any of them, or its umlauts were damaged before.
    """
    decoded = _utf16(raw) or _utf8(raw) or _old(raw)
    zero_bytes = decoded.text.count("\x00")
    # DOS programs end a file with ^Z.
    text = decoded.text.replace("\x00", "").rstrip("\x1a")
    if len(_CONTROLS.findall(text)) > len(text) / 500:
        raise RuleViolation(_NOT_TEXT, field="file")
    if damaged := _DOUBLE.search(text):
        raise RuleViolation(_DAMAGED, field="file", example=_word_around(text, damaged.start()))
    return Decoded(_CONTROLS.sub("", text), decoded.encoding, zero_bytes, decoded.mixed)


def _word_around(text: str, place: int) -> str:
    before = re.split(r"[\s\";,]", text[max(0, place - 30) : place])[-1]
    return before + re.split(r"[\s\";,]", text[place : place + 30])[0]


def _utf16(raw: bytes) -> Decoded | None:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = "utf-16"
    elif raw[1:2] == b"\x00" and raw[1:400:2].count(0) > len(raw[:400]) * 0.4:
        codec = "utf-16-le"
    elif raw[:1] == b"\x00" and raw[0:400:2].count(0) > len(raw[:400]) * 0.4:
        codec = "utf-16-be"
    else:
        return None
    try:
        return Decoded(raw.decode(codec), "UTF-16")
    except UnicodeDecodeError:
        raise RuleViolation(_NOT_TEXT, field="file") from None


def _utf8(raw: bytes) -> Decoded | None:
    try:
        return Decoded(raw.decode("utf-8-sig"), "UTF-8")
    except UnicodeDecodeError:
        return None


def _old(raw: bytes) -> Decoded:
    """Decode what is not UTF-8 as a whole, line by line: lists glued from two programs mix encodings."""
    lines = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    texts: list[str | None] = [_utf8_line(line) for line in lines]
    old_bytes = b"\n".join(line for line, text in zip(lines, texts, strict=True) if text is None)
    encoding, codec = _likelier(old_bytes)
    whole = [line.decode(codec) if text is None else text for line, text in zip(lines, texts, strict=True)]
    mixed = any(text is not None and not text.isascii() for text in texts)
    return Decoded("\n".join(whole), encoding, mixed=mixed)


def _utf8_line(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _likelier(old_bytes: bytes) -> tuple[str, str]:
    """Return name and codec under which the bytes have more German letters within words; Windows wins a tie."""
    windows = "cp1252" if _decodes(old_bytes, "cp1252") else "latin-1"
    if _umlauts(old_bytes, "cp850") > _umlauts(old_bytes, windows):
        return "CP850", "cp850"
    return ("Windows-1252" if windows == "cp1252" else "Latin-1"), windows


def _decodes(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _umlauts(raw: bytes, codec: str) -> int:
    return len(_IN_WORD.findall(raw.decode(codec)))
