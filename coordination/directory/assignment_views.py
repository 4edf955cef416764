"""Assignments: the form, what it means, and the saving. How they end stands in ``assignment_end_views``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import N_
from coordination.core.i18n import gettext as _
from coordination.directory import assignment_services as services
from coordination.directory import assignment_told, edit_choices, page_queries, previews, queries, undo_links, words
from coordination.directory.assignment_forms import AssignmentForm, ChangeForm
from coordination.directory.assignment_inputs import AssignmentInput, Plan, changes, input_of, plan_change, times_of
from coordination.directory.assignment_services import Overtaken, Saving
from coordination.directory.assignment_twins import FIELD
from coordination.directory.assignment_undo import Done
from coordination.directory.blueprint import bp
from coordination.directory.clock_field import without_room
from coordination.directory.consequences import Consequence
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.rules import FUNCTION_WORDS
from coordination.directory.stays import replaced_by
from coordination.directory.steps import EDIT, SAVE, carried, differing, own_voice, shown, step
from coordination.web.extensions import db
from coordination.web.forms import given, key_of
from coordination.web.guard import authorize, current_actor, unit_of_work
from coordination.web.templating import share_text


def _number(name: str) -> int:
    return key_of(request.values.get(name))


def _offer(form: AssignmentForm, of: Assignment | None = None) -> bool:
    """Fill in the choices; returns whether a list is so long that it has to be narrowed."""
    session, actor, day = db.session(), current_actor(), clock.today()
    person_id = _number("person_id") or _number("person")
    place_id = _number("place_id") or _number("ort")
    stored = (of.person_id or 0, of.place_id, of.employer_id) if of else (0, 0, None)
    # A posted key stands among the choices only if it is the actor's to use, or stored already.
    may_stay = stored[0] if not actor.keeps_all else person_id
    people = edit_choices.people(session, actor, day, q=request.args.get("q_person", ""), keep={stored[0], may_stay})
    if not actor.keeps_all and people.is_cut and person_id:
        people = edit_choices.with_own(session, actor, people, person_id)
    places = edit_choices.places(session, actor, day, q=request.args.get("q_ort", ""), keep={place_id, stored[1]})
    form.offer(people.options, places.options, edit_choices.organisations(session, actor, day, stored[2]))
    return people.is_cut or places.is_cut or bool(request.args.get("q_person") or request.args.get("q_ort"))


def _names(data: AssignmentInput) -> dict[str, str]:
    """Return the words for the summary of an input whose rows exist."""
    session = db.session()
    person = session.get(Person, data.person_id) if data.person_id else None
    posts, hours = data.share.posts, data.share.hours
    derived = FullWeeks(session, clock.today()).derived(posts, hours, data.employer_id)
    return {
        "person": person.name if person else "",
        "place": session.get_one(Place, data.place_id).name,
        "employer": session.get_one(Organisation, data.employer_id).name,
        "function": _(FUNCTION_WORDS[data.function]),
        "share": share_text(posts, hours, derived),
        "funding": words.funding_word(data.funding),
        "holidays": words.holiday_word(data.in_holidays) if data.in_holidays else _("not said"),
    }


def _preview(
    form: AssignmentForm, plan: Plan, consequences: Sequence[Consequence], *, of: Assignment | None, is_new_truth: bool
) -> ResponseReturnValue:
    names = _names(plan.data)
    before = input_of(of) if of is not None else None
    # Of a change from a day on, what was goes on until then: that the new row begins later is no difference.
    compared = replace(before, valid_from=plan.data.valid_from) if before and plan.old_until else before
    page = render_template(
        "directory/assignment_preview.html",
        differences=assignment_told.differences(compared, plan.data, (_names(compared), names)) if compared else [],
        carried=carried(form),
        data=plan.data,
        old_until=plan.old_until,
        names=names,
        consequences=consequences,
        shown=previews.fingerprint(consequences),
        words=words,
        of=of,
        is_new_truth=is_new_truth,
    )
    return page, 409 if is_new_truth else 200


@bp.route("/einsaetze/neu", methods=["GET", "POST"])
def new_assignment() -> ResponseReturnValue:
    """Make an assignment: form, what it means, saving."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    form = AssignmentForm(request.form)
    is_long = _offer(form)
    if request.method == "GET":
        _prefill(form)
    elif form.validate() and step() != EDIT:
        try:
            return _create(form)
        except RuleViolation as violation:
            _show(form, violation)
    status = 422 if form.errors else 200
    page = render_template("directory/assignment_new.html", form=form, is_long=is_long, back=_came_from(form))
    return page, status


