"""Days off: absences of people, free days of places."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import format_date, ngettext, sentence
from coordination.core.i18n import gettext as _
from coordination.directory import day_services as services
from coordination.directory import edit_choices, queries, substitutes
from coordination.directory.blueprint import bp
from coordination.directory.forms import AbsenceEditForm, AbsenceForm, FreeDaysForm
from coordination.directory.models import Absence, Person, Place
from coordination.directory.steps import SAVE, differing
from coordination.web.extensions import db
from coordination.web.forms import given, key_of
from coordination.web.guard import authorize, current_actor, unit_of_work


def _person(person_id: int) -> Person:
    authorize(Permission.DIRECTORY_READ)
    person = queries.get_person(db.session(), person_id, current_actor())
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(person))
    return person


def _place(place_id: int) -> Place:
    authorize(Permission.DIRECTORY_READ)
    place = queries.get_place(db.session(), place_id)
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(place))
    return place


@bp.route("/personen/<int:person_id>/abwesenheiten", methods=["GET", "POST"])
def absences(person_id: int) -> ResponseReturnValue:
    """List a person's absences and enter another one."""
    _person(person_id)
    form = AbsenceForm(request.form)
    is_long = _offer(form, person_id)
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                row, first, last = queries.get_person(work.session, person_id), form.first_on.data, form.last_on.data
                substitute_id = form.substitute_id.data or None
                absence_id = services.add_absence(work, row, given(first), last, substitute_id=substitute_id).id
        except RuleViolation as violation:
            form.show(violation)
        else:
            flash(_("The absence is entered."), "success")
            return _noted(person_id, absence_id)
    page = render_template(
        "directory/absences.html",
        form=form,
        of=queries.get_person(db.session(), person_id),
        absences=services.absences(db.session(), person_id),
        mark_of=services.mark_of,
        is_long=is_long,
        is_own_only=not current_actor().keeps_all,
    )
    return page, 422 if form.errors else 200


def _offer(form: AbsenceForm, person_id: int, *had: int | None) -> bool:
    """Fill in who can stand in, and who does; returns whether the list is so long that it has to be narrowed."""
    sent = {key_of(request.form.get("substitute_id"))} if current_actor().keeps_all else set()
    keep = sent | {key or 0 for key in had}
    word = request.args.get("q_person", "")
    people = edit_choices.people(db.session(), current_actor(), clock.today(), q=word, keep=keep)
    others = [option for option in people.options if option[0] != person_id]
    form.offer(edit_choices.with_first_day(db.session(), others, clock.today()))
    return people.is_cut or bool(word)


def _noted(person_id: int, absence_id: int) -> ResponseReturnValue:
    """Lead back to the list, with why the substitute cannot be there all the time."""
    for note in substitutes.notes(db.session(), services.get_absence(db.session(), absence_id)):
        flash(note, "warning")
    return redirect(url_for(".absences", person_id=person_id), 303)


def _of(person_id: int, absence_id: int) -> Absence:
    absence = services.get_absence(db.session(), absence_id)
    if absence.person_id != person_id:
        raise NotFound
    return absence


@bp.route("/personen/<int:person_id>/abwesenheiten/<int:absence_id>/bearbeiten", methods=["GET", "POST"])
def edit_absence(person_id: int, absence_id: int) -> ResponseReturnValue:
    """Change the days of an absence and who stands in; of a conflict both texts are shown."""
    person = _person(person_id)
    absence = _of(person_id, absence_id)
    form = AbsenceEditForm(request.form)
    # Whom the form had shown may be sent, though somebody else was named since: both texts are shown then.
    shown = services.substitute_in(form.seen.data or "")
    is_long = _offer(form, person_id, absence.substitute_id, shown)
    differences: list[tuple[str, str, str]] = []
    if request.method == "GET":
        _keep(form, absence)
    elif form.validate():
        try:
            return _change(person_id, absence_id, form)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict as conflict:
            if conflict.message:
                return _back(person_id, conflict)
            absence, stored = _of(person_id, absence_id), AbsenceEditForm()
            for one in (form, stored):
                _offer(one, person_id, absence.substitute_id, form.substitute_id.data)
            _keep(stored, absence)
            differences = differing(form, stored) or [(_("Version"), "", _("changed in the meantime"))]
            form.keep(seen=services.mark_of(absence))
    page = render_template(
        "directory/absence_edit.html",
        form=form,
        of=person,
        absence=absence,
        differences=differences,
        is_long=is_long,
        is_own_only=not current_actor().keeps_all,
    )
    return page, 409 if differences else 422 if form.errors else 200


