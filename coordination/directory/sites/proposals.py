"""Which catchment zone is whose, and which sites the zones speak of that nobody has entered.

A zone says that there is a further building, and never where. So it is a proposal, for those alone who can enter one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from coordination.directory.models import Place, School
from coordination.directory.papers import zones
from coordination.directory.papers.zones import Zone
from coordination.directory.queries import is_current
from coordination.directory.rules import PlaceKind
from coordination.directory.sites import rules
from coordination.directory.sites.models import NoSite
from coordination.directory.sites.queries import Sites


@dataclass(frozen=True, slots=True)
class Proposal:
    """A site that a zone speaks of: its school, and what the data calls the zone and the building."""

    school: Place
    zone: str
    label: str


@dataclass(slots=True)
class Reading:
    """What the zones say beside what is entered."""

    open: list[Proposal] = field(default_factory=list)
    denied: list[Proposal] = field(default_factory=list)
    #: Names of zones of which no school, or more than one, is known.
    unmatched: list[str] = field(default_factory=list)
    #: Name of a zone → the site whose zone it is, else the school.
    places: dict[str, Place] = field(default_factory=dict)

    def at(self, place: Place) -> list[Proposal]:
        """Return what is proposed for one school."""
        return [one for one in self.open if one.school.id == place.id]


def may_concern(place: Place) -> bool:
    """Return whether a zone speaks of a site of this place: told by names alone."""
    if place.school is None or place.school.form_code != rules.PRIMARY:
        return False
    return any(rules.read(one.name).is_site and rules.is_called(_names(place), one.name) for one in zones.zones())


def targets(session: Session, day: date) -> dict[str, Place]:
    """Return whose each zone is on ``day``: its site, else its school. One statement."""
    return _matched(session, day).places


def read(session: Session, day: date) -> Reading:
    """Return what the zones propose. Two statements; nothing of a city that the zones are not of."""
    found = _matched(session, day)
    denied = {(row.place_id, row.zone) for row in session.scalars(select(NoSite))}
    every, found.open = found.open, []
    for one in every:
        (found.denied if (one.school.id, one.zone) in denied else found.open).append(one)
    return found


def _matched(session: Session, day: date) -> Reading:
    is_primary = and_(Place.kind == PlaceKind.SCHOOL, School.form_code == rules.PRIMARY, is_current(day))
    # A site that has closed, or opens later, is known as well: nobody has to enter it.
    statement = (
        select(Place)
        .outerjoin(Place.school)
        .where(or_(is_primary, Place.kind == PlaceKind.SCHOOL_SITE))
        .options(contains_eager(Place.school))
        .order_by(Place.sort_name, Place.id)
    )
    places = session.scalars(statement).all()
    called: dict[str, set[Place]] = {}
    for place in places:
        for name in _names(place) if place.kind is PlaceKind.SCHOOL else ():
            called.setdefault(rules.stem(name), set()).add(place)
    sites: dict[int, list[Place]] = {}
    for place in places:
        if place.kind is PlaceKind.SCHOOL_SITE and place.parent_id is not None:
            sites.setdefault(place.parent_id, []).append(place)
    return _sorted_out(called, sites, day)


def _sorted_out(called: Mapping[str, set[Place]], sites: Sites, day: date) -> Reading:
    found, missing = Reading(), dict[int, list[tuple[Zone, Place]]]()
    for zone in zones.zones():
        said = rules.read(zone.name)
        mine = called.get(rules.stem(said.school), set())
        if len(mine) != 1:
            found.unmatched.append(zone.name)
            continue
        (school,) = mine
        found.places[zone.name] = school
        if said.is_site:
            missing.setdefault(school.id, []).append((zone, school))
    for key, rows in missing.items():
        _note(found, rows, sites.get(key, ()), day)
    if not found.places:
        return Reading()
    found.open.sort(key=lambda one: (one.school.sort_name, one.zone))
    return found


def _note(found: Reading, rows: Sequence[tuple[Zone, Place]], sites: Sequence[Place], day: date) -> None:
    """Note what the zones of a school's sites say; nobody is led to a site that is not there on ``day``."""
    there_first = sorted(sites, key=lambda one: not _is_there(one, day))
    for zone, school, site in _paired(rows, there_first):
        if site is None:
            found.open.append(Proposal(school, zone.name, zone.label))
        elif _is_there(site, day):
            found.places[zone.name] = site


def _paired(rows: Sequence[tuple[Zone, Place]], sites: Sequence[Place]) -> list[tuple[Zone, Place, Place | None]]:
    """Return each zone of a school's sites with its site.

    Where a site lies says most; then what it is called; then what else there is and lies in no other zone. Of several
    the first of ``sites`` comes first.
    """
    lies = {site.id: _lies_in(site) for site in sites}
    found: dict[str, Place] = {}
    for belongs in (
        lambda zone, site: lies[site.id] == zone.name,
        _is,
        lambda _zone, site: not lies[site.id],
    ):
        for zone, _school in rows:
            free = (one for one in sites if one not in found.values() and belongs(zone, one))
            if zone.name not in found and (site := next(free, None)) is not None:
                found[zone.name] = site
    return [(zone, school, found.get(zone.name)) for zone, school in rows]


def _lies_in(site: Place) -> str:
    """Return in which zone a site lies; "" where that is not known, or it lies in none."""
    if site.utm_east is None or site.utm_north is None:
        return ""
    return zones.zone_at(site.utm_east, site.utm_north)


def _is_there(site: Place, day: date) -> bool:
    """Return whether a site exists on ``day``."""
    return (site.valid_from is None or site.valid_from <= day) and (site.valid_until is None or site.valid_until >= day)


def _is(zone: Zone, site: Place) -> bool:
    return rules.stem(site.name) in {rules.stem(zone.label), rules.stem(zone.name)}


def _names(place: Place) -> tuple[str, ...]:
    return (place.name, place.school.short_name) if place.school else (place.name,)
