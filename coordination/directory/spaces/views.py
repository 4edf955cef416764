"""The list of social spaces, and keeping it; making a guess about a place a fact.

The page of one social space stands with the districts'.
"""

from __future__ import annotations

from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.collation import german_key
from coordination.core.errors import RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext, sentence
from coordination.core.work import Work
from coordination.directory import choices, page_queries
from coordination.directory import queries as directory
from coordination.directory.blueprint import bp
from coordination.directory.spaces import queries, services
from coordination.directory.spaces.forms import MembersForm, SpaceForm
from coordination.directory.spaces.models import SocialSpace
from coordination.directory.unit_views import Sent, changing, ending, entering, reopening
from coordination.directory.views import asked_day
from coordination.web.extensions import db
from coordination.web.forms import given, key_of
from coordination.web.guard import authorize, unit_of_work


@bp.get("/sozialraeume")
def social_spaces() -> ResponseReturnValue:
    """List the social spaces with how many places belong to them, and those that have ended."""
    as_of, session = asked_day(), db.session()
    return render_template(
        "directory/social_spaces.html",
        spaces=queries.spaces_on(session, as_of.day),
        district={one.id: one.name for one in directory.districts(session)},
        counts=page_queries.places_by_space(session, as_of.day),
        ended=queries.ended_before(session, as_of.day),
        as_of=as_of,
    )


def _form(_row: SocialSpace | None, data: Sent) -> SpaceForm:
    form = SpaceForm(data)
    form.offer(choices.districts(db.session()))
    return form


@bp.route("/sozialraeume/neu", methods=["GET", "POST"])
def new_social_space() -> ResponseReturnValue:
    """Enter a social space."""
    authorize(Permission.DIRECTORY_EDIT_ALL)
    form = _form(None, request.form)
    said = _("The social space is entered. Under “More” you can tick its places.")
    return entering("social_space", form, said, lambda work: services.create_space(work, form.value()))


@bp.route("/sozialraeume/<int:space_id>/bearbeiten", methods=["GET", "POST"])
def edit_social_space(space_id: int) -> ResponseReturnValue:
    """Call a social space something else, or put it into another district."""
    return changing("social_space", space_id, _form, _change)


def _change(work: Work, row: SocialSpace, form: SpaceForm) -> str:
    if services.change_space(work, row, form.value(), version=given(form.version.data)):
        return _("The social space is changed. What it was called until yesterday stays findable.")
    return _("The social space is changed.")


@bp.route("/sozialraeume/<int:space_id>/beenden", methods=["GET", "POST"])
def end_social_space(space_id: int) -> ResponseReturnValue:
    """Ask for the last day, say how many places belong to the social space, end it."""
    return ending("social_space", space_id)


@bp.post("/sozialraeume/<int:space_id>/fortfuehren")
def reopen_social_space(space_id: int) -> ResponseReturnValue:
    """Let a social space go on."""
    return reopening("social_space", space_id)


@bp.route("/sozialraeume/<int:space_id>/orte", methods=["GET", "POST"])
def fill_social_space(space_id: int) -> ResponseReturnValue:
    """Tick the places that belong to a social space: those of its district, of another one, or of the whole city."""
    authorize(Permission.DIRECTORY_READ)
    space = queries.get_space(db.session(), space_id)
    authorize(Permission.DIRECTORY_EDIT_ALL)
    session, today = db.session(), clock.today()
    asked = request.args.get("bezirk")
    district_id = (space.district_id or 0) if asked is None else key_of(asked)
    places = directory.places(session, today, district_id=district_id or None)
    places = sorted(places, key=lambda one: german_key(one.name))
    held = queries.names_of(session, today, [one.id for one in places])
    form = MembersForm(request.form)
    form.offer([(one.id, one.name) for one in places])
    if request.method == "GET":
        form.keep_ticked([one.id for one in places if any(each.id == space_id for each in held.get(one.id, ()))])
    elif form.validate():
        try:
            count = _fill(space_id, *form.value())
        except RuleViolation as violation:
            form.form_errors.append(sentence(violation))
        else:
            flash(_filled(count), "success" if count else "info")
            return redirect(url_for(".social_space", space_id=space_id), 303)
    page = render_template(
        "directory/social_space_places.html",
        space=space,
        form=form,
        places={one.id: one for one in places},
        held=held,
        districts=directory.districts(session),
        district_id=district_id,
    )
    return page, 422 if form.errors else 200


def _filled(count: int) -> str:
    if not count:
        return _("Nothing was changed.")
    return ngettext("%(n)s place belongs otherwise now.", "%(n)s places belong otherwise now.", count)


def _fill(space_id: int, joining: Collection[int], leaving: Collection[int]) -> int:
    with unit_of_work() as work:
        wanted = {key: directory.get_place(work.session, key) for key in sorted({*joining, *leaving})}
        space = queries.get_space(work.session, space_id)
        ways = {"joining": [wanted[key] for key in joining], "leaving": [wanted[key] for key in leaving]}
        return services.fill(work, space, **ways)


@bp.post("/orte/<int:place_id>/sozialraum")
def confirm_social_space(place_id: int) -> ResponseReturnValue:
    """Let a place belong to a social space that was only guessed so far."""
    authorize(Permission.DIRECTORY_READ)
    authorize(Permission.DIRECTORY_EDIT, directory.subject_of(directory.get_place(db.session(), place_id)))
    with unit_of_work() as work:
        place = directory.get_place(work.session, place_id)
        held = queries.holding(queries.of_place(work.session, place_id), work.today)
        services.assign(work, place, {key_of(request.form.get("space_id")), *(one.id for one in held)})
    flash(_("The social space is entered."), "success")
    return redirect(url_for(".place", place_id=place_id), 303)
