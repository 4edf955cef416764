"""Lists of who is where as PDF and as XLSX: places as filtered on the page, and assignments of an employer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Response
from sqlalchemy.orm import Session

from coordination.core.collation import german_key
from coordination.core.i18n import gettext as _
from coordination.core.i18n import in_language
from coordination.directory import boards, page_queries, panels, place_filters, queries
from coordination.directory.asof import AsOf, Then
from coordination.directory.blueprint import bp
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.further import queries as further
from coordination.directory.models import Assignment, District, Place
from coordination.directory.papers import lists, sheets
from coordination.directory.papers.lines import Known, Line, lines_of
from coordination.directory.papers.lists import MOST
from coordination.directory.sites import queries as sites
from coordination.directory.spaces import queries as spaces
from coordination.documents import making
from coordination.exchange import sheets as exchange
from coordination.web.downloads import file_answer
from coordination.web.extensions import db

TEMPLATE = Path(__file__).with_name("list.typ")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with its title and the day it speaks of."""

    title: str
    lines: Sequence[Line]
    as_of: AsOf
    is_cut: bool
    #: What the employer is called whose list it is.
    employer: str = ""
    #: What was asked for and left out, as the page says it.
    left_out: str = ""


@bp.get("/orte/liste.pdf")
def places_pdf() -> Response:
    """Give the places that fit the filters, with who is there, for paper."""
    return _pdf(_places())


@bp.get("/orte/liste.xlsx")
def places_xlsx() -> Response:
    """Give the same as a table."""
    return _xlsx(_places())


@bp.get("/organisationen/<int:organisation_id>/liste.pdf")
def employed_pdf(organisation_id: int) -> Response:
    """Give where the people of an employer are, for paper."""
    return _pdf(_employed(organisation_id))


@bp.get("/organisationen/<int:organisation_id>/liste.xlsx")
def employed_xlsx(organisation_id: int) -> Response:
    """Give the same as a table."""
    return _xlsx(_employed(organisation_id))


def _places() -> Listed:
    as_of, session = sheets.asked_day(), db.session()
    asked = place_filters.wanted(with_further=True)
    city = place_filters.parts(session, as_of.day, asked)
    wanted = place_filters.there(asked, city)
    found = page_queries.places_of(session, as_of.day, wanted, MOST + 1)
    shown = found[:MOST]
    assignments = page_queries.current_assignments(session, [one.id for one in shown], as_of.day)
    with in_language("de"):
        title = _("Who is where: %(what)s", what=place_filters.title(wanted, city))
        then = Then.of(session, as_of, assignments, places=shown)
        elsewhere = sites.with_people(session, shown, {one.place_id for one in assignments}, as_of.day)
        weeks = FullWeeks(session, as_of.day)
        also = further.names_of(session, as_of.day, [one.id for one in shown])
        known = Known(_names(city.districts), then, as_of, _spaces(session, shown, as_of), weeks, also, elsewhere)
        lines = _lines(session, shown, assignments, known)
        left_out = place_filters.unknown(city)
    return Listed(title, lines, as_of, len(found) > MOST, left_out=left_out)


def _employed(organisation_id: int) -> Listed:
    as_of, session = sheets.asked_day(), db.session()
    found = queries.get_organisation(session, organisation_id)
    employed = page_queries.employed_by(session, organisation_id, as_of.day, MOST + 1)
    shown = employed[:MOST]
    then = Then.of(session, as_of, shown)
    places = sorted({a.place for a in shown}, key=lambda one: (german_key(then.name(one)), one.id))
    with in_language("de"):
        weeks = FullWeeks(session, as_of.day)
        also = further.names_of(session, as_of.day, [one.id for one in places])
        districts = _names(queries.districts(session))
        known = Known(districts, then, as_of, _spaces(session, places, as_of), weeks, also)
        employer = then.value(found, "name")
        title = _("Who is where: %(what)s", what=employer)
        lines = _lines(session, places, shown, known)
    return Listed(title, lines, as_of, len(employed) > MOST, employer)


def _names(districts: Sequence[District]) -> dict[int, str]:
    return {one.id: one.name for one in districts}


def _spaces(session: Session, places: Sequence[Place], as_of: AsOf) -> dict[int, str]:
    """Return the social spaces of each place as one text."""
    found = spaces.names_of(session, as_of.day, [one.id for one in places])
    return {place_id: ", ".join(one.name for one in mine) for place_id, mine in found.items()}


def _lines(session: Session, places: Sequence[Place], assignments: Sequence[Assignment], known: Known) -> list[Line]:
    rows = boards.rows(session, assignments, known.as_of.day)
    entries = panels.entries_of(rows, known.then, known.as_of)
    return list(lines_of(places, panels.by_place(entries), known))


def _pdf(found: Listed) -> Response:
    with in_language("de"):
        note = lists.note(is_cut=found.is_cut, left_out=found.left_out)
        values = lists.paper(found.title, found.lines, found.as_of, note=note, employer=found.employer)
    # Nothing is held while the other process works.
    db.session().rollback()
    return file_answer(making.pdf(TEMPLATE, values), making.PDF, _file_name(found, "pdf"))


def _xlsx(found: Listed) -> Response:
    with in_language("de"):
        note = lists.note(is_cut=found.is_cut, left_out=found.left_out)
        sheet = lists.table(_("As of %(day)s", day=found.as_of.day.isoformat()), found.lines, note=note)
    return file_answer(exchange.write_xlsx(sheet), exchange.XLSX, _file_name(found, "xlsx"))


def _file_name(found: Listed, ending: str) -> str:
    return f"{found.title.replace(':', '')} {found.as_of.day.isoformat()}.{ending}"
