"""Reading a workbook (XLSX, XLS, ODS) as its values: no formula is evaluated, nothing unpacks without a limit."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree as ET

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_

#: What a workbook may unpack to in all; a list of 20,000 rows takes a tenth of it.
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 100_000, 300

_BOMB = N_("This workbook unpacks to far more than a list can hold. Nothing was read.")
_DAMAGED = N_("This workbook is damaged and cannot be read. Please open it, save it again and upload it then.")
_LOCKED = N_("This workbook is protected with a password. Please save it without one and upload it then.")
_NO_LIST = N_("This file has no visible sheet with anything on it.")
_TOO_LONG = N_("A sheet of this workbook has more than %(limit)s rows. Nothing was read.")

_SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b(?=[^>]*\shidden=\"(?:1|true)\")[^>]*?\sr=\"(\d+)\"")
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)

Cell = str | date


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: its number as the program shows it, its cells, whether somebody hid it."""

    number: int
    cells: Sequence[Cell]
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as values; blank rows are left out."""

    name: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Book:
    """The visible sheets with anything on them, and the names of those that somebody hid."""

    grids: Sequence[Grid]
    hidden: Sequence[str] = ()
    encoding: str = ""


def read_workbook(raw: bytes) -> Book:
    """Return what the visible sheets of a workbook say.

    Raises:
        RuleViolation: it is damaged, locked, or unpacks to too much; ``field`` is "file".
    """
    # Only when somebody brings a workbook: it takes its memory.
    import python_calamine as calamine

    is_zip = raw.startswith(b"PK\x03\x04")
    parts = _unpacked(raw) if is_zip else {}
    try:
        with calamine.load_workbook(io.BytesIO(raw)) as book:
            sheets = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
            shown = [one.name for one in sheets if one.visible == calamine.SheetVisibleEnum.Visible]
            hidden = [one.name for one in sheets if one.visible != calamine.SheetVisibleEnum.Visible]
            rows_hidden = _hidden_rows(parts)
            grids = [_grid(book.get_sheet_by_name(name), rows_hidden.get(name, frozenset())) for name in shown]
    except calamine.PasswordError:
        raise RuleViolation(_LOCKED, field="file") from None
    except (calamine.CalamineError, ET.ParseError, ValueError, OverflowError):
        raise RuleViolation(_DAMAGED, field="file") from None
    found = [grid for grid in grids if grid.lines]
    if not found:
        raise RuleViolation(_NO_LIST, field="file")
    return Book(found, hidden)


def _unpacked(raw: bytes) -> dict[str, bytes]:
    """Return the parts that are looked into here, after all were unpacked once: what a directory says may be a lie.

    Raises:
        RuleViolation: together they are larger than any list, one is damaged, or one defines entities.
    """
    kept, total = {}, 0
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for info in archive.infolist():
                content = _part(raw, info, MOST_UNPACKED - total)
                total += len(content)
                if _DOCTYPE.search(content[:1000]):
                    raise RuleViolation(_DAMAGED, field="file")
                if info.filename.startswith("xl/") and info.filename.endswith((".xml", ".rels")):
                    kept[info.filename] = content
    except (zipfile.BadZipFile, zlib.error, NotImplementedError):
        raise RuleViolation(_DAMAGED, field="file") from None
    return kept


def _part(raw: bytes, info: zipfile.ZipInfo, room: int) -> bytes:
    """Return one part unpacked; more than ``room`` is refused as soon as it is reached."""
    head = raw[info.header_offset : info.header_offset + 30]
    start = info.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = raw[start : start + info.compress_size]
    if info.flag_bits & 1:
        raise RuleViolation(_LOCKED, field="file")
    if info.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        content = zlib.decompressobj(-15).decompress(packed, max(1, room + 1))
    else:
        raise RuleViolation(_DAMAGED, field="file")
    if len(content) > room:
        raise RuleViolation(_BOMB, field="file")
    return content


def _hidden_rows(parts: Mapping[str, bytes]) -> dict[str, frozenset[int]]:
    """Return the numbers of hidden rows by the name of their sheet; only XLSX has them here."""
    if "xl/workbook.xml" not in parts or "xl/_rels/workbook.xml.rels" not in parts:
        return {}
    relations = ET.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314  # no entities: see _unpacked
    targets = {one.get("Id"): one.get("Target", "").removeprefix("/xl/") for one in relations}
    sheets = ET.fromstring(parts["xl/workbook.xml"])  # noqa: S314  # no entities: see _unpacked
    found = {}
    for sheet in sheets.iter(_SHEETS):
        content = parts.get(f"xl/{targets.get(sheet.get(_RELATION), '')}", b"")
        if b"hidden=" in content:
            found[sheet.get("name", "")] = frozenset(int(number) for number in _HIDDEN_ROW.findall(content))
    return found


def _grid(sheet: object, hidden: frozenset[int]) -> Grid:
    if sheet.total_height > MOST_ROWS:  # type: ignore[attr-defined]
        raise RuleViolation(_TOO_LONG, field="file", limit=MOST_ROWS)
    if not sheet.total_height or not sheet.total_width:  # type: ignore[attr-defined]
        return Grid(sheet.name, ())  # type: ignore[attr-defined]
    rows = [
        # Nearly all cells are texts: each of them a call would be a tenth of the reading.
        [cell.strip() if cell.__class__ is str else _value(cell) for cell in row[:MOST_COLUMNS]]
        for row in sheet.to_python(skip_empty_area=False)  # type: ignore[attr-defined]
    ]
    _fill_merged(rows, sheet.merged_cell_ranges or ())  # type: ignore[attr-defined]
    lines = [Line(number, row, number in hidden) for number, row in enumerate(rows, start=1) if any(row)]
    return Grid(sheet.name, lines)  # type: ignore[attr-defined]


def _fill_merged(rows: list[list[Cell]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Let each row under a cell that was merged downwards say the same; cells merged sideways stay one."""
    for (top, left), (bottom, _right) in merged:
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]


def _value(cell: object) -> Cell:
    """Return a cell as text, or as a day."""
    match cell:
        case str():
            return cell.strip()
        case bool():
            return "ja" if cell else "nein"
        case float() | int():
            return f"{cell:.6f}".rstrip("0").rstrip(".")
        case datetime():
            return cell.date() if cell.time() == time() else cell.strftime("%d.%m.%Y %H:%M")
        case date():
            return cell
        case time():
            return cell.strftime("%H:%M")
        case timedelta():
            minutes = int(cell.total_seconds()) // 60
            return f"{minutes // 60}:{minutes % 60:02}"
    return ""
