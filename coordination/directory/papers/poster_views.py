"""Posters as PDF: of a district, and of what the list of places is narrowed to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Response, request

from coordination.core.i18n import in_language
from coordination.directory import boards, page_queries, panels, place_filters, queries
from coordination.directory.asof import AsOf, Then
from coordination.directory.blueprint import bp
from coordination.directory.district_views import MOST
from coordination.directory.page_queries import PlaceFilter
from coordination.directory.papers import poster, sheets
from coordination.directory.papers.poster import About
from coordination.documents import making
from coordination.web.downloads import file_answer
from coordination.web.extensions import db

TEMPLATE = Path(__file__).with_name("poster.typ")


@bp.get("/bezirke/<int:district_id>/plakat.pdf")
def district_poster(district_id: int) -> Response:
    """Give the poster of a district, on A4 or (``?papier=a3``) on A3."""
    as_of, session = sheets.asked_day(), db.session()
    name = queries.get_district(session, district_id).name
    address = sheets.page_address("directory.district", as_of, district_id=district_id)
    return _poster(as_of, PlaceFilter(district_id=district_id), About(name, address))


@bp.get("/orte/plakat.pdf")
def places_poster() -> Response:
    """Give the poster of the places that fit the filters of the list: of a school form, of a social space."""
    as_of, session = sheets.asked_day(), db.session()
    asked = place_filters.wanted()
    with in_language("de"):
        city = place_filters.parts(session, as_of.day, asked)
        wanted = place_filters.there(asked, city)
        name = place_filters.title(wanted, city)
        if wanted == PlaceFilter(space_id=wanted.space_id):
            name = next((word for key, word in city.spaces_in(None) if key == wanted.space_id), name)
        left_out = place_filters.unknown(city, "papier")
    # A day that is not to be seen is left out of the address, too.
    address = place_filters.address(stand=as_of.arguments.get("stand"))
    return _poster(as_of, wanted, About(name, sheets.site().url(address), left_out=left_out))


def _poster(as_of: AsOf, wanted: PlaceFilter, about: About) -> Response:
    session, paper = db.session(), request.args.get("papier", "")
    found = page_queries.places_of(session, as_of.day, wanted, MOST + 1)
    places = found[:MOST]
    assignments = page_queries.current_assignments(session, [one.id for one in places], as_of.day)
    then = Then.of(session, as_of, assignments, places=places)
    with in_language("de"):
        entries = panels.entries_of(boards.rows(session, assignments, as_of.day), then, as_of)
        about = replace(about, is_cut=len(found) > MOST)
        values = poster.of_places(about, places, panels.by_place(entries), then)
    values["paper"] = paper if paper in poster.PAPERS else poster.PAPERS[0]
    file = f"Wer ist wo {about.name} {as_of.day.isoformat()} {values['paper'].upper()}.pdf"
    # Nothing is held while the other process works.
    session.rollback()
    return file_answer(making.pdf(TEMPLATE, values), making.PDF, file)
