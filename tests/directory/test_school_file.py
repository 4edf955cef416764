from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordination.core.errors import RuleViolation
from coordination.core.i18n import use_language
from coordination.directory.school_file import SchoolFile, SchoolRecord, read_schools
from coordination.directory.school_forms import FORMS, NOT_SCHOOLS, OPERATION, form_label
from coordination.directory.sources import DATA_SOURCES
from coordination.exchange.tables import read_table
from tests.directory.school_rows import COLUMNS, school_csv

DATA = Path(__file__).parents[2] / "data"
BIELEFELD = "05711000"


@pytest.fixture(autouse=True)
def _english() -> None:
    use_language("en")


@pytest.fixture(scope="module")
def bielefeld() -> SchoolFile:
    return read_schools((DATA / "schools_bielefeld.csv").read_bytes(), municipality=BIELEFELD)


@pytest.fixture(scope="module")
def state() -> SchoolFile:
    return read_schools((DATA / "nrw/schuldaten.csv").read_bytes(), municipality=None)


def one(**cells: str) -> SchoolRecord:
    file = read_schools(school_csv(cells), municipality=None)
    assert len(file.records) == 1
    return file.records[0]


def remarks(file: SchoolFile) -> list[str]:
    return [remark.text() for remark in file.remarks]


# The real files


def test_bielefeld_has_110_schools_and_7_others(bielefeld: SchoolFile) -> None:
    assert len(bielefeld.records) == 117
    assert sum(record.is_school for record in bielefeld.records) == 110
    assert {r.form_code for r in bielefeld.records if not r.is_school} == {"0A", "50", "51", "52", "53", "56", "58"}
    assert sum(record.maintainer_number == "10261" for record in bielefeld.records) == 82
    assert remarks(bielefeld) == []
    assert bielefeld.encoding == "UTF-8"


def test_the_whole_state_is_read() -> None:
    file = read_schools((DATA / "nrw/schuldaten.csv").read_bytes(), municipality=None)
    assert (file.rows, len(file.records), file.left_out) == (5639, 5639, 0)


def test_filtering_the_state_gives_the_bielefeld_file(bielefeld: SchoolFile) -> None:
    file = read_schools((DATA / "nrw/schuldaten.csv").read_bytes(), municipality=BIELEFELD)
    assert [r.number for r in file.records] == [r.number for r in bielefeld.records]
    assert file.elsewhere == 5639 - 117


def test_text_null_in_the_epsg_column_is_the_same_system(state: SchoolFile) -> None:
    table = read_table((DATA / "nrw/schuldaten.csv").read_bytes(), required=("EPSG",))
    assert sum(row["EPSG"] == "null" for row in table.rows) == 234
    assert all(record.epsg == 25832 and record.utm_east and record.utm_north for record in state.records)


def test_schools_without_phone_or_homepage(state: SchoolFile) -> None:
    assert sum(record.phone is None and "phone" not in record.unreadable for record in state.records) == 15
    assert sum(record.website == "" for record in state.records) == 206


def test_numbers_longer_than_a_telephone_number_can_be_are_said_not_kept(state: SchoolFile) -> None:
    assert len(state.remarks) == 3
    assert all("is no telephone number" in text for text in remarks(state))


def test_every_official_address_is_built_of_the_number(state: SchoolFile) -> None:
    assert all(record.email == f"{record.number}@schule.nrw.de" for record in state.records)


def test_every_school_has_a_name_that_people_can_say(state: SchoolFile) -> None:
    assert all(len(record.display_name) >= 5 for record in state.records)
    assert all("  " not in record.name and not record.name.startswith(" ") for record in state.records)


def test_dates_in_the_future_and_schools_that_open_or_close(state: SchoolFile, bielefeld: SchoolFile) -> None:
    by_number = {record.number: record for record in bielefeld.records}
    assert by_number["100257"].opens_on == date(2026, 8, 1)
    assert by_number["100257"].closes_on is None
    assert by_number["100260"].opens_on == date(2026, 8, 1)
    assert all(record.operation_date for record in state.records)
    assert max(record.operation_date for record in state.records if record.operation_date).year == 2034
    assert sum(record.opens_on is not None for record in state.records) == 15
    assert sum(record.closes_on is not None and record.is_running for record in state.records) == 23


def test_2021_file_without_bezirksregierung_keeps_two_dissolved_schools() -> None:
    file = read_schools((DATA / "history/schools_bielefeld_2021-09.csv").read_bytes(), municipality=BIELEFELD)
    assert len(file.records) == 113
    gone = [record for record in file.records if not record.is_running]
    assert [record.number for record in gone] == ["145725", "195730"]
    assert {record.closes_on for record in gone} == {date(2021, 7, 31)}
    assert file.dissolved == 2
    assert {record.district_office for record in file.records} == {""}


