"""Telephone numbers: any spelling in, E.164 kept, the German spelling shown, every spelling found."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

import phonenumbers

from coordination.core.i18n import N_

#: Area code that a number typed without one is taken to have.
HOME_AREA = "0521"
#: So many digits has a number without area code at most, and so begin all area codes around, without their zero.
_MOST_LOCAL, _NEAR = 8, "52"
#: So many digits has a number without area code at least; fewer are an extension, which nobody outside can call.
_LEAST_LOCAL = 5
#: So many digits has a German number behind its area code at least, and with it, without its zero.
_LEAST_BEHIND, _LEAST = 3, 6
#: What is said beside a number that is too short.
TOO_SHORT = N_(
    "This number is too short to be called from outside. Please write it in full with its area code, like 0521 51-1234."
)

#: E.164 ends at 15 digits and the plus; what is longer is two numbers in one cell.
_LONGEST = 16
_GERMANY = 49

_LABEL = re.compile(r"^\s*(?:telefon|tel|fon|phone|telefax|fax|mobil|handy|durchwahl)\b[.:\s]*", re.IGNORECASE)
_PHONE_CHARACTERS = re.compile(r"[\d\s+()/.\-\u2010-\u2015\u00a0]+")
#: Numbers of three digits that start so (110, 112, 115) exist without an area code and cannot be kept as E.164.
_SHORT_CODE = re.compile(r"11\d{1,4}")
_COUNTRY = re.compile(r"49[\s(][\d\s+()/.\-\u2010-\u2015\u00a0]+\Z")
_NO_DIGITS = re.compile(r"[^0-9]+")


def _digits(text: str) -> str:
    return _NO_DIGITS.sub("", text)


def _with_prefix(text: str, area: str) -> str:
    """Return ``text`` with "+" or a leading zero, as if it had been typed in full."""
    plain = text.replace("(0)", "").strip()
    digits = _digits(plain)
    if plain.startswith("+"):
        return "+" + digits
    if digits.startswith("0"):
        return digits
    lost_zero = area.lstrip("0")
    # "521 511234": a spreadsheet took the number for a figure and dropped its zero.
    if lost_zero and digits.startswith(lost_zero) and len(digits) >= len(lost_zero) + 6:
        return "0" + digits
    return area + digits


def _plain_digits(text: str) -> str:
    """Return a number that is nothing but digits and blanks and begins with its zero; "" for any other."""
    digits = text.replace(" ", "")
    return digits if digits.startswith("0") and digits.isascii() and digits.isdecimal() else ""


def parse_phone(text: str, region: str = "DE", area: str | None = None) -> str | None:
    """Return ``text`` as E.164 ("+49521511234"), or None if it is not one telephone number that can be called.

    Args:
        text: any spelling: "0521/51-1234", "+49 (0)521 511234", "511234", "Tel.: 0521 511234".
        region: country in which numbers without "+" are dialled.
        area: area code of numbers without one; None: the one here, if the number is no mere extension.
    """
    digits = _plain_digits(text)
    bare = digits or _LABEL.sub("", text).strip()
    digits = digits or _digits(bare)
    if not _PHONE_CHARACTERS.fullmatch(bare) or _SHORT_CODE.fullmatch(digits):
        return None
    if area is None and len(digits) < _LEAST_LOCAL and not bare.startswith("+"):
        return None
    full = _with_prefix(bare, HOME_AREA if area is None else area)
    if not 6 <= len(full.removeprefix("+")) <= 17:
        return None
    rest = _dialled_in_germany(full) if region == "DE" else ""
    if rest:
        is_one = len(rest) in _german_lengths() and len(rest) + 3 <= _LONGEST and not _is_cut_short(rest)
        return f"+49{rest}" if is_one else None
    try:
        number = phonenumbers.parse(full, region)
    except phonenumbers.NumberParseException:
        return None
    e164 = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if number.country_code == _GERMANY and _is_cut_short(e164.removeprefix("+49")):
        return None
    return e164 if phonenumbers.is_possible_number(number) and len(e164) <= _LONGEST else None


def is_too_short(text: str) -> bool:
    """Return whether ``text`` is no number that can be called because digits are missing: "12", "6170", "0521"."""
    bare = _LABEL.sub("", text).strip()
    digits = _digits(bare)
    is_number = _PHONE_CHARACTERS.fullmatch(bare) and not _SHORT_CODE.fullmatch(digits)
    return bool(is_number and 0 < len(digits) <= _MOST_LOCAL and parse_phone(text) is None)


def _is_cut_short(national: str) -> bool:
    """Return whether a German number, without zero, has too few digits to be one of a telephone."""
    if len(national) < _LEAST:
        return True
    # Area codes have five digits at most: what is longer has enough behind them.
    if len(national) >= 5 + _LEAST_BEHIND:
        return False
    number = phonenumbers.PhoneNumber(country_code=_GERMANY, national_number=int(national))
    area = phonenumbers.length_of_geographical_area_code(number)
    return bool(area) and len(national) - area < _LEAST_BEHIND


@cache
def _german_lengths() -> frozenset[int]:
    """Return how many digits a German number may have behind +49, as the library counts them."""
    lengths = range(1, _LONGEST)
    numbers = {n: phonenumbers.PhoneNumber(country_code=49, national_number=int("1" * n)) for n in lengths}
    return frozenset(n for n, number in numbers.items() if phonenumbers.is_possible_number(number))


class AreaUnclear(Exception):
    """The digits of a cell are a number without area code as well as one whose zero was dropped."""


def parse_phone_cell(text: str, known: Collection[str] = ()) -> str | None:
    """Return a number in a table as E.164, or None; a spreadsheet drops "+" and leading zeros.

    Args:
        text: what the cell says.
        known: numbers in E.164 that are kept already; one with the same digits is meant.

    Raises:
        AreaUnclear: nobody can say whether the digits begin with an area code.
    """
    if _plain_digits(text):
        return parse_phone(text)
    bare = _LABEL.sub("", text).replace("(0)", "").strip()
    digits = _digits(bare)
    # Between separators may stand two numbers; only "49 521 …" can be nothing else than one.
    if digits.startswith("0") or not (bare.isdecimal() or _COUNTRY.match(bare)):
        return parse_phone(text)
    readings = [f"+{digits}", f"+49{digits}"] if digits.startswith("49") else [f"+49{digits}"]
    if found := next((one for one in readings if one in known), None):
        return found
    if len(digits) < _MOST_LOCAL or (len(digits) == _MOST_LOCAL and not digits.startswith(_NEAR)):
        return parse_phone(text)
    if len(digits) == _MOST_LOCAL or (digits.startswith("49") and len(digits) == _MOST_LOCAL + 1):
        raise AreaUnclear
    return next((one for one in readings if _is_valid(one)), None)


def _is_valid(e164: str) -> bool:
    try:
        return len(e164) <= _LONGEST and phonenumbers.is_valid_number(phonenumbers.parse(e164, None))
    except phonenumbers.NumberParseException:
        return False


def _dialled_in_germany(full: str) -> str:
    """Return the number behind one zero or +49, where nothing else stands; "": the library's parser has to say.

    What it would say of these is known, and takes it ten times as long; a list of people has thousands of them.
    """
    rest = full.removeprefix("+49") if full.startswith("+49") else full[1:] if full.startswith("0") else ""
    return "" if rest.startswith("0") else rest


def join_phone(area: str, number: str, region: str = "DE") -> str | None:
    """Return area code and number from two columns as E.164, or None; restores the zero a spreadsheet dropped."""
    prefix, rest = _digits(area), _digits(number)
    if not rest:
        return None
    if not prefix:
        return parse_phone(number, region, "") if rest.startswith("0") or number.strip().startswith("+") else None
    return parse_phone("0" + prefix.lstrip("0") + rest, region)


def display_phone(e164: str) -> str:
    """Return "0521 511234" for a German number, "+43 1 5880" for any other; what is no number comes back unchanged."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    german = number.country_code == 49
    style = phonenumbers.PhoneNumberFormat.NATIONAL if german else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    shown = str(phonenumbers.format_number(number, style))
    # Of a number that the library does not know, its zero would be missing, and typed again it would be another one.
    return f"0{shown}" if german and not shown.startswith("0") else shown


def phone_href(e164: str) -> str:
    """Return the target of a call button: "tel:+49521511234"."""
    return f"tel:{e164}"


def phone_search_keys(e164: str) -> tuple[str, ...]:
    """Return the digits by whose beginning the number is found.

    For "+49521511234": with zero, without it, with the country, and the number as dialled within the town.
    """
    digits = _digits(e164)
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return (digits,) if digits else ()
    national = str(number.national_number)
    keys = ["0" + national, national, digits] if number.country_code == 49 else [digits, national]
    if area := phonenumbers.length_of_geographical_area_code(number):
        keys.append(national[area:])
    return tuple(dict.fromkeys(keys))


def phone_query(text: str) -> str | None:
    """Return the digits to look for if ``text`` is (the start of) a telephone number, else None.

    "0521 51", "0521/51-", "+49 (0)521" and "0049521" all become the beginning of one of ``phone_search_keys``.
    """
    if not _PHONE_CHARACTERS.fullmatch(text.strip()):
        return None
    digits = _digits(text.replace("(0)", "")).removeprefix("00")
    return digits if len(digits) >= 3 else None


def turned_digits(e164: str) -> str:
    """Return the digits of a number from its end: how it is found by its last ones, the extension."""
    return _digits(e164)[::-1]