def _back(person_id: int, error: RuleViolation | Conflict) -> ResponseReturnValue:
    """Lead back to the list, which says what it is by now."""
    flash(sentence(error), "danger")
    return redirect(url_for(".absences", person_id=person_id), 303)


def _keep(form: AbsenceEditForm, absence: Absence) -> None:
    form.keep(
        first_on=absence.first_on,
        last_on=absence.last_on,
        substitute_id=absence.substitute_id or 0,
        seen=services.mark_of(absence),
    )


def _change(person_id: int, absence_id: int, form: AbsenceEditForm) -> ResponseReturnValue:
    with unit_of_work() as work:
        services.change_absence(
            work,
            services.get_absence(work.session, absence_id),
            (given(form.first_on.data), form.last_on.data),
            substitute_id=form.substitute_id.data or None,
            seen=form.seen.data or "",
        )
    flash(_("The absence is changed."), "success")
    return _noted(person_id, absence_id)


@bp.post("/personen/<int:person_id>/abwesenheiten/<int:absence_id>/beenden")
def end_absence(person_id: int, absence_id: int) -> ResponseReturnValue:
    """Let an absence end today."""
    _person(person_id)
    try:
        with unit_of_work() as work:
            absence = services.get_absence(work.session, absence_id)
            if absence.person_id != person_id:
                raise NotFound
            services.end_absence(work, absence, work.today, seen=request.form.get("seen", ""))
    except (RuleViolation, Conflict) as error:
        return _back(person_id, error)
    flash(_("The absence ends today."), "success")
    return redirect(url_for(".absences", person_id=person_id), 303)


@bp.route("/personen/<int:person_id>/abwesenheiten/<int:absence_id>/loeschen", methods=["GET", "POST"])
def delete_absence(person_id: int, absence_id: int) -> ResponseReturnValue:
    """Ask back, then remove an absence that was entered by mistake."""
    person = _person(person_id)
    absence = _of(person_id, absence_id)
    if request.method == "GET":
        return render_template("directory/absence_delete.html", of=person, absence=absence)
    try:
        with unit_of_work() as work:
            services.delete_absence(work, services.get_absence(work.session, absence_id))
    except Conflict as conflict:
        return _back(person_id, conflict)
    flash(_("The absence is removed."), "success")
    return redirect(url_for(".absences", person_id=person_id), 303)


@bp.route("/orte/<int:place_id>/freie-tage", methods=["GET", "POST"])
def free_days(place_id: int) -> ResponseReturnValue:
    """List a place's own days off and enter more."""
    _place(place_id)
    form = FreeDaysForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                place = queries.get_place(work.session, place_id)
                number = services.add_free_days(work, place, given(form.first.data), form.last.data)
        except RuleViolation as violation:
            form.show(violation)
        else:
            none = _("These days were entered already, or lie on a weekend.")
            said = ngettext("%(n)s day is entered.", "%(n)s days are entered.", number) if number else none
            flash(said, "success" if number else "info")
            return redirect(url_for(".free_days", place_id=place_id), 303)
    place, days = queries.get_place(db.session(), place_id), services.free_days(db.session(), place_id)
    return render_template("directory/free_days.html", form=form, of=place, days=days), 422 if form.errors else 200


@bp.post("/orte/<int:place_id>/freie-tage/entfernen")
def remove_free_days(place_id: int) -> ResponseReturnValue:
    """Ask back, then remove days off."""
    place = _place(place_id)
    keys = {key_of(text) for text in request.form.getlist("tag")}
    chosen = [row for row in services.free_days(db.session(), place_id) if row.id in keys]
    if not chosen:
        flash(_("No day was ticked."), "info")
        return redirect(url_for(".free_days", place_id=place_id), 303)
    if request.form.get("step") != SAVE:
        return render_template("directory/free_days_remove.html", of=place, days=chosen)
    with unit_of_work() as work:
        removed = services.remove_free_days(work, queries.get_place(work.session, place_id), keys)
    flash(_("Removed: %(days)s.", days=", ".join(format_date(day) for day in removed)), "success")
    return redirect(url_for(".free_days", place_id=place_id), 303)