def test_pupils_and_social_index_join_by_number() -> None:
    raw = (DATA / "schools_bielefeld.csv").read_bytes()
    pupils, index = (DATA / "nrw/anzahlen.csv").read_bytes(), (DATA / "nrw/sozialindex.csv").read_bytes()
    file = read_schools(raw, municipality=BIELEFELD, pupils=pupils, social_index=index)
    by_number = {record.number: record for record in file.records}
    assert (by_number["100045"].pupils, by_number["100045"].social_index) == (355, 6)
    assert sum(record.social_index is not None for record in file.records) == 70
    assert {"pupils", "social_index"} <= file.fields


def test_form_codes_agree_with_the_official_list() -> None:
    table = read_table((DATA / "nrw/key_schulformschluessel.csv").read_bytes(), required=("Schluessel",))
    assert {row["Schluessel"] for row in table.rows} <= set(FORMS)
    assert {"0A", "50", "51", "52", "53", "56", "58"} == NOT_SCHOOLS
    keys = read_table((DATA / "nrw/key_schulbetriebsschluessel.csv").read_bytes(), required=("Schluessel",))
    assert {row["Schluessel"] for row in keys.rows} == set(OPERATION)
    assert form_label("02") == "Primary school"
    assert form_label("77") == "77"


def test_data_files_are_the_publishers_bytes() -> None:
    lines = (DATA / "SHA256SUMS").read_text().splitlines()
    assert len(lines) == 16
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == digest, name


def test_every_source_has_its_licence_and_attribution() -> None:
    assert {source.holder for source in DATA_SOURCES} == {
        "Stadt Bielefeld",
        "Ministerium für Schule und Bildung des Landes Nordrhein-Westfalen",
    }
    assert all(s.licence_url.startswith("https://") and s.attribution and s.name for s in DATA_SOURCES)


# Spreadsheets and people between the ministry and us


def test_leading_zeros_lost_in_a_spreadsheet_are_put_back() -> None:
    cells = {"Schulform": "2", "Telefonvorwahl": "521", "Gemeindeschluessel": "5711000", "Schulnummer": "124242.0"}
    file = read_schools(school_csv(cells), municipality=BIELEFELD)
    record = file.records[0]
    assert (record.form_code, record.phone, record.municipality) == ("02", "+49521511234", BIELEFELD)
    assert record.number == "124242"
    assert file.without_leading_zero == 1
    assert any("Leading zeros" in text for text in remarks(file))


@pytest.mark.parametrize(
    "text",
    ["01.08.2018", "1.8.2018", "01.08.18", "2018-08-01", "01.08.2018 00:00:00", "2018-08-01T00:00", "43313", "43313,0"],
)
def test_dates_as_spreadsheets_write_them(text: str) -> None:
    assert one(Schulbetriebsdatum=text).operation_date == date(2018, 8, 1)


@pytest.mark.parametrize("text", ["31.02.2018", "2018-13-01", "demnächst", "1", "99999999", "01.08.20188"])
def test_a_bad_date_leaves_the_field_and_says_so(text: str) -> None:
    file = read_schools(school_csv({"Schulbetriebsdatum": text}), municipality=None)
    assert file.records[0].operation_date is None
    assert "operation_date" in file.records[0].unreadable
    assert file.remarks[-1].line == 3
    assert file.remarks[-1].about == file.records[0].display_name
    assert text in remarks(file)[-1]


@pytest.mark.parametrize(
    "cells",
    [
        {"UTMRechtswert": "abc"},
        {"UTMRechtswert": ""},
        {"UTMRechtswert": "5763000", "UTMHochwert": "469000"},
        {"EPSG": "EPSG:4326"},
        {"UTMRechtswert": "0", "UTMHochwert": "0"},
        {"UTMRechtswert": "-5"},
    ],
)
def test_bad_coordinates_leave_the_field_and_say_so(cells: dict[str, str]) -> None:
    file = read_schools(school_csv(cells), municipality=None)
    record = file.records[0]
    assert (record.utm_east, record.utm_north, record.epsg) == (None, None, None)
    assert record.unreadable == {"position"}
    assert "position" in remarks(file)[-1]


def test_coordinates_with_decimals_or_none_at_all() -> None:
    record = one(UTMRechtswert="469000,5", UTMHochwert="5763000.25", EPSG="null")
    assert (record.utm_east, record.utm_north, record.epsg) == (469000, 5763000, 25832)
    assert one(UTMRechtswert="", UTMHochwert="").unreadable == frozenset()


@pytest.mark.parametrize("number", ["", "abc", "1234567", "0", "12 34 56", "1,24E+05", "x'; drop"])
def test_a_bad_school_number_leaves_the_row_out(number: str) -> None:
    file = read_schools(school_csv({"Schulnummer": number}, {}), municipality=None)
    assert [record.line for record in file.records] == [4]
    assert (file.left_out, file.remarks[0].line) == (1, 3)
    assert "Fröbelschule" in file.remarks[0].about


