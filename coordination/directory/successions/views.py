"""Successions: entered at the place that they follow, changed, removed, entered again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission, Subject, allows
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.directory import asof, edit_choices, page_queries, undo_links
from coordination.directory import queries as directory
from coordination.directory.assignment_forms import WithdrawForm
from coordination.directory.blueprint import bp
from coordination.directory.models import Place
from coordination.directory.stays import Sorted
from coordination.directory.steps import differing
from coordination.directory.successions import queries, services
from coordination.directory.successions.days import ASKED, FIELD
from coordination.directory.successions.forms import SuccessionEditForm, SuccessionForm
from coordination.directory.successions.models import PlaceSuccession
from coordination.directory.successions.rules import next_change
from coordination.directory.undo_links import Succession, SuccessionStep
from coordination.web.extensions import db
from coordination.web.forms import given, key_of
from coordination.web.guard import authorize, current_actor, unit_of_work

#: Fields that answer a question: nothing of them is stored.
_ASKED = frozenset({FIELD, ASKED})

#: What was done → what is said of it when it is taken back.
_TAKEN_BACK = {
    undo_links.REMOVED: N_("Taken back: the entry is there again."),
    undo_links.ENTERED: N_("Taken back: the succession is no longer entered."),
    undo_links.CHANGED: N_("Taken back: the entry says again what it said before."),
}


def _subject(row: PlaceSuccession) -> Subject:
    """Return what a succession belongs to: its predecessor."""
    return directory.subject_of(row.predecessor)


def _own(succession_id: int) -> PlaceSuccession:
    """Return a succession that the actor may change; one that lies ahead is there only for who sees plans of it."""
    authorize(Permission.DIRECTORY_READ)
    found = queries.get_succession(db.session(), succession_id)
    subjects = _subject(found), directory.subject_of(found.successor)
    may_plan = any(allows(current_actor(), Permission.DIRECTORY_PLANNED, one) for one in subjects)
    if found.on_day > clock.today() and not may_plan:
        raise NotFound
    authorize(Permission.DIRECTORY_EDIT, _subject(found))
    return found


def _page(place_id: int) -> str:
    return url_for(".place", place_id=place_id, _anchor="succession")


@bp.route("/orte/<int:place_id>/nachfolge/neu", methods=["GET", "POST"])
def new_succession(place_id: int) -> ResponseReturnValue:
    """Enter what follows a place."""
    authorize(Permission.DIRECTORY_READ)
    place = directory.get_place(db.session(), place_id)
    authorize(Permission.DIRECTORY_EDIT, directory.subject_of(place))
    form = SuccessionForm(request.form)
    is_long = _offer(form, place)
    if request.method == "GET":
        last_on = place.valid_until
        form.keep(on_day=next_change(clock.today()) if last_on is None else last_on + timedelta(days=1))
    elif form.validate():
        successor_id = given(form.successor_id.data)
        try:
            with unit_of_work() as work:
                data = form.input(successor_id)
                before = directory.get_place(work.session, place_id)
                row = services.enter(work, before, data, despite_day=form.means_day(successor_id))
                step = SuccessionStep(undo_links.ENTERED, _said(row), row.version)
                key = row.id
        except RuleViolation as violation:
            form.ask(violation, successor_id)
        else:
            _tell(_("The succession is stored."), key, step)
            return redirect(_page(place_id), 303)
    page = render_template(
        "directory/succession_new.html",
        form=form,
        of=place,
        is_long=is_long,
        **_told(form, place, ends=place.valid_until is None),
    )
    return page, 422 if form.errors else 200


def _tell(text: str, key: int, step: SuccessionStep) -> None:
    """Say what was done with a succession, with the way back."""
    way_back = url_for(".restore_succession", succession_id=key, **undo_links.succession_arguments(key, step))
    flash({"text": text, "undo_url": way_back}, "success")  # type: ignore[arg-type]


def _said(row: PlaceSuccession) -> Succession:
    return Succession(row.predecessor_id, row.successor_id, row.on_day, row.source_note, ends_predecessor=row.gives_end)


def _offer(form: SuccessionForm, place: Place) -> bool:
    """Fill in the places to choose from; returns whether the list is so long that it has to be narrowed."""
    q, sent = request.args.get("q_ort", ""), key_of(request.form.get("successor_id"))
    places = edit_choices.places(db.session(), current_actor(), clock.today(), q=q, keep={sent})
    form.offer([one for one in places.options if one[0] != place.id])
    return places.is_cut or bool(q)


def _told(form: SuccessionEditForm, place: Place, *, ends: bool) -> dict[str, Any]:
    """Return what a form says beside its fields: whether the place can end with it, and what goes on there."""
    # What is over by now is history: nobody has to mend it.
    day = max(form.on_day.data or clock.today(), clock.today())
    as_of = asof.read(None, current_actor(), clock.wall_clock(clock.utc_now()))
    shown = Sorted.of(page_queries.all_assignments(db.session(), place_id=place.id), as_of)
    return {"may_end": ends and queries.may_end(place), "going_on": queries.going_on(shown, day), "day": day}


@bp.route("/nachfolgen/<int:succession_id>/bearbeiten", methods=["GET", "POST"])
def edit_succession(succession_id: int) -> ResponseReturnValue:
    """Change the day of a succession, and where it is known from; of a conflict both texts are shown."""
    row = _own(succession_id)
    form = SuccessionEditForm(request.form)
    differences: list[tuple[str, str, str]] = []
    if request.method == "GET":
        form.keep_row(row)
    elif form.validate():
        try:
            return _change(succession_id, form)
        except RuleViolation as violation:
            form.ask(violation, row.successor_id)
        except Conflict:
            row = queries.get_succession(db.session(), succession_id)
            stored = SuccessionEditForm()
            stored.keep_row(row)
            differences = differing(form, stored, without=_ASKED) or [(_("Version"), "", _("changed in the meantime"))]
            form.keep(version=row.version)
    row = queries.get_succession(db.session(), succession_id)
    told = _told(form, row.predecessor, ends=row.predecessor.valid_until is None or row.gives_end)
    page = render_template("directory/succession_edit.html", form=form, of=row, differences=differences, **told)
    return page, 409 if differences else 422 if form.errors else 200


def _change(succession_id: int, form: SuccessionEditForm) -> ResponseReturnValue:
    version = given(form.version.data)
    with unit_of_work() as work:
        row = queries.get_succession(work.session, succession_id)
        before, data = _said(row), form.input(row.successor_id)
        services.change(work, row, data, version=version, despite_day=form.means_day(row.successor_id))
        step = SuccessionStep(undo_links.CHANGED, before, row.version)
    if step.version == version:
        flash(_("Nothing was changed."), "success")
    else:
        _tell(_("The entry is changed."), succession_id, step)
    return redirect(_page(before.predecessor_id), 303)


@bp.route("/nachfolgen/<int:succession_id>/entfernen", methods=["GET", "POST"])
def remove_succession(succession_id: int) -> ResponseReturnValue:
    """Ask whether a succession was entered by mistake, then let it vanish."""
    row = _own(succession_id)
    form, status = WithdrawForm(request.form), 200
    if request.method == "GET":
        form.keep(version=row.version)
    elif form.validate():
        try:
            return _remove(succession_id, given(form.version.data))
        except Conflict:
            row, status = queries.get_succession(db.session(), succession_id), 409
            form.keep(version=row.version)
    else:
        status = 422
    ends = row.gives_end and queries.heir_of(db.session(), row) is None
    return render_template(
        "directory/succession_remove.html", form=form, of=row, ends=ends, is_stale=status == 409
    ), status


def _remove(succession_id: int, version: int) -> ResponseReturnValue:
    with unit_of_work() as work:
        row = queries.get_succession(work.session, succession_id)
        name, step = row.successor.name, SuccessionStep(undo_links.REMOVED, _said(row), version)
        services.remove(work, row, version=version)
    _tell(_("The succession by “%(name)s” is removed.", name=name), succession_id, step)
    return redirect(url_for(".place", place_id=step.said.predecessor_id), 303)


@bp.post("/nachfolgen/<int:succession_id>/wiederherstellen")
def restore_succession(succession_id: int) -> ResponseReturnValue:
    """Take back what was done with a succession; refuses kindly if that was done already, or cannot be any more."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    step = undo_links.read_succession(succession_id)
    said = step.said
    try:
        with unit_of_work() as work:
            _take_back(work, succession_id, step)
    except Conflict:
        text = _("The entry was changed or removed in the meantime. Nothing was changed now.")
        if step.done == undo_links.REMOVED:
            text = _("This is entered again already, or something else stands in its place. Nothing was changed now.")
        flash(text, "warning")
        there = db.session().get(Place, said.predecessor_id)
        return redirect(url_for(".index") if there is None else _page(there.id), 303)
    flash(_(_TAKEN_BACK[step.done]), "success")
    return redirect(_page(said.predecessor_id), 303)


def _take_back(work: Work, key: int, step: SuccessionStep) -> None:
    said = step.said
    data = services.SuccessionInput(
        said.successor_id, said.on_day, said.source_note, ends_predecessor=said.ends_predecessor
    )
    if step.done == undo_links.ENTERED:
        services.undo_entry(work, key, version=step.version)
    elif step.done == undo_links.CHANGED:
        services.undo_change(work, key, data, version=step.version)
    else:
        services.restore(work, key, said.predecessor_id, data)
