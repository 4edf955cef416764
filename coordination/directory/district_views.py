"""Districts: who is there, on the screen and on paper."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from coordination.core.i18n import gettext as _
from coordination.directory import page_queries, queries, words
from coordination.directory.asof import Then
from coordination.directory.blueprint import bp
from coordination.directory.boards import rows as board_rows
from coordination.directory.models import Place
from coordination.directory.page_queries import PlaceFilter
from coordination.directory.panels import by_place, entries_of
from coordination.directory.rules import PlaceKind
from coordination.directory.school_forms import form_label
from coordination.directory.views import asked_day
from coordination.web.extensions import db

#: More than this is not put on one page; the list of places has the others.
MOST = 200


@bp.get("/bezirke/<int:district_id>")
def district(district_id: int) -> ResponseReturnValue:
    """Show a district: its schools by form and its facilities, with who is there."""
    return render_template("directory/district.html", **_district(district_id))


@bp.get("/bezirke/<int:district_id>/liste")
def district_list(district_id: int) -> ResponseReturnValue:
    """Show the same as one table made for paper."""
    return render_template("directory/district_list.html", **_district(district_id))


def _district(district_id: int) -> dict[str, Any]:
    as_of = asked_day()
    session = db.session()
    found = queries.get_district(session, district_id)
    listed = page_queries.places_of(session, as_of.day, PlaceFilter(district_id=district_id), MOST)
    assignments = page_queries.current_assignments(session, [one.id for one in listed], as_of.day)
    then = Then(
        session,
        as_of,
        people=[a.person for a in assignments],
        organisations=[a.employer for a in assignments],
        places=listed,
    )
    people = by_place(entries_of(board_rows(session, assignments, as_of.day), then, as_of))
    return {
        "district": found,
        "groups": _groups(listed, then),
        "people": people,
        "then": then,
        "words": words,
        "as_of": as_of,
        "heading": words.day_heading(as_of.day, as_of.today),
        "there": len({e.assignment.person_id for entries in people.values() for e in entries if e.row.is_here}),
        "is_cut": len(listed) == MOST,
        "most": MOST,
    }


def _groups(listed: Any, then: Then) -> list[tuple[str, list[Place]]]:
    """Return places under the words for their form or kind, schools first, in the order of the official codes."""
    groups: dict[tuple[int, str, str], list[Place]] = {}
    for one in listed:
        code = then.of_school(one, "form_code")
        rank = list(PlaceKind).index(one.kind)
        word = _(form_label(code)) if code else words.place_word(one.kind)
        groups.setdefault((rank, code, word), []).append(one)
    return [(key[2], groups[key]) for key in sorted(groups)]
