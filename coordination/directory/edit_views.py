"""People: entering, changing, ending, taking back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock, registry
from coordination.core.access import Permission
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.directory import edit_choices, first_day, previews, queries, undo_links
from coordination.directory import person_services as services
from coordination.directory.assignment_forms import EndForm
from coordination.directory.blueprint import bp
from coordination.directory.forms import PersonForm
from coordination.directory.models import Person
from coordination.directory.person_services import Hint, Hinted, Leaving
from coordination.directory.steps import EDIT, SAVE, differing, shown, step
from coordination.web.extensions import db
from coordination.web.forms import given, key_of
from coordination.web.guard import authorize, current_actor, unit_of_work


def _offer(form: PersonForm, of: Person | None = None) -> PersonForm:
    actor = current_actor()
    own = edit_choices.organisations(db.session(), actor, clock.today(), of.organisation_id if of else None)
    form.offer(own, may_be_none=actor.keeps_all or (of is not None and of.organisation_id is None))
    if of is not None:
        form.leave(of)
    return form


def _hint(form: PersonForm, hinted: Hinted) -> list[Hint]:
    """Carry along what was shown, so that the same input sent again is stored."""
    form.seen.data = services.mark_of(hinted.hints)
    return list(hinted.hints)


@bp.route("/personen/neu", methods=["GET", "POST"])
def new_person() -> ResponseReturnValue:
    """Enter a person."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    form = _offer(PersonForm(request.form))
    hints: list[Hint] = []
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                person = services.create_person(work, form.value(), seen=form.seen.data or "")
                person_id, name = person.id, person.name
        except Hinted as hinted:
            hints = _hint(form, hinted)
        except RuleViolation as violation:
            form.show(violation)
        else:
            flash(_("%(name)s is entered.", name=name), "success")
            return redirect(url_for(".person", person_id=person_id), 303)
    elif request.method == "GET":
        form.organisation_id.data = key_of(request.args.get("organisation"))
    status = 422 if form.errors else 200
    return render_template("directory/person_new.html", form=form, hints=hints), status


@bp.route("/personen/<int:person_id>/bearbeiten", methods=["GET", "POST"])
def edit_person(person_id: int) -> ResponseReturnValue:
    """Change a person; the old values stay in the history."""
    authorize(Permission.DIRECTORY_READ)
    person = queries.get_person(db.session(), person_id, current_actor())
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(person))
    form = _offer(PersonForm(request.form), person)
    hints: list[Hint] = []
    differences: list[tuple[str, str, str]] = []
    if request.method == "GET":
        form.keep_person(person)
    elif form.validate():
        try:
            with unit_of_work() as work:
                row = queries.get_person(work.session, person_id)
                version = given(form.version.data)
                services.change_person(work, row, form.value(), version=version, seen=form.seen.data or "")
        except Hinted as hinted:
            hints = _hint(form, hinted)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            person = queries.get_person(db.session(), person_id)
            differences = _meanwhile(form, person)
        else:
            flash(_("The entry is changed. What was before stays in the history."), "success")
            return redirect(url_for(".person", person_id=person_id), 303)
    status = 409 if differences else 422 if form.errors else 200
    person = queries.get_person(db.session(), person_id)
    waiting = [fill(db.session(), current_actor(), person_id, clock.today()) for fill in registry.person_waiting]
    page = render_template(
        "directory/person_edit.html",
        form=form,
        of=person,
        hints=hints,
        differences=differences,
        waiting=[box for box in waiting if box is not None],
    )
    return page, status


def _meanwhile(form: PersonForm, person: Person) -> list[tuple[str, str, str]]:
    stored = _offer(PersonForm(), person)
    stored.keep_person(person)
    form.version.data, form.version.raw_data = person.version, None
    return differing(form, stored) or [(_("Version"), "", _("changed in the meantime"))]


@bp.route("/personen/<int:person_id>/beenden", methods=["GET", "POST"])
def end_person(person_id: int) -> ResponseReturnValue:
    """Ask for the last day, show what becomes of the assignments, end the person's time here."""
    authorize(Permission.DIRECTORY_READ)
    person = queries.get_person(db.session(), person_id, current_actor())
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(person))
    form = EndForm(request.form)
    plan: Leaving | None = None
    is_new_truth = False
    if request.method == "GET":
        form.keep(last_on=max(clock.today(), person.valid_from or clock.today()), version=person.version)
    elif form.validate() and step() != EDIT:
        try:
            if step() == SAVE:
                return _end(form, person_id)
            first_day.check_last(person, given(form.last_on.data))
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            is_new_truth = True
            person = queries.get_person(db.session(), person_id)
            form.version.data, form.version.raw_data = person.version, None
        if not form.errors:
            plan = services.leaving(db.session(), current_actor(), person, given(form.last_on.data))
    gaps = (
        previews.of_ends(db.session(), current_actor(), [*plan.ending, *plan.vacated], given(form.last_on.data))
        if plan
        else []
    )
    page = render_template(
        "directory/person_end.html",
        form=form,
        of=person,
        plan=plan,
        consequences=gaps,
        shown=previews.fingerprint(gaps),
        is_new_truth=is_new_truth,
    )
    return page, 409 if is_new_truth else 422 if form.errors else 200


def _end(form: EndForm, person_id: int) -> ResponseReturnValue:
    last_on = given(form.last_on.data)
    with unit_of_work() as work:
        person = queries.get_person(work.session, person_id)
        earlier = person.valid_until
        may_undo = services.end_person(work, person, last_on, version=given(form.version.data), shown=shown())
        name = person.name
        back = undo_links.arguments("person", person_id, person.version, earlier)
    text = _("%(name)s belongs to the directory until %(day)s.", name=name, day=format_date(last_on))
    undo = {"text": text, "undo_url": url_for(".reactivate_person", person_id=person_id, **back)}
    flash(undo if may_undo else text, "success")  # type: ignore[arg-type]
    return redirect(url_for(".person", person_id=person_id), 303)


@bp.post("/personen/<int:person_id>/reaktivieren")
def reactivate_person(person_id: int) -> ResponseReturnValue:
    """Let a former person belong here again."""
    authorize(Permission.DIRECTORY_READ)
    authorize(
        Permission.DIRECTORY_EDIT, queries.subject_of(queries.get_person(db.session(), person_id, current_actor()))
    )
    is_undo = undo_links.is_asked()
    try:
        with unit_of_work() as work:
            row = queries.get_person(work.session, person_id)
            if is_undo:
                services.undo_end(work, row, undo_links.read("person", person_id))
            else:
                services.reactivate_person(work, row, version=undo_links.version())
    except Conflict:
        text = _("The entry was changed again in the meantime, so its end stays. You can take it back in the form.")
        flash(text, "warning")
    else:
        text = _("The person belongs here again. Assignments that ended stay ended; please make new ones.")
        flash(_("The end is taken back.") if is_undo else text, "success")
    return redirect(url_for(".person", person_id=person_id), 303)
