"""The way into the directory: start page, lists, organisations, districts, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, g, render_template, request
from flask.typing import ResponseReturnValue

from coordination.core.i18n import format_number
from coordination.core.i18n import gettext as _
from coordination.directory import page_queries, place_filters, queries, words
from coordination.directory.asof import Then
from coordination.directory.blueprint import bp
from coordination.directory.boards import rows as board_rows
from coordination.directory.further import queries as further
from coordination.directory.models import District
from coordination.directory.page_queries import COUNTED, PAGE_SIZE, SCHOOLS, PlaceFilter
from coordination.directory.panels import by_place, entries_of
from coordination.directory.rules import PlaceKind
from coordination.directory.school_forms import form_label
from coordination.directory.sites import queries as sites
from coordination.directory.sources import DATA_SOURCES
from coordination.directory.spaces import queries as spaces
from coordination.directory.views import asked_day
from coordination.web.extensions import db
from coordination.web.guard import open_to_all


@bp.get("/wer-ist-wo")
def index() -> ResponseReturnValue:
    """Show the ways in: search, districts, school forms, facilities, organisations."""
    as_of = asked_day()
    session = db.session()
    numbers = page_queries.kinds_by_district(session, as_of.day)
    there = page_queries.people_there(session, as_of.day)
    forms = queries.schools_by_form(session, as_of.day)
    kinds: Counter[PlaceKind] = Counter()
    for (_district, kind), count in numbers.items():
        kinds[kind] += count
    return render_template(
        "directory/index.html",
        districts=[_card(one, numbers, there) for one in queries.districts(session)],
        spaces=spaces.spaces_on(session, as_of.day),
        without_district=sum(count for (key, _kind), count in numbers.items() if key is None),
        forms=[(_(form_label(code)), code, count) for code, count in sorted(forms.items())],
        kinds=[
            (name, words.place_word(kind), kinds[kind]) for name, kind in place_filters.KINDS.items() if kinds[kind]
        ],
        heading=words.day_heading(as_of.day, as_of.today),
        as_of=as_of,
    )


@dataclass(frozen=True, slots=True)
class DistrictCard:
    """A district on the start page."""

    district: District
    #: "9 Schulen und 1 Standort".
    schools: str
    facilities: int
    there: int


def _card(
    one: District, numbers: Mapping[tuple[int | None, PlaceKind], int], there: Mapping[int | None, int]
) -> DistrictCard:
    mine = {kind: count for (key, kind), count in numbers.items() if key == one.id}
    schools = words.schools_and_sites(mine.get(PlaceKind.SCHOOL, 0), mine.get(PlaceKind.SCHOOL_SITE, 0))
    others = sum(count for kind, count in mine.items() if kind not in SCHOOLS)
    return DistrictCard(one, schools, others, there.get(one.id, 0))


@dataclass(frozen=True, slots=True)
class PageOf:
    """Where in a list one is, for the macro ``pagination``."""

    first: int
    last: int
    total: int
    previous_url: str | None
    next_url: str | None


@bp.get("/orte")
def places() -> ResponseReturnValue:
    """List places, narrowed by links, fifty at a time."""
    as_of = asked_day()
    session = db.session()
    asked = place_filters.wanted(with_further=True)
    number = place_filters.whole(request.args.get("seite"), 1, 100_000) or 1
    city = place_filters.parts(session, as_of.day, asked)
    if said := place_filters.unknown(city):
        flash(said, "warning")
    wanted = place_filters.there(asked, city)
    found, has_more = page_queries.page_of_places(session, as_of.day, wanted, number)
    assignments = page_queries.current_assignments(session, [one.id for one in found], as_of.day)
    then = Then(
        session,
        as_of,
        people=[a.person for a in assignments],
        organisations=[a.employer for a in assignments],
        places=found,
    )
    elsewhere = sites.with_people(session, found, {one.place_id for one in assignments}, as_of.day)
    counted = page_queries.places_counted(session, as_of.day, wanted)
    first = PAGE_SIZE * (number - 1) + 1
    return render_template(
        "directory/places.html",
        places=found,
        people=by_place(entries_of(board_rows(session, assignments, as_of.day), then, as_of)),
        elsewhere=elsewhere,
        then=then,
        words=words,
        as_of=as_of,
        counts=counted,
        is_more=counted.total > COUNTED,
        schools=words.schools_and_sites(counted.own - counted.sites, counted.sites) if wanted.form_code else "",
        also=words.also_for(found, further.names_of(session, as_of.day, [one.id for one in found]), then),
        counted=format_number(COUNTED),
        title=place_filters.title(wanted, city),
        district={one.id: one.name for one in city.districts},
        filters=place_filters.rows(wanted, city),
        city=city,
        paper=place_filters.address,
        is_narrowed=wanted != PlaceFilter(with_further=True),
        page=PageOf(
            first,
            first + len(found) - 1,
            counted.total,
            place_filters.address(seite=number - 1 if number > 2 else None) if number > 1 else None,
            place_filters.address(seite=number + 1) if has_more else None,
        ),
    )


@bp.get("/datenquellen")
@open_to_all("the licences of the open data ask for their holders to be named to everybody")
def sources() -> ResponseReturnValue:
    """Name whose open data is shown, and under which licence."""
    g.nav_key = "directory"
    return render_template("directory/sources.html", sources=DATA_SOURCES)
