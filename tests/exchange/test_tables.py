from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coordination.core.errors import RuleViolation
from coordination.core.i18n import use_language
from coordination.exchange.encoding import check_kind
from coordination.exchange.tables import MAX_BYTES, Table, check_size, column_key, read_table

DATA = Path(__file__).parents[2] / "data"
TEXT = "Schulnummer;Name;Straße\n100045;Fröbelschule;Große Öffnung 3\n100046;Übergang;Äußere Mühle\n"


@pytest.fixture(autouse=True)
def _english() -> None:
    use_language("en")


def read(text: str | bytes, *required: str) -> Table:
    raw = text.encode() if isinstance(text, str) else text
    return read_table(raw, required=required or ("Schulnummer", "Name"))


def refused(raw: bytes, *required: str) -> RuleViolation:
    with pytest.raises(RuleViolation) as caught:
        read_table(raw, required=required or ("Schulnummer", "Name"))
    assert caught.value.field == "file"
    assert caught.value.message
    assert caught.value.message % caught.value.values if caught.value.values else True
    return caught.value


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("cp1252"), "Windows-1252"),
        (TEXT.encode("latin-1"), "Windows-1252"),
        (TEXT.encode("cp850"), "CP850"),
        ((TEXT + "1;Haus\x81;x\n").encode("latin-1"), "Latin-1"),
    ],
)
def test_every_encoding_a_german_office_saves(raw: bytes, encoding: str) -> None:
    table = read(raw)
    assert [row["Name"] for row in table.rows[:2]] == ["Fröbelschule", "Übergang"]
    assert table.rows[1]["Straße"] == "Äußere Mühle"
    assert table.encoding == encoding
    assert any(encoding in remark.text() for remark in table.remarks) is (encoding != "UTF-8")


def test_windows_quotes_and_dashes_are_not_taken_for_dos_umlauts() -> None:
    table = read("Schulnummer;Name\n1;Spielmobil „Pippo“ – draußen\n".encode("cp1252"))
    assert table.encoding == "Windows-1252"
    assert table.rows[0]["Name"] == "Spielmobil „Pippo“ – draußen"


def test_lines_of_two_programs_are_each_read_in_their_encoding() -> None:
    table = read("Schulnummer;Name\n1;Fröbel\n".encode() + "2;Plaß\n".encode("cp1252"))
    assert [row["Name"] for row in table.rows] == ["Fröbel", "Plaß"]
    assert any("another encoding" in remark.text() for remark in table.remarks)


def test_umlauts_damaged_before_are_refused_with_the_word() -> None:
    double = "Schulnummer;Name\n1;Fröbelschule\n".encode().decode("cp1252").encode()
    assert refused(double).values["example"] == "FrÃ¶belschule"
    refused("Schulnummer;Name\n1;Fr\ufffdbelschule\n".encode())


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "sep=;", "SEP=;", '"sep=;"', "\n\nsep=;", "sep=,", "sep=;;;"])
def test_sep_line_there_or_not_and_every_line_end(newline: str, start: str) -> None:
    lines = ([*start.split("\n")] if start else []) + ["Schulnummer;Name;", "1;A", "", ";;", "2;B"]
    table = read(newline.join(lines))
    assert [row["Name"] for row in table.rows] == ["A", "B"]
    assert table.rows[0].line == len(lines) - 3
    assert table.rows[1].line == len(lines)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_delimiter(delimiter: str) -> None:
    table = read(f"Schulnummer{delimiter}Name\n1{delimiter}A\n")
    assert (table.delimiter, table.rows[0]["Name"]) == (delimiter, "A")


def test_delimiter_is_judged_by_the_columns_not_by_count() -> None:
    table = read("Schulnummer;Name;a,b,c,d,e\n1;Hauptstr. 1, Hof;x\n")
    assert table.delimiter == ";"
    assert table.rows[0]["Name"] == "Hauptstr. 1, Hof"