def _show(form: AssignmentForm, violation: RuleViolation) -> None:
    """Show what is wrong; where another entry is in the way, with the way there."""
    form.show(violation)
    if isinstance(violation, services.AlreadyThere):
        text, where = form.form_errors.pop(), url_for(".place", place_id=violation.place_id, _anchor="assignments")
        form.form_errors.append(Markup('{} <a href="{}">{}</a>').format(text, where, _("Show the entry")))


def _came_from(form: AssignmentForm) -> str:
    """Return the page of the place or the person that the new assignment is for; else that of the directory."""
    for name, field, endpoint in (("ort", form.place_id, "place"), ("person", form.person_id, "person")):
        key = _number(name)
        if key and key in {choice[0] for choice in field.choices or ()}:
            where: dict[str, Any] = {f"{endpoint}_id": key}
            return url_for(f".{endpoint}", **where)
    return url_for(".index")


def _prefill(form: AssignmentForm) -> None:
    """Begin with what the page before knew, and with what is most likely."""
    session, day = db.session(), clock.today()
    form.valid_from.data = day
    offered = [choice[0] for choice in form.person_id.choices or ()]
    if (key := _number("person")) in offered and (person := session.get(Person, key)) is not None:
        form.person_id.data = key
        if person.organisation_id in {one[0] for one in form.employer_id.choices or ()}:
            form.employer_id.data = person.organisation_id
    if (place := session.get(Place, _number("ort"))) is not None:
        form.place_id.data = place.id
        form.function.data = services.usual_function(place)


def _create(form: AssignmentForm) -> ResponseReturnValue:
    data = form.value()
    data.check()
    if step() != SAVE:
        services.check_new(db.session(), data, clock.today(), form.despite)
        found = previews.of_assignment(db.session(), current_actor(), Plan(data))
        return _preview(form, Plan(data), found, of=None, is_new_truth=False)
    try:
        with unit_of_work() as work:
            done = services.create_assignment(work, data, Saving(by=own_voice(), shown=shown(), despite=form.despite))
    except Overtaken:
        found = previews.of_assignment(db.session(), current_actor(), Plan(data))
        return _preview(form, Plan(data), found, of=None, is_new_truth=True)
    return landed(_("The assignment is stored."), done)


def landed(text: str, done: Done) -> ResponseReturnValue:
    """Go on at the place, where a message says what was done and offers the way back."""
    way_back = url_for(".take_back", assignment_id=done.assignment_id, **undo_links.step_arguments(done))
    flash({"text": text, "undo_url": way_back}, "success")  # type: ignore[arg-type]
    return redirect(url_for(".place", place_id=done.place_id), 303)


