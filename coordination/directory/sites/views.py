"""What a keeper says of a site that the catchment zones propose."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core.access import Permission
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import sentence
from coordination.directory import queries
from coordination.directory.blueprint import bp
from coordination.directory.papers import zones
from coordination.directory.sites import services
from coordination.web.extensions import db
from coordination.web.guard import authorize, unit_of_work

#: What the list says in place of the page of the school: where to go on.
LIST = "liste"


@bp.post("/orte/<int:place_id>/teilstandort")
def answer_site(place_id: int) -> ResponseReturnValue:
    """Remember that a school has no such site; with "wieder" forget it."""
    authorize(Permission.DIRECTORY_READ)
    queries.get_place(db.session(), place_id)
    authorize(Permission.DIRECTORY_EDIT_ALL)
    zone, again = request.form.get("zone", ""), request.form.get("wieder") == "1"
    if zone not in {one.name for one in zones.zones()}:
        raise NotFound
    try:
        with unit_of_work() as work:
            school = queries.get_place(work.session, place_id)
            (services.propose_again if again else services.deny)(work, school, zone)
    except RuleViolation as violation:
        flash(sentence(violation), "warning")
        return _back(place_id)
    if again:
        flash(_("The site is proposed again."), "success")
    elif _is_on_list():
        heading = _("There is no such site")
        flash(
            _(
                "The site is not proposed any more. It can be proposed again below, under “%(heading)s”.",
                heading=heading,
            ),
            "success",
        )
    else:
        flash(
            _("The site is not proposed any more. Under “Read in the school file” it can be proposed again."), "success"
        )
    return _back(place_id)


def _is_on_list() -> bool:
    return request.form.get("zurueck") == LIST


def _back(place_id: int) -> ResponseReturnValue:
    """Lead to where the answer was given: the list, or the page of the school."""
    if _is_on_list():
        return redirect(url_for("imports.index", _anchor="sites"), 303)
    return redirect(url_for(".place", place_id=place_id), 303)
