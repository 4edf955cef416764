"""Reading a list as rows of cells, whatever program it was kept in: a workbook, or a text in any encoding."""

from __future__ import annotations

import re

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.exchange.encoding import check_kind, check_size, decode
from coordination.exchange.tables import MAX_CELL, body, records
from coordination.exchange.workbooks import MOST_COLUMNS, Book, Grid, Line, read_workbook

__all__ = ["Book", "Grid", "Line", "read_book"]

_DELIMITERS = ";,\t|"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK_PARTS = (b"xl/", b"application/vnd.oasis.opendocument.spreadsheet")
_ENDLESS = N_("A cell in line %(line)s is far too long. Nothing was read.")


def read_book(raw: bytes) -> Book:
    """Return the sheets of a list; a text has one without a name.

    Raises:
        RuleViolation: nothing can be read; the sentence says why. ``field`` is "file".
    """
    check_size(len(raw))
    if _is_workbook(raw):
        return read_workbook(raw)
    check_kind(raw)
    decoded = decode(raw)
    text, before = body(decoded.text)
    lines = [Line(number, _cells(number, cells)) for number, cells in records(text, _delimiter(text), before)]
    return Book([Grid("", lines)], encoding=decoded.encoding)


def _is_workbook(raw: bytes) -> bool:
    clear = raw[:4096] + raw[-65536:]
    if raw.startswith(_OLE):
        # An old Word document begins the same; the name of its stream stands in UTF-16.
        return "Workbook".encode("utf-16-le") in raw or "EncryptedPackage".encode("utf-16-le") in raw
    return raw.startswith(b"PK\x03\x04") and any(part in clear for part in _WORKBOOK_PARTS)


def _cells(line: int, cells: list[str]) -> list[str]:
    found = [cell.strip() for cell in cells[:MOST_COLUMNS]]
    if max(map(len, found), default=0) > MAX_CELL:
        raise RuleViolation(_ENDLESS, field="file", line=line)
    return found


def _delimiter(text: str) -> str:
    """Return the delimiter that most of the first lines have, and have most of."""
    first = [line for line in re.split(r"\r\n|\r|\n", text[:20_000]) if line.strip()][:20]

    def fit(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in first]
        return sum(count > 0 for count in counts), sum(counts)

    return max(_DELIMITERS, key=fit)
