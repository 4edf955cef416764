"""To which social spaces schools belong, from a list of the city; schools that it does not name stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coordination.core.access import Permission, require
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.directory.models import School
from coordination.directory.school_cells import school_number
from coordination.directory.spaces import services
from coordination.directory.spaces.models import SocialSpace
from coordination.directory.spaces.queries import is_there
from coordination.exchange.tables import read_table

COLUMNS = ("Schulnummer", "Sozialraum")
_UNKNOWN = N_("There is no social space %(space)s here (line %(line)s). Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says: number of a school → names of social spaces; and the line that says each first."""

    schools: dict[str, set[str]] = field(default_factory=dict)
    school_lines: dict[str, int] = field(default_factory=dict)
    space_lines: dict[str, int] = field(default_factory=dict)
    #: Lines without a number of a school, or without a social space.
    unread: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a list: how many schools belong to others now, and which it names that are not here."""

    changed: int
    #: Line and number of each.
    unknown: Sequence[tuple[int, str]]


def read_spaces(raw: bytes) -> Listed:
    """Return what a list says, one social space to a line; a school may stand in several lines.

    Raises:
        RuleViolation: the file cannot be read.
    """
    found = Listed()
    for row in read_table(raw, required=COLUMNS).rows:
        number, name = school_number(row.value("Schulnummer")), row.value("Sozialraum")
        if number and name:
            found.schools.setdefault(number, set()).add(name)
            found.school_lines.setdefault(number, row.line)
            found.space_lines.setdefault(name, row.line)
        else:
            found.unread.append(row.line)
    return found


def apply(work: Work, listed: Listed) -> Applied:
    """Let the schools of a list belong to what it says; those that are not here are named.

    Raises:
        RuleViolation: a social space is not known.
    """
    require(work.actor, Permission.DIRECTORY_EDIT_ALL)
    known = {one.name: one.id for one in work.session.scalars(select(SocialSpace).where(is_there(work.today)))}
    for name, line in listed.space_lines.items():
        if name not in known:
            raise RuleViolation(_UNKNOWN, field="file", space=name, line=line)
    statement = select(School).where(School.number.in_(listed.schools)).options(joinedload(School.place))
    schools = work.session.scalars(statement.order_by(School.number)).all()
    wanted = {one.place: {known[name] for name in listed.schools[one.number]} for one in schools}
    here = {one.number for one in schools}
    unknown = [(line, number) for number, line in listed.school_lines.items() if number not in here]
    return Applied(services.assign_listed(work, wanted), unknown)
