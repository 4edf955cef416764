"""Reading a CSV table by the names of its columns, however an office program or a ministry wrote it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, gettext
from coordination.exchange.encoding import MAX_BYTES, Decoded, check_kind, check_size, decode

__all__ = ["MAX_BYTES", "Remark", "Row", "Table", "body", "check_size", "column_key", "read_table", "records"]

_DELIMITERS = ";,\t|"
#: A cell longer than this is a swallowed rest of a file or somebody's essay; no column of a list is.
MAX_CELL = 2000
#: Far beyond every list of a city or a state; more would only fill the memory.
MAX_LINES, MAX_COLUMNS = 100_000, 300

_NO_ROWS = N_("The file has a header but no rows.")
_NO_ROW_FITS = N_("No line of this file fits its header. Nothing was read.")
_MISSING = N_("The columns of this file do not fit. Missing: %(missing)s.")
_TOO_LONG = N_("The file has more than %(limit)s lines. Nothing was read.")
_QUOTES = N_("From line %(line)s on, the quotation marks in this file do not match. Nothing was read.")

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SKIPPED = re.compile(r"\ufeff?(?:[ \t]*|\"?sep=.?\"?[ \t;,]*)(?:\r\n|\r|\n)", re.IGNORECASE)
_NOT_KEY = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader should know: a msgid with its values, and the line it is about (0: the whole file)."""

    message: str
    values: Mapping[str, object]
    line: int = 0
    #: What the line is about, where it says so: the name of a school.
    about: str = ""

    def text(self) -> str:
        """Return the sentence in the current language."""
        return gettext(self.message, **self.values)


@dataclass(frozen=True, slots=True)
class Row(Mapping[str, str]):
    """One row; columns are found in any spelling of their name, absent ones raise KeyError (``get`` returns "")."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        found = self.cells.get(column)
        return self.cells[column_key(column)] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def value(self, column: str) -> str:
        """Return the cell without surrounding blanks; "" if there is no such column."""
        try:
            return self[column]
        except KeyError:
            return ""


@dataclass(frozen=True, slots=True)
class Table:
    """What was read. ``header`` has the columns as written; ``left_out`` counts rows that could not be used."""

    header: tuple[str, ...]
    rows: Sequence[Row]
    encoding: str
    delimiter: str
    remarks: tuple[Remark, ...]
    left_out: int = 0

    def has(self, column: str) -> bool:
        """Return whether the table has ``column``, in any spelling."""
        return column_key(column) in {column_key(name) for name in self.header}


def column_key(name: str) -> str:
    """Return what makes two column names the same: no case, blanks, marks; "Straße", "Strasse" and "STRASSE" agree."""
    return _NOT_KEY.sub("", name.casefold().translate(_FOLD))


def read_table(raw: bytes, *, required: Collection[str], max_bytes: int = MAX_BYTES) -> Table:
    """Return the table in ``raw``.

    Args:
        raw: the file as uploaded.
        required: columns that must be there; others are kept too.
        max_bytes: see ``check_size``, which should have been asked before the file was read.

    Raises:
        RuleViolation: nothing can be read; the sentence says why. ``field`` is "file".
    """
    check_size(len(raw), max_bytes)
    check_kind(raw)
    decoded = decode(raw)
    text, lines_before = body(decoded.text)
    delimiter = _delimiter(text, required)
    found = records(text, delimiter, lines_before)
    _, header = next(found, (0, []))
    columns, remarks = _columns(header[:MAX_COLUMNS], required)
    width = max((place for place, name in enumerate(header, start=1) if name.strip()), default=0)
    rows, row_remarks, left_out = _rows(found, columns, required, width)
    if not rows:
        raise RuleViolation(_NO_ROW_FITS if left_out else _NO_ROWS, field="file")
    return Table(
        header=tuple(header[place].strip() for place in columns.values()),
        rows=rows,
        encoding=decoded.encoding,
        delimiter=delimiter,
        remarks=(*_encoding_remarks(decoded), *remarks, *row_remarks),
        left_out=left_out,
    )


def _encoding_remarks(decoded: Decoded) -> Iterator[Remark]:
    if decoded.encoding != "UTF-8":
        yield Remark(N_("The file is not UTF-8; it was read as %(encoding)s."), {"encoding": decoded.encoding})
    if decoded.mixed:
        yield Remark(N_("Some lines are in another encoding than the rest. Please look at the umlauts."), {})
    if decoded.zero_bytes:
        yield Remark(
            N_("The file has zero bytes in it (%(count)s); they were left out."), {"count": decoded.zero_bytes}
        )


def body(text: str) -> tuple[str, int]:
    """Return the text without blank lines and a ``sep=`` line at its start, and how many lines that were."""
    skipped = start = 0
    while skipped < MAX_LINES and (found := _SKIPPED.match(text, start)):
        start = found.end()
        skipped += 1
    return text[start:].removeprefix("\ufeff"), skipped


def _delimiter(text: str, required: Collection[str]) -> str:
    """Return the delimiter under which the first line has most of the wanted columns, then most columns."""
    first = re.split(r"\r|\n", text[:20_000], maxsplit=1)[0]
    wanted = {column_key(name) for name in required}

    def fit(delimiter: str) -> tuple[int, int]:
        names = first.split(delimiter)
        return len({column_key(name) for name in names} & wanted), len(names)

    return max(_DELIMITERS, key=fit)


def records(text: str, delimiter: str, lines_before: int) -> Iterator[tuple[int, list[str]]]:
    """Yield row number and cells of every row that is not blank.

    A cell with line breaks is part of one row, as in every spreadsheet: rows are counted, not lines of the file.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    start = 1
    try:
        for row, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield lines_before + row, cells
            start = reader.line_num + 1
            if lines_before + start > MAX_LINES:
                raise RuleViolation(_TOO_LONG, field="file", limit=MAX_LINES)
    except csv.Error:
        raise RuleViolation(_QUOTES, field="file", line=lines_before + start) from None


