"""In which district each school lies, from the city's own list; what the list does not say stays as it is."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.directory.history import change
from coordination.directory.models import District, School
from coordination.directory.school_cells import school_number
from coordination.exchange.tables import read_table

#: The column of the joined list in ``data/``: the city's statement, not what was inferred from catchment zones.
COLUMN = "stadtbezirk_stadtliste_2022"
_UNKNOWN = N_("There is no district %(district)s here (line %(line)s). Nothing was changed.")


def read_districts(raw: bytes) -> dict[str, tuple[str, int]]:
    """Return school number → name of its district and the line that says so; schools without one are left out.

    Raises:
        RuleViolation: the file cannot be read.
    """
    wanted = {}
    for row in read_table(raw, required=("Schulnummer", COLUMN)).rows:
        number, name = school_number(row.value("Schulnummer")), row.value(COLUMN)
        if number and name:
            wanted[number] = (name, row.line)
    return wanted


def read_names(raw: bytes) -> dict[str, str]:
    """Return the city's own list of districts: name → number.

    Raises:
        RuleViolation: the file cannot be read.
    """
    rows = read_table(raw, required=("stadtbezirk_nr", "stadtbezirk")).rows
    return {row.value("stadtbezirk"): row.value("stadtbezirk_nr") for row in rows if row.value("stadtbezirk")}


def add(work: Work, names: dict[str, str]) -> int:
    """Store the districts that are not there yet and return how many they were."""
    known = set(work.session.scalars(select(District.name)))
    new = [District(name=name, number=number) for name, number in names.items() if name not in known]
    for district in new:
        work.session.add(district)
        work.record("district.created", district)
    return len(new)


def apply(work: Work, wanted: dict[str, tuple[str, int]]) -> int:
    """Store the districts of the schools that are known here and return how many changed.

    Raises:
        RuleViolation: a district is not known.
    """
    known = {district.name: district.id for district in work.session.scalars(select(District))}
    for name, line in wanted.values():
        if name not in known:
            raise RuleViolation(_UNKNOWN, field="file", district=name, line=line)
    changed = 0
    for school in work.session.scalars(select(School).options(joinedload(School.place))).all():
        if school.number not in wanted:
            continue
        if change(work, school.place, district_id=known[wanted[school.number][0]]):
            work.record("place.changed", school.place)
            changed += 1
    return changed
