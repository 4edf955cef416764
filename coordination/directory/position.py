"""Where a place lies: read from what map programs give, in degrees, and written so that they take it back."""

from __future__ import annotations

import re
from enum import Enum

import utm

#: The zone of EPSG:25832; its ellipsoid and that of WGS 84 differ by less than a millimetre.
ZONE = 32
#: So many digits of a degree tell a metre from the next.
DIGITS = 5
#: What lies in the state or close to it, in degrees: between which latitudes, between which longitudes.
LATITUDES, LONGITUDES = (50.2, 52.7), (5.7, 9.7)

#: Metres to the east and to the north in EPSG:25832, as they are stored.
Spot = tuple[int, int]
#: Which letters stand for which direction, and whether degrees count backwards there; "Ost" has its own.
_NORTHWARD = {"N": 1, "S": -1}
_EASTWARD = {"E": 1, "O": 1, "W": -1}
_LETTER, _NUMBER, _GAP = r"([NSEOW])", r"([-+−]?[0-9]{1,3}[.,][0-9]{1,20}) ?[°º]?", r" ?[,;/]? ?"
_PLAIN = re.compile(f"{_NUMBER}(?: ?[,;/] ?| ){_NUMBER}")
_LETTERS_FIRST = re.compile(f"{_LETTER} ?{_NUMBER}{_GAP}{_LETTER} ?{_NUMBER}", re.IGNORECASE)
_LETTERS_LAST = re.compile(f"{_NUMBER} ?{_LETTER}{_GAP}{_NUMBER} ?{_LETTER}", re.IGNORECASE)


class Fault(Enum):
    """Why a text is no position that can be stored."""

    UNREADABLE = "unreadable"
    SWAPPED = "swapped"
    ELSEWHERE = "elsewhere"


def read(text: str) -> Spot | Fault:
    """Return the position that ``text`` gives in decimal degrees, latitude first unless letters say otherwise.

    Numbers have a point or a comma, both the same: "52.0212, 8.5347", "52,0212 8,5347", "N 52.0212° E 8.5347°".
    """
    given = _degrees(" ".join(text.split()).strip("() "))
    if given is None:
        return Fault.UNREADABLE
    latitude, longitude = given
    if _is_near(latitude, longitude):
        east, north, _zone, _band = utm.from_latlon(latitude, longitude, force_zone_number=ZONE, force_northern=True)
        return round(float(east)), round(float(north))
    return Fault.SWAPPED if _is_near(longitude, latitude) else Fault.ELSEWHERE


def degrees(east: float, north: float, digits: int = DIGITS) -> tuple[float, float]:
    """Return (latitude, longitude) in WGS 84 of a position in EPSG:25832, whose values are metres."""
    latitude, longitude = utm.to_latlon(east, north, ZONE, northern=True, strict=False)
    return round(float(latitude), digits), round(float(longitude), digits)


def written(east: float, north: float) -> str:
    """Return a position as map programs write it and ``read`` understands it."""
    latitude, longitude = degrees(east, north)
    return f"{latitude:.{DIGITS}f}, {longitude:.{DIGITS}f}"


def spot(east: int | None, north: int | None) -> Spot | None:
    """Return a position as it is stored; None if it is not known."""
    return None if east is None or north is None else (east, north)


def is_same(one: Spot, other: Spot) -> bool:
    """Return whether two positions are one: what is written and read again may have moved by a metre."""
    return abs(one[0] - other[0]) <= 1 and abs(one[1] - other[1]) <= 1


def _is_near(latitude: float, longitude: float) -> bool:
    return LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]


def _degrees(text: str) -> tuple[float, float] | None:
    """Return (latitude, longitude) as they are written; None if the text does not say both of them clearly."""
    if found := _PLAIN.fullmatch(text):
        return _numbers(found[1], found[2])
    if found := _LETTERS_FIRST.fullmatch(text):
        numbers, letters = _numbers(found[2], found[4]), (found[1].upper(), found[3].upper())
    elif found := _LETTERS_LAST.fullmatch(text):
        numbers, letters = _numbers(found[1], found[3]), (found[2].upper(), found[4].upper())
    else:
        return None
    if numbers is None:
        return None
    if letters[0] in _NORTHWARD and letters[1] in _EASTWARD:
        return numbers[0] * _NORTHWARD[letters[0]], numbers[1] * _EASTWARD[letters[1]]
    if letters[0] in _EASTWARD and letters[1] in _NORTHWARD:
        return numbers[1] * _NORTHWARD[letters[1]], numbers[0] * _EASTWARD[letters[0]]
    return None


def _numbers(one: str, other: str) -> tuple[float, float] | None:
    """Return two numbers that are written in one way; None if one has a comma and the other a point."""
    if ("," in one) != ("," in other):
        return None
    first, second = (float(text.replace(",", ".").replace("−", "-")) for text in (one, other))
    return first, second
