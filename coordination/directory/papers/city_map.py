"""The map of the city as values for an SVG: points for places, the zones below them, and what part is looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coordination.core.collation import german_key
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.directory import words
from coordination.directory.asof import Then
from coordination.directory.mobile import is_mobile
from coordination.directory.models import Place
from coordination.directory.panels import Entry
from coordination.directory.papers import street_map, zones
from coordination.directory.papers.zones import Box, Zone
from coordination.directory.rules import PlaceKind
from coordination.directory.sites.queries import Sites

SCHOOLS = (PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE)
#: A part of the city is shown with so much around it, in tens of metres, and never smaller than twice that.
MARGIN = 100


@dataclass(frozen=True, slots=True)
class Marked:
    """A place on the map or in the list beside it."""

    place: Place
    name: str
    form: str
    who: str
    is_school: bool
    is_staffed: bool
    #: Where its point is drawn; None if nobody knows where it is, or it lies beyond the map.
    at: tuple[int, int] | None
    #: The district; "" where that is not known either, or its point says it.
    district: str = ""
    #: It has no fixed place: none is missing.
    is_mobile: bool = False

    @property
    def degrees(self) -> tuple[float, float]:
        """Return (latitude, longitude) of a place that is on the map, where it really lies."""
        assert self.place.utm_east is not None
        assert self.place.utm_north is not None
        return street_map.degrees(self.place.utm_east, self.place.utm_north)

    @property
    def label(self) -> str:
        """Return what the point says."""
        return f"{self.name} ({self.form}): {self.who}"


@dataclass(frozen=True, slots=True)
class CityMap:
    """What is drawn, and what is only listed."""

    box: Box
    zones: Sequence[Zone]
    #: Half the width of a point.
    size: int
    shown: Sequence[Marked]
    #: Whose place is known, but not on this map.
    beyond: Sequence[Marked]

    def is_right(self, at: tuple[int, int] | None) -> bool:
        """Return whether something lies so far to the right that its label has to stand left of it."""
        return at is not None and at[0] > self.box.left + self.box.width // 2

    @property
    def zones_by_name(self) -> list[Zone]:
        """Return the zones in sight, as somebody goes through them by keyboard."""
        return sorted((one for one in self.zones if self.box.holds(one.middle)), key=lambda one: german_key(one.name))


@dataclass(frozen=True, slots=True)
class People:
    """Who is assigned: to each place, and of schools with nobody in the main building the sites where somebody is."""

    entries: Mapping[int, Sequence[Entry]]
    elsewhere: Sites


def of_places(places: Sequence[Place], people: People, then: Then, *, is_part: bool) -> CityMap | None:
    """Return the map of ``places``; None if of none is known where it is.

    Args:
        places: in the order of the list beside it.
        people: who is assigned to each place, and to sites of schools with nobody else.
        then: what all of them were called on the day.
        is_part: only a part of the city is asked for, and the map comes closer to it.
    """
    spots = {one.id: zones.spot(one.utm_east, one.utm_north) for one in places if one.utm_east and one.utm_north}
    if not spots:
        return None
    placed = [one for one in places if one.id in spots]
    box, drawn = _frame(list(spots.values()), is_part=is_part)
    size = max(4, box.width // 120)
    inside = _apart({key: at for key, at in spots.items() if box.holds(at)}, 2 * size)
    marked = [_marked(one, people, then, inside.get(one.id)) for one in placed]
    return CityMap(
        box, drawn, size, [one for one in marked if one.at is not None], [one for one in marked if one.at is None]
    )


def unplaced(places: Sequence[Place], people: People, then: Then, districts: Mapping[int, str]) -> list[Marked]:
    """Return those of ``places`` of which nobody has entered where they lie, each with its district of the day.

    Mobile ones among them have no fixed place, and say so.
    """
    return [
        replace(
            _marked(one, people, then, None),
            district=districts.get(words.district_key(one, then) or 0, ""),
            is_mobile=is_mobile(one, then),
        )
        for one in places
        if not (one.utm_east and one.utm_north)
    ]


def _frame(spots: Sequence[tuple[int, int]], *, is_part: bool) -> tuple[Box, Sequence[Zone]]:
    """Return what part is shown: the city, if a point lies in it, else all points; with the zones, if they are near."""
    city = zones.bounds()
    near = [at for at in spots if city is not None and city.holds(at)]
    if city is not None and near and not is_part:
        return city.widened(MARGIN // 5), zones.zones()
    return zones.around(near or spots).widened(MARGIN), zones.zones() if near else ()


def _apart(spots: Mapping[int, tuple[int, int]], least: int) -> dict[int, tuple[int, int]]:
    """Return the spots so that no two points lie on one another: the later one makes room, in widening rings."""
    taken: dict[int, tuple[int, int]] = {}
    for key, (x, y) in spots.items():
        tries = (
            (round(x + ring * least * math.cos(n * math.pi / 4)), round(y + ring * least * math.sin(n * math.pi / 4)))
            for ring in range(8)
            for n in range(8)
        )
        free = (one for one in tries if all(math.dist(one, other) >= least for other in taken.values()))
        taken[key] = next(free, (x, y))
    return taken


def _marked(place: Place, people: People, then: Then, at: tuple[int, int] | None) -> Marked:
    entries, sites = people.entries.get(place.id, ()), people.elsewhere.get(place.id, ())
    names = list(dict.fromkeys(one.name for one in entries if one.assignment.person is not None))
    vacant = sum(one.assignment.person is None for one in entries)
    said = [*names, *([ngettext("%(n)s vacancy", "%(n)s vacancies", vacant)] if vacant else [])]
    return Marked(
        place=place,
        name=then.name(place),
        form=words.place_form(place, then),
        who=", ".join(said) or words.only_at(sites, then) or _("nobody assigned"),
        is_school=place.kind in SCHOOLS,
        is_staffed=bool(names or sites),
        at=at,
    )
