"""Weeks for the door as PDF: one person over all places, all people of one place."""

from __future__ import annotations

from pathlib import Path

from flask import Response

from coordination.core.errors import NotFound
from coordination.core.i18n import in_language
from coordination.directory import boards, page_queries, panels, queries
from coordination.directory.asof import AsOf, Then
from coordination.directory.blueprint import bp
from coordination.directory.models import Assignment
from coordination.directory.papers import sheets, week
from coordination.directory.rules import Span
from coordination.directory.sites import queries as sites
from coordination.documents import making
from coordination.web.downloads import file_answer
from coordination.web.extensions import db
from coordination.web.guard import current_actor

TEMPLATE = Path(__file__).with_name("week.typ")


@bp.get("/personen/<int:person_id>/wochenplan.pdf")
def person_week(person_id: int) -> Response:
    """Give a person's week over all places; of somebody who has left, none."""
    as_of = sheets.asked_day()
    session = db.session()
    found = queries.get_person(session, person_id, current_actor())
    if found.valid_until is not None and found.valid_until < as_of.day:
        raise NotFound
    held = [a for a in page_queries.all_assignments(session, person_id=person_id) if _holds(a, as_of)]
    then = Then.of(session, as_of, held, found)
    with in_language("de"):
        entries = panels.entries_of(boards.rows(session, held, as_of.day), then, as_of)
        values = week.of_person(found, entries, then, as_of)
    return _answer(values, f"Wochenplan {then.name(found)} {as_of.day.isoformat()}.pdf")


@bp.get("/orte/<int:place_id>/wochenplan.pdf")
def place_week(place_id: int) -> Response:
    """Give the week of all people of a place, of a school with those at its sites."""
    as_of = sheets.asked_day()
    session = db.session()
    found = queries.get_place(session, place_id)
    branches = sites.of_school(session, found, as_of.day).there
    held = page_queries.current_assignments(session, [found.id, *(one.id for one in branches)], as_of.day)
    then = Then.of(session, as_of, held, found, places=branches)
    with in_language("de"):
        entries = panels.entries_of(boards.rows(session, held, as_of.day), then, as_of)
        values = week.of_place(found, entries, then, as_of)
    return _answer(values, f"Wer ist wann da {then.name(found)} {as_of.day.isoformat()}.pdf")


def _holds(assignment: Assignment, as_of: AsOf) -> bool:
    return Span(assignment.valid_from, assignment.valid_until).holds(as_of.day)


def _answer(values: dict[str, object], name: str) -> Response:
    # Nothing is held while the other process works.
    db.session().rollback()
    return file_answer(making.pdf(TEMPLATE, values), making.PDF, name)
