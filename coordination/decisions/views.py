"""The page of one decision and of one task, and the click that says how far it is."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from coordination.core import clock, registry
from coordination.core.access import Permission
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, sentence
from coordination.core.i18n import gettext as _
from coordination.decisions import access, queries, status_services, words
from coordination.decisions.blueprint import bp
from coordination.decisions.forms import StatusForm
from coordination.decisions.models import Decision, Task
from coordination.decisions.register_filters import chosen
from coordination.decisions.rules import Means, Status
from coordination.mail.words import STATE_WORDS as MAIL_WORDS
from coordination.meetings import access as meeting_access
from coordination.meetings import agenda_services
from coordination.meetings import words as meeting_words
from coordination.meetings.models import Meeting
from coordination.meetings.rules import ORIGIN_WORDS
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor, may, unit_of_work


def opened_decision(decision_id: int) -> Decision:
    """Return a decision that the actor may see; else 404."""
    authorize(Permission.SIGNED_IN)
    row = queries.seen_decision(db.session(), current_actor(), decision_id)
    authorize(Permission.DECISION_READ, access.read_subject_of(db.session(), row))
    return row


def opened_task(task_id: int) -> Task:
    """Return a task that the actor may see; else 404."""
    authorize(Permission.SIGNED_IN)
    row = queries.seen_task(db.session(), current_actor(), task_id)
    authorize(Permission.TASK_READ, access.subject_of(row))
    return row


@bp.get("/beschluesse/<int:decision_id>")
def decision(decision_id: int) -> ResponseReturnValue:
    """Show a decision, whole or beside the register."""
    return _page(opened_decision(decision_id))


@bp.get("/aufgaben/<int:task_id>")
def task(task_id: int) -> ResponseReturnValue:
    """Show a task, whole or beside the register."""
    return _page(opened_task(task_id))


def _page(row: Decision | Task) -> ResponseReturnValue:
    session, actor, day = db.session(), current_actor(), clock.today()
    subject = access.subject_of(row)
    is_inside = row.body_id in actor.body_roles or (isinstance(row, Task) and may("task_read", subject))
    sees_meeting = session.scalar(
        select(Meeting.id).where(Meeting.id == row.meeting_id, Meeting.id.in_(meeting_access.visible(actor)))
    )
    may_write = may("minutes_write", subject)
    why_fixed = queries.why_fixed(session, row.meeting_id) if may_write else ""
    is_vote = is_inside and isinstance(row, Decision) and row.means is Means.VOTE
    quorum = queries.quorum_at_vote(session, row) if is_vote and isinstance(row, Decision) else None
    is_part = request.headers.get("HX-Request") == "true"
    return render_template(
        "decisions/_one.html" if is_part else "decisions/show.html",
        row=row,
        is_task=isinstance(row, Task),
        entries=_history(row) if is_inside else [],
        sees_meeting=sees_meeting is not None,
        item_title=_item_title(row) if sees_meeting is not None else "",
        may_settle=may("task_settle", subject) and not words.is_void(row),
        may_edit=may_write and not why_fixed and not (isinstance(row, Decision) and row.withdrawn_at),
        why_fixed=why_fixed,
        is_inside=is_inside,
        reminder=queries.unsure_reminder(session, row) if is_inside else None,
        mail_words=MAIL_WORDS,
        doubts=words.doubts_of(row, quorum) if isinstance(row, Decision) else [],
        quorum=words.quorum_at(row, quorum) if is_vote and isinstance(row, Decision) else "",
        statuses=list(Status),
        words=words,
        day=day,
        address=address_of(row),
        is_part=is_part,
    )


def _item_title(row: Decision | Task) -> str:
    numbers = agenda_services.numbers_of(db.session(), [row.meeting_id])
    return meeting_words.numbered(numbers.get(row.item_id or 0), row.item.title)


def address_of(row: Decision | Task, endpoint: str = "") -> str:
    """Return the page of a decision or a task, or one that belongs to it."""
    if isinstance(row, Task):
        return url_for(f"decisions.{endpoint}task", task_id=row.id)
    return url_for(f"decisions.{endpoint}decision", decision_id=row.id)


def _history(row: Decision | Task) -> list[dict[str, Any]]:
    found = queries.entries(db.session(), row)
    names: dict[int, str] = {}
    for ask in registry.account_names:
        names |= ask(db.session(), {one.user_id for one in found if one.user_id is not None})
    return [
        {
            "at": clock.wall_clock(one.at),
            "who": names.get(one.user_id or 0, ""),
            "origin": _(ORIGIN_WORDS[one.origin]),
            "before": words.status_word(one.before),
            "after": words.status_word(one.after),
            "key": f"decision.{one.after.value}",
            "note": words.note_of(one),
        }
        for one in found
    ]


@bp.post("/beschluesse/<int:decision_id>/status")
def settle_decision(decision_id: int) -> ResponseReturnValue:
    """Say by one click how far a decision is carried out."""
    return _settle(opened_decision(decision_id))


@bp.post("/aufgaben/<int:task_id>/status")
def settle_task(task_id: int) -> ResponseReturnValue:
    """Say by one click how far a task is."""
    return _settle(opened_task(task_id))


def _settle(row: Decision | Task) -> ResponseReturnValue:
    authorize(Permission.TASK_SETTLE, access.subject_of(row))
    model, key, back = type(row), row.id, _back(row)
    form = StatusForm(request.form)
    form.offer(by_link=False)
    if not form.validate():
        raise RuleViolation(N_("Please choose how far it is."))
    with unit_of_work() as work:
        entry = status_services.set_status(work, model, key, form.value())
        entry_id = entry.id if entry is not None else None
    said = _("The status is “%(status)s”.", status=words.status_word(form.value().status))
    if entry_id is None:
        flash(said, "success")
    else:
        told: Any = {"text": said, "undo_url": _undo_url(model, key, entry_id)}
        flash(told, "success")
    return redirect(back, 303)


def _back(row: Decision | Task) -> str:
    """Return where the click came from: the register as it was narrowed, the desk, or the own page."""
    origin = request.args.get("von")
    if origin == "liste":
        return url_for(".index", **chosen())
    return url_for("desk.index") if origin == "tisch" else address_of(row)


def _undo_url(model: type[Decision | Task], key: int, entry_id: int) -> str:
    origin = request.args.get("von")
    more: dict[str, Any] = chosen() | {"von": origin} if origin in {"liste", "tisch"} else {}
    if model is Task:
        return url_for(".undo_task", task_id=key, entry_id=entry_id, **more)
    return url_for(".undo_decision", decision_id=key, entry_id=entry_id, **more)


@bp.post("/beschluesse/<int:decision_id>/status/<int:entry_id>/zurueck")
def undo_decision(decision_id: int, entry_id: int) -> ResponseReturnValue:
    """Take back the click on a decision's status."""
    return _undo(opened_decision(decision_id), entry_id)


@bp.post("/aufgaben/<int:task_id>/status/<int:entry_id>/zurueck")
def undo_task(task_id: int, entry_id: int) -> ResponseReturnValue:
    """Take back the click on a task's status."""
    return _undo(opened_task(task_id), entry_id)


def _undo(row: Decision | Task, entry_id: int) -> ResponseReturnValue:
    authorize(Permission.TASK_SETTLE, access.subject_of(row))
    model, key, back = type(row), row.id, _back(row)
    try:
        with unit_of_work() as work:
            status_services.take_back(work, model, key, entry_id)
    except RuleViolation as violation:
        flash(sentence(violation), "warning")
    else:
        flash(_("The status is as it was before."), "success")
    return redirect(back, 303)
