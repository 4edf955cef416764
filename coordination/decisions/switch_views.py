"""Making a task of a decision and a decision of a task: the form of what it becomes, filled with what it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from coordination.bodies.edit_views import saving
from coordination.core.access import Permission
from coordination.core.errors import Forbidden
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.decisions import access, queries, switch_services, words
from coordination.decisions.blueprint import bp
from coordination.decisions.forms import DecisionForm, TaskForm
from coordination.decisions.models import Decision, Task
from coordination.decisions.record_views import address, offer, page
from coordination.decisions.rules import Means
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, current_actor


def _switched(form: Any, stored: Any, save: Callable[[Work], Decision | Task], said: str) -> ResponseReturnValue | Any:
    """Save, and lead to what it has become; else return what differs."""
    target: list[str] = []
    saved, differences = saving(form, stored, lambda work: target.append(address(save(work))))
    if not saved:
        return differences
    flash(said, "success")
    return redirect(target[0], 303)


@bp.route("/beschluesse/<int:decision_id>/zur-aufgabe", methods=["GET", "POST"])
def as_task(decision_id: int) -> ResponseReturnValue:
    """Make a task of a decision; the decision keeps its number and is withdrawn."""
    authorize(Permission.SIGNED_IN)
    row = queries.seen_decision(db.session(), current_actor(), decision_id)
    authorize(Permission.MINUTES_WRITE, access.subject_of(row))
    if row.withdrawn_at is not None:
        raise Forbidden

    def stored(data: Any) -> TaskForm:
        found, again = TaskForm(data), queries.seen_decision(db.session(), current_actor(), decision_id)
        offer(found, again.meeting_id, again)
        known = {name: getattr(again, name) for name in ("version", "item_id", "text", "due_on")}
        found.keep(**known, unit_id=again.unit_id or 0, person_id=0)
        return found

    form = TaskForm(request.form)
    is_long = offer(form, row.meeting_id, row)
    answer = _switched(
        form,
        stored,
        lambda work: switch_services.to_task(work, decision_id, form.value(), version=given(form.version.data)),
        _("The decision is a task now."),
    )
    if not isinstance(answer, list):
        return answer
    again = queries.seen_decision(db.session(), current_actor(), decision_id)
    values = {"differences": answer, "is_long": is_long, "back": address(again), "switched": _leaving_decision(again)}
    return page(form, again.meeting, row=again, **values)


def _leaving_decision(row: Decision) -> list[str]:
    """Return what does not come along."""
    said = [_("The decision %(number)s is withdrawn; its number stays with it.", number=words.number_of(row))]
    if row.means is Means.VOTE:
        said.append(_("Its vote stays there, too: %(vote)s.", vote=words.how(row)))
    if row.follow_up_on is not None:
        said.append(_("A task has no day to look at it again (%(day)s).", day=format_date(row.follow_up_on)))
    return said


@bp.route("/aufgaben/<int:task_id>/zum-beschluss", methods=["GET", "POST"])
def as_decision(task_id: int) -> ResponseReturnValue:
    """Make a decision of a task; one that was a decision before gets its number back."""
    authorize(Permission.SIGNED_IN)
    session, actor = db.session(), current_actor()
    made = switch_services.became(session, task_id) if request.method == "POST" else None
    if made is not None:
        # The second click on the same button.
        return redirect(address(queries.seen_decision(session, actor, made.id)), 303)
    row = queries.seen_task(session, actor, task_id)
    authorize(Permission.MINUTES_WRITE, access.subject_of(row))

    def stored(data: Any) -> DecisionForm:
        found, again = DecisionForm(data), queries.seen_task(db.session(), current_actor(), task_id)
        offer(found, again.meeting_id, again)
        before = switch_services.former(db.session(), again)
        if before is not None:
            found.keep_decision(before)
        known = {name: getattr(again, name) for name in ("version", "item_id", "text", "due_on")}
        found.keep(**known, unit_id=again.unit_id or 0)
        return found

    form = DecisionForm(request.form)
    offer(form, row.meeting_id, row)
    answer = _switched(
        form,
        stored,
        lambda work: switch_services.to_decision(work, task_id, form.value(), version=given(form.version.data)),
        _("The task is a decision now."),
    )
    if not isinstance(answer, list):
        return answer
    again = queries.seen_task(db.session(), current_actor(), task_id)
    values = {"differences": answer, "back": address(again), "switched": _leaving_task(again)}
    return page(form, again.meeting, row=again, **values)


def _leaving_task(row: Task) -> list[str]:
    before = switch_services.former(db.session(), row)
    said = []
    if before is not None:
        said.append(_("It gets its number %(number)s back.", number=words.number_of(before)))
    if row.person is not None:
        said.append(_("A decision names a unit, and no person: %(name)s no longer stands there.", name=row.person.name))
    said.append(_("What became of it so far is told of the decision. Links in reminders no longer work."))
    return said
