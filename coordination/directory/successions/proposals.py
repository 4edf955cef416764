"""What may follow schools that are gone from the school file: guesses with their reasons, to be ticked by a person.

Looked for among the new schools and those that stay: at the same address, close by on the map, or called almost the
same. Only one reason is good enough to be ticked beforehand: the same address, and nothing else that could be meant.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coordination.directory.names import are_near, fold_name
from coordination.directory.school_changes import Changes, StoredSchool
from coordination.directory.school_file import SchoolRecord
from coordination.directory.school_forms import CLOSES, DISSOLVED, NOT_SCHOOLS
from coordination.directory.school_names import split_short
from coordination.directory.successions.rules import school_year

#: As far apart one may stand on the map, in metres, and still be the same ground.
CLOSE_METRES = 150
#: A new school that began longer ago has only moved here, or got another number: its day says nothing.
NEW_YEARS = 10
#: More candidates than these help nobody to decide.
MOST = 4
_STREET = re.compile(r"stra(?:ß|ss)e\b|str\.", re.IGNORECASE)


class Why(StrEnum):
    """Why one school may follow another, the strongest first."""

    ADDRESS = "address"
    CLOSE = "close"
    NAME = "name"


RANKS = list(Why)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One school that may follow one that is gone; both by their numbers."""

    gone: str
    successor: str
    why: tuple[Why, ...]
    #: How far apart they are on the map; None where that is not known or not the reason.
    metres: int | None
    on_day: date
    is_ticked: bool


def propose(
    changes: Changes,
    stored: Mapping[str, StoredSchool],
    file: Sequence[SchoolRecord],
    *,
    today: date,
    known: Collection[tuple[str, str]] = (),
) -> list[Proposal]:
    """Return what may follow the schools that are gone; of a file that is probably another one nothing.

    Args:
        changes: what the file changes.
        stored: school number -> what the directory holds.
        file: what the file says.
        today: the day on which it is read in.
        known: pairs of numbers of which it is known already.
    """
    if changes.looks_wrong:
        return []
    new = {record.number for record in changes.new}
    found: list[Proposal] = []
    for number in changes.gone:
        # Whose successor is known is not asked about again.
        if not any(before == number for before, _after in known):
            found += _of_one(number, stored[number], _candidates(number, stored[number], file), new=new, today=today)
    return found


#: A school, why it may follow, and how far apart they are if that is why.
_Candidate = tuple[SchoolRecord, tuple[Why, ...], "int | None"]


def _candidates(number: str, school: StoredSchool, file: Iterable[SchoolRecord]) -> list[_Candidate]:
    found: list[_Candidate] = []
    for record in file:
        why, metres = _reasons(school, record)
        if why and record.is_running and record.number != number:
            found.append((record, why, metres))
    return sorted(found, key=lambda one: (RANKS.index(one[1][0]), one[2] or 0, one[0].number))


def _of_one(
    number: str, school: StoredSchool, candidates: Sequence[_Candidate], *, new: Collection[str], today: date
) -> list[Proposal]:
    is_sure = len(candidates) == 1 and Why.ADDRESS in candidates[0][1]
    default = school_year(_last_day(school, today) + timedelta(days=1))
    return [
        Proposal(
            number,
            record.number,
            why,
            metres,
            _begins(record, default) if record.number in new else default,
            is_sure,
        )
        for record, why, metres in candidates[:MOST]
    ]


def _begins(record: SchoolRecord, default: date) -> date:
    """Return the day on which a new school began, where the file knows it."""
    day = record.operation_date
    return default if day is None or day.year < default.year - NEW_YEARS else day


def _last_day(school: StoredSchool, today: date) -> date:
    """Return the last day of a school that is gone: as it was announced, else yesterday."""
    announced = school.operation_date if school.operation_key in CLOSES | DISSOLVED else None
    return announced or today - timedelta(days=1)


def _reasons(school: StoredSchool, record: SchoolRecord) -> tuple[tuple[Why, ...], int | None]:
    if (school.form_code in NOT_SCHOOLS) == record.is_school:
        return (), None
    why = []
    metres = _metres(school, record)
    if _address(school) and _address(school) == _address(record):
        why.append(Why.ADDRESS)
    elif metres is not None and metres <= CLOSE_METRES:
        why.append(Why.CLOSE)
    if _are_called_alike(school, record):
        why.append(Why.NAME)
    return tuple(why), metres if Why.CLOSE in why else None


def _address(one: StoredSchool | SchoolRecord) -> str:
    """Return street, number and postcode as they are compared; "" where no street is known."""
    street = fold_name(_STREET.sub("str", one.street))
    return f"{street} {one.postcode}" if street else ""


def _metres(school: StoredSchool, record: SchoolRecord) -> int | None:
    here, there = (school.utm_east, school.utm_north), (record.utm_east, record.utm_north)
    if here[0] is None or here[1] is None or there[0] is None or there[1] is None:
        return None
    return round(math.dist((here[0], here[1]), (there[0], there[1])))


def _are_called_alike(school: StoredSchool, record: SchoolRecord) -> bool:
    """Return whether two short names are one but for what stands before them, or a slip of the pen apart."""
    one, other = (fold_name(split_short(of.short_name, of.form_code)[1]) for of in (school, record))
    return bool(one) and (one == other or are_near((one, ""), (other, "")))
