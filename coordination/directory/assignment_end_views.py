"""How assignments end: ending, withdrawing what was only planned, taking a step back."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.directory import assignment_services as services
from coordination.directory import assignment_undo, page_queries, predecessor, previews, queries, undo_links, words
from coordination.directory.asof import AsOf
from coordination.directory.assignment_forms import EndForm, PlanWithdrawForm
from coordination.directory.assignment_views import landed, lead_on
from coordination.directory.blueprint import bp
from coordination.directory.consequences import Consequence
from coordination.directory.models import Assignment
from coordination.directory.stays import Stays
from coordination.directory.steps import EDIT, SAVE, shown, step
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, current_actor, unit_of_work


def _own(assignment_id: int) -> Assignment:
    """Return an assignment that the actor may edit."""
    authorize(Permission.DIRECTORY_READ)
    assignment = queries.get_assignment(db.session(), assignment_id)
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(assignment))
    return assignment


@bp.route("/einsaetze/<int:assignment_id>/beenden", methods=["GET", "POST"])
def end_assignment(assignment_id: int) -> ResponseReturnValue:
    """Ask for the last day, say what follows, end the assignment."""
    assignment = _own(assignment_id)
    if request.method == "GET" and (onward := lead_on(assignment, ".end_assignment")) is not None:
        return onward
    form = EndForm(request.form)
    status = 200
    found: list[Consequence] | None = None
    if request.method == "GET":
        form.keep(last_on=_likely_end(assignment), version=assignment.version)
    elif form.validate() and step() != EDIT:
        try:
            if step() == SAVE:
                return _end(form, assignment_id)
            services.check_end(assignment, given(form.last_on.data))
            found = previews.of_ends(db.session(), current_actor(), [assignment], given(form.last_on.data))
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            status = 409
            db.session().rollback()
            assignment = queries.get_assignment(db.session(), assignment_id)
            form.keep(version=assignment.version)
            found = previews.of_ends(db.session(), current_actor(), [assignment], given(form.last_on.data))
    page = render_template(
        "directory/assignment_end.html",
        form=form,
        of=assignment,
        since=_since(assignment),
        words=words,
        consequences=found,
        shown=previews.fingerprint(found or []),
        is_new_truth=status == 409,
    )
    return page, 422 if form.errors else status


def _since(assignment: Assignment) -> date:
    """Return since when the person is there, whatever has changed of it meanwhile."""
    today = clock.today()
    history = page_queries.all_assignments(db.session(), place_id=assignment.place_id)
    return Stays(history, AsOf(today, today, planned=True)).since(assignment)


def _likely_end(assignment: Assignment) -> date:
    last_on = max(clock.today(), assignment.valid_from)
    return last_on if assignment.valid_until is None else min(last_on, assignment.valid_until)


def _end(form: EndForm, assignment_id: int) -> ResponseReturnValue:
    last_on = given(form.last_on.data)
    with unit_of_work() as work:
        assignment = queries.get_assignment(work.session, assignment_id)
        version = given(form.version.data)
        end = services.end_assignment(work, assignment, last_on, version=version, shown=shown())
        work.session.flush()
        place_id, name = assignment.place_id, assignment.place.name
        way_back = undo_links.arguments("assignment", assignment_id, assignment.version, end)
    undo = {
        "text": _("The assignment at %(place)s ends on %(day)s.", place=name, day=format_date(last_on)),
        "undo_url": url_for(".undo_end", assignment_id=assignment_id, **way_back),
    }
    flash(undo, "success")  # type: ignore[arg-type]
    return redirect(url_for(".place", place_id=place_id), 303)


@bp.post("/einsaetze/<int:assignment_id>/ende-zuruecknehmen")
def undo_end(assignment_id: int) -> ResponseReturnValue:
    """Give an assignment back the end it had; refuses kindly if it was changed since."""
    place_id = _own(assignment_id).place_id
    try:
        with unit_of_work() as work:
            undo = undo_links.read("assignment", assignment_id)
            services.undo_end(work, queries.get_assignment(work.session, assignment_id), undo)
    except Conflict:
        text = _("The assignment was changed again in the meantime, so its end stays. You can change it in the form.")
        flash(text, "warning")
    else:
        flash(_("The end is taken back."), "success")
    return redirect(url_for(".place", place_id=place_id), 303)


@bp.route("/einsaetze/<int:assignment_id>/zurueckziehen", methods=["GET", "POST"])
def withdraw_assignment(assignment_id: int) -> ResponseReturnValue:
    """Say what follows if a planned assignment never begins, then take it away."""
    assignment = _own(assignment_id)
    form = PlanWithdrawForm(request.form)
    meaning = _meaning(form, assignment)
    is_new_truth = False
    if request.method == "GET":
        form.keep(version=assignment.version)
    elif form.validate():
        try:
            return _withdraw(form, assignment_id)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            is_new_truth = True
            db.session().rollback()
            assignment = queries.get_assignment(db.session(), assignment_id)
            form = PlanWithdrawForm(request.form)
            meaning = _meaning(form, assignment)
            form.keep(version=assignment.version)
    try:
        services.check_withdrawal(clock.today(), assignment)
    except RuleViolation as violation:
        if not form.errors:
            form.show(violation)
    page = render_template(
        "directory/assignment_withdraw.html",
        form=form,
        of=assignment,
        words=words,
        meaning=meaning,
        is_new_truth=is_new_truth,
    )
    return page, 422 if form.errors else 409 if is_new_truth else 200


def _meaning(form: PlanWithdrawForm, assignment: Assignment) -> previews.Withdrawal:
    """Return what the withdrawal means, and let ``form`` ask what becomes of the assignment that the plan cut off."""
    session, actor = db.session(), current_actor()
    cut = predecessor.cut_off(session, actor, assignment, clock.today())
    meaning = previews.of_withdrawal(session, actor, assignment, cut)
    form.offer(cut, goes_on=meaning.is_better_on, is_first=request.method == "GET")
    return meaning


def _withdraw(form: PlanWithdrawForm, assignment_id: int) -> ResponseReturnValue:
    with unit_of_work() as work:
        assignment = queries.get_assignment(work.session, assignment_id)
        name, first = assignment.place.name, assignment.valid_from
        version, goes_on = given(form.version.data), form.lets_go_on
        done = services.withdraw_assignment(work, assignment, version=version, shown=shown(), lets_go_on=goes_on)
    text = _("The assignment at %(place)s planned from %(day)s is withdrawn.", place=name, day=format_date(first))
    if goes_on:
        text += " " + _("The one before goes on as it did.")
    return landed(text, done)


@bp.post("/einsaetze/<int:assignment_id>/zuruecknehmen")
def take_back(assignment_id: int) -> ResponseReturnValue:
    """Take back what was done with an assignment; refuses kindly if somebody went on from there."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    claim = undo_links.read_step()
    try:
        with unit_of_work() as work:
            place_id = assignment_undo.take_back(work, claim.id, claim.generation)
    except Conflict:
        text = _("This was changed again in the meantime or is taken back already. Nothing was taken back now.")
        flash(text, "warning")
        return redirect(_still_there(assignment_id), 303)
    flash(_("Taken back: the assignments are as they were before."), "success")
    return redirect(url_for(".place", place_id=place_id), 303)


def _still_there(assignment_id: int) -> str:
    """Return the page of the assignment's place; of one that is gone, the start of the directory."""
    row = db.session().get(Assignment, assignment_id)
    return url_for(".index") if row is None else url_for(".place", place_id=row.place_id)
