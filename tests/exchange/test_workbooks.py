import io
import struct
import zipfile
from datetime import date

import pytest

from coordination.core.errors import RuleViolation
from coordination.exchange import workbooks
from coordination.exchange.grids import read_book
from tests.directory.staff.sheets_made import workbook

LIST = workbook([("Schule", "Tag"), ("Fröbelschule", date(2026, 8, 1)), ("Luisenschule", 0.5)])


def _with(raw: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook with one more part, or another one in place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def test_cells_are_texts_and_days() -> None:
    (grid,) = read_book(LIST).grids
    assert [line.cells for line in grid.lines] == [
        ["Schule", "Tag"],
        ["Fröbelschule", date(2026, 8, 1)],
        ["Luisenschule", "0.5"],
    ]
    assert [line.number for line in grid.lines] == [1, 2, 3]


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1_000_000)
    assert read_book(LIST).grids
    with pytest.raises(RuleViolation, match="unpacks to far more"):
        read_book(_with(LIST, "xl/media/image1.bin", bytes(2_000_000)))


def test_a_directory_that_lies_about_sizes_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1_000_000)
    raw = _with(LIST, "xl/media/image1.bin", bytes(2_000_000))
    lying = raw.replace(struct.pack("<I", 2_000_000), struct.pack("<I", 1_000))
    assert lying != raw
    with pytest.raises(RuleViolation, match="unpacks to far more"):
        read_book(lying)


@pytest.mark.parametrize(
    "raw",
    [
        LIST[: len(LIST) // 2] + b"xl/",
        _with(LIST, "xl/workbook.xml", b"no workbook"),
        _with(LIST, "xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><workbook/>'),
    ],
    ids=["cut off", "not XML", "with entities"],
)
def test_a_damaged_workbook_is_refused(raw: bytes) -> None:
    with pytest.raises(RuleViolation, match="damaged"):
        read_book(raw)


def test_a_workbook_with_nothing_on_it_is_refused() -> None:
    with pytest.raises(RuleViolation, match="no visible sheet"):
        read_book(workbook([]))
