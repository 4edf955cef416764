"""The pairs that may be one person, two entries beside each other, and putting them together."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField

from coordination.core import clock, registry
from coordination.core.access import Permission, allows
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.directory import edit_choices, queries
from coordination.directory.blueprint import bp
from coordination.directory.duplicates import queries as doubles
from coordination.directory.duplicates import services
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.models import Person
from coordination.directory.views import boxes
from coordination.web.extensions import db
from coordination.web.forms import Form, key_of
from coordination.web.guard import authorize, current_actor, unit_of_work


class PairForm(Form):
    """The other entry of a pair, and the versions that were seen."""

    other = IntegerField()
    version = IntegerField()
    other_version = IntegerField()


@bp.get("/personen/doppelte")
def duplicates() -> ResponseReturnValue:
    """List the pairs of entries that may be one person."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    found = doubles.pairs(db.session(), current_actor(), clock.today())
    return render_template("directory/duplicates.html", pairs=found)


def _own(person_id: int) -> Person:
    """Return a person whose entry the actor keeps."""
    authorize(Permission.DIRECTORY_READ)
    person = queries.get_person(db.session(), person_id)
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(person))
    return person


@bp.route("/personen/<int:person_id>/zusammenfuehren", methods=["GET", "POST"])
def merge_person(person_id: int) -> ResponseReturnValue:
    """Show an entry beside another one, or ask which; put the other together with this one, which stays."""
    person = _own(person_id)
    if request.method == "POST":
        return _merge(person_id)
    other_id = key_of(request.args.get("mit"))
    if other_id and other_id != person_id:
        return _beside(person, _own(other_id))
    return _which(person)


def _which(person: Person) -> str:
    session, text = db.session(), request.args.get("q", "").strip()[:80]
    found = edit_choices.people(session, current_actor(), clock.today(), q=text) if text else None
    return render_template(
        "directory/merge_choose.html",
        person=person,
        like=[
            (one, reason)
            for one, reason in doubles.like(session, current_actor(), person)
            if allows(current_actor(), Permission.DIRECTORY_EDIT, one.subject)
        ],
        q=text,
        found=[(key, label) for key, label in found.options if key != person.id] if found else None,
        is_cut=found is not None and found.is_cut,
    )


def _beside(person: Person, other: Person, status: int = 200, *, is_new_truth: bool = False) -> ResponseReturnValue:
    session, today = db.session(), clock.today()
    assigned = {one.id: queries.assignments_of(session, [one.id], today, planned=True) for one in (person, other)}
    page = render_template(
        "directory/merge.html",
        person=person,
        other=other,
        obstacles=services.obstacles(session, current_actor(), person, other, today=today),
        assigned=assigned,
        over_full=doubles.over_full(assigned[person.id], assigned[other.id], FullWeeks(session, today), today),
        boxes={one.id: boxes(registry.person_panels, session, one.id, today) for one in (person, other)},
        is_new_truth=is_new_truth,
    )
    return page, status


def _merge(person_id: int) -> ResponseReturnValue:
    form = PairForm(request.form)
    other = _own(form.other.data or 0)
    name = other.name
    versions = {"version": form.version.data or 0, "gone_version": form.other_version.data or 0}
    try:
        with unit_of_work() as work:
            kept, gone = (queries.get_person(work.session, key) for key in (person_id, other.id))
            services.merge(work, kept, gone, **versions)
    except (Conflict, RuleViolation) as error:
        # Why it is not possible stands on the page.
        session = db.session()
        pair = queries.get_person(session, person_id), queries.get_person(session, other.id)
        return _beside(*pair, 409, is_new_truth=isinstance(error, Conflict))
    flash(_("The entry “%(name)s” is part of this one now.", name=name), "success")
    return redirect(url_for(".person", person_id=person_id), 303)


@bp.post("/personen/<int:person_id>/verschieden")
def tell_apart(person_id: int) -> ResponseReturnValue:
    """Remember that two entries are two people; with "wieder" forget it."""
    _own(person_id)
    form = PairForm(request.form)
    other = _own(form.other.data or 0)
    again = request.form.get("wieder") == "1"
    with unit_of_work() as work:
        pair = [queries.get_person(work.session, key) for key in (person_id, other.id)]
        (services.compare_again if again else services.tell_apart)(work, *pair)
    names = {"first": pair[0].name, "second": pair[1].name}
    if again:
        flash(_("%(first)s and %(second)s stand in the list again.", **names), "success")
    else:
        flash(_("%(first)s and %(second)s are two people. They are not offered as one any more.", **names), "success")
    return redirect(url_for(".duplicates"), 303)
