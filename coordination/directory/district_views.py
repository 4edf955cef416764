"""Districts and social spaces: who is there, on the screen and on paper. One page for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from coordination.core.i18n import gettext as _
from coordination.directory import page_queries, queries, words
from coordination.directory.asof import AsOf, Then
from coordination.directory.blueprint import bp
from coordination.directory.boards import rows as board_rows
from coordination.directory.models import District, Place
from coordination.directory.page_queries import PlaceFilter
from coordination.directory.panels import by_place, entries_of
from coordination.directory.rules import PlaceKind
from coordination.directory.school_forms import form_label
from coordination.directory.sites import queries as sites
from coordination.directory.spaces import queries as spaces
from coordination.directory.spaces.models import SocialSpace
from coordination.directory.spaces.queries import Space
from coordination.directory.views import asked_day
from coordination.web.extensions import db

#: More than this is not put on one page; the list of places has the others.
MOST = 200


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the city as its page names it: a district, or a social space."""

    name: str
    wanted: PlaceFilter
    #: Views of its page and of its list for paper, and what their addresses say.
    page: str
    paper: str
    key: Mapping[str, Any]
    #: What the address of the list of places, of its files and of the map says.
    narrowed: Mapping[str, Any]
    #: The district that a social space lies in.
    district: District | None = None
    #: The social spaces of a district.
    spaces: Sequence[Space] = ()
    space: SocialSpace | None = None


@bp.get("/bezirke/<int:district_id>")
def district(district_id: int) -> ResponseReturnValue:
    """Show a district: its schools by form and its facilities, with who is there."""
    return _page("directory/district.html", asked_day(), _district, district_id)


@bp.get("/bezirke/<int:district_id>/liste")
def district_list(district_id: int) -> ResponseReturnValue:
    """Show the same as one table made for paper."""
    return _page("directory/district_list.html", asked_day(), _district, district_id)


@bp.get("/sozialraeume/<int:space_id>")
def social_space(space_id: int) -> ResponseReturnValue:
    """Show a social space as a district is shown."""
    return _page("directory/district.html", asked_day(), _space, space_id)


@bp.get("/sozialraeume/<int:space_id>/liste")
def social_space_list(space_id: int) -> ResponseReturnValue:
    """Show the same as one table made for paper."""
    return _page("directory/district_list.html", asked_day(), _space, space_id)


def _district(key: int, day: date) -> Area:
    session = db.session()
    return Area(
        queries.get_district(session, key).name,
        PlaceFilter(district_id=key, with_further=True),
        "directory.district",
        "directory.district_list",
        {"district_id": key},
        {"bezirk": key},
        spaces=spaces.spaces_on(session, day, district_id=key),
    )


def _space(key: int, day: date) -> Area:
    found = spaces.get_space(db.session(), key)
    return Area(
        spaces.name_on(found, day),
        PlaceFilter(space_id=key),
        "directory.social_space",
        "directory.social_space_list",
        {"space_id": key},
        {"sozialraum": key},
        district=found.district,
        space=found,
    )


def _page(template: str, as_of: AsOf, find: Callable[[int, date], Area], key: int) -> str:
    session, area = db.session(), find(key, as_of.day)
    listed = page_queries.places_of(session, as_of.day, area.wanted, MOST)
    assignments = page_queries.current_assignments(session, [one.id for one in listed], as_of.day)
    then = Then(
        session,
        as_of,
        people=[a.person for a in assignments],
        organisations=[a.employer for a in assignments],
        places=listed,
    )
    people = by_place(entries_of(board_rows(session, assignments, as_of.day), then, as_of))
    own, guests = _apart(listed, area, then)
    return render_template(
        template,
        area=area,
        here=url_for(area.page, **area.key),
        own={**area.key, **as_of.arguments},
        narrowed={**area.narrowed, **as_of.arguments},
        groups=[*_groups(own, then), *_further(guests)],
        lies_in=_districts(session, guests, then),
        people=people,
        elsewhere=sites.with_people(session, listed, people, as_of.day),
        then=then,
        words=words,
        as_of=as_of,
        heading=words.day_heading(as_of.day, as_of.today),
        there=len({e.assignment.person_id for one in own for e in people.get(one.id, ()) if e.row.is_here}),
        is_cut=len(listed) == MOST,
        most=MOST,
    )


def _apart(listed: Sequence[Place], area: Area, then: Then) -> tuple[list[Place], list[Place]]:
    """Return what lies in a part of the city, and what only works for it: of a social space there is no such thing."""
    key = area.wanted.district_id
    elsewhere = [one for one in listed if key is not None and words.district_key(one, then) != key]
    return [one for one in listed if one not in elsewhere], elsewhere


def _further(elsewhere: list[Place]) -> list[tuple[str, list[Place], str]]:
    """Return the places that lie elsewhere as a group of their own: they are not counted among the schools."""
    return [(_("Also there for this district"), elsewhere, "")] if elsewhere else []


def _districts(session: Session, elsewhere: Sequence[Place], then: Then) -> dict[int, str]:
    """Return in which district each of the places lies that lie elsewhere; without any nothing is asked."""
    if not elsewhere:
        return {}
    names = {one.id: one.name for one in queries.districts(session)}
    found = {one.id: names.get(words.district_key(one, then) or 0, "") for one in elsewhere}
    return {key: _("district %(district)s", district=name) for key, name in found.items() if name}


def _groups(listed: Any, then: Then) -> list[tuple[str, list[Place], str]]:
    """Return places under the words for their form or kind, schools first, in the order of the official codes.

    A site stands with the schools of its school's form, and is not counted as one: then it is said what is counted.
    """
    groups: dict[tuple[int, str, str], list[Place]] = {}
    for one in listed:
        school = one.parent if one.kind is PlaceKind.SCHOOL_SITE and one.parent else one
        code = then.of_school(school, "form_code")
        rank = list(PlaceKind).index(school.kind)
        word = _(form_label(code)) if code else words.place_word(one.kind)
        groups.setdefault((rank, code, word), []).append(one)
    return [(key[2], groups[key], _counted(groups[key])) for key in sorted(groups)]


def _counted(places: Sequence[Place]) -> str:
    """Return "9 Schulen und 1 Standort"; "" where no site is among them."""
    branches = sum(one.kind is PlaceKind.SCHOOL_SITE for one in places)
    return words.schools_and_sites(len(places) - branches, branches) if branches else ""