@bp.route("/einsaetze/<int:assignment_id>/bearbeiten", methods=["GET", "POST"])
def edit_assignment(assignment_id: int) -> ResponseReturnValue:
    """Change an assignment from a day on, or correct it."""
    authorize(Permission.DIRECTORY_READ)
    assignment = queries.get_assignment(db.session(), assignment_id)
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(assignment))
    if request.method == "GET" and (onward := lead_on(assignment, ".edit_assignment")) is not None:
        return onward
    form = ChangeForm(request.form)
    form.more_times = without_room(times_of(assignment))
    form.tell_both(assignment, FullWeeks(db.session(), clock.today()).of(assignment.employer_id))
    is_long = _offer(form, assignment)
    differences: list[tuple[str, str, str]] = []
    if request.method == "GET":
        form.keep_assignment(assignment)
        form.keep(from_day=max(clock.today(), assignment.valid_from), version=assignment.version)
    elif form.validate() and step() != EDIT:
        try:
            return _change(form, assignment)
        except RuleViolation as violation:
            _show(form, violation)
        except Conflict:
            differences = _meanwhile(form, assignment_id)
    status = 409 if differences else 422 if form.errors else 200
    assignment = queries.get_assignment(db.session(), assignment_id)
    page = render_template(
        "directory/assignment_edit.html", form=form, of=assignment, is_long=is_long, differences=differences
    )
    return page, status


def lead_on(assignment: Assignment, endpoint: str) -> ResponseReturnValue | None:
    """Lead to what goes on with an assignment that was replaced; what goes on itself costs no statement."""
    today = clock.today()
    if assignment.valid_until is None or assignment.valid_until >= today:
        return None
    rows = page_queries.all_assignments(db.session(), place_id=assignment.place_id)
    other = replaced_by(assignment, rows, today)
    if other is None:
        return None
    if other.valid_until is not None and other.valid_until < today:
        text = _("This entry was replaced by a later change. Here is the last state; the assignment has ended.")
    else:
        text = _("This entry was replaced by a later change. Here is the one that holds.")
    flash(text, "info")
    return redirect(url_for(endpoint, assignment_id=other.id), 303)


def _meanwhile(form: ChangeForm, assignment_id: int) -> list[tuple[str, str, str]]:
    """Return what somebody else stored meanwhile, and let the next saving win knowingly."""
    db.session().rollback()
    assignment = queries.get_assignment(db.session(), assignment_id)
    stored = ChangeForm()
    _offer(stored, assignment)
    stored.keep_assignment(assignment)
    form.keep(version=assignment.version)
    if form.since is not None:
        form.keep(valid_from=assignment.valid_from)
    found = differing(form, stored, frozenset({"scope", "from_day", "confirmed", FIELD}))
    return found or [(_("Version"), "", _("changed in the meantime"))]


def _unchanged(form: ChangeForm, assignment: Assignment) -> ResponseReturnValue:
    """Say that nothing is different, and store nothing."""
    if step() == SAVE:
        flash(_("Nothing was changed, and nothing was stored."), "info")
        return redirect(url_for(".place", place_id=assignment.place_id), 303)
    is_long = _offer(form, assignment)
    page = render_template(
        "directory/assignment_edit.html", form=form, of=assignment, is_long=is_long, differences=[], is_unchanged=True
    )
    return page, 200


def _change(form: ChangeForm, assignment: Assignment) -> ResponseReturnValue:
    if assignment.version != form.version.data:
        raise Conflict
    if form.moves_begin(assignment):
        raise RuleViolation(N_("The first day changes only where it was entered wrongly."), field="valid_from")
    data = form.value()
    data = replace(data, times=(*data.times, *form.more_times))
    plan = plan_change(assignment, data, form.since)
    if not changes(plan, input_of(assignment)):
        return _unchanged(form, assignment)
    if step() != SAVE:
        services.check_changed(db.session(), plan, clock.today(), of=assignment, despite=form.despite)
        found = previews.of_assignment(db.session(), current_actor(), plan, assignment)
        return _preview(form, plan, found, of=assignment, is_new_truth=False)
    key = assignment.id
    try:
        with unit_of_work() as work:
            current = queries.get_assignment(work.session, key)
            saving = Saving(own_voice(), shown(), given(form.version.data), form.since, form.despite)
            done = services.change_assignment(work, current, data, saving)
    except Overtaken:
        assignment = queries.get_assignment(db.session(), key)
        found = previews.of_assignment(db.session(), current_actor(), plan, assignment)
        return _preview(form, plan, found, of=assignment, is_new_truth=True)
    return landed(_("The assignment is changed."), done)