def test_a_number_there_twice_keeps_the_first() -> None:
    file = read_schools(school_csv({}, {"Strasse": "Andere Str. 1"}), municipality=None)
    assert [record.street for record in file.records] == ["Am Lehmstich 16"]
    assert file.left_out == 1
    assert "line 3" in remarks(file)[0]


def test_the_first_row_of_another_town_is_no_duplicate() -> None:
    file = read_schools(school_csv({"Gemeindeschluessel": "05111000"}, {}), municipality=BIELEFELD)
    assert (len(file.records), file.elsewhere, file.left_out) == (1, 1, 0)


def test_dormant_and_dissolved_schools_are_counted_and_marked() -> None:
    rows = [{"Schulnummer": f"10000{key}", "Schulbetriebsschluessel": key} for key in "0123459"]
    file = read_schools(school_csv(*rows, {"Schulbetriebsschluessel": "6"}), municipality=None)
    assert (file.dormant, file.dissolved) == (1, 2)
    assert [r.operation_key for r in file.records if not r.is_running] == ["4", "5", "9"]
    assert [r.operation_key for r in file.records if r.opens_on] == ["3"]
    assert [r.operation_key for r in file.records if r.closes_on] == ["0", "2", "5", "9"]


def test_unknown_codes_are_kept_and_said() -> None:
    file = read_schools(school_csv({"Schulform": "77", "Schulbetriebsschluessel": "x"}), municipality=None)
    assert len(file.records) == 1
    assert file.records[0].is_school
    assert len(file.remarks) == 2


@pytest.mark.parametrize(
    ("cells", "field", "empty"),
    [
        ({"Telefon": "siehe Homepage"}, "phone", None),
        ({"Fax": "kein"}, "fax", None),
        ({"E_Mail": "124242(at)schule"}, "email", ""),
        ({"Homepage": "javascript:alert(1)"}, "website", ""),
        ({"Homepage": "keine"}, "website", ""),
    ],
)
def test_contacts_nobody_can_use_are_left_and_said(cells: dict[str, str], field: str, empty: str | None) -> None:
    file = read_schools(school_csv(cells), municipality=None)
    assert getattr(file.records[0], field) == empty
    assert file.records[0].unreadable == {field}
    assert len(file.remarks) == 1


def test_websites_get_their_scheme() -> None:
    assert one(Homepage="www.example.org/x").website == "http://www.example.org/x"
    assert one(Homepage="httpfoo-schule.de").website == "http://httpfoo-schule.de"
    assert one(Homepage="HTTPS://example.org").website == "HTTPS://example.org"


def test_rows_without_name_or_with_an_endless_value_are_left_out() -> None:
    nameless = {"Schulbezeichnung_1": "", "Schulbezeichnung_2": "", "Kurzbezeichnung": "", "Schulnummer": "100001"}
    file = read_schools(school_csv(nameless, {"Strasse": "x" * 301, "Schulnummer": "100002"}, {}), municipality=None)
    assert [record.number for record in file.records] == ["124242"]
    assert file.left_out == 2


def test_a_file_saved_again_as_windows_1252_without_sep_line() -> None:
    raw = school_csv({}).decode().removeprefix("sep=;\n").replace("\n", "\r\n").encode("cp1252")
    file = read_schools(raw, municipality=None)
    assert file.records[0].display_name == "Fröbelschule"
    assert file.encoding == "Windows-1252"


def test_missing_columns_are_named_and_optional_ones_are_silent() -> None:
    with pytest.raises(RuleViolation) as caught:
        read_schools(school_csv({}, columns=COLUMNS[:5] + COLUMNS[6:]), municipality=None)
    assert caught.value.values == {"missing": "Kurzbezeichnung"}
    some = tuple(c for c in COLUMNS if c not in {"Fax", "Bezirksregierung", "UTMRechtswert", "UTMHochwert", "Homepage"})
    file = read_schools(school_csv({}, columns=some), municipality=None)
    assert not {"fax", "position", "website"} & file.fields
    assert "phone" in file.fields


def test_suppressed_and_unknown_pupil_counts_are_none() -> None:
    pupils = b"Schulnummer;Anzahl\n124242;X\n"
    index = b"Schulnummer;Sozialindexstufe\n124242;ohne\n"
    record = read_schools(school_csv({}), municipality=None, pupils=pupils, social_index=index).records[0]
    assert (record.pupils, record.social_index) == (None, None)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=30), max_size=6))
def test_no_cell_ever_crashes_the_reading(cells: dict[str, str]) -> None:
    try:
        file = read_schools(school_csv(cells, {"Schulnummer": "100001"}), municipality=None)
    except RuleViolation:
        return
    for record in file.records:
        assert record.name
        assert record.display_name
        assert len(record.form_code) <= 2
