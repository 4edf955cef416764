"""Organisations: the tree, and each with its people, places and assignments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from coordination.core import registry
from coordination.core.collation import german_key
from coordination.core.i18n import format_number
from coordination.directory import page_queries, queries, words
from coordination.directory.asof import AsOf, Then
from coordination.directory.blueprint import bp
from coordination.directory.boards import rows as board_rows
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.models import Organisation
from coordination.directory.panels import entries_of
from coordination.directory.rules import FULL_WEEK
from coordination.directory.views import asked_day, boxes
from coordination.web.extensions import db

#: More than this is not put on one page; the search finds the others.
MOST = 200


@bp.get("/organisationen")
def organisations() -> ResponseReturnValue:
    """Show all organisations as a tree."""
    as_of = asked_day()
    listed = page_queries.organisations(db.session(), as_of.day)
    return render_template("directory/organisations.html", tree=_tree(listed), as_of=as_of)


def _tree(listed: Any) -> list[dict[str, Any]]:
    known = {one.id for one in listed}
    below: dict[int | None, list[Organisation]] = {}
    for one in listed:
        below.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)

    def nodes(parent: int | None, depth: int = 0) -> list[dict[str, Any]]:
        ordered = sorted(below.get(parent, []), key=lambda o: german_key(o.name))
        return [
            {
                "label": one.name,
                "url": url_for("directory.organisation", organisation_id=one.id),
                "meta": words.organisation_word(one.kind),
                "children": nodes(one.id, depth + 1) if depth < 12 else [],
            }
            for one in ordered
        ]

    return nodes(None)


@bp.get("/organisationen/<int:organisation_id>")
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Show an organisation: its people, the places it runs, whom it employs where."""
    as_of = asked_day()
    session = db.session()
    found = queries.get_organisation(session, organisation_id)
    all_of_them = {one.id: one for one in page_queries.organisations(session, as_of.day)}
    people = page_queries.people_of(session, organisation_id, as_of.day, MOST)
    run = page_queries.places_run_by(session, organisation_id, as_of.day, MOST)
    employed = page_queries.employed_by(session, organisation_id, as_of.day, MOST)
    then = Then(
        session,
        as_of,
        people=[*people, *(a.person for a in employed)],
        organisations=[found],
        places=[*run, *(a.place for a in employed)],
    )
    counts = page_queries.organisation_counts(session, organisation_id, as_of.day)
    return render_template(
        "directory/organisation.html",
        organisation=found,
        subject=queries.subject_of(found),
        chain=_chain(found, all_of_them),
        children=sorted(
            (one for one in all_of_them.values() if one.parent_id == found.id), key=lambda o: german_key(o.name)
        ),
        people=people,
        run=run,
        entries=entries_of(board_rows(session, employed, as_of.day), then, as_of),
        counts=counts,
        boxes=boxes(registry.organisation_panels, session, organisation_id, as_of.day),
        then=then,
        words=words,
        as_of=as_of,
        most=MOST,
        full_week=_full_week([found, *reversed(_chain(found, all_of_them))], as_of),
        left=found.valid_until is not None and found.valid_until < as_of.day,
    )


def _full_week(upwards: Sequence[Organisation], as_of: AsOf) -> str:
    """Return the hours of a full post, where they are others than the usual ones; "" where they are those.

    ``upwards``: the organisation, then what stands above it. Only an earlier day has to be looked up.
    """
    if as_of.is_past:
        hours = FullWeeks(db.session(), as_of.day).of(upwards[0].id)
    else:
        hours = next((one.weekly_hours for one in upwards if one.weekly_hours is not None), FULL_WEEK)
    return "" if hours == FULL_WEEK else format_number(float(hours), 2)


def _chain(found: Organisation, known: Mapping[int, Organisation]) -> list[Organisation]:
    """Return what stands above an organisation, the highest first."""
    chain: list[Organisation] = []
    above = known.get(found.parent_id or 0)
    while above is not None and above not in chain:
        chain.insert(0, above)
        above = known.get(above.parent_id or 0)
    return chain
