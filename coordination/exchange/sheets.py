"""Writing a table that office programs open: XLSX, and CSV as they expect it here. No cell ever becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from coordination.core.i18n import format_date, format_number

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

Cell = str | int | Decimal | date | None
#: What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: No spreadsheet keeps more in one cell.
_MOST = 32_000
_NOT_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NARROWEST, _WIDEST = 8, 48


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to write: its name, its headings, its rows."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def looks_like_a_formula(text: str) -> bool:
    """Return whether a spreadsheet might calculate ``text`` instead of showing it."""
    return text.startswith(_FORMULA)


def write_csv(sheet: Sheet) -> bytes:
    """Return the table as CSV: semicolons and a byte order mark, so that a double click shows umlauts and columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    for row in _lines(sheet):
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    if isinstance(cell, date):
        return format_date(cell)
    if isinstance(cell, str):
        return f"'{cell}" if looks_like_a_formula(cell) else cell
    if isinstance(cell, Decimal):
        return format_number(float(cell), 2)
    return "" if cell is None else str(cell)


def write_xlsx(sheet: Sheet) -> bytes:
    """Return the table as XLSX: a bold first row that stays in sight, columns as wide as needed, days as days."""
    # Only when somebody asks for a table: it takes its time and its memory.
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(_NOT_IN_NAME.sub(" ", sheet.title)[:31].strip(" '") or "Tabelle")
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "dd.mm.yyyy", "align": "left", "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        # As if somebody had typed an apostrophe first: it stays text when it is edited, too.
        quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        for number, row in enumerate(_lines(sheet)):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(number, column, cell, day)
                elif isinstance(cell, int | Decimal):
                    page.write_number(number, column, float(cell), text)
                elif cell:
                    style = bold if number == 0 else quoted if looks_like_a_formula(cell) else text
                    page.write_string(number, column, cell[:_MOST], style)
        for column, width in enumerate(_widths(sheet)):
            page.set_column(column, column, width)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
    return out.getvalue()


def _lines(sheet: Sheet) -> Iterable[Sequence[Cell]]:
    yield sheet.headings
    yield from sheet.rows


def _widths(sheet: Sheet) -> list[int]:
    widths = [_NARROWEST] * len(sheet.headings)
    for row in _lines(sheet):
        for column, cell in enumerate(row[: len(widths)]):
            widths[column] = max(widths[column], min(len(_plain(cell)) + 2, _WIDEST))
    return widths