def test_trailing_delimiter_in_the_header_only() -> None:
    table = read('Schulnummer;Name;\n"1";"A"\n')
    assert table.header == ("Schulnummer", "Name")
    assert table.rows[0]["Name"] == "A"
    assert not table.remarks


def test_quotes_doubled_quotes_and_line_breaks_within() -> None:
    table = read('"Schulnummer";"Name"\r\n"1";"Schule ""Am Park""; Haus 2\r\nHof"\r\n2; "B"\r\n3;Schule 5" Rohr\r\n')
    assert [row["Name"] for row in table.rows] == ['Schule "Am Park"; Haus 2\r\nHof', "B", 'Schule 5" Rohr']
    assert [row.line for row in table.rows] == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "line"),
    [('Schulnummer;Name\n1;A\n2;"B\n3;C\n', 3), ('Schulnummer;Name\n1;"A" B\n', 2), ('"Schulnummer;Name\n1;A', 1)],
)
def test_quotes_that_do_not_match_swallow_nothing(text: str, line: int) -> None:
    assert refused(text.encode()).values["line"] == line


def test_columns_are_found_in_any_order_case_and_spelling() -> None:
    table = read(" NAME ;extra;STRASSE; schul-nummer\nA;x;B;1\n", "Schulnummer", "Name", "Straße")
    row = table.rows[0]
    assert (row["Schulnummer"], row["name"], row["Strasse"], row["Straße"], row["extra"]) == ("1", "A", "B", "B", "x")
    assert row.value("Fax") == ""
    assert table.has("strasse")
    assert not table.has("Fax")
    assert set(row) == {"name", "extra", "strasse", "schulnummer"}
    assert len(row) == 4
    assert row.get("Fax") is None


def test_column_keys() -> None:
    assert column_key("Schulbezeichnung_1") == column_key(" schulbezeichnung 1")
    assert column_key("Schlüssel") == column_key("Schluessel")
    assert column_key("E-Mail") == "email"


def test_column_there_twice_counts_once_and_is_said() -> None:
    table = read("Schulnummer;Name;Name\n1;A;B\n")
    assert table.rows[0]["Name"] == "A"
    assert any("“Name”" in remark.text() for remark in table.remarks)


def test_short_and_long_rows_are_said_with_their_line() -> None:
    table = read("Schulnummer;Name;Fax\n1;A\n2\n3;C;1;too;many\n4;D;2;;\n")
    assert [row["Schulnummer"] for row in table.rows] == ["1", "4"]
    assert table.rows[0]["Fax"] == ""
    assert table.left_out == 2
    assert [remark.line for remark in table.remarks] == [2, 3, 4]


def test_a_value_that_is_far_too_long_is_left_out() -> None:
    table = read("Schulnummer;Name\n1;" + "x" * 2001 + "\n2;B\n")
    assert [row.line for row in table.rows] == [3]
    assert table.remarks[0].line == 2


def test_zero_bytes_and_the_dos_end_mark_are_dropped() -> None:
    table = read(b"Schulnummer;Name\n1;Fr\x00o\x00bel\n2;B\n\x1a")
    assert table.rows[0]["Name"] == "Frobel"
    assert len(table.rows) == 2
    assert any("2" in remark.text() for remark in table.remarks)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b" ", codecs.BOM_UTF8, b"\xff\xfe", b"\x00\x00", b"\x1a"])
def test_empty_file(raw: bytes) -> None:
    assert "empty" in refused(raw).message


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
        (b"GIF89a....", "picture"),
        (b"\x00\x00\x00\x18ftypheic", "picture"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8", "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04....xl/workbook.xml", "Excel"),
        (b"PK\x03\x04" + b"x" * 9000 + b"xl/worksheets", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
        (b"PK\x03\x04....word/document.xml", "Word"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "LibreOffice"),
        (b"PK\x03\x04....schuldaten.csv", "archive"),
        (b"\x1f\x8b\x08", "archive"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b"\xef\xbb\xbf<html>", "web page"),
    ],
)
def test_what_is_no_table_is_named(raw: bytes, word: str) -> None:
    assert word in refused(raw).message


