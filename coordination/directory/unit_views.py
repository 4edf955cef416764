"""Organisations and places: entering, changing, closing, opening again; social spaces and offers go the same ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from coordination.core import clock
from coordination.core.access import Permission, allows
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.directory import choices, edit_choices, queries, undo_links
from coordination.directory import unit_services as services
from coordination.directory.assignment_forms import EndForm
from coordination.directory.blueprint import bp
from coordination.directory.forms import OrganisationForm, PlaceForm, SchoolForm
from coordination.directory.further import queries as further_queries
from coordination.directory.further import services as further_services
from coordination.directory.models import District, Organisation, Place
from coordination.directory.offers import queries as offer_queries
from coordination.directory.rules import PlaceKind
from coordination.directory.sites import proposals, twins
from coordination.directory.spaces import queries as space_queries
from coordination.directory.spaces import services as space_services
from coordination.directory.steps import EDIT, SAVE, differing, step
from coordination.directory.unit_services import Unit
from coordination.web.extensions import db
from coordination.web.forms import given, key_of
from coordination.web.guard import authorize, current_actor, unit_of_work

Differences = list[tuple[str, str, str]]
#: Kind of unit → how one is found, the view of its page, and what the address of that page says.
UNITS: dict[str, tuple[Callable[[Session, int], Unit], str, str]] = {
    "organisation": (queries.get_organisation, ".organisation", "organisation_id"),
    "place": (queries.get_place, ".place", "place_id"),
    "social_space": (space_queries.get_space, ".social_space", "space_id"),
    "offer": (offer_queries.get_offer, ".offer", "offer_id"),
}
#: Kind of unit → the view that lets it go on.
REOPEN = {
    "organisation": ".reopen_organisation",
    "place": ".reopen_place",
    "social_space": ".reopen_social_space",
    "offer": ".reopen_offer",
}
#: Fields that answer a question: nothing of them is stored.
ASKED = frozenset({twins.FIELD, twins.ASKED})
Sent = MultiDict[str, str] | None


def _offer_organisation(form: OrganisationForm, of: Organisation | None = None) -> OrganisationForm:
    actor, keep = current_actor(), of.parent_id if of else None
    own = edit_choices.organisations(db.session(), actor, clock.today(), keep)
    offered = [(key, name) for key, name in own if of is None or key != of.id]
    form.offer(offered, may_be_none=actor.keeps_all or (of is not None and keep is None))
    return form


def _offer_place(form: PlaceForm, of: Place | None = None) -> PlaceForm:
    session, actor, day = db.session(), current_actor(), clock.today()
    operators = edit_choices.organisations(session, actor, day, of.operator_id if of else None)
    everywhere = allows(actor, Permission.DIRECTORY_EDIT_ALL)
    schools = edit_choices.schools(session, day) if everywhere else None
    is_listed = of is not None and of.school is not None
    form.offer(operators, choices.districts(session), schools, is_listed=is_listed)
    _offer_areas(form, of)
    return form


def _offer_school(form: SchoolForm, of: Place) -> SchoolForm:
    operators = edit_choices.organisations(db.session(), current_actor(), clock.today(), of.operator_id)
    form.offer(operators, choices.districts(db.session()))
    _offer_areas(form, of)
    return form


def _offer_areas(form: PlaceForm | SchoolForm, of: Place | None) -> None:
    session, day = db.session(), clock.today()
    stored = space_queries.holding(space_queries.of_place(session, of.id), day) if of else []
    form.offer_spaces(
        [(one.id, one.called) for one in space_queries.spaces_on(session, day)], [one.id for one in stored]
    )
    further: list[District] = []
    if of is not None:
        rows = further_queries.of_place(session, of.id)
        further = further_queries.holding(rows, day, but=further_queries.own_district(of))
    form.offer_further(choices.districts(session), [one.id for one in further])


def entering(
    kind: str, form: Any, said: str, create: Callable[[Work], Unit], *, of: Place | None = None
) -> ResponseReturnValue:
    """Show the empty form of a kind of unit, or enter what it says; ``of`` is the place that it is entered at."""
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                key = create(work).id
        except RuleViolation as violation:
            form.show(violation)
        else:
            flash(said, "success")
            return redirect(_url(kind, key), 303)
    return render_template(f"directory/{kind}_new.html", form=form, of=of), 422 if form.errors else 200


def changing(
    kind: str,
    key: int,
    form_of: Callable[[Any, Any], Any],
    save: Callable[[Work, Any, Any], str | None],
    **more: object,
) -> ResponseReturnValue:
    """Show the form of a unit, or change it; of a conflict both texts are shown.

    ``save`` returns what to say of it; None: that the old values stay in the history. ``more`` is for the page.
    """
    authorize(Permission.DIRECTORY_READ)
    row: Any = _unit(kind, key)
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(row))
    form = form_of(row, request.form)
    differences: Differences = []
    if request.method == "GET":
        form.keep_row(row)
    elif form.validate():
        try:
            with unit_of_work() as work:
                said = save(work, _unit(kind, key), form)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            row = _unit(kind, key)
            stored = form_of(row, None)
            stored.keep_row(row)
            differences = differing(form, stored, without=ASKED) or [(_("Version"), "", _("changed in the meantime"))]
            form.keep(version=row.version)
        else:
            flash(said or _("The entry is changed. What was before stays in the history."), "success")
            return redirect(_url(kind, key), 303)
    of = _unit(kind, key)
    page = render_template(f"directory/{kind}_edit.html", form=form, of=of, differences=differences, **more)
    return page, 409 if differences else 422 if form.errors else 200


@bp.route("/organisationen/neu", methods=["GET", "POST"])
def new_organisation() -> ResponseReturnValue:
    """Enter an organisation."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    form = _offer_organisation(OrganisationForm(request.form))
    return entering(
        "organisation",
        form,
        _("The organisation is entered."),
        lambda work: services.create_organisation(work, form.value()),
    )