def _columns(header: Sequence[str], required: Collection[str]) -> tuple[dict[str, int], list[Remark]]:
    """Return column key -> place; the first of two columns with one name counts."""
    columns: dict[str, int] = {}
    remarks = []
    for place, name in enumerate(header):
        key = column_key(name)
        if key in columns:
            remarks.append(
                Remark(N_("The column “%(column)s” is there twice; the first one was read."), {"column": name})
            )
        elif key:
            columns[key] = place
    if missing := [name for name in required if column_key(name) not in columns]:
        raise RuleViolation(_MISSING, field="file", missing=", ".join(missing))
    return columns, remarks


def _rows(
    found: Iterable[tuple[int, list[str]]], columns: Mapping[str, int], required: Collection[str], width: int
) -> tuple[list[Row], list[Remark], int]:
    """Return the rows that fit a header of ``width`` columns, remarks on those that do not, and their number."""
    least = max((columns[column_key(name)] for name in required), default=0) + 1
    rows, remarks, read = [], [], 0
    for line, cells in found:
        read += 1
        if len(cells) < least:
            remarks.append(Remark(N_("The line ends too early and was left out."), {}, line))
        elif any(cell.strip() for cell in cells[width:]):
            remarks.append(Remark(N_("The line has more values than there are columns and was left out."), {}, line))
        elif max(map(len, cells)) > MAX_CELL:
            remarks.append(Remark(N_("A value in this line is far too long; the line was left out."), {}, line))
        else:
            if len(cells) < width:
                remarks.append(Remark(N_("The line ends early; its last columns were taken as empty."), {}, line))
            padded = cells + [""] * (width - len(cells))
            rows.append(Row(line, {key: padded[place].strip() for key, place in columns.items()}))
    return rows, remarks, read - len(rows)
