"""Recording decisions and tasks of a meeting, putting them right, taking a decision back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies import choices
from coordination.bodies.edit_views import saving
from coordination.bodies.procedure import TieRule
from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import Conflict, Forbidden, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.decisions import access, queries, services, words
from coordination.decisions.blueprint import bp
from coordination.decisions.forms import DecisionForm, TaskForm, WithdrawForm
from coordination.decisions.models import Decision, Task
from coordination.decisions.rules import Means, Result
from coordination.meetings import agenda
from coordination.meetings.forms import new_form_key
from coordination.meetings.models import Meeting
from coordination.meetings.pages import managed
from coordination.meetings.words import numbered
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, current_actor, unit_of_work


def _items(meeting_id: int) -> list[tuple[int, str]]:
    found = queries.items_of(db.session(), meeting_id)
    numbers = agenda.numbers(found)
    return [(one.id, numbered(numbers[one.id], one.title)) for one in found]


def offer(form: DecisionForm | TaskForm, meeting_id: int, keep: Decision | Task | None = None) -> bool:
    """Fill in what can be chosen; return whether the list of people is too long and has to be narrowed."""
    session, day = db.session(), clock.today()
    units = choices.organisations(session, day)
    if keep is not None and keep.unit is not None and keep.unit_id not in dict(units):
        units.append((keep.unit.id, keep.unit.name))
    if isinstance(form, DecisionForm):
        form.offer(_items(meeting_id), units)
        return False
    found = choices.people(session, day, request.args.get("q_person", ""))
    people = list(found.options)
    person = keep.person if isinstance(keep, Task) else None
    if person is not None and person.id not in dict(people):
        people.append((person.id, person.name))
    form.offer(_items(meeting_id), people, units)
    return found.is_cut


def page(form: Any, meeting: Meeting, **values: Any) -> ResponseReturnValue:
    """Show the form of a decision or a task."""
    why_fixed = queries.why_fixed(db.session(), meeting.id)
    plain: dict[str, Any] = {"differences": [], "row": None, "is_long": False}
    # By any other rule equal votes need nobody to decide.
    plain["asks_chair"] = meeting.body.procedure.tie_rule is TieRule.CHAIR_DECIDES
    is_asked = _from_minutes() and form.item_id.data
    plain["back"] = (
        _back_to(meeting.id, form.item_id.data) if is_asked else url_for("meetings.meeting", meeting_id=meeting.id)
    )
    # While minutes are taken, what was begun as the one can still become the other.
    rather = "new_task" if isinstance(form, DecisionForm) else "new_decision"
    asked = {"meeting_id": meeting.id, "top": form.item_id.data, "von": "protokoll"}
    plain["other"] = url_for(f".{rather}", **asked) if is_asked and not values.get("row") else ""
    shown = render_template(
        "decisions/record.html", **(plain | values), form=form, meeting=meeting, why_fixed=why_fixed
    )
    return shown, 409 if values.get("differences") else 422 if form.errors else 200


def _new(
    meeting_id: int, form: DecisionForm | TaskForm, save: Callable[[Work, str], Decision | Task]
) -> ResponseReturnValue:
    meeting = managed(meeting_id)
    is_long = offer(form, meeting_id)
    if request.method == "GET":
        _begin(form, meeting)
    elif form.validate():
        try:
            with unit_of_work() as work:
                row = save(work, given(form.form_key.data))
                target = _back_to(meeting_id, row.item_id) if _from_minutes() else address(row)
                said = _recorded(row)
                doubts = _doubts(row)
        except RuleViolation as violation:
            form.show(violation)
        else:
            flash(said, "success")
            if _from_minutes():
                # Its own page, which says so itself, is not what comes next.
                for doubt in doubts:
                    flash(doubt, "warning")
            return redirect(target, 303)
    # After a refusal everything is read anew.
    return page(form, managed(meeting_id), is_long=is_long)


def _recorded(row: Decision | Task) -> str:
    if isinstance(row, Task):
        return _("The task is entered.")
    if row.result is Result.REJECTED:
        return _("The result of %(number)s is recorded.", number=words.number_of(row))
    return _("Decision %(number)s is recorded.", number=words.number_of(row))


def _begin(form: DecisionForm | TaskForm, meeting: Meeting) -> None:
    """Fill a new form with what is known: the item it was opened on; for a vote also that it is one, and its minute."""
    form.keep(form_key=new_form_key())
    asked = request.args.get("top", "")
    if asked in {str(key) for key, _label in _items(meeting.id)}:
        form.keep(item_id=int(asked))
    if isinstance(form, DecisionForm) and request.args.get("art") == "abstimmung":
        form.keep(means=Means.VOTE.value)
        now = clock.wall_clock(clock.utc_now())
        if meeting.starts_at <= now < meeting.ends_at:
            form.keep(voted_at=now.time().replace(second=0, microsecond=0))


def _from_minutes() -> bool:
    """Return whether the form was opened from the text of an item, to which it leads back."""
    return request.args.get("von") == "protokoll"


def _back_to(meeting_id: int, item_id: int) -> str:
    return url_for("minutes.write", meeting_id=meeting_id, _anchor=f"top-{item_id}")


def _doubts(row: Decision | Task) -> list[str]:
    if not isinstance(row, Decision) or row.means is not Means.VOTE:
        return []
    return words.doubts_of(row, queries.quorum_at_vote(db.session(), row))


def address(row: Decision | Task) -> str:
    """Return the page of a decision or a task."""
    if isinstance(row, Task):
        return url_for("decisions.task", task_id=row.id)
    return url_for("decisions.decision", decision_id=row.id)


@bp.route("/sitzungen/<int:meeting_id>/beschluesse/neu", methods=["GET", "POST"])
def new_decision(meeting_id: int) -> ResponseReturnValue:
    """Record what a meeting decided."""
    authorize(Permission.SIGNED_IN)
    form = DecisionForm(request.form)
    return _new(
        meeting_id,
        form,
        lambda work, key: services.record_decision(work, meeting_id, form.value(), form_key=key),
    )


@bp.route("/sitzungen/<int:meeting_id>/aufgaben/neu", methods=["GET", "POST"])
def new_task(meeting_id: int) -> ResponseReturnValue:
    """Enter what somebody took on."""
    authorize(Permission.SIGNED_IN)
    form = TaskForm(request.form)
    return _new(meeting_id, form, lambda work, key: services.record_task(work, meeting_id, form.value(), form_key=key))


@bp.route("/beschluesse/<int:decision_id>/bearbeiten", methods=["GET", "POST"])
def edit_decision(decision_id: int) -> ResponseReturnValue:
    """Put a decision right; its number stays."""
    authorize(Permission.SIGNED_IN)
    row = queries.seen_decision(db.session(), current_actor(), decision_id)
    authorize(Permission.MINUTES_WRITE, access.subject_of(row))

    def stored(data: Any) -> DecisionForm:
        found = DecisionForm(data)
        again = queries.seen_decision(db.session(), current_actor(), decision_id)
        offer(found, again.meeting_id, again)
        found.keep_decision(again)
        return found

    form = DecisionForm(request.form)
    return _edited(
        form,
        row,
        stored,
        lambda work: services.edit_decision(work, decision_id, form.value(), version=given(form.version.data)),
    )


@bp.route("/aufgaben/<int:task_id>/bearbeiten", methods=["GET", "POST"])
def edit_task(task_id: int) -> ResponseReturnValue:
    """Put a task right."""
    authorize(Permission.SIGNED_IN)
    row = queries.seen_task(db.session(), current_actor(), task_id)
    authorize(Permission.MINUTES_WRITE, access.subject_of(row))

    def stored(data: Any) -> TaskForm:
        found = TaskForm(data)
        again = queries.seen_task(db.session(), current_actor(), task_id)
        offer(found, again.meeting_id, again)
        found.keep_task(again)
        return found

    form = TaskForm(request.form)
    return _edited(
        form,
        row,
        stored,
        lambda work: services.edit_task(work, task_id, form.value(), version=given(form.version.data)),
    )


def _edited(form: Any, row: Decision | Task, stored: Any, save: Any) -> ResponseReturnValue:
    target, meeting_id, key = address(row), row.meeting_id, row.id
    is_long = offer(form, meeting_id, row)
    saved, differences = saving(form, stored, save)
    if saved:
        flash(_("The changes are stored."), "success")
        return redirect(target, 303)
    model: type[Any] = type(row)
    again = db.session().get_one(model, key)
    return page(form, again.meeting, row=again, differences=differences, is_long=is_long)


@bp.route("/beschluesse/<int:decision_id>/zurueckziehen", methods=["GET", "POST"])
def withdraw(decision_id: int) -> ResponseReturnValue:
    """Take a decision back with a reason; it keeps its number."""
    authorize(Permission.SIGNED_IN)
    row = queries.seen_decision(db.session(), current_actor(), decision_id)
    authorize(Permission.MINUTES_WRITE, access.subject_of(row))
    if row.withdrawn_at is not None:
        raise Forbidden
    form, is_stale = WithdrawForm(request.form), False
    if request.method == "GET":
        form.keep(version=row.version)
    elif form.validate():
        try:
            with unit_of_work() as work:
                reason, version = given(form.reason.data), given(form.version.data)
                services.withdraw_decision(work, decision_id, reason, version=version)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            is_stale = True
            row = queries.seen_decision(db.session(), current_actor(), decision_id)
            form.keep(version=row.version)
        else:
            flash(_("The decision is withdrawn. Its number stays with it."), "success")
            return redirect(url_for(".decision", decision_id=decision_id), 303)
    row = queries.seen_decision(db.session(), current_actor(), decision_id)
    shown = render_template("decisions/withdraw.html", form=form, row=row, is_stale=is_stale, words=words)
    return shown, 409 if is_stale else 422 if form.errors else 200
