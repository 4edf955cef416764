"""Lists as offices keep them, made by code: workbooks with what xlsxwriter can write, and texts in old encodings."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter

HEADINGS = ("Schulnummer", "Fachkraft", "Stellenanteil", "gültig ab")
Row = Sequence[Any]


def workbook(rows: Sequence[Row], *, change: Callable[[Any, Any], None] | None = None) -> bytes:
    """Return rows as XLSX; ``change`` gets the workbook and its sheet before they are written."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Liste")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(number, place, cell, None, 99)
                elif cell is not None:
                    sheet.write(number, place, cell)
        if change is not None:
            change(book, sheet)
    return out.getvalue()


def text(rows: Sequence[Row], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """Return rows as CSV, quoted where needed."""

    def cell(value: Any) -> str:
        whole = "" if value is None else str(value)
        quoted = whole.replace('"', '""')
        return f'"{quoted}"' if any(c in whole for c in f'{delimiter}\n"') else whole

    return "\r\n".join(delimiter.join(map(cell, row)) for row in rows).encode(encoding)


@dataclass(frozen=True)
class Case:
    """A list and what has to come of it. ``people``: names of the entries' people, "" for a vacancy."""

    raw: bytes
    people: tuple[str, ...] = ()
    #: (cell, part of the English sentence)
    faults: tuple[tuple[str, str], ...] = ()
    questions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    #: Facts of the first entry that have to hold.
    first: tuple[tuple[str, Any], ...] = ()
    #: The whole file is refused with this.
    refused: str = ""
