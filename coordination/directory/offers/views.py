"""Offers and projects: entered at a place, changed, ended, taken up again. They are read on the page of their place."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission, allows
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.directory import choices, edit_choices, undo_links
from coordination.directory import queries as directory
from coordination.directory.assignment_forms import EndForm, WithdrawForm
from coordination.directory.blueprint import bp
from coordination.directory.models import Place
from coordination.directory.offers import queries, removing, services
from coordination.directory.offers.forms import OfferForm
from coordination.directory.offers.models import Offer
from coordination.directory.unit_views import Sent, changing, end_now, entering, reopening
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, current_actor, unit_of_work

KIND = "offer"


def _seen(offer_id: int) -> Offer:
    """Return an offer that the actor may know of; one that is only planned is not there for everybody."""
    authorize(Permission.DIRECTORY_READ)
    found = queries.get_offer(db.session(), offer_id)
    if found.valid_from > clock.today() and not _may_plan(found):
        raise NotFound
    return found


def _may_plan(found: Offer) -> bool:
    """Return whether the actor may know of an offer that has not begun: who keeps who runs it, or its place."""
    return allows(current_actor(), Permission.DIRECTORY_PLANNED, directory.subject_of(found))


@bp.get("/angebote/<int:offer_id>")
def offer(offer_id: int) -> ResponseReturnValue:
    """Lead to where an offer stands: the page of its place."""
    found = _seen(offer_id)
    anchor = "history" if found.has_ended(clock.today()) else "offers"
    return redirect(url_for(".place", place_id=found.place_id, _anchor=anchor), 303)


def _form(place: Place, data: Sent, of: Offer | None = None) -> OfferForm:
    """Return the form; who keeps the place may say that anybody runs it, others only what they keep."""
    session, actor, keep = db.session(), current_actor(), of.organisation_id if of else None
    offered = edit_choices.organisations(session, actor, clock.today(), keep)
    is_own = allows(actor, Permission.DIRECTORY_EDIT, directory.subject_of(place))
    if is_own and not actor.keeps_all:
        known = {key for key, _name in offered}
        offered += [(one.value, one.label) for one in choices.organisations(session) if one.value not in known]
    form = OfferForm(data)
    form.offer(offered, may_be_none=is_own)
    return form


@bp.route("/orte/<int:place_id>/angebote/neu", methods=["GET", "POST"])
def new_offer(place_id: int) -> ResponseReturnValue:
    """Enter what is offered at a place."""
    authorize(Permission.DIRECTORY_READ)
    place = directory.get_place(db.session(), place_id)
    authorize(Permission.DIRECTORY_EDIT_ANY)
    form = _form(place, request.form)
    if request.method == "GET":
        form.keep(valid_from=clock.today())

    def create(work: Work) -> Offer:
        return services.create_offer(work, directory.get_place(work.session, place_id), form.value())

    return entering(KIND, form, _("The entry is stored."), create, of=place)


@bp.route("/angebote/<int:offer_id>/bearbeiten", methods=["GET", "POST"])
def edit_offer(offer_id: int) -> ResponseReturnValue:
    """Change what is written of an offer."""
    may_remove = _may_remove(_seen(offer_id))
    return changing(KIND, offer_id, lambda row, data: _form(row.place, data, row), _change, may_remove=may_remove)


def _change(work: Work, row: Offer, form: OfferForm) -> str:
    services.change_offer(work, row, form.value(), version=given(form.version.data))
    return _("The entry is changed.")


@bp.route("/angebote/<int:offer_id>/beenden", methods=["GET", "POST"])
def end_offer(offer_id: int) -> ResponseReturnValue:
    """Ask for the last day of an offer, and end it; nothing hangs on it that would have to be shown before."""
    row = _seen(offer_id)
    authorize(Permission.DIRECTORY_EDIT, directory.subject_of(row))
    form, status = EndForm(request.form), 200
    if request.method == "GET":
        form.keep(last_on=max(clock.today(), row.valid_from), version=row.version)
    elif form.validate():
        last_on = given(form.last_on.data)
        said = _("The entry holds until %(day)s and stands in the history after that.", day=format_date(last_on))
        try:
            return end_now(KIND, offer_id, last_on, given(form.version.data), said=said)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            row, status = queries.get_offer(db.session(), offer_id), 409
            form.keep(version=row.version)
    is_young = _may_remove(row)
    page = render_template("directory/offer_end.html", form=form, of=row, is_stale=status == 409, may_remove=is_young)
    return page, 422 if form.errors else status


@bp.post("/angebote/<int:offer_id>/fortfuehren")
def reopen_offer(offer_id: int) -> ResponseReturnValue:
    """Let an offer go on, or give it the end back that it had."""
    _seen(offer_id)
    return reopening(KIND, offer_id)


def _may_remove(row: Offer) -> bool:
    return removing.may_remove(db.session(), current_actor(), row, clock.utc_now())


@bp.route("/angebote/<int:offer_id>/entfernen", methods=["GET", "POST"])
def remove_offer(offer_id: int) -> ResponseReturnValue:
    """Ask whether an offer was entered by mistake, then let it vanish."""
    row = _seen(offer_id)
    authorize(Permission.DIRECTORY_EDIT, directory.subject_of(row))
    form, status = WithdrawForm(request.form), 200
    if request.method == "GET":
        form.keep(version=row.version)
    elif form.validate():
        try:
            return _remove(offer_id, given(form.version.data))
        except Conflict:
            row, status = queries.get_offer(db.session(), offer_id), 409
            form.keep(version=row.version)
        except RuleViolation:
            status = 422
    else:
        status = 422
    page = render_template(
        "directory/offer_remove.html", form=form, of=row, is_stale=status == 409, may=_may_remove(row)
    )
    return page, status


def _remove(offer_id: int, version: int) -> ResponseReturnValue:
    with unit_of_work() as work:
        row = queries.get_offer(work.session, offer_id)
        name, place_id = row.name, row.place_id
        done = removing.remove_offer(work, row, version=version)
        back = undo_links.removal_arguments(done.id, done.version)
    undo = {
        "text": _("“%(name)s” is removed.", name=name),
        "undo_url": url_for(".restore_offer", offer_id=offer_id, **back),
    }
    flash(undo, "success")  # type: ignore[arg-type]
    return redirect(url_for(".place", place_id=place_id), 303)


@bp.post("/angebote/<int:offer_id>/wiederherstellen")
def restore_offer(offer_id: int) -> ResponseReturnValue:
    """Enter again what was removed; refuses kindly if that was done already, or cannot be any more."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    claim = undo_links.read_removal()
    try:
        with unit_of_work() as work:
            place_id = removing.restore_offer(work, claim.id, claim.generation).place_id
    except Conflict:
        text = _("This is entered again already, or something else stands in its place. Nothing was changed now.")
        flash(text, "warning")
        there = db.session().get(Offer, offer_id)
        return redirect(url_for(".index") if there is None else url_for(".place", place_id=there.place_id), 303)
    flash(_("Taken back: the entry is there again."), "success")
    return redirect(url_for(".place", place_id=place_id, _anchor="offers"), 303)
