from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coordination.core.phones import (
    AreaUnclear,
    display_phone,
    is_too_short,
    join_phone,
    parse_phone,
    parse_phone_cell,
    phone_href,
    phone_query,
    phone_search_keys,
)

NUMBER = "+49521511234"


@pytest.mark.parametrize(
    "text",
    [
        "0521 511234",
        "0521/51-1234",
        "0521 / 51 12 34",
        "(0521) 511234",
        "0521.511234",
        "0521–511234",
        "0521\u00a0511234",
        "+49 521 511234",
        "+49 (0)521 511234",
        "+49(0)521/511234",
        "0049 521 511234",
        "511234",
        "51-1234",
        "Tel.: 0521 511234",
        "Telefon 0521 511234",
        "Fax: 0521 511234",
        "  0521 511234  ",
    ],
)
def test_every_spelling_is_one_number(text: str) -> None:
    assert parse_phone(text) == NUMBER


def test_zero_lost_in_a_spreadsheet_is_restored() -> None:
    assert parse_phone("521511234") == NUMBER
    assert join_phone("521", "511234") == NUMBER


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("2214710140", "+492214710140"),
        ("5209917402", "+495209917402"),
        ("3023125999", "+493023125999"),
        ("4930231259", "+4930231259"),
        ("49521511234", NUMBER),
        ("49 (0)521 511234", NUMBER),
        ("521511234", NUMBER),
        ("15199990017", "+4915199990017"),
        ("511234", NUMBER),
        ("5186170", "+495215186170"),
        ("77275123", "+4952177275123"),
        ("Tel. 0521 511234", NUMBER),
        ("511234/511235", None),
        ("494123 494124", None),
        ("9999999999999999", None),
        ("12345678901", None),
        ("110", None),
    ],
)
def test_what_a_spreadsheet_dropped_is_put_in_front(cell: str, number: str | None) -> None:
    assert parse_phone_cell(cell) == number


@pytest.mark.parametrize("cell", ["52031234", "495215112"])
def test_digits_that_may_be_two_numbers_are_guessed_only_from_what_is_kept(cell: str) -> None:
    with pytest.raises(AreaUnclear):
        parse_phone_cell(cell)
    assert parse_phone_cell(cell, {"+49" + cell}) == "+49" + cell


def test_local_number_takes_the_area_it_is_told() -> None:
    assert parse_phone("559", area="05259") == "+495259559"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "n.n.",
        "siehe Sekretariat",
        "0521",
        "110",
        "112",
        "116117",
        "+",
        "0",
        "0521 511234 / 0171 2345678 / 0160 1234567",
        "0521 511234 / 511235",
        "0521 511234 abends",
        "1" * 40,
        "+999 12345678",
    ],
)
def test_what_is_not_one_number_is_refused(text: str) -> None:
    assert parse_phone(text) is None


def test_foreign_and_mobile_numbers() -> None:
    assert parse_phone("+43 1 58801") == "+43158801"
    assert parse_phone("0171 2345678") == "+491712345678"
    assert display_phone("+43158801").startswith("+43 ")
    assert display_phone("+491712345678") == "0171 2345678"


def test_display_and_href() -> None:
    assert display_phone(NUMBER) == "0521 511234"
    assert display_phone("nonsense") == "nonsense"
    assert phone_href(NUMBER) == "tel:+49521511234"


@pytest.mark.parametrize(
    ("area", "number", "expected"),
    [
        ("0521", "518480", "+49521518480"),
        ("05259", "559", "+495259559"),
        ("", "", None),
        ("0521", "", None),
        ("", "518480", None),
        ("", "0521518480", "+49521518480"),
        ("0521", "n.n.", None),
    ],
)
def test_two_columns_become_one_number(area: str, number: str, expected: str | None) -> None:
    assert join_phone(area, number) == expected


@pytest.mark.parametrize(
    "typed",
    ["0521 51", "0521/51-", "521511234", "+49521", "+49 (0)521 5112", "0049521 51", "511234", "5112", "0521511234"],
)
def test_typed_beginnings_find_the_number(typed: str) -> None:
    query = phone_query(typed)
    assert query is not None
    assert any(key.startswith(query) for key in phone_search_keys(NUMBER))


@pytest.mark.parametrize("typed", ["0522 51", "512234", "+49522"])
def test_other_beginnings_do_not(typed: str) -> None:
    query = phone_query(typed)
    assert query is not None
    assert not any(key.startswith(query) for key in phone_search_keys(NUMBER))


@pytest.mark.parametrize("typed", ["frö", "51", "33615 Bielefeld", "", "Klasse 7"])
def test_words_are_no_phone_query(typed: str) -> None:
    assert phone_query(typed) is None


def test_keys_of_what_is_no_number() -> None:
    assert phone_search_keys("") == ()
    assert phone_search_keys("12345") == ("12345",)
    assert phone_search_keys("+43158801")[0] == "43158801"


@given(st.text(max_size=40))
def test_nothing_typed_ever_crashes(text: str) -> None:
    parsed = parse_phone(text)
    phone_query(text)
    if parsed is not None:
        assert parsed.startswith("+")


@given(st.integers(min_value=2, max_value=9), st.integers(min_value=10_000, max_value=99_999_999))
def test_display_is_read_back_as_the_same_number(lead: int, rest: int) -> None:
    parsed = parse_phone(f"0521 {lead}{rest}")
    assert parsed == f"+49521{lead}{rest}"
    assert parse_phone(display_phone(parsed or "")) == parsed


@given(st.from_regex(r"(?:0|00|\+49|\+490|\+)[0-9]{1,16}", fullmatch=True))
def test_numbers_are_read_as_the_library_reads_them(text: str) -> None:
    try:
        number = phonenumbers.parse(text, "DE")
    except phonenumbers.NumberParseException:
        expected = None
    else:
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        expected = e164 if phonenumbers.is_possible_number(number) and len(e164) <= 16 else None
    assume(6 <= sum(letter.isdigit() for letter in text) <= 17)
    # What is too short to be called is another matter.
    assume(not (expected and expected.startswith("+49") and len(expected) < 11))
    assert parse_phone(text) == expected


@pytest.mark.parametrize(
    "text", ["12", "6170", "51-0", "Durchwahl 6170", "0521 12", "05203 12", "+49 521 12", "+4912", "0521"]
)
def test_what_is_too_short_to_be_called_is_no_number(text: str) -> None:
    assert parse_phone(text) is None
    assert is_too_short(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0521 51-0", "+49521510"),
        ("05203 123", "+495203123"),
        ("77275", "+4952177275"),
        ("+43 1 123", "+431123"),
    ],
)
def test_short_numbers_that_there_are_stay_numbers(text: str, number: str) -> None:
    assert parse_phone(text) == number
    assert not is_too_short(text)


@pytest.mark.parametrize("text", ["", "abends", "110", "116117", "0521 511234 / 511235"])
def test_what_is_wrong_otherwise_is_not_called_short(text: str) -> None:
    assert parse_phone(text) is None
    assert not is_too_short(text)


def test_a_short_number_of_earlier_days_is_shown_so_that_it_does_not_become_another_one() -> None:
    assert display_phone("+4952112") == "052112"
    assert parse_phone(display_phone("+4952112")) is None
