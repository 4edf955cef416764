from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.core.i18n import use_language
from coordination.directory.school_changes import (
    FIELD_LABELS,
    Changes,
    StoredSchool,
    compare,
    value_text,
)
from coordination.directory.school_file import SchoolFile, SchoolRecord, read_schools
from tests.directory.school_rows import school_csv, stored_from

DATA = Path(__file__).parents[2] / "data"
BIELEFELD = "05711000"
OLD = read_schools((DATA / "history/schools_bielefeld_2021-09.csv").read_bytes(), municipality=BIELEFELD)
NEW = read_schools((DATA / "schools_bielefeld.csv").read_bytes(), municipality=BIELEFELD)


@pytest.fixture(autouse=True)
def _english() -> None:
    use_language("en")


def stored(file: SchoolFile) -> dict[str, StoredSchool]:
    return {record.number: stored_from(record) for record in file.records}


def record(**cells: str) -> SchoolRecord:
    return read_schools(school_csv(cells), municipality=None).records[0]


def changed_fields(changes: Changes) -> list[str]:
    return [change.field for school in changes.changed for change in school.fields]


def test_2021_to_2026_is_exactly_10_new_6_gone_and_the_real_changes() -> None:
    changes = compare(stored(OLD), NEW.records, fields=NEW.fields)
    assert sorted(r.number for r in changes.new) == [
        *("100192", "100193", "100257", "100260", "503320", "510749", "510750", "510762", "510774", "510786")
    ]
    assert changes.gone == ("145725", "162000", "184834", "187173", "192843", "195730")
    assert (len(changes.changed), changes.unchanged, changes.came_back) == (44, 63, ())
    assert changes.by_field() == {
        "phone": 36,
        "fax": 28,
        "website": 11,
        "name": 5,
        "position": 5,
        "street": 4,
        "short_name": 4,
    }
    assert not changes.looks_wrong


def test_the_same_file_again_changes_nothing() -> None:
    for file in (OLD, NEW):
        changes = compare(stored(file), file.records, fields=file.fields)
        assert changes.is_empty
        assert changes.unchanged == len(file.records)


def test_after_the_real_import_a_second_one_finds_nothing_and_the_gone_stay_gone() -> None:
    first = compare(stored(OLD), NEW.records, fields=NEW.fields)
    kept = {number: replace(school, gone=number in first.gone) for number, school in stored(OLD).items()}
    again = compare(kept | stored(NEW), NEW.records, fields=NEW.fields)
    assert again.is_empty


def test_an_empty_directory_takes_everything_as_new() -> None:
    changes = compare({}, NEW.records)
    assert len(changes.new) == 117
    assert not changes.looks_wrong


def test_each_change_has_old_and_new_for_a_person() -> None:
    new = record(
        Telefon="515151", Schulform="14", Schulbetriebsschluessel="2", Schulbetriebsdatum="31.07.2030", Rechtsform="2"
    )
    changes = compare({"124242": stored_from(record())}, [new])
    texts = {change.field: (change.label, change.old_text, change.new_text) for change in changes.changed[0].fields}
    assert texts == {
        "form_code": ("School form", "Primary school", "Secondary school (Sekundarschule)"),
        "phone": ("Telephone", "0521 511234", "0521 515151"),
        "legal_form": ("Legal form", "public", "private"),
        "operation_key": ("Operation", "In operation", "Closes later"),
        "operation_date": ("Date of operation", "1 Aug 1968", "31 Jul 2030"),
    }
    assert value_text("phone", None) == ""
    assert value_text("position", (1, 2)) == "1, 2"
    assert value_text("pupils", 7) == "7"


@pytest.mark.parametrize(("metres", "is_change"), [(0, False), (2, False), (-2, False), (3, True), (-3, True)])
@pytest.mark.parametrize("axis", ["UTMRechtswert", "UTMHochwert"])
def test_two_metres_are_no_news(metres: int, is_change: bool, axis: str) -> None:
    base = {"UTMRechtswert": 469000, "UTMHochwert": 5763000}
    moved = record(**{axis: str(base[axis] + metres)})
    changes = compare({"124242": stored_from(record())}, [moved])
    assert changed_fields(changes) == (["position"] if is_change else [])


