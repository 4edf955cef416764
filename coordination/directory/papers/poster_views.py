"""Posters of districts as PDF."""

from __future__ import annotations

from pathlib import Path

from flask import Response, request

from coordination.core.i18n import in_language
from coordination.directory import boards, page_queries, panels, queries
from coordination.directory.asof import Then
from coordination.directory.blueprint import bp
from coordination.directory.district_views import MOST
from coordination.directory.page_queries import PlaceFilter
from coordination.directory.papers import poster, sheets
from coordination.documents import making
from coordination.web.downloads import file_answer
from coordination.web.extensions import db

TEMPLATE = Path(__file__).with_name("poster.typ")


@bp.get("/bezirke/<int:district_id>/plakat.pdf")
def district_poster(district_id: int) -> Response:
    """Give the poster of a district, on A4 or (``?papier=a3``) on A3."""
    as_of, session = sheets.asked_day(), db.session()
    found = queries.get_district(session, district_id)
    places = page_queries.places_of(session, as_of.day, PlaceFilter(district_id=district_id), MOST)
    assignments = page_queries.current_assignments(session, [one.id for one in places], as_of.day)
    then = Then.of(session, as_of, assignments, places=places)
    paper = request.args.get("papier", "")
    with in_language("de"):
        entries = panels.entries_of(boards.rows(session, assignments, as_of.day), then, as_of)
        values = poster.of_district(found, places, panels.by_place(entries), then)
    values["paper"] = paper if paper in poster.PAPERS else poster.PAPERS[0]
    name = f"Wer ist wo {found.name} {as_of.day.isoformat()} {values['paper'].upper()}.pdf"
    # Nothing is held while the other process works.
    session.rollback()
    return file_answer(making.pdf(TEMPLATE, values), making.PDF, name)
