"""Single cells of the school file: figures, dates, numbers and addresses as ministries and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from coordination.core.i18n import N_
from coordination.core.phones import join_phone
from coordination.exchange.tables import Row

#: The state's official coordinates (ETRS89, UTM zone 32); rows that say "null" are in it too.
EPSG = 25832
#: North Rhine-Westphalia with a margin, in metres of that system.
EASTS, NORTHS = range(275_000, 540_001), range(5_560_000, 5_840_001)

_BAD_DATE = N_("“%(value)s” is no date; the field was left as it is.")
_BAD_PHONE = N_("“%(value)s” is no telephone number; the field was left as it is.")
_BAD_EMAIL = N_("“%(value)s” is no e-mail address; the field was left as it is.")
_BAD_WEBSITE = N_("“%(value)s” is no web address; the field was left as it is.")
_BAD_POSITION = N_("“%(value)s” is no position in North Rhine-Westphalia; the field was left as it is.")

_WHOLE = re.compile(r"[0-9]{1,12}(?:[.,]0+)?")
_DECIMAL = re.compile(r"([0-9]{1,12})(?:[.,][0-9]+)?")
_GERMAN_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})(?: 0?0:00(?::00)?)?")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00)?)?")
_EMAIL = re.compile(r"[^\s@<>;,]+@[^\s@<>;,.]+(?:\.[^\s@<>;,.]+)+")
_WEBSITE = re.compile(r"(?:https?://)?[^\s/:@]+\.[^\s/:@]+(?::[0-9]+)?(?:/\S*)?", re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
#: Spreadsheets count days from here and show the count when a cell loses its format.
_SPREADSHEET_DAY_ZERO = date(1899, 12, 30)


def text(value: str) -> str:
    """Return ``value`` on one line with single blanks."""
    return " ".join(value.split())


def whole_number(value: str) -> int | None:
    """Return "111", "111,0" or "111.0" as 111, anything else as None."""
    return int(re.split("[.,]", value)[0]) if _WHOLE.fullmatch(value) else None


def padded(value: str, length: int) -> str:
    """Return digits with the leading zeros a spreadsheet dropped; other text as it is."""
    number = whole_number(value)
    return value if number is None else str(number).zfill(length)


def school_number(value: str) -> str | None:
    """Return the six digits of a school number, or None."""
    number = padded(value, 6)
    return number if re.fullmatch(r"[0-9]{6}", number) and number != "000000" else None


def form_code(value: str) -> str:
    """Return a school form of two characters: "2" is "02", "0a" is "0A"."""
    return padded(value, 2).upper()[:2] if value else ""


def lost_zero(row: Row) -> bool:
    """Return whether a code of this row is shorter than it should be."""
    form, place, area = row.value("Schulform"), row.value("Gemeindeschluessel"), row.value("Telefonvorwahl")
    return len(form) == 1 or (len(place) == 7 and place.isdecimal()) or (area.isdecimal() and not area.startswith("0"))


def day(value: str) -> date | None:
    """Return "01.08.2018", "1.8.18", "2018-08-01" or a spreadsheet's 43313 as a date, anything else as None."""
    try:
        if match := _GERMAN_DATE.fullmatch(value):
            year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
            return date(year, int(match[2]), int(match[1]))
        if match := _ISO_DATE.fullmatch(value):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    count = whole_number(value)
    return _SPREADSHEET_DAY_ZERO + timedelta(days=count) if count is not None and 10_000 <= count < 80_000 else None


class Cells:
    """Reads cells of one row and remembers which had a value that could not be read."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.unreadable: set[str] = set()
        self.complaints: list[tuple[str, str]] = []

    def _complain(self, name: str, message: str, value: str) -> None:
        self.unreadable.add(name)
        self.complaints.append((message, value[:60]))

    def phone(self, name: str, area_column: str, number_column: str) -> str | None:
        """Return area and number from two columns as E.164."""
        area, number = self.row.value(area_column), self.row.value(number_column)
        joined = join_phone(area, number)
        if joined is None and number:
            self._complain(name, _BAD_PHONE, f"{area} {number}".strip())
        return joined

    def email(self) -> str:
        """Return the official address in lower case, or ""."""
        value = self.row.value("E-Mail").lower()
        if value and not _EMAIL.fullmatch(value):
            self._complain("email", _BAD_EMAIL, value)
            return ""
        return value

    def website(self) -> str:
        """Return an http address, or ""; nothing else may become a link."""
        value = self.row.value("Homepage")
        if value and not _WEBSITE.fullmatch(value):
            self._complain("website", _BAD_WEBSITE, value)
            return ""
        return value if not value or _SCHEME.match(value) else f"http://{value}"

    def day(self, name: str, column: str) -> date | None:
        """Return the date in ``column``."""
        value = self.row.value(column)
        found = day(value)
        if value and found is None:
            self._complain(name, _BAD_DATE, value)
        return found

    def position(self) -> tuple[int | None, int | None, int | None]:
        """Return east, north and the number of the coordinate system, or three times None."""
        values = [self.row.value(column) for column in ("UTMRechtswert", "UTMHochwert")]
        system = self.row.value("EPSG").upper().replace("EPSG:", "").strip()
        if not any(values):
            return None, None, None
        matches = [_DECIMAL.fullmatch(value) for value in values]
        east, north = (int(match[1]) if match else -1 for match in matches)
        if east not in EASTS or north not in NORTHS or system not in {"", "NULL", str(EPSG)}:
            self._complain("position", _BAD_POSITION, " ".join([system, *values]).strip())
            return None, None, None
        return east, north, EPSG