@bp.route("/organisationen/<int:organisation_id>/bearbeiten", methods=["GET", "POST"])
def edit_organisation(organisation_id: int) -> ResponseReturnValue:
    """Change an organisation; the old values stay in the history."""
    return changing("organisation", organisation_id, _organisation_form, _change_organisation)


def _organisation_form(row: Organisation, data: Sent) -> OrganisationForm:
    form = _offer_organisation(OrganisationForm(data), row)
    form.phone.stored = row.phone
    return form


def _change_organisation(work: Work, row: Organisation, form: OrganisationForm) -> None:
    services.change_organisation(work, row, form.value(), version=given(form.version.data))


@bp.route("/orte/neu", methods=["GET", "POST"])
def new_place() -> ResponseReturnValue:
    """Enter a place."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    form = _offer_place(PlaceForm(request.form))
    if request.method == "GET":
        _fill_in_site(form)

    def create(work: Work) -> Place:
        place = services.create_place(work, form.value(), despite_twin=form.answered_twin)
        further_services.assign(work, place, form.chosen_further or ())
        space_services.assign(work, place, form.chosen_spaces or ())
        return place

    return entering("place", form, _("The place is entered."), create)


def _fill_in_site(form: PlaceForm) -> None:
    """Fill in what is known of a site of the school that the address names; where it lies is not among it."""
    key = key_of(request.args.get("schule"))
    if "parent_id" not in form or key not in dict(edit_choices.schools(db.session(), clock.today())):
        return
    school = queries.get_place(db.session(), key)
    form.keep(kind=PlaceKind.SCHOOL_SITE.value, parent_id=key, operator_id=school.operator_id or 0)
    wanted = request.args.get("einzugsbereich", "")
    for one in proposals.read(db.session(), clock.today()).at(school) if wanted else ():
        if one.zone == wanted:
            form.keep(name=one.label, source_note=_("Catchment zones of primary schools 2024/25"))


@bp.route("/orte/<int:place_id>/bearbeiten", methods=["GET", "POST"])
def edit_place(place_id: int) -> ResponseReturnValue:
    """Change a place; of a school only what the official list does not say."""
    return changing("place", place_id, _place_form, _change_place)


def _place_form(row: Place, data: Sent) -> PlaceForm | SchoolForm:
    if row.kind is PlaceKind.SCHOOL:
        return _offer_school(SchoolForm(data), row)
    form = _offer_place(PlaceForm(data), row)
    form.phone.stored = row.phone
    return form


def _change_place(work: Work, row: Place, form: PlaceForm | SchoolForm) -> None:
    version = given(form.version.data)
    if isinstance(form, PlaceForm):
        services.change_place(work, row, form.value(), version=version, despite_twin=form.answered_twin)
    else:
        district_id, operator_id = form.district_id.data or None, form.operator_id.data or None
        services.change_school(work, row, district_id=district_id, operator_id=operator_id, version=version)
    if form.chosen_further is not None:
        further_services.assign(work, row, form.chosen_further)
    if form.chosen_spaces is not None:
        space_services.assign(work, row, form.chosen_spaces)


def _unit(kind: str, key: int) -> Unit:
    return UNITS[kind][0](db.session(), key)


def _url(kind: str, key: int, view: str = "", **more: Any) -> str:
    _find, page, name = UNITS[kind]
    more[name] = key
    return url_for(view or page, **more)


def ending(kind: str, key: int) -> ResponseReturnValue:
    """Ask for the last day of a unit, show what hangs on it, end it."""
    authorize(Permission.DIRECTORY_READ)
    row = _unit(kind, key)
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(row))
    form = EndForm(request.form)
    hanging, status = None, 200
    if request.method == "GET":
        form.keep(last_on=clock.today(), version=row.version)
    elif form.validate() and step() != EDIT:
        last_on = given(form.last_on.data)
        try:
            if step() == SAVE:
                return end_now(kind, key, last_on, given(form.version.data))
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            status, row = 409, _unit(kind, key)
            form.keep(version=row.version)
        hanging = services.hanging_on(db.session(), row, last_on)
    page = render_template(
        "directory/unit_end.html", form=form, of=_unit(kind, key), kind=kind, back=_url(kind, key), hanging=hanging
    )
    return page, 422 if form.errors else status


def end_now(kind: str, key: int, last_on: date, version: int, *, said: str = "") -> ResponseReturnValue:
    """End a unit and say so, with the way back; ``said``: what, if it is not found as former afterwards."""
    with unit_of_work() as work:
        row = _unit(kind, key)
        earlier = services.end_unit(work, row, last_on, version=version)
        way_back = _way_back(kind, key, row.version, earlier)
    text = said or _("The entry holds until %(day)s and is found as former after that.", day=format_date(last_on))
    undo = {"text": text, "undo_url": way_back}
    flash(undo, "success")  # type: ignore[arg-type]
    return redirect(_url(kind, key), 303)


def reopening(kind: str, key: int) -> ResponseReturnValue:
    """Let a unit go on, or give it the end back that it had."""
    authorize(Permission.DIRECTORY_READ)
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(_unit(kind, key)))
    way_back = ""
    try:
        with unit_of_work() as work:
            row = _unit(kind, key)
            earlier = row.valid_until
            if undo_links.is_asked():
                services.undo_end(work, row, undo_links.read(kind, key))
            else:
                services.reopen_unit(work, row, version=undo_links.version())
                way_back = _way_back(kind, key, row.version, earlier)
            last_on = row.valid_until
            has_twin = last_on is None and isinstance(row, Place) and twins.open_besides(work.session, row, work.today)
    except Conflict:
        text = _("The entry was changed again in the meantime, so its end stays. You can take it back in the form.")
        flash(text, "warning")
    else:
        text = _("The entry goes on without an end.")
        if last_on is not None:
            text = _("The entry holds until %(day)s again.", day=format_date(last_on))
        if has_twin:
            text += " " + _("The school has another open site with this name. Please check whether both are needed.")
        flash({"text": text, "undo_url": way_back} if way_back else text, "success")  # type: ignore[arg-type]
    return redirect(_url(kind, key), 303)


def _way_back(kind: str, key: int, version: int, earlier: date | None) -> str:
    """Return the signed address that gives a unit the end ``earlier``."""
    return _url(kind, key, REOPEN[kind], **undo_links.arguments(kind, key, version, earlier))


@bp.route("/organisationen/<int:organisation_id>/beenden", methods=["GET", "POST"])
def end_organisation(organisation_id: int) -> ResponseReturnValue:
    """Ask for the last day, show what hangs on the organisation, end it."""
    return ending("organisation", organisation_id)


@bp.post("/organisationen/<int:organisation_id>/fortfuehren")
def reopen_organisation(organisation_id: int) -> ResponseReturnValue:
    """Let an organisation go on."""
    return reopening("organisation", organisation_id)


@bp.route("/orte/<int:place_id>/schliessen", methods=["GET", "POST"])
def close_place(place_id: int) -> ResponseReturnValue:
    """Ask for the last day, show who is assigned there, close the place."""
    return ending("place", place_id)


@bp.post("/orte/<int:place_id>/fortfuehren")
def reopen_place(place_id: int) -> ResponseReturnValue:
    """Let a place go on."""
    return reopening("place", place_id)
