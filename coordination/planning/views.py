"""The coverage board: how well schools are provided, against the target and a year ago; and setting the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import Conflict
from coordination.core.i18n import N_
from coordination.core.i18n import gettext as _
from coordination.directory import asof
from coordination.directory import queries as directory_queries
from coordination.directory.asof import AsOf, Then
from coordination.directory.place_filters import NO_DISTRICT
from coordination.directory.school_forms import form_text
from coordination.planning import findings, queries, services
from coordination.planning.blueprint import bp
from coordination.planning.findings import Kind
from coordination.planning.forms import TargetForm
from coordination.planning.models import CoverageTarget
from coordination.planning.rules import GroupCover, Grouping, Known, SchoolCover, Target, grouped, total
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, current_actor, unit_of_work

#: What the address says → what schools are summed by.
GROUPINGS = {
    "bezirk": Grouping.DISTRICT,
    "form": Grouping.FORM,
    "index": Grouping.SOCIAL_INDEX,
    "sozialraum": Grouping.SPACE,
}
GROUPING_WORDS = {
    Grouping.DISTRICT: N_("District"),
    Grouping.FORM: N_("School form"),
    Grouping.SOCIAL_INDEX: N_("Social index"),
    Grouping.SPACE: N_("Social space"),
}


@dataclass(frozen=True, slots=True)
class Board:
    """What page and table are made of."""

    as_of: AsOf
    target: Target
    schools: list[SchoolCover]
    #: The same a year before; its target is today's.
    earlier: list[SchoolCover]
    a_year_before: date
    known: Known
    #: Name → key.
    districts: Mapping[str, int]

    @property
    def is_known(self) -> bool:
        """Return whether anything can be said of the day."""
        return self.known.holds_on(self.as_of.day)


def asked() -> Board:
    """Ask for the right to read, and return the board of the day that the request is about."""
    authorize(Permission.GAPS_READ)
    g.nav_key = "coverage"
    now = clock.wall_clock(clock.utc_now())
    as_of = asof.read(request.args.get("stand"), current_actor(), now)
    if as_of.remark:
        flash(as_of.remark, "warning")
    session, before = db.session(), year_before(as_of.day)
    target, districts = queries.target(session), directory_queries.districts(session)
    known = queries.known(session, now.date())
    is_comparable = known.since is not None and known.holds_on(before)
    return Board(
        as_of,
        target,
        queries.schools(session, as_of.day, target, districts),
        queries.schools(session, before, target, districts) if is_comparable else [],
        before,
        known,
        {one.name: one.id for one in districts},
    )


def year_before(day: date) -> date:
    """Return the same day a year before; of 29 February the day before it."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


@bp.get("/versorgung")
def board() -> ResponseReturnValue:
    """Show what schools have and should have, summed; those below the target; and what to look at."""
    found = asked()
    by = GROUPINGS.get(request.args.get("nach", ""), Grouping.DISTRICT)
    seen = findings.found(db.session(), found.as_of)
    every = [one for kind in seen.values() for one in kind]
    then = Then(
        db.session(),
        found.as_of,
        people=[one.person for one in every],
        places=[place for one in every for place in one.places],
    )
    below = [one for one in found.schools if one.is_below or one.is_empty]
    return render_template(
        "planning/board.html",
        board=found,
        as_of=found.as_of,
        total=total(found.schools),
        total_before=total(found.earlier) if found.earlier else None,
        groups=grouped(found.schools, by),
        before=_before(found.earlier, by),
        before_of={one.place_id: one for one in found.earlier},
        below=sorted(below, key=lambda one: (-one.missing, -(one.social_index or 0))),
        findings=seen,
        not_found=[_(findings.WORDS[kind]) for kind, found_of_it in seen.items() if not found_of_it],
        words=findings.WORDS,
        kinds=Kind,
        by=by,
        ways=_ways(found.schools, by),
        group_name=lambda one: group_name(one, by),
        group_url=lambda one: _group_url(one, by, found),
        form_text=form_text,
        then=then,
    )


def _before(schools: list[SchoolCover], by: Grouping) -> dict[str, GroupCover]:
    """Return the sums of a year ago by their key; what had no Sozialindex then only was not known to have one."""
    return {one.key: one for one in grouped(schools, by) if one.key or by is not Grouping.SOCIAL_INDEX}


def _ways(schools: list[SchoolCover], by: Grouping) -> list[tuple[str, str, Grouping]]:
    """Return what can be summed by: key in the address, word, and way; by social space if the city keeps any."""
    has_spaces = by is Grouping.SPACE or any(one.spaces for one in schools)
    return [
        (key, _(GROUPING_WORDS[one]), one) for key, one in GROUPINGS.items() if has_spaces or one is not Grouping.SPACE
    ]


def group_name(group: GroupCover, by: Grouping) -> str:
    """Return what a row of sums is called."""
    if not group.key:
        return {
            Grouping.DISTRICT: _("without district"),
            Grouping.FORM: _("without school form"),
            Grouping.SOCIAL_INDEX: _("without social index"),
            Grouping.SPACE: _("without social space"),
        }[by]
    if by is Grouping.FORM:
        return form_text(group.key)
    return _("Social index %(number)s", number=group.key) if by is Grouping.SOCIAL_INDEX else group.name


def _group_url(group: GroupCover, by: Grouping, board: Board) -> str:
    """Return where the schools of a row are listed with who is there; "" where no list is about them."""
    about: dict[str, Any] = {}
    if by is Grouping.DISTRICT:
        about = {"bezirk": board.districts.get(group.key, NO_DISTRICT)}
    elif by is Grouping.SPACE and group.key:
        about = {"sozialraum": group.key}
    elif by is Grouping.FORM and group.key:
        about = {"form": group.key}
    return url_for("directory.places", art="schule", **about, **board.as_of.arguments) if about else ""


@bp.route("/versorgung/soll", methods=["GET", "POST"])
def set_target() -> ResponseReturnValue:
    """Set what a school of the city should have."""
    authorize(Permission.GAPS_READ)
    authorize(Permission.TARGET_SET)
    g.nav_key = "coverage"
    form, is_stale = TargetForm(request.form), False
    if request.method == "GET":
        form.fill(queries.target(db.session()), _version())
    elif form.validate():
        try:
            with unit_of_work() as work:
                services.set_target(work, form.given(), version=given(form.version.data))
        except Conflict:
            is_stale = True
            form.keep(version=_version())
        else:
            flash(_("The target is changed."), "success")
            return redirect(url_for(".board"), 303)
    text = render_template("planning/target.html", form=form, is_stale=is_stale)
    return text, 409 if is_stale else 422 if form.errors else 200


def _version() -> int:
    row = db.session().get(CoverageTarget, queries.ONLY)
    return row.version if row else 0
