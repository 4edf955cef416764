"""Successions: entered at the place that they follow, changed, removed, entered again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission, Subject, allows
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.directory import asof, edit_choices, page_queries, undo_links
from coordination.directory import queries as directory
from coordination.directory.assignment_forms import WithdrawForm
from coordination.directory.blueprint import bp
from coordination.directory.models import Place
from coordination.directory.stays import Sorted
from coordination.directory.steps import differing
from coordination.directory.successions import queries, services
from coordination.directory.successions.days import FIELD
from coordination.directory.successions.forms import SuccessionEditForm, SuccessionForm
from coordination.directory.successions.models import PlaceSuccession
from coordination.directory.successions.rules import school_year
from coordination.web.extensions import db
from coordination.web.forms import given, key_of
from coordination.web.guard import authorize, current_actor, unit_of_work

#: Fields that answer a question: nothing of them is stored.
_ASKED = frozenset({FIELD})


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
        form.keep(on_day=school_year(clock.today()) if last_on is None else last_on + timedelta(days=1))
    elif form.validate():
        try:
            with unit_of_work() as work:
                data = form.input(given(form.successor_id.data))
                before = directory.get_place(work.session, place_id)
                services.enter(work, before, data, despite_day=bool(form.despite_day.data))
        except RuleViolation as violation:
            form.show(violation)
        else:
            flash(_("The succession is stored."), "success")
            return redirect(_page(place_id), 303)
    page = render_template(
        "directory/succession_new.html",
        form=form,
        of=place,
        is_long=is_long,
        **_told(form, place, ends=place.valid_until is None),
    )
    return page, 422 if form.errors else 200


def _offer(form: SuccessionForm, place: Place) -> bool:
    """Fill in the places to choose from; returns whether the list is so long that it has to be narrowed."""
    q, sent = request.args.get("q_ort", ""), key_of(request.form.get("successor_id"))
    places = edit_choices.places(db.session(), clock.today(), q=q, keep={sent})
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
            form.show(violation)
        except Conflict:
            row = queries.get_succession(db.session(), succession_id)
            stored = SuccessionEditForm()
            stored.keep_row(row)
            differences = differing(form, stored, without=_ASKED) or [(_("Version"), "", _("changed in the meantime"))]
            form.keep(version=row.version)
    row = queries.get_succession(db.session(), succession_id)
    told = _told(form, row.predecessor, ends=row.predecessor.valid_until is None or row.ends_predecessor)
    page = render_template("directory/succession_edit.html", form=form, of=row, differences=differences, **told)
    return page, 409 if differences else 422 if form.errors else 200


def _change(succession_id: int, form: SuccessionEditForm) -> ResponseReturnValue:
    with unit_of_work() as work:
        row = queries.get_succession(work.session, succession_id)
        version, despite_day = given(form.version.data), bool(form.despite_day.data)
        services.change(work, row, form.input(row.successor_id), version=version, despite_day=despite_day)
        place_id = row.predecessor_id
    flash(_("The entry is changed."), "success")
    return redirect(_page(place_id), 303)


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
    ends = row.ends_predecessor and queries.heir_of(db.session(), row) is None
    return render_template(
        "directory/succession_remove.html", form=form, of=row, ends=ends, is_stale=status == 409
    ), status


def _remove(succession_id: int, version: int) -> ResponseReturnValue:
    with unit_of_work() as work:
        row = queries.get_succession(work.session, succession_id)
        place_id, name = row.predecessor_id, row.successor.name
        said = undo_links.Succession(
            place_id, row.successor_id, row.on_day, row.source_note, ends_predecessor=row.ends_predecessor
        )
        services.remove(work, row, version=version)
    undo = {
        "text": _("The succession by “%(name)s” is removed.", name=name),
        "undo_url": url_for(
            ".restore_succession",
            succession_id=succession_id,
            **undo_links.succession_arguments(succession_id, version, said),
        ),
    }
    flash(undo, "success")  # type: ignore[arg-type]
    return redirect(url_for(".place", place_id=place_id), 303)


@bp.post("/nachfolgen/<int:succession_id>/wiederherstellen")
def restore_succession(succession_id: int) -> ResponseReturnValue:
    """Enter again what was removed; refuses kindly if that was done already, or cannot be any more."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    said = undo_links.read_succession(succession_id)
    data = services.SuccessionInput(
        said.successor_id, said.on_day, said.source_note, ends_predecessor=said.ends_predecessor
    )
    try:
        with unit_of_work() as work:
            services.restore(work, succession_id, said.predecessor_id, data)
    except Conflict:
        text = _("This is entered again already, or something else stands in its place. Nothing was changed now.")
        flash(text, "warning")
        there = db.session().get(Place, said.predecessor_id)
        return redirect(url_for(".index") if there is None else _page(there.id), 303)
    flash(_("Taken back: the entry is there again."), "success")
    return redirect(_page(said.predecessor_id), 303)
