"""Tables that are written: what an office program reads, and that no cell of anybody's becomes a formula."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from datetime import date
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import pytest

from coordination.exchange.sheets import Cell, Sheet, write_csv, write_xlsx

EVIL = ["=1+1", "+49521", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("https://example.org")']


def part(content: bytes, name: str) -> Element:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return ET.fromstring(book.read(f"xl/{name}.xml"))


def cells(content: bytes) -> list[list[Element]]:
    return [row.findall("{*}c") for row in part(content, "worksheets/sheet1").iterfind(".//{*}row")]


def value(cell: Element) -> str:
    return cell.findtext("{*}v", "")


def style(content: bytes, cell: Element) -> Element:
    return part(content, "styles").findall("{*}cellXfs/{*}xf")[int(cell.attrib["s"])]


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_becomes_a_formula(evil: str) -> None:
    sheet = Sheet("Liste", ["Name"], [[evil]])
    book = write_xlsx(sheet)
    assert part(book, "worksheets/sheet1").findall(".//{*}f") == []
    cell = cells(book)[1][0]
    assert cell.attrib["t"] == "s"
    assert style(book, cell).attrib["quotePrefix"] == "1"
    read = list(csv.reader(io.StringIO(write_csv(sheet).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert read == [["Name"], [f"'{evil}"]]


def test_text_days_and_numbers_are_what_they_are() -> None:
    row: list[Cell] = ["Müller & Söhne", date(2026, 8, 1), 7, None]
    book = write_xlsx(Sheet("Mitglieder", ["Name", "Ab", "Zahl", "Leer"], [row]))
    name, day, number = cells(book)[1]
    texts = ["".join(one.itertext()) for one in part(book, "sharedStrings")]
    assert texts[int(value(name))] == "Müller & Söhne"
    assert (day.get("t"), value(day), value(number)) == (None, "46235", "7")
    formats = part(book, "styles").findall("{*}numFmts/{*}numFmt")
    assert [one.attrib["formatCode"] for one in formats] == ["dd.mm.yyyy"]
    written = write_csv(Sheet("x", ["Name", "Ab"], [["Müller", date(2026, 8, 1)], [None, 7]]))
    assert written == "\ufeffName;Ab\r\nMüller;01.08.2026\r\n;7\r\n".encode()


def test_the_first_row_is_bold_and_stays_and_columns_are_wide_enough() -> None:
    book = write_xlsx(Sheet("x", ["Name", "Ab"], [["N" * 30, ""], ["N" * 400, ""]]))
    page = part(book, "worksheets/sheet1")
    assert [one.attrib["ySplit"] for one in page.iterfind(".//{*}pane")] == ["1"]
    widths = [float(one.attrib["width"]) for one in page.iterfind(".//{*}col")]
    assert 40 < widths[0] < 60
    assert widths[1] < 12
    font = int(style(book, cells(book)[0][0]).attrib["fontId"])
    assert part(book, "styles").findall("{*}fonts/{*}font")[font].find("{*}b") is not None


@pytest.mark.parametrize("title", ["A/B: [x]*?", "'", "", "x" * 50, "Beirat \x00"])
def test_any_title_becomes_a_name_that_a_sheet_may_have(title: str) -> None:
    names = part(write_xlsx(Sheet(title, ["A"], [])), "workbook").findall("{*}sheets/{*}sheet")
    name = names[0].attrib["name"]
    assert 1 <= len(name) <= 31
    assert not set(name) & set("[]:*?/\\'\x00")


def test_the_writer_is_loaded_only_when_it_is_needed() -> None:
    code = "import sys, coordination.app; print('xlsxwriter' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
