"""The map of the city with the list beside it."""

from __future__ import annotations

from flask import current_app, flash, render_template
from flask.typing import ResponseReturnValue

from coordination.directory import boards, page_queries, panels, place_filters
from coordination.directory.asof import Then
from coordination.directory.blueprint import bp
from coordination.directory.papers import city_map, street_map
from coordination.directory.papers.lists import MOST
from coordination.directory.sites import proposals
from coordination.directory.sites import queries as sites
from coordination.directory.views import asked_day
from coordination.web.extensions import db
from coordination.web.headers import csp_with_pictures


@bp.get("/orte/karte")
def city() -> ResponseReturnValue:
    """Show places as points over the catchment zones, narrowed by the links of the list of places."""
    as_of, session = asked_day(), db.session()
    asked = place_filters.wanted()
    parts = place_filters.parts(session, as_of.day, asked)
    if said := place_filters.unknown(parts):
        flash(said, "warning")
    wanted = place_filters.there(asked, parts)
    found = page_queries.places_of(session, as_of.day, wanted, MOST)
    assignments = page_queries.current_assignments(session, [one.id for one in found], as_of.day)
    then = Then.of(session, as_of, assignments, places=found)
    elsewhere = sites.with_people(session, found, {one.place_id for one in assignments}, as_of.day)
    entries = panels.by_place(panels.entries_of(boards.rows(session, assignments, as_of.day), then, as_of))
    people = city_map.People(entries, elsewhere)
    drawn = city_map.of_places(
        found, people, then, is_part=wanted.district_id is not None or wanted.space_id is not None
    )
    tiles = street_map.of(current_app.extensions["koordination.settings"])
    page = render_template(
        "directory/map.html",
        unplaced=city_map.unplaced(found, people, then, {one.id: one.name for one in parts.districts}),
        map=drawn,
        zone_places=proposals.targets(session, as_of.day) if drawn and drawn.zones else {},
        total=len(found),
        is_cut=len(found) == MOST,
        most=MOST,
        title=place_filters.title(wanted, parts),
        city=parts,
        filters=place_filters.rows(wanted, parts, "directory.city"),
        list_url=place_filters.address(),
        as_of=as_of,
        tiles=tiles,
    )
    return page if tiles is None else (page, {"Content-Security-Policy": csp_with_pictures(tiles.origin)})
