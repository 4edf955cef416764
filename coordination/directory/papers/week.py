"""The working week of a person over all places, and of all people of one place, for the door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coordination.core import i18n
from coordination.core.collation import german_key
from coordination.core.i18n import gettext as _
from coordination.directory import words
from coordination.directory.asof import AsOf, Then
from coordination.directory.models import Person, Place
from coordination.directory.panels import Entry
from coordination.directory.papers import sheets
from coordination.directory.papers.lines import by_family_name
from coordination.directory.rules import Why


def of_person(person: Person, entries: Sequence[Entry], then: Then, as_of: AsOf) -> dict[str, Any]:
    """Return one person's week: a row for each place."""
    ordered = sorted(entries, key=lambda e: (german_key(e.place), e.assignment.id))
    what = then.value(person, "function") or ", ".join(dict.fromkeys(e.function for e in ordered))
    address = sheets.page_address("directory.person", as_of, person_id=person.id)
    return _paper(ordered) | {
        **sheets.head(then.name(person), sheets.joined((what, then.name(then.organisation_of(person)))), as_of),
        "head": _("Where"),
        "rows": [_row(e, e.place, _where(e, what, then, as_of)) for e in ordered],
        "nothing": _("No assignment to a school or facility."),
        "contact": sheets.contact(person, as_of),
        "notes": [*_away(ordered, then, as_of, with_names=False), sheets.fallback()],
        "code": sheets.code_of(address, _("Whether I am there today")),
    }


def of_place(place: Place, entries: Sequence[Entry], then: Then, as_of: AsOf) -> dict[str, Any]:
    """Return the week at one place: a row for each person, then what is vacant; of a school, then those at its sites.

    Who is at a site is said with the site: on the door of the main building nobody looks for them there.
    """
    ordered = sorted(entries, key=lambda e: (_site_key(e, place), by_family_name(e)))
    address = sheets.page_address("directory.place", as_of, place_id=place.id)
    title = _("Who is there when: %(place)s", place=then.name(place))
    number, is_lent = words.office(place, then)
    office = sheets.office(place, then) if is_lent else _("Office: %(number)s", number=sheets.number(number))
    return _paper(ordered) | {
        **sheets.head(title, sheets.place_address(place, then) or words.place_form(place, then), as_of),
        "head": _("Who"),
        "rows": [_row(e, e.name, _who(e, place, as_of)) for e in ordered],
        "nothing": _("Nobody is assigned here."),
        "contact": [office] if number else [],
        "notes": [*_away(ordered, then, as_of, with_names=True), sheets.fallback()],
        "code": sheets.code_of(address, _("Who is there today?")),
    }


def _paper(entries: Sequence[Entry]) -> dict[str, Any]:
    last = max([4, *(day for entry in entries for day in entry.row.week)])
    return {
        "days": [i18n.weekday_name(day) for day in range(last + 1)],
        "unknown": _("Times not known"),
    }


def _row(entry: Entry, label: str, more: Sequence[str]) -> dict[str, Any]:
    """Return one line: the usual times, whatever this one week brings; none at all where nobody knows them."""
    week = entry.row.week
    last = max(4, *week) if week else 4
    days = [
        [{"time": words.hours(one), "room": one.room} for one in sorted(week.get(day, ()), key=lambda t: t.starts_at)]
        for day in range(last + 1)
    ]
    return {"label": label, "more": list(more), "days": days if week else [], "is_vacant": not entry.assignment.person}


def _where(entry: Entry, said: str, then: Then, as_of: AsOf) -> list[str]:
    place = entry.assignment.place
    phone = "" if as_of.is_past else sheets.number(place.phone)
    function = entry.function if entry.function != said else ""
    return sheets.present(entry.site_of, function, then.value(place, "street"), phone, entry.holidays)


def _site_key(entry: Entry, place: Place) -> tuple[bool, tuple[str, str], int]:
    is_site = entry.assignment.place_id != place.id
    return is_site, german_key(entry.place if is_site else ""), entry.assignment.place_id


def _who(entry: Entry, place: Place, as_of: AsOf) -> list[str]:
    at = entry.place if entry.assignment.place_id != place.id else ""
    return sheets.present(
        _("only at its site: %(sites)s", sites=at) if at else "",
        sheets.joined((entry.function, entry.employer)),
        *sheets.contact(entry.assignment.person, as_of),
        entry.holidays,
    )


def _away(entries: Sequence[Entry], then: Then, as_of: AsOf, *, with_names: bool) -> list[str]:
    """Return who is away on the day, and who stands in: that it is so, never why."""
    found = []
    for entry in entries:
        if entry.row.answer.why is not Why.ABSENT:
            continue
        stands_in = ""
        if entry.stands_in is not None:
            reached = ", ".join([then.name(entry.stands_in), *sheets.contact(entry.stands_in, as_of)])
            stands_in = _("Substitute: %(who)s.", who=reached)
        elif entry.office is not None and not as_of.is_past:
            reached = ", ".join(sheets.present(entry.employer, sheets.number(entry.office.phone), entry.office.email))
            stands_in = _("Please turn to: %(who)s.", who=reached)
        said = _("%(name)s is not there at present.", name=entry.name) if with_names else _("Not there at present.")
        found.append(f"{said} {stands_in}".strip())
    return list(dict.fromkeys(found))
