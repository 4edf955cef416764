"""Who is asked on the days of a week on which somebody is away: that they are, never why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from coordination.core.i18n import format_short_day
from coordination.directory.asof import Then
from coordination.directory.models import Organisation, Person
from coordination.directory.panels import Entry

#: From so many days in a row on only the first and the last are named.
_RUN = 3


@dataclass(frozen=True, slots=True)
class Cover:
    """Whom to ask on some days of a week."""

    #: "Mo 30.11., Mi 02.12."
    when: str
    #: Who is away.
    absent: str
    #: Who stands in; else the employer, if it can be reached; else neither: the coordination.
    substitute: Person | None
    office: Organisation | None
    #: What that one is called.
    name: str


def covers(lane: Sequence[Entry], days: Iterable[date], then: Then) -> list[Cover]:
    """Return whom to ask for the people of a row of the week, from the day on that the page speaks of.

    Of an earlier day only a substitute is named, and one who begins later only to whom plans are shown.
    """
    as_of = then.as_of
    found: dict[int | None, list[date]] = {}
    about: dict[int | None, tuple[Entry, Person | None]] = {}
    for day in days:
        # On a holiday nobody would be there anyway.
        entry = next((one for one in lane if one.row.misses(day)), None)
        if entry is None or day < as_of.day:
            continue
        person = as_of.may_ask(entry.row.stands_in(day))
        key = person.id if person else None
        found.setdefault(key, []).append(day)
        about.setdefault(key, (entry, person))
    told = (_cover(*about[key], then, _in_words(those)) for key, those in found.items())
    return [one for one in told if one.substitute is not None or not as_of.is_past]


def _cover(entry: Entry, substitute: Person | None, then: Then, when: str) -> Cover:
    employer = entry.assignment.employer
    office = employer if substitute is None and (employer.phone or employer.email) else None
    name = then.name(substitute) if substitute else entry.employer if office else ""
    return Cover(when, then.name(entry.assignment.person), substitute, office, name)


def _in_words(days: Sequence[date]) -> str:
    """Return "Mo 30.11.–Mi 02.12., Fr 04.12."."""
    # Days in a row are equally far from their places in the list.
    runs = [[day for _place, day in run] for _key, run in groupby(enumerate(days), key=_start)]
    return ", ".join(text for run in runs for text in _run_in_words(run))


def _start(placed: tuple[int, date]) -> date:
    return placed[1] - timedelta(days=placed[0])


def _run_in_words(run: Sequence[date]) -> list[str]:
    if len(run) < _RUN:
        return [format_short_day(day) for day in run]
    return [f"{format_short_day(run[0])}–{format_short_day(run[-1])}"]
