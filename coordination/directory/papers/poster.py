"""One sheet for the wall: schools and facilities of a part of the city or of a form, who is there and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coordination.core.i18n import gettext as _
from coordination.directory import words
from coordination.directory.asof import Then
from coordination.directory.models import Place
from coordination.directory.panels import Entry
from coordination.directory.papers import sheets
from coordination.directory.papers.lines import by_family_name

#: What an address may ask for → the name of the paper; the first is meant if it asks for nothing.
PAPERS = ("a4", "a3")


@dataclass(frozen=True, slots=True)
class About:
    """What a poster is of: what stands under its title, and the page that says who is there today."""

    name: str
    address: str
    #: More places fit than are shown.
    is_cut: bool = False
    #: What was asked for and left out, as the page says it.
    left_out: str = ""


def of_places(
    about: About, places: Sequence[Place], entries: Mapping[int, Sequence[Entry]], then: Then
) -> dict[str, Any]:
    """Return the poster: places with people in German order; where nobody is, in a sentence at the end.

    A school whose people are at its sites is not said to have nobody, nor is an empty site of a school with somebody.
    """
    staffed = [one for one in places if entries.get(one.id)]
    schools = {key for one in staffed for key in (one.id, one.parent_id)}
    empty = [
        sheets.place_name(one, then)
        for one in places
        if not entries.get(one.id) and schools.isdisjoint({one.id, one.parent_id} - {None})
    ]
    said = [
        about.left_out,
        _("Nobody is assigned at: %(places)s.", places=", ".join(empty)) if empty else "",
        _("Only the first %(count)s places are shown here.", count=len(places)) if about.is_cut else "",
    ]
    return sheets.head(_("Who is where?"), about.name, then.as_of) | {
        "foot": "",
        "places": [_place(one, entries[one.id], then) for one in staffed],
        "empty": " ".join(sheets.present(*said)),
        "several": _("On several sheets"),
        "nothing": "" if places else _("No schools and facilities are known here."),
        "fallback": sheets.fallback(),
        "code": sheets.code_of(about.address, _("Who is there today?")),
    }


def _place(place: Place, entries: Sequence[Entry], then: Then) -> dict[str, Any]:
    return {
        "name": sheets.place_name(place, then),
        "phone": sheets.number(words.office(place, then)[0]),
        "people": [_person(one) for one in sorted(entries, key=by_family_name)],
    }


def _person(entry: Entry) -> dict[str, str]:
    """Return who it is and when they are usually there.

    That somebody is away does not stand on a wall: it hangs there long after the day that it was made for, and is read
    by everybody who passes, to most of whom the directory says no name at all. Nor does who stands
    in, which says the same. Who is there today says the page behind the code.
    """
    times = [one for day in entry.row.week.values() for one in day]
    when = words.week_in_a_line(times) if times or entry.assignment.person is None else _("Times not known")
    return {"name": entry.name, "when": when}