def test_a_position_or_number_that_goes_is_a_change() -> None:
    changes = compare({"124242": stored_from(record())}, [record(UTMRechtswert="", UTMHochwert="", Telefon="")])
    assert changed_fields(changes) == ["phone", "position"]


def test_what_nobody_can_read_changes_nothing() -> None:
    new = record(Telefon="siehe oben", UTMRechtswert="x", Schulbetriebsdatum="bald", Homepage="keine", E_Mail="nix")
    assert compare({"124242": stored_from(record())}, [new]).is_empty


def test_empty_and_none_are_the_same() -> None:
    known = replace(stored_from(record(Telefon="", Fax="")), phone="", fax="")
    assert compare({"124242": known}, [record(Telefon="", Fax="")]).is_empty


def test_a_column_the_file_lacks_changes_nothing() -> None:
    new = record(Fax="", Homepage="", Telefon="515151")
    changes = compare({"124242": stored_from(record())}, [new], fields={"phone", "name"})
    assert changed_fields(changes) == ["phone"]


def test_pupils_are_not_lost_when_the_second_file_was_not_given() -> None:
    known = replace(stored_from(record()), pupils=200, social_index=3)
    assert compare({"124242": known}, [record()]).is_empty
    changes = compare({"124242": known}, [replace(record(), pupils=210)], fields={"pupils", "social_index"})
    assert changed_fields(changes) == ["pupils", "social_index"]


def test_a_preview_tells_no_number_of_a_few_children() -> None:
    known = replace(stored_from(record()), pupils=200)
    (school,) = compare({"124242": known}, [replace(record(), pupils=4)], fields={"pupils"}).changed
    assert [(one.old_text, one.new_text) for one in school.fields] == [("200", "fewer than 5")]


def test_a_school_that_comes_back_is_said_even_if_nothing_else_changed() -> None:
    known = stored_from(record(), gone=True)
    changes = compare({"124242": known}, [record(Telefon="515151")])
    assert [school.record.number for school in changes.came_back] == ["124242"]
    assert [change.field for change in changes.came_back[0].fields] == ["phone"]
    assert not changes.changed
    assert not compare({"124242": known}, [record()]).is_empty


def test_gone_is_said_once() -> None:
    assert compare({"124242": stored_from(record(), gone=True)}, []).gone == ()
    assert compare({"124242": stored_from(record())}, []).gone == ("124242",)


@pytest.mark.parametrize(("kept", "warns"), [(0, True), (4, True), (5, False), (10, False)])
def test_a_file_with_less_than_half_of_the_schools_looks_wrong(kept: int, warns: bool) -> None:
    records = NEW.records[:10]
    known = {r.number: stored_from(r) for r in records}
    others = [r for r in OLD.records if r.number not in known]
    assert compare(known, [*records[:kept], *others]).looks_wrong is warns


def test_every_label_is_a_field_of_both_sides() -> None:
    for name in FIELD_LABELS:
        if name != "position":
            assert name in StoredSchool.__dataclass_fields__
            assert name in SchoolRecord.__dataclass_fields__


def test_moving_and_closing_is_read_in_german() -> None:
    use_language("de")
    assert value_text("operation_date", date(2030, 7, 31)) == "31.07.2030"


@given(st.sets(st.integers(0, 116)), st.sets(st.integers(0, 116)))
def test_new_gone_and_known_add_up(left: set[int], right: set[int]) -> None:
    before = {NEW.records[i].number: stored_from(NEW.records[i]) for i in left}
    changes = compare(before, [NEW.records[i] for i in right])
    assert len(changes.new) == len(right - left)
    assert len(changes.gone) == len(left - right)
    assert changes.unchanged == len(left & right)