def test_binary_rubbish_is_no_text() -> None:
    assert "text file" in refused(bytes(range(256)) * 20).message
    assert "text file" in refused(codecs.BOM_UTF16_LE + b"\x00\xd8\x00").message


def test_a_file_of_200_mb_is_refused_by_its_length() -> None:
    with pytest.raises(RuleViolation) as caught:
        check_size(200 * 1024 * 1024)
    assert caught.value.values == {"megabytes": 200, "limit": 20}
    check_size(MAX_BYTES)
    check_size(None)
    with pytest.raises(RuleViolation):
        read_table(b"Schulnummer;Name\n1;A\n", required=("Name",), max_bytes=10)


def test_missing_columns_are_named() -> None:
    error = refused(b"Schule;Ort\n1;2\n", "Schulnummer", "Ort", "PLZ")
    assert error.values["missing"] == "Schulnummer, PLZ"


def test_no_rows() -> None:
    assert "no rows" in refused(b"Schulnummer;Name\n").message
    assert "no rows" in refused(b"sep=;\nSchulnummer;Name").message
    assert "fits its header" in refused(b"Schulnummer;Name\n1\n2\n").message


@pytest.mark.parametrize(
    ("name", "encoding", "rows", "column"),
    [
        ("nrw/key_schulformschluessel.csv", "UTF-8", 27, "Schluessel"),
        ("nrw/key_bezreg.csv", "UTF-8", 5, "Schluessel"),
        ("nrw/key_rechtsform.csv", "UTF-8", 2, "Rechtform"),
        ("nrw/anzahlen.csv", "UTF-8", 5439, "Anzahl"),
        ("nrw/sozialindex.csv", "Windows-1252", 4157, "Sozialindexstufe"),
        ("nrw/key_traeger.csv", "UTF-8", 766, "Kurzbezeichnung"),
        ("bielefeld/schuelerzahlen_nach_klasse_2022-10-01.csv", "Windows-1252", 1112, "Klasse"),
        ("bielefeld/youth_facilities_bielefeld.csv", "UTF-8", 22, "traeger"),
        ("bielefeld/statistische_bezirke.csv", "UTF-8", 72, "stadtbezirk"),
    ],
)
def test_the_real_files(name: str, encoding: str, rows: int, column: str) -> None:
    table = read((DATA / name).read_bytes(), column)
    assert (table.encoding, len(table.rows), table.left_out) == (encoding, rows, 0)


@settings(max_examples=300)
@given(st.binary(max_size=400))
@example(b'"')
@example(b"Name\x00")
@example(b"\xff\xfe\x00")
def test_random_bytes_never_crash(raw: bytes) -> None:
    for content in (raw, b"Schulnummer;Name\n" + raw):
        try:
            read_table(content, required=("Name",))
        except RuleViolation as refusal:
            assert refusal.field == "file"  # noqa: PT017 - reading it is as good


_CELL = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"], exclude_characters="ÃÂ"), max_size=12).map(
    str.strip
)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(_CELL, _CELL).filter(any), min_size=1, max_size=6),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(";,\t"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_is_read_back(
    rows: list[tuple[str, str]], encoding: str, delimiter: str, newline: str
) -> None:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerows([("Schulnummer", "Name"), *rows])
    table = read(target.getvalue().encode(encoding))
    assert [(row["Schulnummer"], row["Name"]) for row in table.rows] == rows


def test_kind_is_not_guessed_from_a_name_that_looks_like_one() -> None:
    check_kind(b"GIF;Name\n1;2\n")
    check_kind(b"PK;Name\n1;2\n")


def test_more_lines_or_columns_than_any_list_has_are_refused_early() -> None:
    assert refused(b"Schulnummer;Name\n" + b"1;A\n" * 100_001).values["limit"] == 100_000
    assert "Missing" in refused(b"x;" * 400 + b"Schulnummer;Name\n1;2\n").message
    refused(b"\n" * 100_002 + b"Schulnummer;Name\n1;A\n")
